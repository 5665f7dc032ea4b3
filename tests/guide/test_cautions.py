"""What is safe for this person: red flags by level, cautions, and taking them back."""

import pytest

from tests.guide.reach import reach
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.content.schema import Level
from voiceguide.guide.states import TABLE, WORKING, State
from voiceguide.intents import IntentKind as K


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


@pytest.mark.parametrize("state", State)
def test_every_flag_is_answered_in_every_state(library: Library, state: State) -> None:
    """What is said is heard at once, and a flag that stops ends in the alert."""
    for name, flag in library.flags.items():
        talk = reach(library, state).hear(K.RED_FLAG, flag=name)
        assert talk.said(talk.now)[0] == flag.say, name
        if flag.level.stops or state is State.ALERT:
            assert talk.state is State.ALERT
        else:
            assert talk.state is not State.ALERT
        assert talk.wait(3600).state is State.IDLE


@pytest.mark.parametrize("state", WORKING)
@pytest.mark.parametrize("flag", ["pregnant", "blood-thinners", "dialysis"])
def test_stretch_only_presses_nothing_any_more(library: Library, state: State, flag: str) -> None:
    assert library.flags[flag].level is Level.STRETCH_ONLY
    talk = reach(library, state).hear(K.RED_FLAG, flag=flag)
    since = talk.now
    talk.wait(600)
    assert "tone.press" not in talk.said(since)
    assert not any("/introduce" in sound for sound in talk.said(since))
    assert any(sound.endswith("/stretch") for sound in talk.said())
    assert talk.state is State.IDLE


@pytest.mark.parametrize("state", [State.PAUSED, State.ANSWER, State.SAFETY_CHECK])
def test_told_while_a_round_is_held_it_does_not_go_on(library: Library, state: State) -> None:
    talk = reach(library, state).hear(K.RED_FLAG, flag="pregnant")
    assert talk.state in (State.STRETCH, State.PAUSED)
    since = talk.now
    assert "tone.press" not in talk.hear(K.RESUME).wait(600).said(since)


def test_an_answer_to_which_is_it_changes_the_plan_too(library: Library) -> None:
    talk = reach(library, State.SAFETY_CHECK).hear(K.SIGN, flag="pregnant")
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[:2] == [library.flags["pregnant"].say, "calf/stretch"]


def test_a_numb_foot_leaves_out_the_sole_and_says_why(talk: Talk, library: Library) -> None:
    flag = library.flags["diabetic"]
    assert "ki-1" in flag.skips
    talk.hear(K.SYMPTOM, place="foot").until(State.LOCATE).wait(4).hear(K.RED_FLAG, flag="diabetic")
    assert talk.said(talk.now)[0] == flag.say
    since = talk.now
    talk.wait(600)
    assert not any(sound.startswith(f"{point}/") for point in flag.skips for sound in talk.said(since))


def test_a_caution_that_leaves_the_present_point_goes_on_there(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.RED_FLAG, flag="diabetic")
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[0] == library.flags["diabetic"].say


def test_from_a_safety_check_it_goes_back_to_where_it_was(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.SAFETY).hear(K.RED_FLAG, flag="diabetic")
    assert talk.state is State.PRESS
    assert talk.state in TABLE[State.SAFETY_CHECK][K.RED_FLAG].to


def test_it_is_remembered_for_the_night_and_said_again(talk: Talk, library: Library) -> None:
    talk.hear(K.RED_FLAG, flag="pregnant")
    assert talk.state is State.IDLE
    talk.wait(3600).hear(K.SYMPTOM, place="calf")
    assert talk.said(talk.now)[-2:] == [Role.REMEMBERED, library.flags["pregnant"].say]
    since = talk.now
    assert "tone.press" not in talk.wait(900).said(since)
    talk.wait(9 * 3600).hear(K.SYMPTOM, place="calf").until(State.LOCATE)
    assert "st-36/introduce" in talk.said(since)


def test_a_session_by_choice_heeds_it_as_well(talk: Talk, library: Library) -> None:
    talk.hear(K.RED_FLAG, flag="pregnant").wait(30).hear(K.ROUTINE, routine="evening")
    since = talk.now
    said = talk.wait(3600).said(since)
    assert "tone.press" not in said
    assert library.routines["evening"].introduce not in said, "it promises points"
    assert said[-1] == Role.GOOD_NIGHT
    talk.hear(K.ROUTINE, point="st-36")
    assert talk.said(talk.now)[-1] == Role.GOOD_NIGHT, "nothing is left to be pressed"


def test_in_mid_session_by_choice(talk: Talk, library: Library) -> None:
    talk.hear(K.ROUTINE, point="st-36").wait(30).hear(K.RED_FLAG, flag="pregnant")
    assert talk.state is State.AFTERCARE
    assert talk.said(talk.now)[0] == library.flags["pregnant"].say


def test_it_may_be_taken_back(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").hear(K.RED_FLAG, flag="pregnant").wait(8).hear(K.NO_SIGN, flag="pregnant")
    assert talk.said(talk.now)[:2] == [Role.SAFETY_CLEAR, "calf/stretch"]
    talk.until(State.LOCATE)
    assert "st-36/introduce" in talk.said()


def test_taken_back_in_a_session_by_choice(talk: Talk) -> None:
    talk.hear(K.RED_FLAG, flag="diabetic").wait(9).hear(K.ROUTINE, point="st-36").hear(K.NO_SIGN, flag="diabetic")
    assert talk.said(talk.now)[0] == Role.SAFETY_CLEAR
    assert talk.state is State.LOCATE


def test_denying_what_was_never_told_changes_nothing(library: Library) -> None:
    talk = reach(library, State.PRESS)
    before = list(talk.sounds)
    assert talk.hear(K.NO_SIGN, flag="swollen").sounds == before
    assert talk.hear(K.NO_SIGN).sounds == before


def test_cant_feel_it_asks_whether_the_leg_is_numb(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.CANT_FEEL)
    assert talk.said(talk.now) == [Role.FEELING_ASK]
    assert reach(library, State.PRESS).hear(K.CANT_FEEL).wait(2).hear(K.SIGN, flag="numb").state is State.ALERT
    assert talk.wait(2).hear(K.CANT_FIND).state is State.PRESS


def test_after_an_alert_a_caution_does_not_lift_it(library: Library) -> None:
    talk = reach(library, State.ALERT).hear(K.RED_FLAG, flag="pregnant")
    assert talk.state is State.ALERT
    assert library.flags["chest-pain"].say in talk.said(talk.now), "the warning is still said again"


def test_why_numb_in_a_cramp_asks_whether_the_leg_is(library: Library) -> None:
    brief = library.questions["numbness"].answer.brief
    talk = reach(library, State.PRESS).hear(K.QUESTION, question="numbness")
    assert talk.state is State.SAFETY_CHECK
    assert talk.said(talk.now) == [brief, Role.FEELING_ASK]
    assert talk.until(State.ALERT), "without an answer the pressing does not go on"
    assert Talk(library).hear(K.QUESTION, question="numbness").state is State.ANSWER


def test_next_point_where_none_is_safe(library: Library) -> None:
    talk = reach(library, State.CHECK).hear(K.RED_FLAG, flag="pregnant").until(State.CHECK).hear(K.NEXT_POINT)
    assert talk.state is State.AFTERCARE
    assert Role.LAST_POINT not in talk.said(talk.now)


# A danger sign counts for the night.


@pytest.mark.parametrize("flag", ["swollen", "numb", "injury", "chest-pain"])
@pytest.mark.parametrize("wish", [(K.SYMPTOM, {"place": "calf"}), (K.ROUTINE, {"point": "st-36"})])
def test_after_an_alert_it_asks_before_anything_is_begun(
    library: Library, flag: str, wish: tuple[K, dict[str, str]]
) -> None:
    talk = reach(library, State.PRESS).hear(K.RED_FLAG, flag=flag).until(State.IDLE).hear(wish[0], **wish[1])
    assert talk.state is State.SAFETY_CHECK
    assert talk.said(talk.now) == [Role.REMEMBERED, Role.SAFETY_ASK]
    since = talk.now
    assert "tone.press" not in talk.wait(600).said(since)
    assert Role.SAFETY_UNANSWERED in talk.said(since)


def test_who_is_fine_after_all_is_helped(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.RED_FLAG, flag="swollen").until(State.IDLE).hear(K.SYMPTOM, place="calf")
    talk.wait(5).hear(K.NO)
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[:2] == [Role.SAFETY_CLEAR, "calf/stretch"]
    talk.hear(K.STOP).wait(5).hear(K.SYMPTOM, place="calf")
    assert talk.state is State.STRETCH, "not asked again"


def test_ten_minutes_do_not_stand_in_the_way_of_another_cramp(talk: Talk) -> None:
    talk.hear(K.RED_FLAG, flag="too-long").until(State.IDLE).wait(3600).hear(K.SYMPTOM, place="calf")
    assert talk.state is State.STRETCH


def test_a_new_night_begins_without_the_old_one_s_danger(talk: Talk) -> None:
    talk.hear(K.RED_FLAG, flag="swollen").wait(9 * 3600).hear(K.SYMPTOM, place="calf")
    assert talk.state is State.STRETCH


def test_a_caution_is_told_once_in_the_session_in_which_it_was_told(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).wait(4).hear(K.RED_FLAG, flag="pregnant").wait(300)
    assert talk.said().count(library.flags["pregnant"].say) == 1
    assert Role.REMEMBERED not in talk.said()


@pytest.mark.parametrize("flag", ["varicose-veins", "blood-thinners"])
def test_after_a_caution_nothing_is_to_be_rubbed(library: Library, flag: str) -> None:
    talk = reach(library, State.STRETCH).hear(K.RED_FLAG, flag=flag).hear(K.BETTER)
    assert talk.said(talk.now)[0] == Role.GENTLE_AFTERCARE


# Told at odd moments.


def test_a_caution_told_at_the_end_holds_when_it_gets_worse(library: Library) -> None:
    talk = reach(library, State.AFTERCARE).hear(K.RED_FLAG, flag="pregnant").wait(3).hear(K.WORSE)
    assert "tone.press" not in talk.wait(600).said(talk.now)
    since = talk.now
    assert not any("/introduce" in sound for sound in talk.wait(600).said(since))


def test_which_is_it_is_not_answered_by_half(library: Library) -> None:
    for kind, slots in ((K.CANT_FIND, {}), (K.NO_SIGN, {"flag": "swollen"}), (K.NO_SIGN, {}), (K.YES, {})):
        talk = reach(library, State.SAFETY_CHECK).hear(kind, **slots)
        assert talk.state is State.SAFETY_CHECK
        assert talk.said(talk.now) == [Role.SAFETY_ASK_AGAIN]
        assert talk.wait(3).hear(K.NO).state is State.PRESS


def test_one_denied_sign_leaves_the_others(talk: Talk) -> None:
    talk.hear(K.RED_FLAG, flag="chest-pain").until(State.IDLE).hear(K.SYMPTOM, place="calf").wait(3)
    assert talk.hear(K.NO_SIGN, flag="swollen").until(State.ALERT)


def test_yes_it_is_numb_is_an_emergency(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.CANT_FEEL).wait(2).hear(K.YES)
    assert talk.state is State.ALERT
    assert talk.said(talk.now)[0] == library.flags["numb"].say


def test_why_numb_in_an_answer_does_not_go_back_to_pressing(library: Library) -> None:
    assert reach(library, State.ANSWER).hear(K.QUESTION, question="numbness").state is State.SAFETY_CHECK


def test_a_milder_sign_does_not_take_the_place_of_a_worse_one(library: Library) -> None:
    talk = reach(library, State.ALERT).hear(K.RED_FLAG, flag="too-long")
    assert talk.state is State.ALERT
    assert library.flags["chest-pain"].say in talk.said(talk.now)[1:]
    worse = reach(library, State.PRESS).hear(K.RED_FLAG, flag="too-long").wait(2).hear(K.RED_FLAG, flag="chest-pain")
    assert worse.said(worse.now) == [library.flags["chest-pain"].say] * 2


def test_thanks_for_a_warning_does_not_end_it(library: Library) -> None:
    assert reach(library, State.ALERT).hear(K.GOODBYE).state is State.ALERT


def test_a_caution_in_a_pause_that_concerns_no_point_leaves_the_pause(library: Library) -> None:
    talk = reach(library, State.PAUSED).hear(K.RED_FLAG, flag="statins")
    assert talk.state is State.PAUSED
    assert talk.wait(20).hear(K.RESUME).state is State.PRESS


def test_a_caution_in_an_answer_is_said_and_the_round_goes_on(library: Library) -> None:
    talk = reach(library, State.ANSWER).hear(K.RED_FLAG, flag="statins")
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[0] == library.flags["statins"].say


def test_what_was_made_worse_twice_is_not_pressed_again(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.WORSE).until(State.LOCATE).hear(K.WORSE)
    assert talk.said(talk.now) == [Role.WORSE_AGAIN]
    for kind, slots in ((K.SYMPTOM, {"place": "calf"}), (K.START_OVER, {})):
        again = reach(library, State.PRESS).hear(K.WORSE).until(State.LOCATE).hear(K.WORSE).wait(3).hear(kind, **slots)
        since = again.now
        assert "tone.press" not in again.wait(600).said(since)


def test_after_ten_minutes_nothing_is_pressed_for_half_an_hour(library: Library) -> None:
    talk = reach(library, State.STRETCH)
    while talk.state is not State.ALERT:
        talk.wait(5).hear(K.STILL)
    talk.until(State.IDLE).hear(K.SYMPTOM, place="calf")
    since = talk.now
    assert "tone.press" not in talk.wait(900).said(since)
    talk.wait(1800).hear(K.SYMPTOM, place="calf")
    assert talk.until(State.LOCATE)


@pytest.mark.parametrize("state", [State.IDLE, State.AFTERCARE, State.PAUSED])
def test_it_may_be_taken_back_where_nothing_goes_on(library: Library, state: State) -> None:
    talk = reach(library, state).hear(K.RED_FLAG, flag="statins").wait(9)
    talk.hear(K.NO_SIGN, flag="statins")
    assert talk.said(talk.now)[0] == Role.SAFETY_CLEAR
    assert talk.session.cautions == {}


def test_what_changes_no_point_is_taken_back_without_beginning_anew(library: Library) -> None:
    talk = reach(library, State.PRESS).hear(K.RED_FLAG, flag="statins").wait(4).hear(K.NO_SIGN, flag="statins")
    assert talk.state is State.PRESS


def test_a_session_by_choice_is_not_begun_out_of_a_cramp(library: Library) -> None:
    assert reach(library, State.ANSWER).hear(K.ROUTINE, routine="evening").state is State.PRESS


def test_worse_after_a_session_by_choice_says_where_to_turn(talk: Talk) -> None:
    talk.hear(K.ROUTINE, point="st-36").hear(K.BETTER).wait(1).hear(K.WORSE)
    assert talk.state is State.AFTERCARE
    assert talk.hear(K.WORSE).said(talk.now) == [Role.WORSE_AGAIN]


def test_a_cramp_told_again_in_a_pause_keeps_the_leg(library: Library) -> None:
    talk = Talk(library).hear(K.SYMPTOM, place="calf", side="left").wait(20).hear(K.PAUSE).hear(K.SYMPTOM)
    assert any(s.sound == "calf/stretch@left" for s in talk.sounds if s.start >= talk.now * 48_000)


def test_start_over_where_nothing_was_safe(talk: Talk) -> None:
    talk.hear(K.RED_FLAG, flag="pregnant").wait(20).hear(K.ROUTINE, point="st-36").hear(K.START_OVER)
    assert talk.state is State.AFTERCARE
