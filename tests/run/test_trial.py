"""What cannot be used here is found before it is written."""

import shutil
from pathlib import Path

import pytest

from tests.hear.test_vosk import TRAINED
from voiceguide.run.settings import DOUBTFUL, NightSettings, Settings
from voiceguide.run.trial import refused


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    return tmp_path


def test_all_that_is_named_is_tried_and_nothing_else() -> None:
    settings = Settings(language="xx", model="/nope", voice="xx-no", night=NightSettings(voice="yy-no"))
    found = {name: what for name, what, _ in refused(settings, DOUBTFUL)}
    assert found == {
        "language": "unknown language 'xx'",
        "model": "/nope: no such folder",
        "voice": "unknown voice 'xx-no'",
        "night.voice": "unknown voice 'yy-no'",
    }
    assert [name for name, *_ in refused(settings, ["night.voice"])] == ["night.voice"]
    assert not [*refused(Settings(voice="en-us"), DOUBTFUL)]


def test_vosk_in_a_language_for_which_there_is_no_model(home: Path) -> None:
    (home / "own" / "xx").mkdir(parents=True)
    (home / "own" / "xx" / "skill.yaml").write_text("voice: {rate: fast}\n")
    settings = Settings(language="xx", content="own", engine="vosk")
    (language, engine) = refused(settings, ["language", "engine"])
    name, what, _ = language
    assert (name, what.partition(": ")[0]) == ("language", "own/xx/phrases.yaml")
    assert what.endswith(" more"), "of many errors the first is told"
    assert engine[1].startswith("engine vosk: no model in ")


def test_a_model_that_cannot_reject(home: Path) -> None:
    shutil.copytree(TRAINED, home / "theirs")
    words = home / "theirs" / "graph" / "words.txt"
    words.chmod(0o644)
    words.write_text(words.read_text("utf-8").replace("[unk]", "[unx]"), "utf-8")
    ((_, what, remedy),) = refused(Settings(model="theirs"), ["model"])
    assert (what, remedy) == ("theirs: lacks the word [unk], so it cannot reject", "use another Vosk model")
