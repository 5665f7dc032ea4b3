"""`voiceguide tune` as a user calls it: with recordings here, with devices in `tests/test_live_tune.py`."""

import re
from pathlib import Path

import numpy as np
import pytest

from voiceguide import wav
from voiceguide.cli import call
from voiceguide.messages import HEAR_RATE
from voiceguide.run.settings import load_settings

AUDIO = Path(__file__).parent.parent / "audio"
CLIPS = [AUDIO / f"{name}-slt.wav" for name in ("calf-cramp", "stop", "left", "still-cramping", "cant-find-it")]
PHRASES = ("calf cramp", "stop", "left", "still cramping", "can't find it")
BEFORE = "engine: sphinx  # mine\n# the end\n"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text(BEFORE, "utf-8")
    return path


@pytest.fixture
def silence(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "silence"
    paths = [folder / f"{number}.wav" for number in range(5)]
    for path in paths:
        wav.write(path, np.random.default_rng(1).integers(-5, 5, HEAR_RATE, np.int16), HEAR_RATE)
    return paths


def tune(settings: Path, *arguments: object) -> int:
    return call(["tune", "--settings", str(settings), *map(str, arguments)])


def fails(capsys: pytest.CaptureFixture[str], code: int, settings: Path, *arguments: object) -> str:
    """It must fail, with one line, and leave the settings alone."""
    before = settings.read_bytes()
    assert tune(settings, *arguments) == code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    (line,) = [line for line in captured.err.splitlines() if line.startswith("voiceguide: ")]
    assert settings.read_bytes() == before
    return line.removeprefix("voiceguide: ")


def test_it_shows_what_was_heard_and_how_loud(capsys: pytest.CaptureFixture[str], settings: Path) -> None:
    assert tune(settings, "--dry-run", *CLIPS) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    for number, (line, phrase) in enumerate(zip(lines, PHRASES, strict=False), start=1):
        assert line.startswith(f'{number:2d}  "{phrase}"')
        assert re.search(rf'heard "{phrase}" \([01]\.\d\d\)', line)
        assert "; voice -2" in line
        assert ", room -6" in line
        assert line.endswith(", no clipping")
    assert lines[5].startswith("Microphone: fine (voice -2")
    assert captured.err.startswith("Hearing with PocketSphinx")
    assert settings.read_text("utf-8") == BEFORE


def test_what_it_writes_is_what_it_shows(capsys: pytest.CaptureFixture[str], settings: Path) -> None:
    assert tune(settings, *CLIPS) == 0
    out = capsys.readouterr().out
    assert out.endswith(f"{settings}: written\n")
    come = [line[1:] for line in out.splitlines() if line[0] == "+"]
    assert settings.read_text("utf-8").splitlines() == [*BEFORE.splitlines(), *come]
    assert come[0] == "hearing:"
    said = load_settings(settings).hearing.pronunciations
    assert said["can't"] == ("K AE N T",), "an American voice"
    assert "T AA P" not in said["stop"]


def test_a_folder_of_recordings_and_no_settings_yet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "kept"
    for number, clip in enumerate(CLIPS, start=1):
        wav.write(folder / f"{number}-{clip.name}", wav.read(clip, HEAR_RATE), HEAR_RATE)
    (folder / "notes.txt").write_text("no recording")
    assert call(["tune", "--dry-run", "--engine", "sphinx", str(folder)]) == 0
    out = capsys.readouterr().out
    assert len(re.findall(r'" \([01]\.\d\d\)', out)) == 5
    assert f"{tmp_path / 'config' / 'voiceguide' / 'settings.yaml'}: nothing is written (--dry-run)" in out
    assert not (tmp_path / "config").exists()


def test_recordings_without_a_voice_teach_nothing(
    capsys: pytest.CaptureFixture[str], settings: Path, silence: list[Path]
) -> None:
    line = fails(capsys, 4, settings, *silence)
    assert line == "nobody was heard, so the settings stay as they are -> see above, then try again"


def test_a_microphone_that_was_muted(capsys: pytest.CaptureFixture[str], settings: Path, tmp_path: Path) -> None:
    path = tmp_path / "zeros.wav"
    wav.write(path, np.zeros(HEAR_RATE, np.int16), HEAR_RATE)
    assert tune(settings, *[path] * 5) == 4
    assert "Microphone: it gives nothing but silence: unmute it" in capsys.readouterr().out


def test_recordings_that_are_too_few_or_too_many(capsys: pytest.CaptureFixture[str], settings: Path) -> None:
    order = '"calf cramp", "stop", "left", "still cramping", "can\'t find it"'
    line = fails(capsys, 2, settings, *CLIPS[:1])
    assert line == f"1 recording for 5 phrases -> give one for each, in this order: {order}"
    assert fails(capsys, 2, settings, *CLIPS, CLIPS[0]).startswith("6 recordings for 5 phrases")


def test_what_cannot_be_read(capsys: pytest.CaptureFixture[str], settings: Path, tmp_path: Path) -> None:
    assert fails(capsys, 4, settings, *CLIPS[:4], "nowhere.wav").startswith("nowhere.wav: cannot be read")
    assert fails(capsys, 4, settings, "nowhere").startswith("nowhere: cannot be read (No such file or directory)")
    (tmp_path / "empty").mkdir()
    assert fails(capsys, 4, settings, tmp_path / "empty").startswith(f"{tmp_path / 'empty'}: holds no .wav files")
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    assert "not a readable recording" in fails(capsys, 4, settings, *CLIPS[:4], tmp_path / "bad.wav")


def test_files_are_not_kept_once_more(capsys: pytest.CaptureFixture[str], settings: Path, tmp_path: Path) -> None:
    line = fails(capsys, 2, settings, *CLIPS, "--keep", tmp_path / "kept")
    assert line.startswith("--keep is for the microphone")


def test_settings_that_are_faulty_are_not_touched(capsys: pytest.CaptureFixture[str], settings: Path) -> None:
    settings.write_text("enginne: vosk\n", "utf-8")
    assert "1:1: enginne: unknown key 'enginne'" in fails(capsys, 3, settings, *CLIPS)
    settings.write_text("{engine: sphinx}\n", "utf-8")
    assert "settings.yaml: cannot be changed without changing more of it" in fails(capsys, 3, settings, *CLIPS)


def test_settings_that_cannot_be_written_are_told_before_anybody_speaks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    assert call(["tune", *map(str, CLIPS)]) == 4
    captured = capsys.readouterr()
    assert "settings.yaml: cannot be written" in captured.err
    assert captured.out == ""
