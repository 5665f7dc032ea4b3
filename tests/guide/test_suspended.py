"""A sound device goes and comes back: nothing is lost, and no hold gets shorter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind
from voiceguide.messages import SPEAK_RATE, Hush, Listen, Play, ScheduledSound


def lose(talk: Talk, ago: float = 0.0) -> None:
    talk._do(talk.session.suspend(talk.now, talk.now - ago))


def mend(talk: Talk, *prompts: str) -> None:
    talk._do(talk.session.carry_on(talk.now, *prompts))


def pressing(library: Library) -> Talk:
    """A round, from its first tone on."""
    talk = Talk(library).hear(IntentKind.SYMPTOM, place="calf", side="left").until(State.LOCATE)
    talk.hear(IntentKind.ON_POINT)
    first = min(s.start for s in talk.sounds if s.sound == "tone.press")
    return talk.wait(first / SPEAK_RATE - talk.now)


def cues(sounds: list[ScheduledSound]) -> list[ScheduledSound]:
    return [s for s in sounds if s.sound.startswith("tone.")]


def test_nothing_happens_by_itself_while_a_device_is_away(library: Library) -> None:
    talk = pressing(library)
    lose(talk)
    assert talk.session.deadline() is None
    before = len(talk.sounds)
    talk.wait(100)
    assert talk.state is State.PRESS
    assert len(talk.sounds) == before


def test_a_loss_is_silence_at_once_and_telling_it_twice_changes_nothing(library: Library) -> None:
    talk = pressing(library).wait(0.5)
    assert talk.session.suspend(talk.now, talk.now) == [Hush()]
    talk.wait(3)
    assert talk.session.suspend(talk.now, talk.now) == []
    mend(talk)
    assert talk.session.carry_on(talk.now) == []


@settings(max_examples=40)
@given(at=st.integers(0, 20 * SPEAK_RATE), ago=st.floats(0, 1), away=st.integers(0, 200 * SPEAK_RATE))
def test_holds_are_never_shorter_and_all_that_follows_keeps_its_distance(
    library: Library, at: int, ago: float, away: int
) -> None:
    whole = pressing(library)
    talk = pressing(library).wait(at / SPEAK_RATE)
    plan = cues(whole.sounds)
    lose(talk, ago)
    position = talk.session.position
    cut = talk.session.timeline.sounding(position)
    talk.wait(away / SPEAK_RATE)
    already = len([s for s in plan if s.start < plan[0].start + at - round(ago * SPEAK_RATE)])
    mend(talk)
    rest = cues([s for s in talk.sounds if s.start >= round(talk.now * SPEAK_RATE)])
    assert len(rest) >= len(plan) - already - 1, "no cue is lost"
    shift = {after.start - before.start for after, before in zip(reversed(rest), reversed(plan), strict=False)}
    assert len(shift) == 1, "distances are exact"
    assert min(shift) >= away - 1, "a hold is only ever longer"
    assert cut is None or any(s.sound == cut.sound for s in talk.sounds if s.start >= round(talk.now * SPEAK_RATE))


def test_words_come_first_and_then_the_sentence_that_was_cut(library: Library) -> None:
    talk = Talk(library).hear(IntentKind.SYMPTOM, place="calf", side="left").wait(0.4)
    first = talk.said()[0]
    lose(talk)
    talk.wait(5)
    mend(talk, Role.SPEAKS_AGAIN)
    assert talk.said(talk.now)[:2] == [Role.SPEAKS_AGAIN, first]


def test_what_was_not_heard_because_the_speaker_had_gone_is_heard_afterwards(library: Library) -> None:
    talk = pressing(library).wait(0.3)  # the press tone is over on the clock, but nobody heard it
    lose(talk, ago=0.35)
    mend(talk.wait(2))
    assert "tone.press" in [s.sound for s in talk.sounds if s.start >= round(talk.now * SPEAK_RATE)][:2]


def test_where_both_devices_go_it_goes_on_where_the_first_fell_silent(library: Library) -> None:
    talk = pressing(library).wait(0.3)  # nobody heard the press tone, but the microphone is missed first
    lose(talk)
    lose(talk, ago=0.35)
    lose(talk.wait(1))
    mend(talk.wait(2))
    assert "tone.press" in [s.sound for s in talk.sounds if s.start >= round(talk.now * SPEAK_RATE)][:2]


def test_what_is_heard_meanwhile_counts(library: Library) -> None:
    talk = pressing(library)
    lose(talk)
    sounds = len(talk.sounds)
    talk.hear(IntentKind.RED_FLAG, flag="chest-pain")
    assert talk.state is State.ALERT
    assert len(talk.sounds) <= sounds
    mend(talk.wait(400))
    assert talk.state is State.ALERT, "an alert is told, however late"
    assert "chest-pain" in talk.said(talk.now)[0]


def test_who_calls_while_it_is_mute_is_answered_however_long_it_was(library: Library) -> None:
    talk = Talk(library)
    lose(talk)
    talk.wait(3600).hear(IntentKind.SYMPTOM, place="calf", side="left")
    mend(talk.wait(60))
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)


def test_stop_ends_it_and_is_not_confirmed_later(library: Library) -> None:
    talk = pressing(library)
    lose(talk)
    talk.hear(IntentKind.STOP)
    assert talk.state is State.IDLE
    mend(talk.wait(60), Role.SPEAKS_AGAIN)
    assert talk.said(talk.now) == []


def test_after_longer_than_a_pause_it_does_not_begin_to_talk_in_the_morning(library: Library) -> None:
    talk = pressing(library)
    lose(talk)
    talk.wait(3600)
    actions = talk.session.carry_on(talk.now, Role.HEARS_AGAIN)
    assert talk.state is State.IDLE
    assert not any(isinstance(action, Play) for action in actions)
    assert any(isinstance(action, Listen) and action.state == State.IDLE for action in actions)
    assert talk.hear(IntentKind.SYMPTOM, place="calf").state is State.STRETCH


@pytest.mark.parametrize("kind", [IntentKind.SLOWER, IntentKind.REPEAT, IntentKind.PAUSE])
def test_controls_meanwhile_lose_nothing(library: Library, kind: IntentKind) -> None:
    talk = pressing(library).wait(1)
    lose(talk)
    before = len(talk.sounds)
    talk.wait(2).hear(kind)
    assert len(talk.sounds) <= before
    mend(talk.wait(2))
    if talk.state is State.PAUSED:
        talk.hear(IntentKind.RESUME)
    assert cues([s for s in talk.sounds if s.start >= round(talk.now * SPEAK_RATE)])
    assert talk.until(State.CHECK).state is State.CHECK
