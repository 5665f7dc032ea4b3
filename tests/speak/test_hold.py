"""Clips that nobody uses go; those of anybody else stay."""

import os
from pathlib import Path

import pytest

from voiceguide.speak.hold import UNUSED, Hold

NOW = 1_780_000_000.0
"""In May 2026."""


def clip(folder: Path, letter: str, age: float = UNUSED + 60, ending: str = ".wav") -> Path:
    path = folder / f"{letter * 32}{ending}"
    path.write_bytes(b"sound")
    os.utime(path, (NOW - age, NOW - age))
    return path


def left(folder: Path) -> set[str]:
    return {path.name.strip("0123456789abcdef") if path.suffix != ".wav" else path.name[0] for path in folder.iterdir()}


def test_what_was_not_prepared_for_a_week_goes(tmp_path: Path) -> None:
    used, _, _ = clip(tmp_path, "a"), clip(tmp_path, "b", UNUSED - 60), clip(tmp_path, "c")
    clip(tmp_path, "d", ending=".wav.4711.part")
    assert Hold(tmp_path).remove_unused({used}, NOW) == 2
    assert left(tmp_path) == {"a", "b"}


def test_what_voiceguide_did_not_write_there_stays(tmp_path: Path) -> None:
    others = [
        clip(tmp_path, letter, ending=ending) for letter, ending in (("a", ".mp3"), ("a", ".wav.bak"), ("x", ".wav"))
    ]
    others += [tmp_path / "mine.wav", tmp_path / "model-0123456789abcdef"]
    for other in others:
        other.touch()
        os.utime(other, (0, 0))
    target = clip(tmp_path.parent, "e")
    link, folder = tmp_path / f"{'b' * 32}.wav", tmp_path / f"{'c' * 32}.wav"
    link.symlink_to(target)
    folder.mkdir()
    os.utime(folder, (0, 0))
    assert Hold(tmp_path).remove_unused(set(), NOW) == 0
    assert {*tmp_path.iterdir()} == {*others, link, folder}
    assert target.exists()


def test_nothing_goes_while_another_one_uses_the_folder(tmp_path: Path) -> None:
    old = clip(tmp_path, "a")
    service, terminal = Hold(tmp_path), Hold(tmp_path)
    assert terminal.remove_unused(set(), NOW) == 0
    assert old.exists()
    del terminal
    third = Hold(tmp_path)
    assert third.remove_unused(set(), NOW) == 0, "the service still holds it"
    del service
    assert third.remove_unused(set(), NOW) == 1


def test_who_removed_something_holds_the_folder_as_before(tmp_path: Path) -> None:
    first = Hold(tmp_path)
    assert first.remove_unused(set(), NOW) == 0
    second = Hold(tmp_path)  # does not wait: it is shared again
    clip(tmp_path, "a")
    assert second.remove_unused(set(), NOW) == 0
    assert first.remove_unused(set(), NOW) == 0, "and so the second one still holds it"


def test_the_folder_is_made_and_where_it_cannot_be_all_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "voiceguide"
    assert Hold(folder).remove_unused(set(), NOW) == 0
    assert folder.is_dir()
    (tmp_path / "file").touch()
    assert Hold(tmp_path / "file" / "clips").remove_unused(set(), NOW) == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may remove everywhere")
def test_what_can_not_be_removed_stays(tmp_path: Path) -> None:
    old = clip(tmp_path, "a")
    tmp_path.chmod(0o500)
    try:
        assert Hold(tmp_path).remove_unused(set(), NOW) == 0
    finally:
        tmp_path.chmod(0o700)
    assert old.exists()
