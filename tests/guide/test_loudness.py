"""How loud it speaks: within what is heard and what does not startle."""

from math import log10

import pytest

from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.loudness import LOUDEST, SOFTEST, Loudness
from voiceguide.guide.states import State, legal
from voiceguide.intents import IntentKind as K


def decibels(loudness: Loudness) -> float:
    return round(20 * log10(loudness.gain()), 3)


@pytest.mark.parametrize("level", [-18.0, -6.0, -4.5, 0.0, 4.0, 6.0])
def test_it_is_never_silent_and_never_beyond_its_range(level: float) -> None:
    loudness = Loudness(level)
    for by in (*[-1] * 12, *[1] * 20):
        loudness.turn(by)
        assert SOFTEST <= decibels(loudness) <= LOUDEST
    assert decibels(loudness) > LOUDEST - 3


@pytest.mark.parametrize("level", [-6.0, 0.0, 6.0])
def test_each_step_is_heard_also_after_many_in_vain(level: float) -> None:
    loudness = Loudness(level, steps=9)
    before = decibels(loudness)
    loudness.turn(-1)
    assert decibels(loudness) == pytest.approx(before - 3)


@pytest.mark.parametrize(("level", "steps", "after"), [(0.0, 0, -12), (-6.0, 1, -12), (0.0, -5, -15), (-4.5, 0, -10.5)])
def test_a_whisper_is_soft_and_no_louder_than_before(level: float, steps: int, after: float) -> None:
    loudness = Loudness(level, steps)
    loudness.turn_down_to(-12.0)
    assert decibels(loudness) == after


def test_a_whisper_is_answered_softly_and_lasts(library: Library) -> None:
    talk = Talk(library).hear(K.SYMPTOM, place="calf").wait(3).hear(K.WHISPER)
    assert talk.gains[-1] == pytest.approx(10 ** (-12 / 20))
    assert talk.said(talk.now)[0] == Role.WHISPER
    assert talk.state is State.STRETCH
    talk.hear(K.STOP).wait(9).hear(K.SYMPTOM, place="calf").hear(K.LOUDER)
    assert talk.gains[-1] == pytest.approx(10 ** (-9 / 20))


def test_it_makes_sense_wherever_louder_does() -> None:
    assert [state for state in State if K.WHISPER in legal(state)] == [s for s in State if K.LOUDER in legal(s)]


def test_another_level_is_told_at_once(library: Library) -> None:
    talk = Talk(library)
    talk._do(talk.session.adjust(-6.0, 1))
    assert talk.gains == [pytest.approx(10 ** (-3 / 20))]


def test_a_warning_is_never_whispered(library: Library) -> None:
    talk = (
        Talk(library).hear(K.SYMPTOM, place="calf").wait(3).hear(K.WHISPER).wait(3).hear(K.RED_FLAG, flag="chest-pain")
    )
    assert talk.state is State.ALERT
    assert talk.gains[-1] == 1.0
    talk.hear(K.QUIETER)
    assert talk.gains[-1] == 1.0
    talk.hear(K.STOP)
    assert talk.gains[-1] < 10 ** (-12 / 20)
    loud = Talk(library).hear(K.SYMPTOM, place="calf").hear(K.LOUDER).hear(K.RED_FLAG, flag="chest-pain")
    assert loud.gains == [pytest.approx(10 ** (3 / 20))]
