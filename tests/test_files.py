"""A file is there as a whole: the old one or the new one."""

from pathlib import Path

import pytest

from voiceguide.files import draft_of, replacing


def fail(mishap: BaseException) -> None:
    raise mishap


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_the_old_one_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "volume.json"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["volume.json", draft_of(path).name]
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["volume.json"]


@pytest.mark.parametrize("mishap", [OSError("full"), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_the_old_one_and_nothing_else(tmp_path: Path, mishap: BaseException) -> None:
    path = tmp_path / "volume.json"
    path.write_bytes(b"old")
    with pytest.raises(type(mishap)), replacing(path) as file:
        _ = file.write(b"half"), fail(mishap)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["volume.json"]


def test_what_stands_in_its_place_stays(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(IsADirectoryError), replacing(path) as file:
        file.write(b"new")
    assert names(tmp_path) == ["folder"]


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(NotADirectoryError), replacing(tmp_path / "file" / "volume.json"):
        pass
