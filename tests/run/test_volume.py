"""The volume that was asked for outlives the device's power."""

from pathlib import Path

import pytest

from voiceguide.content.roles import Role
from voiceguide.run.night import Profile
from voiceguide.run.notices import Notices
from voiceguide.run.volume import VolumeMemory


def memory(path: Path, notices: list[str] | None = None) -> VolumeMemory:
    return VolumeMemory(path, Notices(notices.append if notices is not None else print))


def test_day_and_night_are_remembered_apart(tmp_path: Path) -> None:
    path = tmp_path / "data" / "volume.json"
    first = memory(path)
    assert first.steps(Profile.DAY) == 0
    first.keep(Profile.DAY, 0)
    assert not path.parent.exists(), "nothing new"
    first.keep(Profile.NIGHT, -2)
    first.keep(Profile.DAY, 1)
    again = memory(path)
    assert (again.steps(Profile.DAY), again.steps(Profile.NIGHT)) == (1, -2)
    assert [file.name for file in path.parent.iterdir()] == ["volume.json"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"volume": 3}', '{"volume": {"dusk": 1}}', '{"volume": {"day": 99}}',
     '{"volume": {"day": true}}', "\x00\x01", "[" * 100_000, '{"volume": {"day": "1"}}'],
)  # fmt: skip
def test_a_broken_file_is_set_aside_and_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "volume.json"
    path.write_text(text)
    notices: list[str] = []
    found = memory(path, notices)
    assert found.steps(Profile.DAY) == 0
    assert notices == [f"{path}: broken, and set aside as volume.json.broken -> the volume is as at first"]
    assert (tmp_path / "volume.json.broken").read_text() == text
    found.keep(Profile.DAY, 1)
    assert memory(path).steps(Profile.DAY) == 1


def test_a_file_that_cannot_be_read_is_left(tmp_path: Path) -> None:
    notices: list[str] = []
    assert memory(tmp_path, notices).steps(Profile.DAY) == 0
    assert notices == [f"{tmp_path}: cannot be read (Is a directory) -> the volume is as at first"]


def test_a_place_that_cannot_be_written_is_told_once_until_it_can(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    lines: list[str] = []
    notices = Notices(lines.append)
    path = tmp_path / "file" / "volume.json"
    found = VolumeMemory(path, notices)
    lines.clear()
    found.keep(Profile.DAY, 1)
    found.keep(Profile.DAY, 2)
    (line,) = lines
    assert "the volume is forgotten at the next start -> " in line
    assert notices.trouble
    assert notices.take() is Role.TROUBLE_DISK
    assert found.steps(Profile.DAY) == 2
    (tmp_path / "file").unlink()
    assert found.unwritten
    found.write()
    assert not found.unwritten
    assert not notices.trouble
    assert memory(path).steps(Profile.DAY) == 2
