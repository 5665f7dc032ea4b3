"""Something was only half heard: asked about softly, once, and then quiet."""

from dataclasses import replace

import pytest

from tests.guide.reach import reach
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide import safety
from voiceguide.guide.script import Options
from voiceguide.guide.states import TABLE, Signal, State
from voiceguide.intents import IntentKind as K

BEGINNINGS = {
    K.SYMPTOM: {"place": "foot", "side": "left"},
    K.ROUTINE: {"routine": "evening"},
    K.QUESTION: {"question": "magnesium"},
    K.SAFETY: {},
    K.RED_FLAG: {"flag": "chest-pain"},
}
"""Whatever begins something in idle."""

HALF_AN_HOUR = Options().call_rest


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def asked(talk: Talk) -> bool:
    return talk.said(talk.now) == [Role.DID_YOU_CALL]


def test_all_that_begins_something_is_asked_about(library: Library) -> None:
    assert {kind for kind, move in TABLE[State.CALLED].items() if move.name == "called"} - {K.YES, K.HELP} == {
        *BEGINNINGS
    }
    signals = (Signal.HALF_HEARD, Signal.MISHEARD, Signal.CUT_OFF)
    assert {*TABLE[State.IDLE]} == {*BEGINNINGS, K.STOP, K.NO_SIGN, *signals}
    for kind, slots in BEGINNINGS.items():
        talk = Talk(library).half_hear(kind, **slots)
        assert talk.state is State.CALLED
        assert asked(talk)


@pytest.mark.parametrize("kind", BEGINNINGS)
@pytest.mark.parametrize("sure", [True, False])
def test_yes_and_the_same_again_go_on_as_if_it_had_been_sure(library: Library, kind: K, sure: bool) -> None:
    slots = BEGINNINGS[kind]
    for answer, details in ((K.YES, {}), (K.HELP, {}), (kind, slots)):
        plain = Talk(library).wait(3).hear(kind, **slots)
        talk = Talk(library).half_hear(kind, **slots).wait(3)
        hear = talk.hear if sure else talk.half_hear
        hear(answer, **details)
        assert talk.state is plain.state
        told = talk.session.progress.told - {Role.DID_YOU_CALL}
        assert replace(talk.session.progress, told=told) == plain.session.progress
        assert talk.wait(900).sounds[1:] == plain.wait(900).sounds


def test_after_a_session_it_begins_as_freshly_as_from_idle(library: Library) -> None:
    before = [(K.SYMPTOM, {"place": "calf", "side": "left"}), (K.SLOWER, {}), (K.STOP, {})]
    plain, talk = Talk(library), Talk(library)
    for one in (plain, talk):
        for kind, slots in before:
            one.hear(kind, **slots).wait(4)
    plain.wait(3).hear(K.SYMPTOM, place="foot")
    talk.half_hear(K.SYMPTOM, place="foot").wait(3).hear(K.YES)
    assert talk.session.progress == plain.session.progress
    assert talk.said(talk.now) == plain.said(plain.now)


def test_a_cramp_told_again_keeps_the_place_unless_another_is_named(talk: Talk) -> None:
    talk.half_hear(K.SYMPTOM, place="calf", side="left").hear(K.SYMPTOM)
    assert (talk.session.progress.place, talk.session.progress.side) == ("calf", "left")
    talk.hear(K.STOP).half_hear(K.SYMPTOM, place="calf", side="left").hear(K.SYMPTOM, place="foot")
    assert (talk.session.progress.place, talk.session.progress.side) == ("foot", None)
    talk.hear(K.STOP).half_hear(K.QUESTION, question="magnesium").hear(K.SYMPTOM)
    assert talk.state is State.ASK_PLACE


@pytest.mark.parametrize("answer", [K.NO, K.STOP, K.GOODBYE, None])
def test_a_no_and_no_answer_are_quiet_for_half_an_hour(talk: Talk, answer: K | None) -> None:
    talk.half_hear(K.SYMPTOM, place="calf").wait(0.5)
    if answer:
        talk.hear(answer)
        assert talk.hushed == [talk.now], "in the middle of the question"
    else:
        talk.mumble().until(State.IDLE)
        assert talk.now == pytest.approx(1 + Options().call_wait, abs=1)
    assert talk.state is State.IDLE
    since = talk.now
    for kind, slots in BEGINNINGS.items():
        assert talk.wait(200).half_hear(kind, **slots).state is State.IDLE
    talk.wait(HALF_AN_HOUR - 1 - talk.now).half_hear(K.SYMPTOM)
    assert talk.said(since) == []
    assert asked(talk.wait(1).half_hear(K.SYMPTOM))


def test_what_is_sure_begins_at_once_also_in_that_half_hour_and_ends_it(talk: Talk) -> None:
    talk.half_hear(K.SYMPTOM).until(State.IDLE).wait(60).hear(K.SYMPTOM, place="calf")
    assert talk.state is State.STRETCH
    assert asked(talk.hear(K.STOP).wait(60).half_hear(K.SYMPTOM)), "somebody is there"


def test_after_a_yes_it_may_ask_again(talk: Talk) -> None:
    talk.half_hear(K.RED_FLAG, flag="chest-pain").hear(K.YES).until(State.IDLE)
    assert asked(talk.half_hear(K.SYMPTOM))


@pytest.mark.parametrize("loudness", [-6, -4, 0, 2])
@pytest.mark.parametrize("answer", [K.YES, K.SYMPTOM, K.RED_FLAG, K.NO, K.STOP, None])
def test_it_asks_softly_and_all_else_is_as_loud_as_before(talk: Talk, answer: K | None, loudness: int) -> None:
    talk._do(talk.session.adjust(0.0, loudness))
    talk.half_hear(K.SYMPTOM, place="calf")
    if answer:
        talk.hear(answer, **BEGINNINGS.get(answer, {}))
    else:
        talk.until(State.IDLE)
    before, soft, *_, after = talk.gains
    assert after == (max(before, 1.0) if answer is K.RED_FLAG else before), "a warning is never soft"
    assert soft == pytest.approx(max(10 ** (-18 / 20), before * 10 ** (-9 / 20)))


def test_a_caution_is_not_taken_back_by_a_maybe(talk: Talk) -> None:
    talk.hear(K.RED_FLAG, flag="pregnant").wait(60).half_hear(K.NO_SIGN, flag="pregnant")
    assert talk.state is State.IDLE
    assert "pregnant" in safety.told(talk.session)


def test_what_makes_no_sense_in_idle_asks_nothing(talk: Talk) -> None:
    for kind in set(K) - set(BEGINNINGS):
        assert talk.half_hear(kind).state is State.IDLE
    assert talk.sounds == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.IDLE])
def test_within_a_session_it_makes_no_difference(library: Library, state: State) -> None:
    for kind in K:
        slots = BEGINNINGS.get(kind, {"flag": "numb", "place": "calf", "posture": "lying"})
        plain, talk = reach(library, state).hear(kind, **slots), reach(library, state).half_hear(kind, **slots)
        assert talk.state is plain.state
        assert talk.sounds == plain.sounds
