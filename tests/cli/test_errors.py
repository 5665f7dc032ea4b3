"""Bad input gives one clear line and its own exit code, whatever the command; never a traceback."""

from contextlib import redirect_stderr
from io import FileIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voiceguide.cli import call
from voiceguide.run.settings import Settings, load_settings

AUDIO = Path(__file__).parent.parent / "audio"


def fails(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    """Run a command that must fail: its one line on standard error."""
    assert call(list(arguments)) == code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err + captured.out
    lines = [line for line in captured.err.splitlines() if line.startswith("voiceguide: ")]
    assert len(lines) == 1, captured.err
    return lines[0].removeprefix("voiceguide: ")


@pytest.mark.parametrize(
    ("code", "arguments", "line"),
    [
        (
            2,
            ["dance"],
            "unknown command 'dance' -> use one of: run, chat, replay, hear, content, tune, models, devices, prepare",
        ),
        (2, ["run", "--dance"], "No such option"),
        (2, ["hear"], "Missing argument 'FILE.wav...'. -> see voiceguide hear --help"),
        (
            2,
            ["hear", "x.wav", "--state", "dancing"],
            "unknown state 'dancing' -> use one of: idle, called, cut_off, ",
        ),
        (2, ["hear", "x.wav", "--engine", "ears"], "unknown engine 'ears' -> use one of: auto, vosk, sphinx"),
        (2, ["chat", "--language", "xx"], "unknown language 'xx' -> use one of: en"),
        (2, ["run", "--output", "x.wav"], "--output, --stereo and --repeatable need --input -> name the recording"),
        (2, ["run", "--rate", "fast"], "Invalid value for '--rate': 'fast' is not a valid integer range."),
        (3, ["replay", "nowhere.yaml"], "nowhere.yaml: cannot be read: No such file or directory"),
        (3, ["chat", "--settings", "nowhere.yaml"], "nowhere.yaml: cannot be read: No such file or directory"),
        (4, ["hear", "nowhere.wav"], "nowhere.wav: cannot be read (No such file or directory) -> give the path"),
        (
            4,
            ["run", "--input", "nowhere.wav"],
            "nowhere.wav: cannot be read (No such file or directory) -> give the path",
        ),
        (5, ["hear", "x.wav", "--model", "nowhere"], "nowhere: "),
        (7, ["prepare", "--voice", "xx-nobody"], "unknown voice 'xx-nobody' -> choose one"),
    ],
)
def test_bad_arguments(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    code: int,
    arguments: list[str],
    line: str,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert fails(capsys, code, *arguments).startswith(line)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.wav", b"", "not a readable recording"),
        ("text.wav", b"this is no sound at all, only words", "not a readable recording"),
        ("cut.wav", b"RIFF\x24\x00\x00\x00WAVEfmt ", "not a readable recording"),
    ],
)
def test_a_broken_recording(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert reason in fails(capsys, 4, "hear", str(path))


def test_a_recording_without_samples(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "nothing.wav"
    soundfile.write(path, np.zeros(0, np.int16), 16_000)
    assert fails(capsys, 4, "hear", str(path)) == f"{path}: holds no samples -> record it again"


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(44_100, 1, "PCM_16"), (16_000, 2, "PCM_16"), (8_000, 1, "PCM_U8"), (48_000, 2, "PCM_24"), (22_050, 1, "FLOAT")],
)
def test_other_rates_widths_and_channels_are_converted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rate: int, channels: int, subtype: str
) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros((rate, channels), np.float32), rate, subtype=subtype)
    assert call(["hear", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: nobody speaks\n"


def test_an_output_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    line = fails(
        capsys, 4, "run", "--input", str(AUDIO / "stop-slt.wav"), "--output", str(tmp_path / "file" / "night.wav")
    )
    assert "night.wav: cannot be written" in line


def test_a_timeline_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    line = fails(capsys, 4, "run", "--input", str(AUDIO / "stop-slt.wav"), "--timeline", str(tmp_path))
    assert line.startswith(f"{tmp_path}: cannot be written")


def test_faulty_settings_all_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("enginne: vosk\nguide:\n  step_wait: soon\n", "utf-8")
    assert call(["chat", "--settings", str(path)]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"voiceguide: {path}:1:1: enginne: unknown key 'enginne' (did you mean 'engine'?)"
    assert lines[1].startswith(f"{path}:3:14: guide.step_wait: must be a number")


def test_faulty_content(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "skill.yaml").write_text("voice: {rate: fast}\n", "utf-8")
    assert call(["content", "check", str(tmp_path)]) == 3
    assert "skill.yaml:1:15: voice.rate: must be a whole number, not 'fast'" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "# engine: vosk\n", "guide:\n  # step_wait: 8\n"])
def test_settings_that_are_all_commented_out_are_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text, "utf-8")
    assert load_settings(path) == Settings()


def test_no_file_is_read_and_written_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recording = tmp_path / "a.wav"
    recording.write_bytes((AUDIO / "stop-slt.wav").read_bytes())
    (tmp_path / "link.wav").symlink_to(recording)
    for option in ("--output", "--timeline"):
        line = fails(capsys, 2, "run", "--input", str(recording), option, str(tmp_path / "link.wav"))
        assert line.startswith("--input, --output and --timeline name the same file")
    assert recording.read_bytes() == (AUDIO / "stop-slt.wav").read_bytes()


def test_a_run_that_fails_leaves_earlier_results_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    timeline, output = tmp_path / "t.jsonl", tmp_path / "o.wav"
    timeline.write_text("kept")
    output.write_text("kept")
    results = ["--timeline", str(timeline), "--output", str(output)]
    fails(capsys, 2, "run", "--input", str(AUDIO / "stop-slt.wav"), *results, "--engine", "bogus")
    assert timeline.read_text() == output.read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.wav", "t.jsonl"]


def test_hear_goes_on_after_a_file_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    assert call(["hear", str(tmp_path / "bad.wav"), str(AUDIO / "stop-slt.wav"), "--state", "press"]) == 4
    captured = capsys.readouterr()
    assert '"stop" -> stop' in captured.out
    assert "bad.wav: not a readable recording" in captured.err


def test_a_recording_at_no_rate_of_speech(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    soundfile.write(path, np.zeros(10, np.int16), 7)
    assert "7 samples per second are no recording of speech" in fails(capsys, 4, "hear", str(path))


def test_what_is_not_a_number_is_silence(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.full(16_000, np.nan, np.float32), 16_000, subtype="FLOAT")
    assert call(["hear", str(path)]) == 0
    captured = capfd.readouterr()
    assert captured.out == f"{path}: nobody speaks\n"
    assert "Warning" not in captured.err


def test_a_name_that_is_no_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "f\udcff.wav"
    path.write_bytes((AUDIO / "stop-slt.wav").read_bytes())
    assert call(["hear", str(path), "--state", "press"]) == 0


def test_a_disk_that_is_full_ends_the_timeline_and_not_the_guidance(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["run", "--input", str(AUDIO / "stop-slt.wav"), "--timeline", "/dev/full"]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "/dev/full" in line]
    assert len(lines) == 1
    assert "No space left on device" in lines[0]


def test_where_standard_error_can_not_be_written_the_guidance_goes_on(tmp_path: Path) -> None:
    timeline = tmp_path / "night.jsonl"
    with FileIO("/dev/full", "w") as full, redirect_stderr(TextIOWrapper(full, write_through=True)):
        assert call(["run", "--input", str(AUDIO / "left-calf-cramp-slt.wav"), "--timeline", str(timeline)]) == 0
    assert '"intent"' in timeline.read_text("utf-8")


def test_ctrl_c_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(prompt: str = "") -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupted)
    assert call(["chat"]) == 130
    assert capsys.readouterr().err.strip() == ""


def test_a_bug_says_that_it_is_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(prompt: str = "") -> str:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("builtins.input", broken)
    assert "a bug: ZeroDivisionError: oh -> please report it" in fails(capsys, 70, "chat")


def test_without_arguments_it_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert call([]) == 2
    assert "Commands" in capsys.readouterr().out
