"""A copy of the English content that a test may break."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from voiceguide.content.load import find_content

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`content/en` beneath the working directory, as an author has it."""
    shutil.copytree(find_content("en"), tmp_path / "content" / "en")
    monkeypatch.chdir(tmp_path)
    return Path("content/en")


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace the first occurrence of a text in one of the files; it must be there."""

    def replace(name: str, old: str, new: str) -> None:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace
