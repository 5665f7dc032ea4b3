"""New files for authors: commented, and without errors."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from voiceguide.content.lint import lint
from voiceguide.content.load import built_in, find_content, load, read_all
from voiceguide.content.models import Models
from voiceguide.content.scaffold import KINDS, scaffold
from voiceguide.errors import UsageError
from voiceguide.guide.states import State, legal
from voiceguide.hear.sphinx import dictionary
from voiceguide.intents import IntentKind, Slot
from voiceguide.understand.match import Phrasebook

WRITTEN = {
    "point": ["points/warm-socks.yaml"],
    "guide": ["guides/warm-socks.yaml"],
    "routine": ["routines/warm-socks.yaml", "examples/warm-socks.yaml"],
    "question": ["questions/warm-socks.yaml", "examples/warm-socks.yaml"],
}
ASKED = {
    "point": ("what is warm socks point", IntentKind.QUESTION, {Slot.POINT: "warm-socks"}),
    "routine": ("start the warm socks routine", IntentKind.ROUTINE, {Slot.ROUTINE: "warm-socks"}),
    "question": ("what about the warm socks", IntentKind.QUESTION, {Slot.QUESTION: "warm-socks"}),
}
UNSAID = ["id: nobody can say it: phrases.yaml has no sentence of `symptom` with the place 'warm-socks'"]
NOTHING: Mapping[str, Path] = {}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an author's own English is to go, beneath the working directory; not there yet."""
    monkeypatch.chdir(tmp_path)
    return Path("own/en")


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    return frozenset(word for word, _ in dictionary())


def test_every_kind_is_written_here() -> None:
    assert WRITTEN.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_are_named_after_the_id(own: Path, kind: str) -> None:
    assert scaffold(kind, "warm-socks", own, NOTHING) == [own / name for name in WRITTEN[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_has_no_errors_and_only_a_guide_has_a_warning(own: Path, kind: str, known: frozenset[str]) -> None:
    scaffold(kind, "warm-socks", own, NOTHING)
    models = Models.of(read_all(*find_content("en", Path("own"))))
    warnings = lint(models, known.__contains__, {state.value: legal(state) for state in State})
    assert [warning.what for warning in warnings] == (UNSAID if kind == "guide" else [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_thing_is_there_beside_the_built_in_ones(own: Path, kind: str) -> None:
    scaffold(kind, "warm-socks", own, NOTHING)
    library = load(*find_content("en", Path("own")))
    things = {"point": library.points, "guide": library.guides, "routine": library.routines}
    assert "warm-socks" in things.get(kind, library.questions)
    assert any(prompt.startswith("warm-socks/") for prompt in library.prompts)


@pytest.mark.parametrize("kind", ASKED)
def test_a_new_thing_can_be_asked_for_at_once(own: Path, kind: str) -> None:
    scaffold(kind, "warm-socks", own, NOTHING)
    said, intent, slots = ASKED[kind]
    heard = Phrasebook.of(load(*find_content("en", Path("own")))).match(said, legal(State.IDLE))
    assert heard
    assert (heard.kind, heard.slots) == (intent, slots)


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_is_commented_and_holds_nothing_of_the_blank_one(own: Path, kind: str) -> None:
    for path in scaffold(kind, "warm-socks", own, NOTHING):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert "new-id" not in text
        assert "new id" not in text


def test_several_of_a_kind(own: Path) -> None:
    for id_ in ("warm-socks", "cold-socks"):
        scaffold("question", id_, own, NOTHING)
    assert {"warm-socks", "cold-socks"} <= load(*find_content("en", Path("own"))).questions.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_beside_the_schemas_an_editor_is_told_of_them(tmp_path: Path, kind: str) -> None:
    (tmp_path / "schema").mkdir()
    for path in scaffold(kind, "warm-socks", tmp_path / "en", NOTHING):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        marked, _, schema = first.partition("$schema=")
        assert marked == "# yaml-language-server: "
        assert (built_in() / "en" / path.parent.name / schema).resolve().is_file()


@pytest.mark.parametrize("kind", KINDS)
def test_elsewhere_nothing_is_told_of_schemas(own: Path, kind: str) -> None:
    assert not any("$schema" in path.read_text(encoding="utf-8") for path in scaffold(kind, "warm-socks", own, NOTHING))


@pytest.mark.parametrize("id_", ["", "Warm-Socks", "warm_socks", "warm socks", "-warm", "warm--socks", "../warm", "é"])
def test_what_is_no_id(own: Path, id_: str) -> None:
    with pytest.raises(UsageError) as caught:
        scaffold("question", id_, own, NOTHING)
    assert str(caught.value) == f"'{id_}' is no id -> use lower-case words joined by hyphens, e.g. warm-socks"
    assert not own.exists()


def test_an_id_that_is_taken(own: Path) -> None:
    with pytest.raises(UsageError) as caught:
        scaffold("point", "ginger", own, {"ginger": Path.cwd() / "content/en/questions/ginger.yaml"})
    assert str(caught.value) == "'ginger' is taken by content/en/questions/ginger.yaml -> choose another id"
    assert not own.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_there_already(own: Path, kind: str) -> None:
    scaffold(kind, "warm-socks", own, NOTHING)
    path = own / WRITTEN[kind][0]
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        scaffold(kind, "warm-socks", own, NOTHING)
    assert str(caught.value) == f"{path} is there already -> choose another id, or edit it"
    assert path.read_text(encoding="utf-8") == "mine"


def test_examples_that_are_there_already(own: Path) -> None:
    (own / "examples").mkdir(parents=True)
    (own / "examples/warm-socks.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        scaffold("question", "warm-socks", own, NOTHING)
    assert str(caught.value) == "own/en/examples/warm-socks.yaml is there already -> choose another id, or edit it"
    assert not (own / "questions").exists()
