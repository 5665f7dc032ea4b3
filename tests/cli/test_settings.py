"""`voiceguide settings` as a user calls it."""

import io
import json
import re
from pathlib import Path

import pytest

from voiceguide.cli import call
from voiceguide.run.settings import load_settings


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's own file, which is not there yet; beside it the system's."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("VOICEGUIDE_SYSTEM_SETTINGS", str(tmp_path / "etc.yaml"))
    return tmp_path / "config" / "voiceguide" / "settings.yaml"


def told(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> str:
    assert call(["settings", *map(str, arguments)]) == code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return captured.err if code else captured.out


def test_show_says_each_value_and_its_layer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own: Path, tmp_path: Path
) -> None:
    (tmp_path / "etc.yaml").write_text("rate: 120\n")
    monkeypatch.setenv("VOICEGUIDE_GUIDE__ROUNDS", "2")
    lines = told(capsys, 0, "show", "--language", "en").splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    assert rows["rate"] == ["120", f"{tmp_path / 'etc.yaml'}:1"]
    assert rows["guide.rounds"] == ["2", "VOICEGUIDE_GUIDE__ROUNDS"]
    assert rows["guide.step_wait"] == ["8", "default"]
    assert rows["language"] == ["en", "--language"]
    assert lines[-2:] == [f"file: {tmp_path / 'etc.yaml'}", f"file: {own} (not there)"]


def test_show_one_group_and_for_machines(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    assert [line.split()[0] for line in told(capsys, 0, "show", "hearing", "rate").splitlines()] == [
        *("rate", "hearing.caution", "hearing.pronunciations"),
    ]
    found = json.loads(told(capsys, 0, "show", "--json"))
    assert found["guide.rounds"] == {"value": 3, "from": "default"}


def test_explain_tells_all_of_a_setting_or_group(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    out = told(capsys, 0, "explain", "guide.step_wait")
    for part in ("How long it waits", "seconds", "1 to 600", "now       8 (default)", "VOICEGUIDE_GUIDE__STEP_WAIT"):
        assert part in out
    assert told(capsys, 0, "explain", "guide").count("  unit ") == 4


@pytest.mark.parametrize("command", [("show",), ("explain",), ("set",), ("unset",)])
def test_an_unknown_key_is_told_with_the_one_that_was_meant(
    capsys: pytest.CaptureFixture[str], own: Path, command: tuple[str, ...]
) -> None:
    value = ("1",) if command == ("set",) else ()
    line = told(capsys, 2, *command, "guide.step_wiat", *value)
    assert "unknown setting 'guide.step_wiat' (did you mean 'guide.step_wait'?)" in line


def test_set_keeps_what_else_is_in_the_file(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    own.parent.mkdir(parents=True)
    own.write_text("# mine\nrate: 120  # slow\nhearing:\n  caution: 1  # a fan\n")
    assert "-rate: 120  # slow\n+rate: 110  # slow\n" in told(capsys, 0, "set", "rate", "110")
    assert told(capsys, 0, "set", "hearing.caution", "-0.5").endswith("written\n")
    told(capsys, 0, "set", "headphones", "yes")
    told(capsys, 0, "set", "emergency_number", "112")
    told(capsys, 0, "set", "hearing.pronunciations", "{left: [L EH F]}")
    assert own.read_text() == (
        "# mine\nrate: 110  # slow\nhearing:\n  caution: -0.5  # a fan\n  pronunciations:\n    left: [L EH F]\n"
        "headphones: true\nemergency_number: '112'\n"
    )
    assert "nothing to change" in told(capsys, 0, "set", "rate", "110")


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        (
            "guide.rounds",
            "9",
            "guide.rounds: must be less than or equal to 5, not 9 -> see voiceguide settings explain",
        ),
        ("rate", "fast", "rate: must be a whole number, not 'fast'"),
        ("guide", "9", "'guide' is a group -> name one of: guide.step_wait, "),
        ("rate", " ", "rate: must not be empty -> voiceguide settings unset rate takes it out of the file"),
        ("hearing.pronunciations", "{", "settings: hearing.pronunciations:1:2: YAML"),
    ],
)
def test_what_is_faulty_is_not_written(
    capsys: pytest.CaptureFixture[str], own: Path, key: str, value: str, problem: str
) -> None:
    line = told(capsys, 2, "set", key, value)
    assert problem.removeprefix("settings: hearing.pronunciations:1:2: ") in line
    assert not own.exists()


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("voice", "xx-nobody", "voice: unknown voice 'xx-nobody' -> choose one"),
        ("night.voice", "en-gb+nobody", "night.voice: unknown variant 'nobody' of voice 'en-gb' -> choose one"),
        ("model", "/nope", "model: /nope: no such folder -> give the folder of an unpacked Vosk model"),
        ("language", "xx", "language: unknown language 'xx' -> use one of: "),
    ],
)
def test_what_this_device_does_not_have_is_not_written(
    capsys: pytest.CaptureFixture[str], own: Path, key: str, value: str, problem: str
) -> None:
    assert told(capsys, 2, "set", key, value).startswith(f"voiceguide: {problem}")
    assert not own.exists()


def test_what_this_device_has_is_written(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    told(capsys, 0, "set", "night.voice", "en-gb+whisper")
    told(capsys, 0, "set", "engine", "vosk")
    told(capsys, 0, "set", "language", "en")
    assert own.read_text() == "night:\n  voice: en-gb+whisper\nengine: vosk\nlanguage: en\n"


def test_edit_refuses_what_this_device_does_not_have(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/#.language:.en/language:\\ xx/")
    line = told(capsys, 3, "edit")
    assert re.search(rf"{own}:\d+:\d+: language: unknown language 'xx' -> use one of: en\n", line)
    assert not own.exists()


def test_unset_takes_it_out_and_says_what_holds_then(
    capsys: pytest.CaptureFixture[str], own: Path, tmp_path: Path
) -> None:
    (tmp_path / "etc.yaml").write_text("guide: {rounds: 4}\n")
    told(capsys, 0, "set", "guide.rounds", "2")
    out = told(capsys, 0, "unset", "guide.rounds")
    assert out.endswith(f"{own}: written\nguide.rounds is 4 ({tmp_path / 'etc.yaml'}:1)\n")
    assert load_settings(own).guide.rounds == 4


def test_set_says_where_another_place_has_the_last_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("VOICEGUIDE_RATE", "140")
    out = told(capsys, 0, "set", "rate", "110", "--system")
    assert (tmp_path / "etc.yaml").read_text() == "rate: 110\n"
    assert out.endswith("written\nrate is 140 (VOICEGUIDE_RATE)\n")


def test_another_file(capsys: pytest.CaptureFixture[str], own: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    told(capsys, 0, "set", "rate", "110", "--settings", path)
    assert path.read_text() == "rate: 110\n"
    told(capsys, 0, "set", "engine", "vosk", "--settings", tmp_path / "new.yaml")
    assert (tmp_path / "new.yaml").read_text() == "engine: vosk\n"
    line = told(capsys, 2, "set", "rate", "110", "--settings", path, "--system")
    assert "--system and --settings name two files" in line


def test_edit_keeps_what_is_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "true")
    assert told(capsys, 0, "edit") == f"{own}: nothing has changed\n"
    monkeypatch.setenv("EDITOR", "sed -i s/#.rounds:.3/rounds:\\ 2/")
    assert told(capsys, 0, "edit") == f"{own}: written\n"
    assert load_settings(own).guide.rounds == 2


def test_edit_does_not_keep_what_is_faulty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/#.rounds:.3/rounds:\\ 9/")
    line = told(capsys, 3, "edit")
    assert "guide.rounds: must be less than or equal to 5, not 9" in line
    assert "stays as it was: what was edited is faulty" in line
    assert not own.exists()


def test_an_editor_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert "-> set EDITOR to an editor that is there" in told(capsys, 2, "edit")


def test_faults_of_the_files_are_told(capsys: pytest.CaptureFixture[str], own: Path, tmp_path: Path) -> None:
    (tmp_path / "etc.yaml").write_text("enginne: vosk\n")
    assert f"{tmp_path / 'etc.yaml'}:1:1: enginne: unknown key" in told(capsys, 3, "show")


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 3), ("", 3)])
def test_somebody_at_a_terminal_is_asked_to_edit_it_again(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    own: Path,
    tmp_path: Path,
    answer: str,
    code: int,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\n[ -e "$0.2" ] && echo "rate: 120" > "$1" || { touch "$0.2"; echo "rate: 9" > "$1"; }\n'
    )
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert call(["settings", "edit"]) == code
    assert "rate: must be greater than or equal to 80, not 9" in capsys.readouterr().err
    assert own.exists() is (code == 0)
