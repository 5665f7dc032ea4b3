"""The dialogue, case by case."""

from itertools import pairwise

import pytest

from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.script import Options
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind
from voiceguide.messages import SPEAK_RATE, Cue

K = IntentKind
PRESS, RELEASE = "tone.press", "tone.release"


@pytest.fixture
def talk(library: Library) -> Talk:
    return Talk(library)


def pressing(talk: Talk, place: str = "calf") -> Talk:
    """At the first press tone of the first round."""
    talk.hear(K.SYMPTOM, place=place).until(State.LOCATE).wait(3.5).hear(K.ON_POINT)
    return talk.wait(talk.starts(PRESS)[0] - talk.now)


# Help first, ask second.


@pytest.mark.parametrize("place", ["calf", "foot", "toes", "thigh-back", "thigh-front"])
def test_the_first_sentence_is_the_stretch_and_the_second_the_safety_line(talk: Talk, place: str) -> None:
    talk.hear(K.SYMPTOM, place=place)
    assert talk.state is State.STRETCH
    assert talk.said()[:2] == [f"{place}/stretch", Role.SAFETY_LINE]
    assert talk.starts(talk.sounds[0].sound) == [0.0]


@pytest.mark.parametrize(
    ("place", "points"),
    [
        ("calf", ["st-36", "gb-34", "bl-57"]),
        ("foot", ["ki-1", "lr-3"]),
        ("toes", ["ki-1", "lr-3"]),
        ("thigh-back", ["bl-37"]),
        ("thigh-front", ["st-34"]),
    ],
)
def test_each_place_leads_to_its_points(talk: Talk, place: str, points: list[str]) -> None:
    talk.hear(K.SYMPTOM, place=place)
    for point in points:
        talk.until(State.LOCATE)
        assert f"{point}/introduce" in talk.said()
        for _ in range(3):
            talk.hear(K.ON_POINT) if talk.state is State.LOCATE else talk.hear(K.STILL)
            talk.until(State.CHECK)
        talk.hear(K.STILL)
    assert talk.state is State.AFTERCARE
    assert Role.STILL_CRAMPING in talk.said()


def test_an_unclear_place_is_asked_for_while_something_helps_already(talk: Talk) -> None:
    talk.hear(K.SYMPTOM)
    assert talk.state is State.ASK_PLACE
    assert talk.said() == [Role.STRETCH_ANY, Role.SAFETY_LINE, Role.ASK_PLACE]
    talk.wait(3).hear(K.PLACE, place="foot", side="right")
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[0] == "foot/stretch"
    assert Role.SAFETY_LINE not in talk.said(talk.now), "said once a session"
    assert any(s.sound == "foot/stretch@right" for s in talk.sounds)


def test_a_side_alone_is_no_answer_to_which_muscle(talk: Talk) -> None:
    talk.hear(K.SYMPTOM).wait(5).hear(K.PLACE, side="left")
    assert talk.state is State.ASK_PLACE
    assert talk.said(talk.now) == [Role.ASK_PLACE]
    talk.hear(K.PLACE, place="calf")
    assert any(s.sound == "calf/stretch@left" for s in talk.sounds)


def test_after_two_prompts_without_an_answer_it_takes_the_calf_and_says_so(talk: Talk) -> None:
    talk.hear(K.SYMPTOM).until(State.STRETCH)
    assert talk.said()[2:6] == [Role.ASK_PLACE, Role.ASK_PLACE_AGAIN, Role.ASSUME_DEFAULT, "calf/stretch"]


def test_a_groan_while_being_asked_asks_again(talk: Talk) -> None:
    talk.hear(K.SYMPTOM).wait(3).hear(K.SYMPTOM)
    assert talk.state is State.ASK_PLACE


def test_the_side_is_used_in_the_wording(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf", side="left")
    assert talk.sounds[0].sound == "calf/stretch@left"


def test_the_side_may_be_told_later(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(1).hear(K.PLACE, side="right")
    assert talk.state is State.STRETCH
    talk.until(State.LOCATE)
    assert any(s.sound == "st-36/introduce@right" for s in talk.sounds)


# Finding the point.


def test_each_step_goes_on_by_itself_after_a_pause(library: Library) -> None:
    talk = Talk(library, Options(step_wait=4.0, gap=0.0)).hear(K.SYMPTOM, place="foot").until(State.LOCATE)
    entered = talk.now
    steps = [step.say for step in library.points["ki-1"].steps]
    assert talk.said(entered)[-1] == steps[0]
    talk.until(State.PRESS)
    times = [talk.starts(step)[0] for step in steps]
    assert [round(b - a, 6) for a, b in pairwise(times)] == [5.0] * (len(times) - 1)


@pytest.mark.parametrize("kind", [K.NEXT, K.FOUND])
def test_next_and_found_go_on_at_once(talk: Talk, library: Library, kind: IntentKind) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).wait(3.5).hear(kind)
    assert talk.said(talk.now) == [library.points["st-36"].steps[1].say]


def test_on_the_point_starts_pressing(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.ON_POINT)
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[:2] == ["st-36/on-it", Role.ROUND]


def test_cant_find_describes_it_otherwise_and_then_takes_close_enough(talk: Talk, library: Library) -> None:
    steps = library.points["st-36"].steps
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.CANT_FIND)
    assert talk.said(talk.now) == [steps[0].again]
    talk.wait(2).hear(K.CANT_FIND)
    assert talk.state is State.LOCATE, "the place itself has not been told yet"
    assert talk.said(talk.now) == [Role.CLOSE_ENOUGH, steps[1].say]
    for _ in steps[1:-1]:
        talk.hear(K.NEXT)
    talk.hear(K.CANT_FIND).hear(K.CANT_FIND)
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[:3] == [Role.CLOSE_ENOUGH, "st-36/on-it", Role.ROUND]


def test_tries_are_counted_for_each_step(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE)
    talk.hear(K.CANT_FIND).hear(K.NEXT).hear(K.CANT_FIND)
    assert talk.state is State.LOCATE


def test_repeat_says_the_last_sentence_with_its_whole_wait(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.NEXT).wait(7).hear(K.REPEAT)
    assert talk.said(talk.now) == [library.points["st-36"].steps[1].say]
    talk.wait(8.9)
    assert talk.said(talk.now) == []
    talk.wait(0.2)
    assert talk.said(talk.now - 0.2) == [library.points["st-36"].steps[2].say]


def test_repeat_in_mid_sentence_starts_it_again_once(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.NEXT).wait(0.5).hear(K.REPEAT)
    assert talk.said(talk.now) == [library.points["st-36"].steps[1].say]


@pytest.mark.parametrize(("into", "meant"), [(0.2, "calf/stretch"), (0.6, Role.SAFETY_LINE)])
def test_repeat_means_what_was_on_before_somebody_began_to_say_it(talk: Talk, into: float, meant: str) -> None:
    talk.hear(K.SYMPTOM, place="calf")
    talk.wait(talk.starts(Role.SAFETY_LINE)[0] + into - talk.now).hear(K.REPEAT, took=0.1)
    assert talk.said(talk.now)[0] == meant


def test_what_was_misheard_afterwards_is_not_about_what_was_on_then(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.LOUDER, took=0.5).wait(30)
    assert talk.session.meant < talk.session.position
    talk.mumble()
    assert talk.session.meant == talk.session.position


@pytest.mark.parametrize("over", [0.1, 0.5, 0.9])
def test_a_sentence_that_was_cut_is_said_again_from_its_beginning(talk: Talk, library: Library, over: float) -> None:
    """Over its words: repeat says it again at once, a pause and carry on later; nothing is taken up in mid-sentence."""
    sentence = library.points["st-36"].steps[1].say
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.NEXT).wait(over)
    hushes = len(talk.hushed)
    talk.hear(K.REPEAT, took=0.05)
    assert len(talk.hushed) == hushes + 1
    assert talk.said(talk.now)[0] == sentence
    talk.wait(over).hear(K.PAUSE).wait(20).hear(K.RESUME)
    assert talk.said(talk.now)[0] == sentence
    assert talk.starts(sentence)[-1] == pytest.approx(talk.now, abs=1e-4)


def test_go_back_says_the_step_before(talk: Talk, library: Library) -> None:
    steps = library.points["st-36"].steps
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.NEXT).hear(K.NEXT).hear(K.BACK)
    assert talk.said(talk.now) == [steps[1].say]
    talk.hear(K.BACK).hear(K.BACK)
    assert talk.said(talk.now) == [steps[0].say]


@pytest.mark.parametrize("kind", [K.CANT_FIND, K.BACK])
def test_back_from_pressing_to_the_last_step(talk: Talk, library: Library, kind: IntentKind) -> None:
    pressing(talk).hear(kind)
    last = library.points["st-36"].steps[-1]
    assert talk.state is State.LOCATE
    assert talk.said(talk.now) == [last.again if kind is K.CANT_FIND else last.say]
    talk.hear(K.ON_POINT)
    assert talk.said(talk.now)[1] == Role.ROUND, "the round that was broken off does not count"


# Pressing.


def test_a_round_presses_five_seconds_and_releases_two_eight_times(talk: Talk) -> None:
    pressing(talk)
    presses, releases = talk.starts(PRESS), talk.starts(RELEASE)
    assert len(presses) == len(releases) == 8
    assert {round(r - p, 9) for p, r in zip(presses, releases, strict=True)} == {5.0}
    assert {round(p - r, 9) for r, p in zip(releases, presses[1:], strict=False)} == {2.0}
    assert {s.cue for s in talk.sounds if s.sound == PRESS} == {Cue.PRESS}
    talk.until(State.CHECK)
    assert talk.said(talk.now) == [Role.CHECK]
    assert talk.now - releases[-1] == pytest.approx(2.0)


def test_the_counts_end_with_the_press(talk: Talk) -> None:
    first = pressing(talk).now
    assert [talk.starts(word)[0] - first for word in ("three", "two", "one")] == [2.0, 3.0, 4.0]


@pytest.mark.parametrize(("kind", "factor"), [(K.SLOWER, 1.25), (K.FASTER, 0.8)])
def test_another_tempo_changes_what_is_still_to_come(talk: Talk, kind: IntentKind, factor: float) -> None:
    begin = pressing(talk).now
    talk.wait(1.5).hear(kind)
    aside = 1.0 + talk.session.options.gap
    presses, releases = talk.starts(PRESS), talk.starts(RELEASE)
    assert presses[0] == begin
    assert releases[0] == pytest.approx(begin + 1.5 + aside + 3.5 * factor, abs=0.6)
    assert presses[3] - presses[2] == pytest.approx(7 * factor, abs=1e-4)


def test_tempo_holds_for_the_next_round_and_the_waits(talk: Talk) -> None:
    pressing(talk).hear(K.SLOWER).until(State.CHECK).hear(K.STILL)
    presses = [at for at in talk.starts(PRESS) if at > talk.now]
    assert presses[1] - presses[0] == pytest.approx(8.75, abs=1e-4)


def test_tempo_has_bounds(talk: Talk) -> None:
    pressing(talk)
    for _ in range(12):
        talk.hear(K.SLOWER)
    assert talk.session.progress.tempo == 2.0
    for _ in range(12):
        talk.hear(K.FASTER)
    assert talk.session.progress.tempo == 0.5


@pytest.mark.parametrize("offset", [1.3, 4.95, 5.05, 6.2, 33.3])
def test_pause_and_carry_on_are_exact_to_the_sample(talk: Talk, offset: float) -> None:
    pressing(talk).wait(offset)
    at = round(talk.now * SPEAK_RATE)
    timeline, position = talk.session.timeline, talk.session.position
    resume = timeline.resume_at(position)
    coming = [(s.start - resume, s.sound) for s in timeline.sounds if s.start >= resume]
    talk.hear(K.PAUSE)
    assert talk.state is State.PAUSED
    assert talk.said(talk.now) == [], "a pause is silent"
    talk.wait(20).hear(K.RESUME)
    assert talk.state is State.PRESS
    back = at + 20 * SPEAK_RATE
    assert [(s.start - back, s.sound) for s in talk.sounds if s.start >= back] == coming


def test_after_a_pause_between_steps_the_sentence_is_heard_again(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.NEXT).wait(5).hear(K.PAUSE).wait(30).hear(K.RESUME)
    assert talk.said(talk.now) == [library.points["st-36"].steps[1].say]


def test_a_pause_that_nobody_ends_becomes_the_end_without_a_sound(talk: Talk) -> None:
    pressing(talk).hear(K.PAUSE).wait(299)
    assert talk.state is State.PAUSED
    talk.wait(2)
    assert talk.state is State.IDLE
    assert talk.said(talk.now - 290) == []


@pytest.mark.parametrize(
    ("wait", "answer"), [(0.0, "left-one-minute"), (30.0, "left-half-minute"), (48.0, "left-few-seconds")]
)
def test_how_long_left_in_a_round(talk: Talk, wait: float, answer: str) -> None:
    pressing(talk).wait(wait + 1.2).hear(K.HOW_LONG)
    assert talk.said(talk.now)[0] == answer
    assert talk.state is State.PRESS


def test_how_long_left_before_a_round_counts_the_round(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.HOW_LONG)
    assert talk.said(talk.now)[0] == "left-one-minute", "the wait itself is but a few seconds"


def test_repeat_in_a_hold_says_the_instruction_and_the_hold_goes_on(talk: Talk) -> None:
    begin = pressing(talk).now
    talk.wait(1.5).hear(K.REPEAT)
    assert talk.said(talk.now)[0] == Role.ROUND
    assert talk.starts(RELEASE)[0] == pytest.approx(begin + 5 + 1 + talk.session.options.gap, abs=1.0)


def test_next_leaves_the_round(talk: Talk) -> None:
    assert pressing(talk).hear(K.NEXT).state is State.CHECK


def test_next_point_and_then_there_is_none(talk: Talk) -> None:
    pressing(talk).hear(K.NEXT_POINT)
    assert talk.state is State.LOCATE
    assert talk.said(talk.now)[:2] == [Role.SECOND_POINT, "gb-34/introduce"]
    talk.hear(K.NEXT_POINT)
    assert talk.said(talk.now)[:2] == [Role.SECOND_POINT, "bl-57/introduce"]
    talk.hear(K.NEXT_POINT)
    assert talk.state is State.AFTERCARE
    assert talk.said(talk.now)[0] == Role.LAST_POINT


def test_start_over_begins_with_the_stretch(talk: Talk) -> None:
    pressing(talk).hear(K.START_OVER)
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[0] == "calf/stretch"


# The check, and after it.


def test_three_rounds_then_the_next_point_then_where_to_turn(talk: Talk) -> None:
    pressing(talk)
    for point in ("st-36", "gb-34", "bl-57"):
        assert talk.session.point.id == point
        for number in (1, 2, 3):
            assert talk.session.progress.rounds == number
            talk.until(State.CHECK).hear(K.NO)
        if point != "bl-57":
            assert talk.state is State.LOCATE
            talk.hear(K.ON_POINT)
    assert talk.state is State.AFTERCARE
    assert talk.said(talk.now) == [Role.STILL_CRAMPING]


@pytest.mark.parametrize("kind", [K.YES, K.BETTER])
def test_better_leads_to_aftercare_and_good_night(talk: Talk, kind: IntentKind) -> None:
    pressing(talk).until(State.CHECK).hear(kind)
    assert talk.state is State.AFTERCARE
    assert talk.said(talk.now) == ["calf/aftercare", Role.GOOD_NIGHT]
    talk.until(State.IDLE)


def test_a_check_without_answers_goes_on_once_and_then_lets_them_sleep(talk: Talk) -> None:
    begin = pressing(talk).now
    talk.until(State.IDLE)
    questions = [sound for sound in talk.said(begin) if sound.startswith("check")]
    assert questions == [Role.CHECK, Role.CHECK_AGAIN, Role.CHECK]
    assert len(talk.starts(PRESS)) == 16
    assert talk.said()[-1] == Role.GOOD_NIGHT


def test_worse_leaves_the_point_and_worse_again_ends_the_pressing(talk: Talk) -> None:
    pressing(talk).hear(K.WORSE)
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[:2] == [Role.WORSE, "calf/stretch"]
    talk.until(State.LOCATE)
    assert talk.session.point.id == "gb-34"
    talk.hear(K.WORSE)
    assert talk.state is State.AFTERCARE
    assert talk.said(talk.now)[0] == Role.WORSE_AGAIN


def test_worse_in_the_stretch_eases_it_off(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="foot").wait(5).hear(K.WORSE)
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[0] == Role.EASE_OFF
    talk.until(State.LOCATE)
    assert talk.session.point.id == "ki-1"


def test_what_was_made_worse_twice_is_not_begun_again(talk: Talk) -> None:
    pressing(talk).hear(K.WORSE).hear(K.WORSE).wait(5).hear(K.STILL)
    assert talk.state is State.AFTERCARE
    assert talk.said(talk.now)[0] == Role.WORSE_AGAIN


def test_a_cramp_that_is_still_there_at_the_end_begins_again(talk: Talk) -> None:
    pressing(talk).until(State.CHECK).hear(K.YES).wait(5).hear(K.STILL)
    assert talk.state is State.STRETCH


def test_who_skips_the_safety_line_hears_it_before_the_point(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(1).hear(K.NEXT)
    assert talk.said(talk.now)[:2] == [Role.SAFETY_LINE, Role.TRADITIONAL]


def test_worse_on_the_only_point_goes_back_to_the_stretch_alone(talk: Talk) -> None:
    pressing(talk, "thigh-front").hear(K.WORSE).until(State.CHECK).wait(2).hear(K.STILL)
    assert talk.said(talk.now) == [Role.STRETCH_AGAIN, "thigh-front/stretch"]
    talk.wait(200)
    assert "thigh-front/aftercare" in talk.said()
    assert talk.state is State.IDLE


def test_the_other_leg_starts_anew_with_the_other_side(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf", side="left").until(State.LOCATE).hear(K.ON_POINT).until(State.CHECK)
    talk.hear(K.OTHER_LEG)
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[:2] == [Role.OTHER_LEG, "calf/stretch"]
    assert any(s.sound == "calf/stretch@right" for s in talk.sounds)


def test_the_other_leg_without_a_side_names_none(talk: Talk) -> None:
    pressing(talk).hear(K.OTHER_LEG)
    assert talk.session.progress.side is None


def test_moved_to_the_foot_takes_the_guide_of_the_foot(talk: Talk) -> None:
    pressing(talk).until(State.CHECK).hear(K.MOVED, place="foot")
    assert talk.state is State.STRETCH
    assert talk.said(talk.now)[0] == "foot/stretch"


def test_another_place_in_mid_session_is_news_and_the_same_one_a_groan(talk: Talk) -> None:
    pressing(talk).hear(K.SYMPTOM, place="calf")
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[0] == Role.KEEP_GOING
    talk.hear(K.SYMPTOM)
    assert talk.state is State.PRESS
    talk.hear(K.SYMPTOM, place="toes")
    assert talk.state is State.STRETCH
    assert talk.session.progress.place == "toes"


def test_the_other_side_in_mid_session_is_news(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf", side="left").until(State.LOCATE).hear(K.SYMPTOM, side="right")
    assert talk.state is State.STRETCH
    assert talk.sounds[-1].start >= talk.now
    assert talk.session.progress.side == "right"


def test_the_place_may_be_corrected_during_the_stretch(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(1).hear(K.PLACE, place="thigh-back")
    assert talk.said(talk.now)[0] == "thigh-back/stretch"


def test_after_ten_minutes_the_pressing_stops(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.ON_POINT)
    while talk.now < 580:
        talk.wait(10)
        if talk.state is State.CHECK:
            talk.hear(K.START_OVER)
    assert talk.state is not State.ALERT
    talk.wait(600 - talk.now)
    assert talk.state is State.ALERT
    assert talk.said(600.0) == [Role.TIME_LIMIT]
    talk.until(State.IDLE)


def test_the_ten_minutes_go_on_through_start_over_and_the_other_leg(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(100).hear(K.START_OVER).hear(K.OTHER_LEG).hear(K.MOVED, place="foot")
    assert talk.session.progress.began == 0.0


def test_a_new_night_has_its_own_ten_minutes(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").hear(K.STOP).wait(5000).hear(K.SYMPTOM, place="calf")
    assert talk.session.progress.began == talk.now
    talk.wait(3)
    assert talk.state is State.STRETCH


# Stop, and danger.


def test_stop_is_silent_first_and_confirms_after_a_gap(talk: Talk) -> None:
    pressing(talk).wait(1.0).hear(K.STOP)
    assert talk.hushed[-1] == talk.now
    assert talk.state is State.IDLE
    assert talk.said(talk.now) == [Role.STOPPED]
    assert talk.starts(Role.STOPPED) == [pytest.approx(talk.now + 0.25)]


def test_the_confirmation_has_two_words(library: Library) -> None:
    assert len(library.prompts[Role.STOPPED].text.split()) == 2


def test_stop_where_nothing_goes_on_says_nothing(talk: Talk) -> None:
    talk.wait(100).hear(K.STOP)
    assert talk.said() == []
    assert talk.session.deadline() is None


def test_stop_cuts_good_night(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").hear(K.GOODBYE).wait(0.5).hear(K.STOP)
    assert talk.hushed[-1] == talk.now
    assert talk.said(talk.now) == [Role.STOPPED]


def test_a_red_flag_stops_the_pressing_and_is_said_twice(talk: Talk, library: Library) -> None:
    pressing(talk).wait(3).hear(K.RED_FLAG, flag="chest-pain")
    assert talk.state is State.ALERT
    assert talk.said(talk.now) == [library.flags["chest-pain"].say] * 2
    talk.hear(K.NEXT).hear(K.RESUME)
    assert talk.state is State.ALERT, "nothing leads back to pressing"
    talk.until(State.IDLE)


def test_a_red_flag_is_heard_when_idle(talk: Talk) -> None:
    assert talk.hear(K.RED_FLAG, flag="swollen").state is State.ALERT


def test_safety_asks_which_and_none_goes_on_exactly_there(talk: Talk) -> None:
    pressing(talk).wait(1.3)
    left = talk.session.timeline.length - talk.session.position
    talk.hear(K.SAFETY)
    assert talk.said(talk.now) == [Role.SAFETY_ASK]
    talk.wait(3).hear(K.NO)
    assert talk.state is State.PRESS
    assert talk.said(talk.now)[0] == Role.SAFETY_CLEAR
    aside = round((1 + talk.session.options.gap) * SPEAK_RATE)
    assert talk.session.timeline.length - talk.session.position == left + aside


def test_a_sign_in_one_word_answers_which_it_is(talk: Talk, library: Library) -> None:
    pressing(talk).hear(K.SIGN, flag="numb")
    assert talk.state is State.PRESS, "a single word is no alarm where nobody asked"
    talk.hear(K.SAFETY).hear(K.SIGN, flag="numb")
    assert talk.state is State.ALERT
    assert talk.said(talk.now)[0] == library.flags["numb"].say


def test_safety_without_an_answer_advises_and_ends(talk: Talk) -> None:
    pressing(talk).hear(K.SAFETY)
    since = talk.now
    talk.until(State.ALERT).until(State.IDLE)
    assert talk.said(since) == [Role.SAFETY_ASK, Role.SAFETY_ASK_AGAIN, *[Role.SAFETY_UNANSWERED] * 2]


def test_safety_when_idle_and_no_answer_is_a_television(talk: Talk) -> None:
    talk.hear(K.SAFETY).until(State.IDLE)
    assert talk.said() == [Role.SAFETY_ASK]


def test_safety_when_idle_and_none_says_good_night(talk: Talk) -> None:
    talk.hear(K.SAFETY).wait(2).hear(K.NO)
    assert talk.state is State.IDLE
    assert talk.said(talk.now) == [Role.GOOD_NIGHT]


def test_safety_in_a_pause_goes_back_to_what_was_paused(talk: Talk) -> None:
    pressing(talk).hear(K.PAUSE).hear(K.SAFETY).hear(K.RESUME)
    assert talk.state is State.PRESS


# Being misheard, louder, help.


def test_misunderstanding_is_bounded(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).wait(4)
    said = []
    for _ in range(4):
        talk.mumble()
        said += talk.said(talk.now)
        talk.wait(1.5)
    assert said == [Role.MISHEARD, Role.MISHEARD_AGAIN]
    talk.until(State.PRESS)


def test_after_asking_again_there_is_time_for_an_answer(talk: Talk) -> None:
    talk.hear(K.SYMPTOM).wait(9.5)
    deadline = talk.session.deadline()
    assert deadline is not None
    talk.wait(deadline - talk.now - 0.3).mumble().wait(6.0)
    assert talk.state is State.ASK_PLACE
    assert talk.said(talk.now - 6.0) == [Role.MISHEARD]


def test_misheard_twice_at_a_question_the_question_is_repeated(talk: Talk) -> None:
    talk.hear(K.SYMPTOM).wait(5).mumble().wait(2).mumble()
    assert talk.said(talk.now) == [Role.ASK_PLACE]


def test_an_answer_in_between_is_not_said_again(talk: Talk, library: Library) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).hear(K.NEXT).wait(2).hear(K.LOUDER).wait(3).hear(K.REPEAT)
    assert talk.said(talk.now) == [library.points["st-36"].steps[1].say]
    talk.wait(2).hear(K.PAUSE).wait(5).hear(K.RESUME)
    assert talk.said(talk.now) == [library.points["st-36"].steps[1].say]


def test_a_mumble_while_it_speaks_or_presses_changes_nothing(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).wait(0.5).mumble()
    assert not talk.hushed
    talk.hear(K.ON_POINT)
    before = list(talk.sounds)
    talk.mumble()
    assert talk.sounds == before


def test_what_makes_no_sense_now_changes_nothing(talk: Talk) -> None:
    talk.hear(K.NEXT).hear(K.RESUME).mumble()
    assert talk.state is State.IDLE
    assert talk.sounds == []


def test_louder_and_quieter_have_bounds_and_outlive_the_session(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf")
    for _ in range(5):
        talk.hear(K.LOUDER)
    assert talk.gains[-1] == pytest.approx(10 ** (6 / 20))
    for _ in range(12):
        talk.hear(K.QUIETER)
    assert talk.gains[-1] == pytest.approx(10 ** (-18 / 20))
    talk.hear(K.STOP).wait(9).hear(K.SYMPTOM, place="calf")
    assert talk.session.loudness.steps == -6


def test_help_in_the_stretch_then_goes_on(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(6).hear(K.HELP)
    assert talk.said(talk.now)[0] == Role.HELP
    assert talk.state is State.STRETCH


def test_the_recogniser_is_told_what_makes_sense(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf")
    assert [listen.state for listen in talk.listening] == [State.IDLE, State.STRETCH]
    assert talk.listening[0].legal == {K.SYMPTOM, K.ROUTINE, K.QUESTION, K.NO_SIGN, K.STOP, K.SAFETY, K.RED_FLAG}


def test_time_never_goes_back(talk: Talk) -> None:
    talk.hear(K.SYMPTOM, place="calf").wait(3)
    assert talk.session.tick(1.0) == []
    assert talk.session.now == 3.0
