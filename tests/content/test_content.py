"""The content that comes with voiceguide is whole: everything that can be forgotten is enumerated here."""

import pocketsphinx
import pytest

from voiceguide.content.library import Library
from voiceguide.content.lint import lint
from voiceguide.content.load import find_content
from voiceguide.content.schema import Role
from voiceguide.guide.states import State, legal
from voiceguide.messages import IntentKind, Side, Slot

POINTS = {
    "calf": ["st-36", "gb-34"],
    "foot": ["ki-1"],
    "toes": ["ki-1"],
    "thigh-back": ["bl-37"],
    "thigh-front": ["st-34"],
}
EMERGENCIES = {"chest-pain", "breathless", "cough-blood", "cold-leg", "numb", "cant-move"}


@pytest.fixture(scope="module")
def dictionary() -> set[str]:
    with open(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict"), encoding="utf-8") as lines:
        return {line.split()[0] for line in lines}


def test_lint_has_nothing_to_say(dictionary: set[str]) -> None:
    states = {state.value: legal(state) for state in State}
    assert lint(find_content("en"), dictionary.__contains__, states) == ()


@pytest.mark.parametrize("role", Role)
def test_every_role_is_spoken(library: Library, role: Role) -> None:
    assert library.prompts[role].text


def test_stopped_is_two_words(library: Library) -> None:
    assert len(library.prompts[Role.STOPPED].text.split()) == 2


@pytest.mark.parametrize("intent", IntentKind)
def test_every_intent_has_templates_and_examples(library: Library, intent: IntentKind) -> None:
    assert library.phrases.intents[intent].data
    assert any(example.intent is intent for example in library.examples)


@pytest.mark.parametrize("place", POINTS)
def test_every_place_leads_to_its_points(library: Library, place: str) -> None:
    assert list(library.guides[place].points) == POINTS[place]
    assert all(place in library.points[point].serves for point in POINTS[place])
    assert any(e.intent is IntentKind.SYMPTOM and e.slots.get(Slot.PLACE) == place for e in library.examples)
    assert any(e.intent is IntentKind.PLACE and e.slots.get(Slot.PLACE) == place for e in library.examples)


def test_there_are_no_other_places_or_points(library: Library) -> None:
    assert library.guides.keys() == POINTS.keys()
    assert library.points.keys() == {point for points in POINTS.values() for point in points}


def test_every_point_is_reached_in_four_to_six_movements(library: Library) -> None:
    for point in library.points.values():
        assert 4 <= len(point.steps) <= 6
        for step in point.steps:
            assert library.prompts[step.say].text != library.prompts[step.again].text


def test_the_first_help_names_the_leg_where_it_is_known(library: Library) -> None:
    assert library.prompts[Role.STRETCH_ANY].sided
    assert all(library.prompts[guide.stretch].sided for guide in library.guides.values())
    spoken = dict(library.spoken())
    assert spoken["calf/stretch@left"] == "Straighten your left knee, and pull your toes up towards your shin."
    assert spoken["calf/stretch"] == "Straighten your knee, and pull your toes up towards your shin."


def test_no_sentence_has_a_hole(library: Library) -> None:
    for sound, text in library.spoken():
        assert "{" not in text, sound
        assert "  " not in text, sound
        assert text.endswith((".", "?")), sound


def test_a_clip_is_chosen_by_prompt_and_leg(library: Library) -> None:
    assert library.sound("calf/stretch", Side.LEFT) == "calf/stretch@left"
    assert library.sound("calf/stretch", None) == "calf/stretch"
    assert library.sound(Role.CHECK, Side.LEFT) == "check"
    assert Side.LEFT.other is Side.RIGHT


def test_the_default_round_takes_about_a_minute(library: Library) -> None:
    assert library.dose("st-36").seconds == 8 * (5 + 2)


@pytest.mark.parametrize("flag", sorted(EMERGENCIES | {"swollen", "injury"}))
def test_every_red_flag_can_be_said_and_is_answered(library: Library, flag: str) -> None:
    assert any(example.slots.get(Slot.FLAG) == flag for example in library.examples)
    text = library.prompts[library.flags[flag].say].text
    assert text.startswith("No more pressing")
    assert (library.flags[flag].level == "emergency") is (flag in EMERGENCIES)
    if flag in EMERGENCIES:
        assert "Call your emergency number, or wake someone. I can't make calls." in text
    else:
        assert "Get medical help today" in text


def test_there_are_no_other_red_flags(library: Library) -> None:
    assert library.flags.keys() == EMERGENCIES | {"swollen", "injury"}


def test_no_prompt_names_a_country_s_emergency_number(library: Library) -> None:
    assert not any(char.isdigit() for prompt in library.prompts.values() for char in prompt.text)


def test_how_long_left_reaches_ten_minutes(library: Library) -> None:
    assert library.skill.remaining[-1].up_to == 600
