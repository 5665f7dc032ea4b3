"""The content that comes with voiceguide is whole: everything that can be forgotten is enumerated here."""

import os
import re
from pathlib import Path

import pytest

from voiceguide.content import coverage
from voiceguide.content.library import Library
from voiceguide.content.lint import cited, lint, sentences
from voiceguide.content.load import find_content, read_all
from voiceguide.content.models import Models
from voiceguide.content.roles import Role
from voiceguide.content.schema import Level
from voiceguide.content.templates import normalise
from voiceguide.guide.states import State, legal
from voiceguide.hear.sphinx import dictionary
from voiceguide.intents import IntentKind, Posture, Side, Slot
from voiceguide.understand.match import Phrasebook

SHARED = Path(os.environ.get("VOICEGUIDE_SHARED", Path(__file__).parents[3] / "shared"))
BRIEF = SHARED / "CONTENT.md"

POINTS = {
    "calf": ["st-36", "gb-34", "bl-57"],
    "foot": ["ki-1", "lr-3"],
    "toes": ["ki-1", "lr-3"],
    "thigh-back": ["bl-37"],
    "thigh-front": ["st-34"],
    "thigh": [],
    "thigh-inner": [],
    "leg-whole": [],
}
OFFERED = {"st-36", "gb-34", "bl-57", "ki-1", "lr-3", "bl-37", "st-34", "lu-7"}
BEYOND_REACH = "lu-7"
LEVELS = {
    Level.EMERGENCY: {
        *("chest-pain", "breathless", "cough-blood", "collapse", "cold-leg", "numb", "cant-move", "face-or-speech"),
    },
    Level.SAME_DAY: {"swollen", "pregnant-swollen", "injury", "wound", "statin-pain"},
    Level.TOO_LONG: {"too-long"},
    Level.STRETCH_ONLY: {
        *("pregnant", "blood-thinners", "clot-history", "surgery", "cancer-treatment", "dialysis"),
        "bleeding-disorder",
    },
    Level.CAREFUL: {"diabetic", "numb-feet", "statins", "varicose-veins", "broken-skin"},
}
AT_LEAST = {"points": 8, "guides": 7, "questions": 35, "safety phrasings": 25, "examples": 400}


@pytest.fixture(scope="module")
def models() -> Models:
    return Models.of(read_all(*find_content("en")))


@pytest.fixture(scope="module")
def book(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


def test_lint_has_nothing_to_say(models: Models) -> None:
    known = {word for word, _ in dictionary()}
    assert lint(models, known.__contains__, {state.value: legal(state) for state in State}) == ()


@pytest.mark.parametrize("role", Role)
def test_every_role_is_spoken(library: Library, role: Role) -> None:
    assert library.prompts[role].text


def test_stopped_is_two_words(library: Library) -> None:
    assert len(library.prompts[Role.STOPPED].text.split()) == 2


@pytest.mark.parametrize("what", AT_LEAST)
def test_there_is_enough_of_everything(library: Library, what: str) -> None:
    there = {
        "points": len([point for point in library.points.values() if not point.not_offered]),
        "guides": len(library.guides),
        "questions": len(library.questions),
        "safety phrasings": sum(len(flag.said) for flag in library.flags.values()),
        "examples": len(library.examples),
    }
    assert there[what] >= AT_LEAST[what]


@pytest.mark.parametrize("intent", IntentKind)
def test_every_intent_has_templates_and_examples(library: Library, intent: IntentKind) -> None:
    assert library.phrases.intents[intent].data
    assert any(example.intent is intent for example in library.examples)


# Places and points


@pytest.mark.parametrize("place", POINTS)
def test_every_place_leads_to_its_points(library: Library, place: str) -> None:
    guide = library.guides[place]
    assert list(guide.points) == POINTS[place]
    assert all(place in library.points[point].serves for point in POINTS[place])
    assert bool(guide.no_points) is not bool(POINTS[place])
    assert any(e.intent is IntentKind.SYMPTOM and e.slots.get(Slot.PLACE) == place for e in library.examples)
    assert any(e.intent is IntentKind.PLACE and e.slots.get(Slot.PLACE) == place for e in library.examples)


def test_a_place_that_a_point_serves_leads_to_it(library: Library) -> None:
    for name, point in library.points.items():
        assert all(name in library.guides[place].points for place in point.serves), name


def test_a_place_without_points_says_so(library: Library) -> None:
    for guide in library.guides.values():
        if guide.no_points:
            text = library.prompts[guide.no_points].text
            assert re.search("I know no (pressure )?point|Neither of my two articles has a point", text), guide.id


def test_there_are_no_other_places_or_points(library: Library) -> None:
    assert library.guides.keys() == POINTS.keys()
    assert library.points.keys() == OFFERED | {"sp-6"}


@pytest.mark.parametrize("point", sorted(OFFERED))
def test_every_point_that_is_offered_is_reached(library: Library, book: Phrasebook, point: str) -> None:
    assert library.points[point].not_offered is None
    assert any(point in guide.points for guide in library.guides.values()) or library.skill.beyond_reach == point
    for name in library.points[point].names.said:
        routine = book.match(f"let's do {name}", legal(State.IDLE))
        assert routine
        assert (routine.kind, routine.slots) == (IntentKind.ROUTINE, {Slot.POINT: point})


def test_the_point_beyond_reach_is_not_on_the_leg(library: Library) -> None:
    assert library.skill.beyond_reach == BEYOND_REACH
    assert library.points[BEYOND_REACH].serves == ()
    assert not any(library.prompts[id_].sided for id_ in library.prompts if id_.startswith(f"{BEYOND_REACH}/"))


def test_spleen_six_is_told_of_and_never_led_to(library: Library, book: Phrasebook) -> None:
    point = library.points["sp-6"]
    assert point.not_offered
    assert "pregnancy" in point.not_offered
    assert point.serves == ()
    assert not any("sp-6" in guide.points for guide in library.guides.values())
    assert not any(part.point == "sp-6" for routine in library.routines.values() for part in routine.parts)
    told = book.match("what is spleen six", legal(State.IDLE))
    assert told
    assert told.slots == {Slot.POINT: "sp-6"}


def test_every_point_is_reached_in_four_to_six_movements(library: Library) -> None:
    for point in library.points.values():
        assert 4 <= len(point.steps) <= 6
        for step in point.steps:
            assert library.prompts[step.say].text != library.prompts[step.again].text


def test_both_postures_have_words_of_their_own(library: Library) -> None:
    for thing in (*library.points.values(), *library.guides.values()):
        lying, sitting = (library.prompts[thing.postures[posture]].text for posture in Posture)
        assert lying != sitting, thing.id


def test_the_default_round_takes_about_a_minute(library: Library) -> None:
    assert library.dose("st-36").seconds == 8 * (5 + 2)


# Routines and questions


def test_every_routine_is_asked_for_and_exercised(library: Library) -> None:
    assert library.routines
    for name, routine in library.routines.items():
        assert routine.said
        assert any(example.slots.get(Slot.ROUTINE) == name for example in library.examples), name
        assert all(part.point not in ("sp-6",) for part in routine.parts), name


def test_one_routine_presses_nothing(library: Library) -> None:
    assert not any(part.point for part in library.routines["stretches-only"].parts)


def test_every_question_is_asked_and_exercised(library: Library) -> None:
    for name, question in library.questions.items():
        assert question.said
        assert any(example.slots.get(Slot.QUESTION) == name for example in library.examples), name


def test_the_paper_bag_is_told_of_only_where_it_is_asked_for(library: Library) -> None:
    bagged = {id_ for id_, prompt in library.prompts.items() if "paper" in prompt.text or "plastic" in prompt.text}
    assert bagged <= {id_ for id_ in library.prompts if id_.startswith("paper-bag/")}
    brief = library.prompts[library.questions["paper-bag"].answer.brief].text
    assert "I don't recommend it, and never plastic" in brief
    assert "Try slow breaths instead" in brief
    naming = {name for name, question in library.questions.items() if any("paper" in said for said in question.said)}
    assert naming == {"paper-bag"}


TRADITION = re.compile(r"\b(chee|Blood|Jing|jing|Wind|wind|yin|yang|channels?|meridians?)\b")
A_NAME = re.compile(r"(in Chinese|Chinese name is) [a-z -]+")
WHOSE = ("Chinese medicine", "tradition", "Tradition", "the article", "The article", "One article")


def answers(library: Library) -> dict[str, str]:
    """The answers, short and long, by the id of the prompt."""
    said = [question.answer for question in library.questions.values()]
    said += [point.about for point in library.points.values()]
    return {id_: library.prompts[id_].text for answer in said for id_ in (answer.brief, *answer.more)}


def test_what_is_tradition_is_said_to_be(library: Library) -> None:
    for id_, text in answers(library).items():
        if TRADITION.search(A_NAME.sub("", text)):
            assert any(words in text for words in WHOSE), (id_, text)


def test_tradition_is_spoken_of_only_where_it_is_asked_for(library: Library) -> None:
    spoken = {id_ for id_, prompt in library.prompts.items() if TRADITION.search(prompt.text)}
    assert spoken <= answers(library).keys()


# What is told of health


def test_there_are_these_flags_by_urgency(library: Library) -> None:
    assert {level: {name for name, flag in library.flags.items() if flag.level is level} for level in Level} == LEVELS


@pytest.mark.parametrize("flag", sorted(set().union(*LEVELS.values())))
def test_every_flag_is_said_and_exercised(library: Library, flag: str) -> None:
    exercised = [example for example in library.examples if example.slots.get(Slot.FLAG) == flag]
    assert any(example.intent is IntentKind.RED_FLAG and example.states == ("all",) for example in exercised)


@pytest.mark.parametrize("flag", sorted(LEVELS[Level.EMERGENCY]))
def test_an_emergency_says_whom_to_call(library: Library, flag: str) -> None:
    text = library.prompts[library.flags[flag].say].text
    assert text.startswith("No more pressing")
    assert "Call {emergency} now, or wake someone. I can't make calls." in text


@pytest.mark.parametrize("flag", sorted(LEVELS[Level.SAME_DAY]))
def test_what_needs_help_today_says_so(library: Library, flag: str) -> None:
    text = library.prompts[library.flags[flag].say].text
    assert text.startswith("No more pressing")
    assert "get medical help today" in text.lower()


def test_a_cramp_that_takes_too_long_is_no_plain_cramp(library: Library) -> None:
    for prompt in (library.flags["too-long"].say, Role.TIME_LIMIT):
        text = library.prompts[prompt].text
        assert "o more pressing" in text
        assert "medical advice line" in text
        assert "If the pain is severe, get help now." in text


@pytest.mark.parametrize("flag", sorted(LEVELS[Level.STRETCH_ONLY]))
def test_where_only_the_stretch_is_safe_no_point_is_promised(library: Library, flag: str) -> None:
    text = library.prompts[library.flags[flag].say].text
    assert "only the stretch" in text
    assert not re.search(r"\b(points?|press (it|here|gently)|massage|rub)\b", text)


def test_no_flag_skips_a_point_that_nobody_is_led_to(library: Library) -> None:
    assert all(set(flag.skips) <= OFFERED for flag in library.flags.values())
    assert library.flags["diabetic"].skips == ("ki-1", "lr-3")


def test_the_emergency_number_of_the_settings_is_said_in_every_emergency(library: Library) -> None:
    spoken = dict(library.calling("112").spoken())
    for flag in LEVELS[Level.EMERGENCY]:
        assert "Call 1 1 2 now, or wake someone." in spoken[library.flags[flag].say]


# The wording


def test_no_prompt_names_figures(library: Library) -> None:
    assert not any(char.isdigit() for prompt in library.prompts.values() for char in prompt.text)


def test_no_sentence_is_longer_than_fourteen_words(library: Library) -> None:
    for sound, text in library.spoken():
        for sentence in sentences(text):
            assert len(normalise(sentence).split()) <= 14, (sound, sentence)


def test_no_sentence_has_a_hole(library: Library) -> None:
    for sound, text in library.spoken():
        assert "{" not in text, sound
        assert "  " not in text, sound
        assert text.endswith((".", "?")), sound


def test_the_first_help_names_the_leg_where_it_is_known(library: Library) -> None:
    assert library.prompts[Role.STRETCH_ANY].sided
    assert all(library.prompts[guide.stretch].sided for guide in library.guides.values())
    spoken = dict(library.spoken())
    assert spoken["calf/stretch@left"] == "Straighten your left knee, and pull your toes up towards your shin."
    assert spoken["calf/stretch"] == "Straighten your knee, and pull your toes up towards your shin."


def test_a_clip_is_chosen_by_prompt_and_leg(library: Library) -> None:
    assert library.sound("calf/stretch", Side.LEFT) == "calf/stretch@left"
    assert library.sound("calf/stretch", None) == "calf/stretch"
    assert library.sound(Role.CHECK, Side.LEFT) == "check"
    assert Side.LEFT.other is Side.RIGHT


def test_how_long_left_reaches_ten_minutes(library: Library) -> None:
    assert library.skill.remaining[-1].up_to == 600


# What people say


def brief() -> dict[str, list[str]]:
    """The utterances of the content brief, by theme."""
    section = BRIEF.read_text(encoding="utf-8").partition("## 5.")[2].partition("**Collisions")[0]
    themes = re.findall(r"^\*\*([^(*]+) \((\d+)\):\*\* (.*)$", section, re.MULTILINE)
    said = {theme: [text.strip() for text in texts.split(";")] for theme, _, texts in themes}
    assert {theme: len(texts) for theme, texts in said.items()} == {theme: int(count) for theme, count, _ in themes}
    return said


@pytest.mark.skipif(not BRIEF.is_file(), reason=f"no {BRIEF}: set VOICEGUIDE_SHARED to the folder of CONTENT.md")
def test_every_utterance_of_the_brief_is_an_example(library: Library) -> None:
    examples = {normalise(example.text) for example in library.examples}
    lists = brief()
    assert sum(len(texts) for texts in lists.values()) == 187
    missing = {theme: [text for text in texts if normalise(text) not in examples] for theme, texts in lists.items()}
    assert not any(missing.values()), missing


@pytest.mark.parametrize("state", State)
def test_every_example_means_what_it_should_and_nothing_else(library: Library, book: Phrasebook, state: State) -> None:
    now = legal(state)
    meant: dict[str, set[object]] = {}
    for phrase in book.phrases:
        if phrase.intent in now:
            meant.setdefault(phrase.text, set()).add(phrase.meaning)
    for example in library.examples:
        if state in example.states or "all" in example.states:
            intent = book.match(example.text, now)
            assert intent, example.text
            assert (intent.kind, intent.slots) == (example.intent, example.slots), example.text
            assert len(meant[normalise(example.text)]) == 1, example.text
    assert all(len(meanings) == 1 for meanings in meant.values())


def test_no_example_is_there_twice_for_one_state(library: Library) -> None:
    seen: set[tuple[str, str]] = set()
    for example in library.examples:
        for state in example.states:
            assert (normalise(example.text), state) not in seen, example.text
            seen.add((normalise(example.text), state))


def test_what_tune_lets_a_person_say_is_taken_from_the_examples(library: Library) -> None:
    phrases = library.skill.tuning.phrases
    assert len(phrases) == len(set(phrases)) == 5
    assert {*phrases} <= {normalise(example.text) for example in library.examples}


# Where the facts went


def test_every_item_of_the_articles_has_its_place_once(models: Models, library: Library) -> None:
    sources = library.sources
    placed, _, _ = coverage.page(models, sources).partition("## Left out")
    rows = [row for row in re.findall(r"^\| (.+) \| (.*) \|$", placed, re.MULTILINE) if row[0] != "statement"]
    items = sorted(sources.items, key=lambda item: [*sources.sources].index(item.partition("/")[0]))
    assert [statement for statement, _ in rows] == [sources.items[item] for item in items]
    told = {source for _, source in cited(models)}
    for item, (_, place) in zip(items, rows, strict=True):
        assert (place == "left out") is (item in sources.left_out) is (item not in told), item
        assert place, item


def test_what_is_left_out_is_told_with_the_reason(models: Models, library: Library) -> None:
    _, _, page = coverage.page(models, library.sources).partition("## Left out")
    for item, reason in library.sources.left_out.items():
        assert f"| {library.sources.items[item]} | {reason} |" in page


def test_the_page_counts_what_became_of_the_statements(models: Models, library: Library) -> None:
    items, out = len(library.sources.items), len(library.sources.left_out)
    assert f"{items} statements: {items - out} placed, {out} left out." in coverage.page(models, library.sources)


def test_every_other_source_is_used(models: Models, library: Library) -> None:
    _, _, page = coverage.page(models, library.sources).partition("## Other sources")
    rows = re.findall(r"^\| (.+) \| (.*) \|$", page, re.MULTILINE)
    assert all(where for _, where in rows), rows
