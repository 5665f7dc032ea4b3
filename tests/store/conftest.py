"""What those who fetch models need: a server, and the archive of a real model."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.store.server import Shop, open_shop
from tests.vosk_model.tones import write_tone_model


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a small model that Vosk can load, by path."""
    folder = tmp_path_factory.mktemp("tones")
    write_tone_model(folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty models folder."""
    return tmp_path / "models"
