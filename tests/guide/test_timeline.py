"""Timelines: exact to the sample, whatever is put in or stretched."""

from hypothesis import given
from hypothesis import strategies as st

from voiceguide.guide.timeline import Placed, Score, Timeline, samples
from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound

LENGTHS = {"a": 10, "b": 25, "c": 1, "tone.press": 7}


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    score = Score(LENGTHS)
    for sound, gap in draw(st.lists(st.tuples(st.sampled_from(sorted(LENGTHS)), st.integers(0, 40)), max_size=8)):
        score.until(score.position + gap).play(sound, Cue.SAY)
    return score.until(score.position + draw(st.integers(0, 40))).timeline()


positions = st.integers(0, 250)


def ordered(timeline: Timeline) -> bool:
    ends = [0, *(s.end for s in timeline.sounds)]
    return all(s.start >= end for s, end in zip(timeline.sounds, ends, strict=False)) and timeline.length >= ends[-1]


def test_seconds_become_samples() -> None:
    assert samples(1.0) == SPEAK_RATE
    assert samples(0.5) * 2 == SPEAK_RATE


def test_a_score_is_written_from_left_to_right() -> None:
    timeline = Score(LENGTHS).say(("a", "b"), gap=100 / SPEAK_RATE).until(300).play("c", Cue.WORD).timeline()
    assert timeline.sounds == (
        Placed(0, 10, "a", Cue.SAY),
        Placed(110, 25, "b", Cue.SAY),
        Placed(300, 1, "c", Cue.WORD),
    )
    assert timeline.length == 301
    assert timeline.schedule(1000, 50) == (
        ScheduledSound(1110, "b", Cue.SAY),
        ScheduledSound(1300, "c", Cue.WORD),
    )


def test_until_never_goes_back() -> None:
    assert Score(LENGTHS).play("b", Cue.SAY).until(3).position == 25


def test_the_sound_being_heard() -> None:
    timeline = Timeline((Placed(5, 10, "a", Cue.SAY),), 40)
    assert timeline.sounding(4) is None
    assert timeline.sounding(5) == timeline.sounding(14) == timeline.sounds[0]
    assert timeline.sounding(15) is None
    assert timeline.pending(14)
    assert not timeline.pending(15)


def test_the_last_sentence_is_no_tone_and_no_aside() -> None:
    timeline = Timeline(
        (Placed(0, 5, "a", Cue.SAY), Placed(9, 5, "b", Cue.ASIDE), Placed(20, 5, "tone.press", Cue.PRESS)), 30
    )
    assert timeline.last_sentence(25) == timeline.sounds[0]
    assert Timeline((), 9).last_sentence(3) is None


def test_an_aside_in_a_hold_moves_what_follows() -> None:
    hold = Timeline((Placed(0, 5, "tone.press", Cue.PRESS), Placed(100, 5, "tone.release", Cue.RELEASE)), 105)
    aside = Timeline((Placed(0, 8, "a", Cue.ASIDE),), 10)
    assert hold.inserted(40, aside).sounds == (
        Placed(0, 5, "tone.press", Cue.PRESS),
        Placed(40, 8, "a", Cue.ASIDE),
        Placed(110, 5, "tone.release", Cue.RELEASE),
    )


def test_a_cut_sentence_is_heard_again_after_the_aside() -> None:
    talk = Timeline((Placed(0, 50, "b", Cue.SAY),), 90)
    aside = Timeline((Placed(0, 8, "a", Cue.ASIDE),), 10)
    assert talk.inserted(20, aside) == Timeline((Placed(20, 8, "a", Cue.ASIDE), Placed(30, 50, "b", Cue.SAY)), 120)


@given(timelines(), positions, timelines())
def test_inserting_keeps_order_and_every_sound_to_come(timeline: Timeline, position: int, other: Timeline) -> None:
    position = min(position, timeline.length)
    result = timeline.inserted(position, other)
    assert ordered(result)
    cut = timeline.sounding(position)
    resume = cut.start if cut else position
    assert result.length == timeline.length + other.length + position - resume
    later = [s for s in timeline.sounds if s.end > position]
    shift = position + other.length - resume
    assert [s for s in result.sounds if s.start >= position][len(other.sounds) :] == [
        Placed(s.start + shift, s.length, s.sound, s.cue) for s in later
    ]


@given(timelines(), positions)
def test_pausing_and_resuming_changes_nothing_but_the_cut_sound(timeline: Timeline, position: int) -> None:
    resume = timeline.resume_at(position)
    assert resume <= position
    before = [s for s in timeline.sounds if s.start >= resume]
    origin = 1_000_000
    assert [(s.start - origin, s.sound) for s in timeline.schedule(origin, resume)] == [
        (s.start, s.sound) for s in before
    ]


@given(timelines(), positions, st.sampled_from([0.5, 0.8, 1.0, 1.25, 2.0]))
def test_another_tempo_keeps_the_past_the_order_and_the_sounds(
    timeline: Timeline, position: int, factor: float
) -> None:
    result = timeline.retimed(position, factor)
    assert ordered(result)
    assert [(s.sound, s.length) for s in result.sounds] == [(s.sound, s.length) for s in timeline.sounds]
    begun = [s for s in timeline.sounds if s.start <= position]
    assert list(result.sounds[: len(begun)]) == begun
    if factor == 1.0:
        assert result == timeline


@given(timelines(), positions)
def test_slower_never_shortens_a_gap(timeline: Timeline, position: int) -> None:
    result = timeline.retimed(position, 1.25)
    for before, after in zip(timeline.sounds, result.sounds, strict=True):
        assert after.start >= before.start
    assert result.length >= timeline.length
