"""A folder of one's own above the built-in content."""

import os
from pathlib import Path

import pytest

from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load
from voiceguide.errors import ContentError, UsageError
from voiceguide.intents import IntentKind


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty overlay of English, beneath the working directory."""
    (tmp_path / "own" / "en").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return Path("own")


def laid(own: Path, **files: str) -> Library:
    for name, text in files.items():
        path = own / "en" / f"{name.replace('__', '/').replace('_', '-')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(*find_content("en", own))


def test_a_library_is_shown_in_short(library: Library) -> None:
    assert repr(library) == "Library(en)"


def test_nothing_of_ones_own_changes_nothing(own: Path, library: Library) -> None:
    assert laid(own) == library


def test_one_sentence_of_ones_own(own: Path, library: Library) -> None:
    changed = laid(own, prompts="prompts: {good-night: Sleep tight.}")
    assert changed.prompts["good-night"].text == "Sleep tight."
    assert changed.prompts.keys() == library.prompts.keys()
    assert changed.guides == library.guides


def test_a_sentence_of_a_point(own: Path, library: Library) -> None:
    changed = laid(own, points__st_36="prompts: {on-it: It aches.}")
    assert changed.prompts["st-36/on-it"].text == "It aches."
    assert changed.points["st-36"].steps == library.points["st-36"].steps


def test_a_list_is_replaced(own: Path) -> None:
    assert laid(own, guides__calf="points: [gb-34]").guides["calf"].points == ("gb-34",)


def test_what_people_say_is_added_to(own: Path, library: Library) -> None:
    changed = laid(
        own,
        phrases="intents: {stop: {data: [{sentences: [enough of that nurse]}]}}",
        questions__ginger="said: [is the root any good]",
    )
    stops = changed.phrases.intents[IntentKind.STOP].data
    assert len(stops) == len(library.phrases.intents[IntentKind.STOP].data) + 1
    assert changed.questions["ginger"].said == (*library.questions["ginger"].said, "is the root any good")


def test_a_question_of_ones_own(own: Path, library: Library) -> None:
    text = "id: tea\nsaid: [where is the tea]\nprompts: {brief: In the kitchen.}\nanswer: {brief: brief}\n"
    changed = laid(own, questions__tea=f"{text}sources: [design]\n")
    assert changed.questions.keys() == library.questions.keys() | {"tea"}
    assert changed.prompts["tea/brief"].text == "In the kitchen."


FAULTY = {
    "a reference to nothing": (
        {"guides__calf": "points: [st-63]"},
        "own/en/guides/calf.yaml:1:10: points.0: unknown point 'st-63' (did you mean 'st-36'?)",
    ),
    "an added template": (
        {"phrases": "intents:\n  stop:\n    data:\n      - sentences: [that (will do]\n"},
        "own/en/phrases.yaml:4:21: intents.stop.data.1.sentences.0: 'that (will do': "
        "brackets that don't match, or are empty",
    ),
    "a folder that is none": (
        {"point__x_1": "id: x-1"},
        "own/en/point/x-1.yaml: unknown folder 'point' (did you mean 'points'?)",
    ),
    "a file that is none": ({"prompt": "prompts: {}"}, "own/en/prompt.yaml: unknown file 'prompt.yaml'"),
    "an empty file": ({"prompts": ""}, "own/en/prompts.yaml:1:1: the file is empty"),
    "text for a mapping": ({"prompts": "hello"}, "own/en/prompts.yaml:1:1: must be a mapping"),
}


@pytest.mark.parametrize(("files", "problem"), FAULTY.values(), ids=FAULTY.keys())
def test_a_fault_has_the_address_of_ones_own_file(own: Path, files: dict[str, str], problem: str) -> None:
    with pytest.raises(ContentError) as caught:
        laid(own, **files)
    assert caught.value.problems[0].startswith(problem)


def test_a_file_too_deep_and_one_with_another_ending(own: Path) -> None:
    (own / "en/points/new").mkdir(parents=True)
    (own / "en/points/new/x.yaml").write_text("", encoding="utf-8")
    (own / "en/prompts.yml").write_text("", encoding="utf-8")
    (own / "en/notes.txt").write_text("not content", encoding="utf-8")
    (own / "en/.hidden.yaml").write_text("not content", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        laid(own)
    assert caught.value.problems == (
        "own/en/points/new/x.yaml: is passed over: put it into points/ itself",
        "own/en/prompts.yml: is passed over: its name must end in .yaml",
    )


def test_no_such_folder_and_no_such_language(own: Path) -> None:
    with pytest.raises(ContentError, match="nowhere: no such folder"):
        find_content("en", Path("nowhere"))
    (own / "fr").mkdir()
    with pytest.raises(UsageError, match="unknown language 'fr' -> use one of: en"):
        find_content("fr", own)
    (own / "en").rmdir()
    with pytest.raises(ContentError, match="own: holds no folder 'en', so it adds nothing"):
        find_content("en", own)


def test_a_language_of_ones_own(own: Path) -> None:
    (own / "fr").mkdir()
    (own / "fr/skill.yaml").write_text("language: fr", encoding="utf-8")
    assert find_content("fr", own) == (own / "fr",)


def test_the_emergency_number_is_said_digit_by_digit(library: Library) -> None:
    flag = library.flags["chest-pain"].say
    assert "Call your emergency number now, or wake someone." in dict(library.spoken())[flag]
    assert "Call 1 1 2 now, or wake someone." in dict(library.calling("112").spoken())[flag]


@pytest.mark.parametrize("text", ["-", "  ", "..."])
def test_a_sentence_can_not_be_emptied(own: Path, text: str) -> None:
    with pytest.raises(ContentError, match=r"own/en/prompts.yaml:1:\d+: prompts.safety-line: must be words, not"):
        laid(own, prompts=f"prompts: {{safety-line: '{text}'}}")


def test_links_that_lead_nowhere_and_pipes_are_told(own: Path) -> None:
    (own / "en/points").symlink_to("elsewhere")
    (own / "en/prompts.yaml").symlink_to("elsewhere.yaml")
    os.mkfifo(own / "en/skill.yaml")
    with pytest.raises(ContentError) as caught:
        laid(own)
    assert caught.value.problems == (
        "own/en/points: is a link that leads nowhere",
        "own/en/prompts.yaml: is a link that leads nowhere",
        "own/en/skill.yaml: cannot be read: a pipe, not a file",
    )
