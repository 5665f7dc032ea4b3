"""Which recogniser is used, and what is said about it."""

import shutil
from pathlib import Path

import pytest

from tests.hear.test_vosk import TRAINED
from voiceguide.content.library import Library
from voiceguide.errors import ModelError
from voiceguide.messages import IntentKind
from voiceguide.run.settings import Engine, Settings
from voiceguide.run.wiring import build_ears, device
from voiceguide.understand.match import Phrase, Phrasebook


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No models but those that a test puts there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def book(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


def test_without_a_model_it_is_pocketsphinx_and_says_how_to_get_the_better_one(book: Phrasebook) -> None:
    about = build_ears(Settings(), book).about
    assert about.startswith("PocketSphinx 5")
    assert "Vosk may hear you better: put its small English model into models/ or " in about


def test_who_asks_for_pocketsphinx_gets_no_advice(book: Phrasebook) -> None:
    assert build_ears(Settings(engine=Engine.SPHINX), book).advice == ""


def test_who_asks_for_vosk_is_told_that_there_is_no_model(book: Phrasebook) -> None:
    with pytest.raises(ModelError, match=r"^engine vosk: no model in models/ or .* -> put one there"):
        build_ears(Settings(engine=Engine.VOSK), book)


def test_a_model_that_was_asked_for_must_be_there(book: Phrasebook) -> None:
    with pytest.raises(ModelError, match=r"^nowhere: no such folder"):
        build_ears(Settings(model="nowhere"), book)


def test_a_half_downloaded_model_is_passed_over_and_named(home: Path, book: Phrasebook) -> None:
    (home / "models" / "vosk-small" / "am").mkdir(parents=True)
    about = build_ears(Settings(), book).about
    assert about.startswith("PocketSphinx")
    assert "models/vosk-small: am/final.mdl is missing -> half-downloaded?" in about
    with pytest.raises(ModelError, match="half-downloaded"):
        build_ears(Settings(engine=Engine.VOSK), book)


def test_a_model_that_is_found_is_used_and_its_gaps_are_named(home: Path, book: Phrasebook) -> None:
    (home / "models" / "a-half").mkdir(parents=True)
    (home / "models" / "a-half" / "am").mkdir()
    shutil.copytree(TRAINED, home / "models" / "b-whole")
    about = build_ears(Settings(), Phrasebook([*book.phrases, Phrase("gloop", IntentKind.NEXT)])).about
    assert about.startswith("Vosk 0.3")
    assert about.endswith("(b-whole); it does not know gloop")


@pytest.mark.parametrize("broken", ["graph/HCLr.fst", "am/final.mdl", "conf/model.conf"])
def test_a_model_that_would_crash_libvosk_is_passed_over(home: Path, book: Phrasebook, broken: str) -> None:
    shutil.copytree(TRAINED, home / "models" / "cut")
    file = home / "models" / "cut" / broken
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    about = build_ears(Settings(), book).about
    assert about.startswith("PocketSphinx"), about
    assert "models/cut: " in about
    assert "half-downloaded?" in about


@pytest.mark.parametrize(("choice", "meant"), [(None, None), ("3", 3), ("USB", "USB"), ("", "")])
def test_a_device_may_be_a_number(choice: str | None, meant: str | int | None) -> None:
    assert device(choice) == meant
