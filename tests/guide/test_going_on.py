"""After the device was off: it asks, and goes on where that is right."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.guide.reach import WAYS, reach
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.guide.past import Past
from voiceguide.guide.states import WORKING, State
from voiceguide.intents import IntentKind as K
from voiceguide.messages import CutOff, Outcome


def after(before: Talk, off: float = 60.0) -> Talk:
    talk = Talk(before.session.library)
    return talk.wait(2).cut_off(before, off)


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (State.ASK_PLACE, State.ASK_PLACE),
        (State.STRETCH, State.STRETCH),
        (State.LOCATE, State.LOCATE),
        (State.PRESS, State.LOCATE),
        (State.CHECK, State.CHECK),
        (State.PAUSED, State.LOCATE),
        (State.ANSWER, State.LOCATE),
        (State.SAFETY_CHECK, State.SAFETY_CHECK),
    ],
)
def test_yes_goes_on_at_the_beginning_of_the_step(library: Library, state: State, then: State) -> None:
    before = reach(library, state)
    talk = after(before)
    assert talk.state is State.CUT_OFF
    assert talk.said(2) == ["cut-off"]
    talk.wait(3).hear(K.YES)
    assert talk.state is then
    progress, old = talk.session.progress, before.session.progress
    assert (progress.place, progress.side, progress.points, progress.worse) == (old.place, old.side, old.points, 0)
    assert progress.pressed == old.pressed


def test_the_round_that_was_cut_off_is_pressed_again(library: Library) -> None:
    talk = after(reach(library, State.PRESS)).hear(K.STILL)
    assert talk.said(2)[-1] == "st-36/thumb"
    assert talk.session.progress.rounds == 0
    talk.hear(K.ON_POINT)
    assert talk.session.progress.rounds == 1


def test_where_the_muscle_was_told_already_it_is_not_asked_for_again(library: Library) -> None:
    before = Talk(library).hear(K.SYMPTOM, place="thigh").hear(K.NOT_SURE)
    assert before.state is State.STRETCH
    assert after(before).hear(K.HELP).state is State.STRETCH


@pytest.mark.parametrize("state", [state for state in State if state in WORKING])
def test_without_an_answer_it_is_quiet_and_over(library: Library, state: State) -> None:
    talk = after(reach(library, state)).wait(20)
    assert talk.state is State.IDLE
    account = talk.records[-1].account
    assert account
    assert (account.outcome, account.over) == (Outcome.CUT_OFF, True)
    assert talk.said(3) == []


def test_no_is_good_night_and_better_is_better(library: Library) -> None:
    for kind, outcome in ((K.NO, Outcome.CUT_OFF), (K.GOODBYE, Outcome.CUT_OFF), (K.BETTER, Outcome.EASED)):
        talk = after(reach(library, State.PRESS)).hear(kind)
        assert talk.state is State.IDLE
        assert talk.said(2) == ["good-night"]
        account = talk.records[-1].account
        assert account
        assert account.outcome is outcome


def test_something_else_ends_what_was_cut_off(library: Library) -> None:
    talk = after(reach(library, State.PRESS)).hear(K.SYMPTOM, place="foot")
    old, new = (record.account for record in talk.records[-2:])
    assert old
    assert new
    assert (old.place, old.outcome, old.over) == ("calf", Outcome.CUT_OFF, True)
    assert (new.place, new.over) == ("foot", False)


def test_while_it_is_asked_nothing_is_recorded(library: Library) -> None:
    assert after(reach(library, State.PRESS)).wait(3).records == []


@pytest.mark.parametrize("state", [State.AFTERCARE])
def test_what_had_ended_stays_as_it_ended(library: Library, state: State) -> None:
    talk = after(reach(library, state))
    assert talk.state is State.IDLE
    assert talk.sounds == []
    account = talk.records[-1].account
    assert account
    assert (account.outcome, account.over) == (Outcome.EASED, True)


def test_a_warning_is_given_again(library: Library) -> None:
    talk = after(reach(library, State.ALERT))
    assert talk.state is State.ALERT
    assert talk.said(2) == ["safety/chest-pain", "safety/chest-pain"]


def test_a_warning_of_no_sign_is_not(library: Library) -> None:
    talk = after(reach(library, State.SAFETY_CHECK).until(State.ALERT))
    assert (talk.state, talk.sounds) == (State.IDLE, [])


@pytest.mark.parametrize("state", [State.LOCATE, State.PRESS, State.CHECK])
def test_what_is_not_safe_any_more_is_not_pressed(library: Library, state: State) -> None:
    before = reach(library, state)
    before.records[-1] = replace(before.records[-1], cautions={"pregnant": before.now})
    talk = after(before).hear(K.YES)
    assert talk.state is State.STRETCH
    assert talk.session.progress.points == ()


def test_a_danger_that_was_told_is_asked_for_first(library: Library) -> None:
    before = reach(library, State.PRESS)
    before.records[-1] = replace(before.records[-1], cautions={"swollen": before.now})
    talk = after(before).hear(K.YES)
    assert talk.state is State.SAFETY_CHECK
    assert talk.said(2)[-2:] == ["remembered", "safety-ask"]


def test_a_cramp_that_has_lasted_too_long_by_now_is_not_pressed(library: Library) -> None:
    talk = after(reach(library, State.PRESS), off=590).hear(K.YES)
    assert talk.state is State.ALERT
    assert talk.said(2)[-1] == "time-limit"


def test_what_was_made_worse_twice_is_not_pressed(library: Library) -> None:
    before = WAYS[State.STRETCH](Talk(library)).hear(K.WORSE).hear(K.WORSE).hear(K.STILL)
    before.hear(K.OTHER_LEG)
    assert before.state is State.STRETCH
    talk = after(before).hear(K.YES)
    assert talk.session.progress.points == ()
    assert talk.session.progress.worse == 2


@pytest.mark.parametrize("points", [("gone",), ("sp-6",)])
def test_a_point_that_is_there_no_more_is_not_offered(library: Library, points: tuple[str, ...]) -> None:
    account = reach(library, State.PRESS).records[-1].account
    assert account
    assert account.standing
    changed = replace(account, standing=replace(account.standing, points=points))
    talk = Talk(library)
    talk.session.receive(CutOff(changed, 60), 1.0)
    assert talk.state is State.IDLE
    talk.session.receive(CutOff(replace(account, place="gone"), 60), 1.0)
    assert talk.state is State.IDLE


def test_who_speaks_is_asked_where_nobody_knows_how_long_ago_it_was(library: Library) -> None:
    account = reach(library, State.PRESS).records[-1].account
    assert account
    cut = CutOff(account, 100.0)
    talk = Talk(library, past=lambda: Past((), datetime(2024, 1, 10, 3, tzinfo=UTC), cut=cut)).wait(5).mumble()
    assert (talk.state, talk.said()) == (State.CUT_OFF, ["cut-off"])
    assert talk.hear(K.YES).state is State.LOCATE
    assert talk.session.progress.began == -95.0


@pytest.mark.parametrize("past", [None, Past((), datetime(2024, 1, 10, 3, tzinfo=UTC))])
def test_who_speaks_in_any_other_night_is_left_alone(library: Library, past: Past | None) -> None:
    talk = Talk(library, past=lambda: past).mumble()
    assert (talk.state, talk.sounds, talk.records) == (State.IDLE, [], [])


def test_a_session_that_is_on_is_not_disturbed(library: Library) -> None:
    account = reach(library, State.PRESS).records[-1].account
    assert account
    talk = reach(library, State.STRETCH)
    assert talk.session.receive(CutOff(account, 60), talk.now) == []
