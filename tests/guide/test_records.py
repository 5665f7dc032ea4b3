"""What is written down of a session, and when."""

from dataclasses import replace

from tests.guide.reach import WAYS, reach
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.guide.records import Recorder
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind as K
from voiceguide.messages import Account, Outcome


def last(talk: Talk) -> Account:
    account = talk.records[-1].account
    assert account
    return account


def test_nothing_is_written_in_idle(library: Library) -> None:
    talk = Talk(library).wait(600).hear(K.STOP).hear(K.QUESTION, question="ginger").wait(60)
    talk.half_hear(K.SYMPTOM).wait(60)
    assert talk.records == []


def test_a_caution_is_written_without_a_session(library: Library) -> None:
    talk = Talk(library).wait(5).hear(K.RED_FLAG, flag="pregnant").hear(K.RED_FLAG, flag="pregnant")
    (record,) = talk.records
    assert (record.account, record.cautions, record.overlong) == (None, {"pregnant": 5.0}, None)
    talk.hear(K.NO_SIGN, flag="pregnant")
    assert talk.records[-1].cautions == {}


def test_a_session_is_written_as_it_goes_on(library: Library) -> None:
    talk = Talk(library).wait(7).hear(K.SYMPTOM, place="calf", side="left")
    record, account = talk.records[-1], last(talk)
    assert (record.at, record.began) == (7.0, 7.0)
    assert (account.cramp, account.place, account.side, account.answered) == (True, "calf", "left", False)
    assert account.standing
    assert account.standing.stage == "stretch"
    talk.hear(K.NEXT)
    standing = last(talk).standing
    assert standing
    assert (standing.stage, standing.points[0], standing.step) == ("locate", "st-36", 0)
    assert last(talk).answered
    talk.hear(K.ON_POINT).until(State.CHECK).hear(K.NO).wait(3).hear(K.CANT_FIND)
    assert last(talk).pressed == (("st-36", 1),)  # the round that was broken off does not count
    talk.hear(K.BETTER)
    assert (last(talk).outcome, last(talk).over) == (Outcome.EASED, False)
    talk.wait(60)
    assert last(talk).over
    count = len(talk.records)
    talk.hear(K.STOP).wait(900)
    assert len(talk.records) == count


def test_a_question_in_between_changes_nothing_but_that_they_spoke(library: Library) -> None:
    talk = WAYS[State.PRESS](Talk(library))
    before = last(talk)
    talk.hear(K.QUESTION, question="magnesium").hear(K.NO).hear(K.PAUSE).hear(K.RESUME)
    assert last(talk) == before


def test_whether_a_danger_is_asked_for_is_written(library: Library) -> None:
    standing = last(reach(library, State.SAFETY_CHECK)).standing
    assert standing
    assert (standing.stage, standing.checking) == ("press", True)


def outcome(talk: Talk) -> Outcome | None:
    talk.wait(3000)
    assert last(talk).over
    return last(talk).outcome


def test_how_it_ended(library: Library) -> None:
    assert outcome(reach(library, State.PRESS)) is Outcome.SILENT
    lasting = reach(library, State.PRESS)
    for _ in range(7):
        lasting.hear(K.START_OVER).wait(100)
    assert outcome(lasting) is Outcome.TOO_LONG
    assert outcome(reach(library, State.PAUSED)) is Outcome.SILENT
    assert outcome(reach(library, State.PRESS).hear(K.STOP)) is Outcome.STOPPED
    assert outcome(reach(library, State.PRESS).hear(K.GOODBYE)) is Outcome.GOODBYE
    assert outcome(reach(library, State.AFTERCARE).hear(K.GOODBYE)) is Outcome.EASED
    assert outcome(reach(library, State.CHECK).hear(K.YES)) is Outcome.EASED
    assert outcome(reach(library, State.ALERT)) is Outcome.DANGER
    assert outcome(reach(library, State.ALERT).hear(K.SAFETY).hear(K.NO)) is Outcome.GOODBYE
    assert outcome(reach(library, State.SAFETY_CHECK)) is Outcome.DANGER
    assert outcome(reach(library, State.STRETCH).hear(K.WORSE).hear(K.WORSE)) is Outcome.WORSE
    assert outcome(reach(library, State.STRETCH).hear(K.WORSE).hear(K.WORSE).hear(K.BETTER)) is Outcome.EASED


def test_all_that_was_tried_and_did_not_help(library: Library) -> None:
    talk = Talk(library).hear(K.SYMPTOM, place="leg-whole")
    for _ in range(3):
        talk.until(State.CHECK).hear(K.NO)
    assert outcome(talk) is Outcome.UNHELPED


def test_a_session_by_choice_is_no_cramp(library: Library) -> None:
    talk = Talk(library).hear(K.ROUTINE, routine="calf-points").hear(K.LOUDER)
    assert not last(talk).cramp
    assert last(talk).routine == "calf-points"
    assert outcome(talk) is Outcome.DONE
    assert outcome(Talk(library).hear(K.ROUTINE, routine="calf-points").hear(K.BETTER)) is Outcome.DONE


def test_a_cramp_in_a_session_by_choice_is_a_session_of_its_own(library: Library) -> None:
    talk = Talk(library).hear(K.ROUTINE, routine="calf-points").wait(9).hear(K.SYMPTOM, place="calf")
    ended, begun = talk.records[-2:]
    assert ended.account
    assert ended.account.over
    assert ended.account.routine == "calf-points"
    assert begun.account
    assert begun.account.cramp
    assert (ended.began, begun.began) == (0.0, 9.0)


def test_another_place_is_the_same_session(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.MOVED, place="foot").hear(K.NEXT).hear(K.ON_POINT)
    assert [point for point, _ in last(talk).pressed] == ["st-36", "ki-1"]
    assert {record.began for record in talk.records} == {0.0}


def test_a_device_that_was_lost_for_too_long_ends_it(library: Library) -> None:
    talk = reach(library, State.PRESS)
    before = last(talk)
    talk.session.suspend(talk.now, talk.now)
    actions = talk.session.carry_on(talk.now + 400)
    (account,) = [action.account for action in actions if hasattr(action, "account")]
    assert account == replace(before, outcome=Outcome.SILENT, standing=None)


def test_what_is_over_and_was_never_told_is_not_told(library: Library) -> None:
    session = Talk(library).hear(K.SYMPTOM, place="calf").wait(3).hear(K.STOP).session
    assert [record.account for record in Recorder().news(session)] == []
