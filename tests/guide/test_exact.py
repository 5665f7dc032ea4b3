"""Whatever is said at whatever sample of a round: no hold gets shorter, no tone is lost, distances are exact."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guide.test_suspended import cues, pressing
from voiceguide.content.library import Library
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind
from voiceguide.messages import SPEAK_RATE, ScheduledSound

SAID = (IntentKind.SLOWER, IntentKind.HOW_LONG, IntentKind.LOUDER, IntentKind.HELP, IntentKind.REPEAT)


def holds(sounds: Sequence[ScheduledSound]) -> list[int]:
    """From each press to its release, in samples; a tone that is heard again counts once, the first time."""
    lengths, pressed = [], None
    for sound in sounds:
        if sound.sound == "tone.press":
            pressed = sound.start if pressed is None else pressed
        elif pressed is not None:
            lengths.append(sound.start - pressed)
            pressed = None
    return lengths


@settings(max_examples=40)
@given(
    at=st.integers(0, 55 * SPEAK_RATE),
    away=st.integers(0, 100 * SPEAK_RATE),
    again=st.integers(0, 9 * SPEAK_RATE),
)
def test_pause_and_carry_on_at_any_sample(library: Library, at: int, away: int, again: int) -> None:
    plan = cues(pressing(library).sounds)
    talk = pressing(library)
    for wait in (at, again):
        if talk.wait(wait / SPEAK_RATE).state is not State.PRESS:
            return
        now = round(talk.now * SPEAK_RATE)
        left = cues([s for s in talk.sounds if s.start >= now])
        cut = talk.session.timeline.sounding(talk.session.position)
        back = cut.length - (cut.end - talk.session.position) if cut else 0
        talk.hear(IntentKind.PAUSE).wait(away / SPEAK_RATE).hear(IntentKind.RESUME)
        resumed = cues([s for s in talk.sounds if s.start >= round(talk.now * SPEAK_RATE)])
        moved = round(talk.now * SPEAK_RATE) - now + back
        expected = [(s.start + moved, s.sound) for s in left]
        assert [(s.start, s.sound) for s in resumed][-len(expected) or None :] == expected
    assert all(length >= 5 * SPEAK_RATE for length in holds(cues(talk.sounds)))
    assert [s.sound for s in cues(talk.sounds)].count("tone.release") >= [s.sound for s in plan].count("tone.release")


@settings(max_examples=60)
@given(said=st.lists(st.tuples(st.integers(0, 9 * SPEAK_RATE), st.sampled_from(SAID)), max_size=6))
def test_nothing_that_is_said_in_a_round_shortens_a_hold(library: Library, said: list[tuple[int, IntentKind]]) -> None:
    plan = cues(pressing(library).sounds)
    talk = pressing(library)
    for wait, kind in said:
        if talk.wait(wait / SPEAK_RATE).state is not State.PRESS:
            break
        talk.hear(kind)
    talk.until(State.CHECK)
    tones = cues(sorted(talk.sounds, key=lambda s: s.start))
    assert all(length >= 5 * SPEAK_RATE for length in holds(tones))
    assert len(tones) >= len(plan)
