"""Questions, and sessions by choice."""

from itertools import pairwise

import pytest

from tests.guide.reach import reach
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind as K
from voiceguide.messages import SPEAK_RATE

PRESS = "tone.press"


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def prompts(library: Library, question: str) -> tuple[str, tuple[str, ...]]:
    answer = library.questions[question].answer
    return answer.brief, answer.more


# Questions.


def test_a_question_in_the_night_is_answered_briefly_and_more_is_offered(talk: Talk, library: Library) -> None:
    brief, _ = prompts(library, "magnesium")
    talk.hear(K.QUESTION, question="magnesium")
    assert talk.said() == [brief, Role.MORE]
    assert talk.state is State.ANSWER
    assert talk.wait(60).state is State.IDLE
    assert talk.said() == [brief, Role.MORE], "nobody wanted more"


@pytest.mark.parametrize("kind", [K.MORE, K.YES])
def test_more_is_the_long_answer_and_then_it_is_quiet(talk: Talk, library: Library, kind: K) -> None:
    _, long = prompts(library, "magnesium")
    talk.hear(K.QUESTION, question="magnesium").wait(5).hear(kind)
    assert talk.said(talk.now) == list(long)
    assert talk.wait(60).state is State.IDLE


def test_more_of_what_has_no_more(talk: Talk, library: Library) -> None:
    (question,) = [name for name, q in library.questions.items() if name == "how-hard"]
    talk.hear(K.QUESTION, question=question)
    assert talk.said() == [library.questions[question].answer.brief]
    talk.hear(K.MORE)
    assert talk.state is State.IDLE


@pytest.mark.parametrize("kind", [K.NO, K.NEXT, K.FOUND, K.RESUME])
def test_no_more_please(talk: Talk, kind: K) -> None:
    talk.hear(K.QUESTION, question="magnesium").wait(1).hear(kind)
    assert talk.state is State.IDLE
    assert talk.hushed == [1.0]
    assert talk.said(talk.now) == []


def test_thanks_for_an_answer(talk: Talk) -> None:
    talk.hear(K.QUESTION, question="magnesium").wait(5).hear(K.GOODBYE)
    assert talk.said(talk.now) == [Role.GOOD_NIGHT]
    assert talk.state is State.IDLE


def test_good_night_in_an_answer_ends_the_pressing_too(library: Library) -> None:
    talk = reach(library, State.ANSWER).hear(K.GOODBYE)
    assert talk.said(talk.now) == [Role.GOOD_NIGHT]
    assert talk.state is State.IDLE


@pytest.mark.parametrize(
    ("kind", "state"), [(K.PAUSE, State.PAUSED), (K.BETTER, State.AFTERCARE), (K.WORSE, State.STRETCH)]
)
def test_what_concerns_the_round_counts_in_an_answer(library: Library, kind: K, state: State) -> None:
    assert reach(library, State.ANSWER).hear(kind).state is state


def test_what_concerns_nothing_ends_an_answer(talk: Talk) -> None:
    assert talk.hear(K.QUESTION, question="magnesium").wait(2).hear(K.WORSE).state is State.IDLE


def test_while_pressing_the_hand_rests_and_the_round_goes_on_where_it_was(library: Library) -> None:
    plain, asked = reach(library, State.PRESS), reach(library, State.PRESS)
    asked.hear(K.QUESTION, question="magnesium")
    assert asked.said(asked.now)[0] == Role.LET_GO
    asked.wait(1.35 + 1 + 0.35 + 1 + 0.35 + 6).until(State.PRESS)
    gaps = [
        [round(second - first, 6) for first, second in pairwise(talk.starts(PRESS))]
        for talk in (plain.until(State.CHECK), asked.until(State.CHECK))
    ]
    longer = [index for index, pair in enumerate(zip(*gaps, strict=True)) if pair[0] != pair[1]]
    assert len(longer) <= 1, "only the interrupted beat is longer"


def test_an_answer_in_one_breath_does_not_leave_the_round(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.QUESTION, question="how-hard")
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[0] == library.questions["how-hard"].answer.brief
    assert talk.wait(3).hear(K.REPEAT).said(talk.now)[0] == library.questions["how-hard"].answer.brief
    assert talk.until(State.CHECK).said().count(PRESS) == 8


def test_another_question_after_the_first(talk: Talk, library: Library) -> None:
    talk.hear(K.QUESTION, question="magnesium").wait(3).hear(K.QUESTION, question="ginger")
    assert talk.said(talk.now)[0] == library.questions["ginger"].answer.brief
    assert talk.wait(100).state is State.IDLE


def test_a_question_in_a_question_goes_back_to_the_round(library: Library) -> None:
    talk = reach(library, State.ANSWER).hear(K.QUESTION, question="how-hard")
    assert talk.state is State.ANSWER
    assert talk.wait(5).state is State.PRESS


def test_a_cramp_cuts_an_answer(talk: Talk) -> None:
    talk.hear(K.QUESTION, question="magnesium").wait(1).hear(K.SYMPTOM, place="calf")
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[0] == "calf/stretch"


def test_safety_in_an_answer_goes_back_to_the_round(library: Library) -> None:
    talk = reach(library, State.ANSWER).hear(K.SAFETY).wait(3).hear(K.NO)
    assert talk.state is State.PRESS


def test_what_point_is_that(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.WHICH_POINT)
    assert library.points["st-36"].about.brief in talk.said(talk.now)


def test_a_point_by_its_name(talk: Talk, library: Library) -> None:
    talk.hear(K.QUESTION, point="gb-34")
    assert talk.said()[0] == library.points["gb-34"].about.brief


def test_ten_minutes_are_not_forgotten_over_an_answer(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(5)
    for _ in range(200):
        talk.wait(3).hear(K.QUESTION, question="magnesium")
    talk.until(State.ALERT)
    assert Role.TIME_LIMIT in talk.said()


# Which round.


def test_which_round(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.WHICH_ROUND)
    assert talk.said(talk.now)[0] == library.skill.rounds[0]
    talk.until(State.CHECK).hear(K.STILL).wait(5).hear(K.WHICH_ROUND)
    assert talk.said(talk.now)[0] == library.skill.rounds[1]


# Postures, both legs, not sure, groans.


@pytest.mark.parametrize("state", [State.LOCATE, State.PRESS, State.CHECK])
@pytest.mark.parametrize("posture", ["lying", "sitting"])
def test_lying_and_sitting_at_a_point(library: Library, state: State, posture: str) -> None:
    talk = reach(library, state).hear(K.POSTURE, posture=posture)
    assert talk.said(talk.now)[0] == f"st-36/{posture}"
    assert talk.state is state


def test_lying_in_the_stretch(library: Library) -> None:
    talk = reach(library, State.STRETCH).hear(K.POSTURE, posture="lying")
    assert talk.said(talk.now)[0] == "calf/lying"


def test_both_legs_one_at_a_time(library: Library) -> None:
    talk = reach(library, State.ASK_PLACE).hear(K.BOTH)
    assert talk.said(talk.now) == [Role.ONE_AT_A_TIME, Role.ASK_PLACE_AGAIN]
    assert talk.state is State.ASK_PLACE


def test_not_sure_which_muscle_takes_the_calf_at_once(library: Library) -> None:
    talk = reach(library, State.ASK_PLACE).hear(K.NOT_SURE)
    assert talk.said(talk.now)[:2] == [Role.ASSUME_DEFAULT, "calf/stretch"]


def test_not_sure_on_the_way_is_told_in_other_words(library: Library) -> None:
    talk = reach(library, State.LOCATE).hear(K.NOT_SURE)
    assert talk.said(talk.now) == [library.points["st-36"].steps[0].again]


def test_a_groan_changes_nothing(library: Library) -> None:
    talk = reach(library, State.PRESS)
    before = list(talk.sounds)
    assert talk.hear(K.GROAN).sounds == before


# A place that is not told closely.


def test_a_thigh_is_helped_at_once_and_asked_which_part(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="thigh")
    assert talk.said() == [library.guides["thigh"].stretch, Role.SAFETY_LINE, library.guides["thigh"].ask]
    talk.wait(3).hear(K.PLACE, place="thigh-front")
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[0] == library.guides["thigh-front"].stretch


def test_a_thigh_without_an_answer_is_only_stretched(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="thigh").until(State.STRETCH).until(State.CHECK)
    assert library.guides["thigh"].no_points in talk.said()
    assert not any("introduce" in sound for sound in talk.said())
    assert talk.wait(600).state is State.IDLE


def test_thigh_again_while_being_asked_asks_again(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="thigh").wait(4).hear(K.SYMPTOM, place="thigh")
    assert talk.said(talk.now)[-1] == library.guides["thigh"].ask
    assert talk.state is State.ASK_PLACE


# Places without a point.


@pytest.mark.parametrize("place", ["thigh-inner", "leg-whole"])
def test_where_there_is_no_point_it_says_so_and_stretches_again(talk: Talk, library: Library, place: str) -> None:
    talk.hear(K.SYMPTOM, place=place).until(State.CHECK)
    assert talk.said()[-2:] == [library.guides[place].no_points, Role.CHECK]
    talk.wait(3).hear(K.NO)
    assert talk.said(talk.now) == [Role.STRETCH_AGAIN, library.guides[place].stretch]
    talk.until(State.CHECK).hear(K.STILL).until(State.CHECK).hear(K.STILL)
    assert talk.state is State.AFTERCARE
    assert talk.said().count(library.guides[place].no_points) == 1


@pytest.mark.parametrize("kind", [K.CANT_FIND, K.BACK, K.WHICH_POINT, K.WHICH_ROUND, K.HOW_LONG, K.CANT_REACH, K.WORSE])
def test_without_a_point_nothing_asks_for_one(talk: Talk, kind: K) -> None:
    talk.hear(K.SYMPTOM, place="leg-whole").until(State.CHECK).hear(kind)
    assert not any("/introduce" in sound for sound in talk.wait(700).said())
    assert talk.state is State.IDLE


# Out of reach.


def test_out_of_reach_another_way_and_then_the_wrist(library: Library) -> None:
    talk = Talk(library).hear(K.SYMPTOM, place="foot").until(State.LOCATE).wait(4)
    talk.hear(K.CANT_REACH)
    assert talk.said(talk.now) == [library.points["ki-1"].out_of_reach]
    assert talk.wait(3).hear(K.CANT_REACH).state is State.LOCATE
    assert library.points["lu-7"].introduce in talk.said(talk.now)
    talk.wait(4).hear(K.CANT_REACH)
    assert library.points["lr-3"].introduce in talk.said(talk.now), "on to the next one"


def test_who_cannot_reach_in_the_stretch_gets_the_wrist_first(library: Library) -> None:
    talk = reach(library, State.STRETCH).hear(K.CANT_REACH)
    assert library.points["lu-7"].introduce in talk.said(talk.now)
    talk.hear(K.NEXT_POINT)
    assert library.points["st-36"].introduce in talk.said(talk.now), "the point itself is still to come"


def test_found_in_another_way_starts_pressing(library: Library) -> None:
    talk = Talk(library).hear(K.SYMPTOM, place="foot").until(State.LOCATE).hear(K.CANT_REACH).wait(2).hear(K.FOUND)
    assert talk.state is State.PRESS


# Sessions by choice.


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_other_leg_in_a_session_by_choice(library: Library, side: str) -> None:
    talk = Talk(library).hear(K.ROUTINE, point="st-36").hear(K.OTHER_LEG)
    assert talk.said(talk.now)[0] == Role.OTHER_LEG
    assert talk.state is State.LOCATE
    assert talk.session.progress.parts == ()


def test_every_routine_runs_to_its_end_by_itself_without_questions(library: Library) -> None:
    for name, routine in library.routines.items():
        talk = Talk(library).hear(K.ROUTINE, routine=name).wait(3600)
        said = talk.said()
        assert talk.state is State.IDLE
        assert said[0] == routine.introduce
        assert said[-1] == routine.close
        assert Role.CHECK not in said
        rounds = sum(part.rounds for part in routine.parts if part.point)
        assert said.count(PRESS) == 8 * rounds, name
        for part in routine.parts:
            wanted = library.guides[part.stretch].stretch if part.stretch else f"{part.point}/introduce"
            assert wanted in said


def test_a_point_by_name_is_pressed_once(talk: Talk) -> None:
    talk.hear(K.ROUTINE, point="bl-37")
    assert "bl-37/introduce" in talk.said()
    talk.wait(600)
    assert talk.said().count(PRESS) == 8
    assert talk.said()[-1] == Role.GOOD_NIGHT
    assert talk.state is State.IDLE


def test_a_point_that_is_not_offered_is_explained(talk: Talk, library: Library) -> None:
    talk.hear(K.ROUTINE, point="sp-6")
    assert talk.state is State.ANSWER
    assert talk.said()[0] == library.points["sp-6"].about.brief


def test_a_cramp_during_a_session_by_choice(talk: Talk, library: Library) -> None:
    talk.hear(K.ROUTINE, routine="evening").wait(20).hear(K.SYMPTOM, place="calf")
    assert talk.said(talk.now)[0] == "calf/stretch"
    talk.until(State.CHECK)
    assert talk.session.progress.began is not None


def test_a_session_by_choice_has_no_ten_minutes(talk: Talk) -> None:
    talk.hear(K.ROUTINE, routine="evening")
    for _ in range(10):
        talk.wait(100).hear(K.START_OVER)
    assert talk.state is not State.ALERT
    assert Role.TIME_LIMIT not in talk.wait(3600).said()


def test_next_and_worse_in_a_session_by_choice(talk: Talk, library: Library) -> None:
    talk.hear(K.ROUTINE, point="st-36").hear(K.ON_POINT).wait(4).hear(K.WORSE)
    assert talk.said(talk.now)[0] == Role.LEAVE_POINT
    assert talk.state is State.AFTERCARE
    other = Talk(library).hear(K.ROUTINE, routine="evening").wait(8).hear(K.NEXT)
    assert other.state in (State.STRETCH, State.LOCATE)
    assert other.hear(K.PLACE, place="foot").state in (State.STRETCH, State.LOCATE), "nothing cramps"


def test_next_point_in_a_session_by_choice_is_its_next_part(talk: Talk, library: Library) -> None:
    talk.hear(K.ROUTINE, routine="calf-points").wait(8).hear(K.NEXT).wait(3).hear(K.NEXT_POINT)
    assert "gb-34/introduce" in talk.said(talk.now)


def test_start_over_in_a_session_by_choice(talk: Talk, library: Library) -> None:
    first = library.routines["evening"].parts[0]
    talk.hear(K.ROUTINE, routine="evening").wait(30).hear(K.NEXT).hear(K.START_OVER)
    assert talk.session.progress.part == first
    talk = Talk(library).hear(K.ROUTINE, point="st-36").wait(30).hear(K.START_OVER)
    assert talk.session.progress.step == 0


def test_better_in_a_session_by_choice_closes_it(talk: Talk, library: Library) -> None:
    talk.hear(K.ROUTINE, routine="evening").wait(30).hear(K.BETTER)
    assert talk.said(talk.now) == [library.routines["evening"].close]


def test_a_cramp_at_the_end_of_a_session_by_choice(talk: Talk) -> None:
    talk.hear(K.ROUTINE, point="st-36").hear(K.BETTER).hear(K.MOVED, place="foot")
    assert talk.said(talk.now)[0] == "foot/stretch"
    assert talk.session.progress.began == talk.now


def test_all_parts_are_pressed_as_often_as_they_say(library: Library) -> None:
    talk = Talk(library).hear(K.ROUTINE, routine="evening").wait(3600)
    assert all(second.start >= first.start for first, second in pairwise(talk.sounds))
    assert talk.sounds[-1].start / SPEAK_RATE > 60


def test_more_while_it_is_being_said_goes_on_saying_it(talk: Talk, library: Library) -> None:
    talk.hear(K.QUESTION, question="magnesium").wait(5).hear(K.MORE).wait(0.5).hear(K.MORE)
    assert talk.state is State.ANSWER
    assert talk.wait(2).said()[-1] == prompts(library, "magnesium")[1][-1]


# It does not ease.


@pytest.mark.parametrize("place", ["thigh-front", "leg-whole"])
def test_what_nothing_eases_ends_with_where_to_turn_and_no_good_night(talk: Talk, place: str) -> None:
    talk.hear(K.SYMPTOM, place=place)
    while talk.state is not State.AFTERCARE:
        talk.until(State.LOCATE if talk.session.progress.points and talk.state is State.STRETCH else State.CHECK)
        talk.hear(K.ON_POINT) if talk.state is State.LOCATE else talk.wait(2).hear(K.NO)
    assert talk.said(talk.now) == [Role.STILL_CRAMPING]
    assert talk.wait(10).state is State.AFTERCARE
    assert Role.GOOD_NIGHT not in talk.wait(60).said()
