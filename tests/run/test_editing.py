"""A settings file is edited in a copy, and a faulty copy never takes its place."""

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pytest

from voiceguide.errors import AudioFileError, ContentError
from voiceguide.run.catalogue import template
from voiceguide.run.editing import edit
from voiceguide.run.settings import Settings


class Editor:
    """Writes one text after the other, each time it is opened."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.seen: list[str] = []
        self.told: list[str] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def open(self, path: Path) -> None:
        self.seen.append(path.read_text("utf-8"))
        self.meanwhile()
        path.write_text(self._texts.pop(0), "utf-8")

    def again(self, problems: Sequence[str]) -> bool:
        self.told += problems
        return bool(self._texts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text("rate: 130\n")
    return path


def has_all(*_: object) -> tuple[()]:
    """A device on which all can be used."""
    return ()


def test_what_cannot_be_used_here_is_told_with_its_place(path: Path) -> None:
    tried: list[object] = []

    def refused(settings: Settings, names: Collection[str]) -> list[tuple[str, str, str]]:
        tried.append((settings.night.voice, names))
        return [("night.voice", "no voice 'xx'", "take another")] if settings.night.voice == "xx" else []

    editor = Editor("rate: 120\nnight:\n  voice: xx\n", "rate: 120\nnight:\n  voice: yy\n", "rate: 110\n")
    assert edit(path, editor.open, editor.again, refused)
    assert editor.told == [f"{path}:3:10: night.voice: no voice 'xx' -> take another"]
    assert edit(path, editor.open, editor.again, refused)
    assert tried == [("xx", ["night.voice"]), ("yy", ["night.voice"])], "what is not set is not tried"


def test_what_is_right_is_kept(path: Path) -> None:
    editor = Editor("rate: 120\n")
    assert edit(path, editor.open, editor.again, has_all)
    assert (path.read_text(), editor.seen, editor.told) == ("rate: 120\n", ["rate: 130\n"], [])


def test_what_is_faulty_is_edited_again_where_it_was_left(path: Path) -> None:
    editor = Editor("raet: 120\n", "rate: 120\n")
    assert edit(path, editor.open, editor.again, has_all)
    assert editor.seen[1] == "raet: 120\n"
    assert editor.told == [f"{path}:1:1: raet: unknown key 'raet' (did you mean 'rate'?)"]
    assert path.read_text() == "rate: 120\n"


def test_what_is_left_faulty_is_not_kept(path: Path) -> None:
    editor = Editor("rate: 9\n")
    with pytest.raises(ContentError, match=r"settings.yaml: stays as it was: what was edited is faulty"):
        edit(path, editor.open, editor.again, has_all)
    assert path.read_text() == "rate: 130\n"


def test_nothing_changed_is_nothing_written(path: Path) -> None:
    before = path.stat().st_mtime_ns
    assert not edit(path, Editor("rate: 130\n").open, Editor().again, has_all)
    assert path.stat().st_mtime_ns == before


def test_a_file_that_is_not_there_begins_with_all_settings(tmp_path: Path) -> None:
    path = tmp_path / "voiceguide" / "settings.yaml"
    assert not edit(path, Editor(template(Settings)).open, Editor().again, has_all)
    assert not path.exists()
    editor = Editor("# none\n")
    assert edit(path, editor.open, editor.again, has_all)
    assert editor.seen == [template(Settings)]
    assert path.read_text() == "# none\n"


def test_a_file_that_somebody_else_changed_meanwhile_is_theirs(path: Path) -> None:
    editor = Editor("rate: 120\n")
    editor.meanwhile = lambda: path.write_text("rate: 99\n")
    with pytest.raises(AudioFileError, match="was changed by somebody else meanwhile"):
        edit(path, editor.open, editor.again, has_all)
    assert path.read_text() == "rate: 99\n"


def test_a_file_that_cannot_be_written_is_told_before_it_is_edited(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    editor = Editor()
    with pytest.raises(AudioFileError, match="cannot be written"):
        edit(tmp_path / "file" / "settings.yaml", editor.open, editor.again, has_all)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("rate: 130\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root may read everything")
    with pytest.raises(AudioFileError, match="cannot be read"):
        edit(path, Editor().open, Editor().again, has_all)
