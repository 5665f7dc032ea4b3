"""Copies of the English content that a test may break."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from voiceguide.content.files import Files, read
from voiceguide.content.load import find_content
from voiceguide.content.source import Source

Edit = Callable[[str, str, str], None]
Changed = Callable[[str, str | bytes], Files]

HERE = Path("content/en")
"""As an author has it beneath the working directory."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all files, in `HERE`."""
    shutil.copytree(*find_content("en"), tmp_path / HERE)
    monkeypatch.chdir(tmp_path)
    return HERE


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace the first occurrence of a text in one of the files; it must be there."""

    def replace(name: str, old: str, new: str) -> None:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """All files, read once, as if they were in `HERE`."""
    root = tmp_path_factory.mktemp("pristine")
    shutil.copytree(*find_content("en"), root / HERE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return read(HERE)


@pytest.fixture
def changed(pristine: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Changed:
    """All files, one of them with another text: quicker than a `folder`."""
    monkeypatch.chdir(tmp_path)

    def change(name: str, text: str | bytes) -> Files:
        file = HERE / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return with_source(pristine, name, Source.read(file))

    return change


def with_source(files: Files, name: str, source: Source) -> Files:
    """The files with another in place of one."""
    folder, _, stem = name.removesuffix(".yaml").rpartition("/")
    several = {folder: {**getattr(files, folder), stem: source}} if folder else {stem: source}
    return dataclasses.replace(files, **several)


def edited(name: str, old: str, new: str, told: str) -> tuple[str, str]:
    """A file's text with one thing changed, and what is to be told, its lines counted from the change."""
    text = (find_content("en")[0] / name).read_text(encoding="utf-8")
    before, found, after = text.partition(old)
    assert found, old
    line = before.count("\n") + 1
    for place, number in (("{line}", line), ("{next}", line + 1), ("{after}", line + 2)):
        told = told.replace(place, str(number))
    return before + new + after, f"{HERE}/{told}"
