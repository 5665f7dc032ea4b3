"""The report for others: nothing about who has it."""

from pathlib import Path

import pytest

from voiceguide.errors import AudioFileError
from voiceguide.run.findings import Finding, Verdict
from voiceguide.run.report import Person, report, write_report
from voiceguide.run.settings import GuideSettings, Settings

PERSON = Person(Path("/home/jane"), "jane", "janes-bedside.example.org")


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("/home/jane/.cache/voiceguide", "~/.cache/voiceguide"),
        ("/home/john/models: no such folder", "~/models: no such folder"),
        ("Jane spoke on janes-bedside.example.org", "USER spoke on HOST"),
        ("janes-bedside: lost; janet stays", "HOST: lost; janet stays"),
        ('heard "my left leg hurts", then "stop"', 'heard "...", then "..."'),
        ("Jane's AirPods; USB Audio; John\u2019s Jabra", "...'s AirPods; USB Audio; ...'s Jabra"),
        ("voiceguide's own model", "voiceguide's own model"),
    ],
)
def test_what_is_personal_is_left_out(told: str, written: str) -> None:
    assert PERSON.without(told) == written


def test_names_that_tell_nobody_apart_stay() -> None:
    nobody = Person(Path("/"), "root", "localhost")
    assert nobody.without("root at localhost in /var/lib") == "root at localhost in /var/lib"
    assert Person.here().without("fine") == "fine"


def test_a_user_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 3_999_999_999)
    monkeypatch.setenv("HOME", "/nowhere")
    assert Person.here().user == ""


def test_it_has_the_findings_and_the_settings_that_may_be_told() -> None:
    settings = Settings(
        emergency_number="0123 456",
        content="/home/jane/words",
        microphone="Jane's AirPods",
        rate=140,
        guide=GuideSettings(rounds=2),
    )
    findings = [
        Finding("clips", Verdict.WRONG, "not in /home/jane/.cache", "run voiceguide prepare"),
        Finding("voice", Verdict.FINE, "espeak-ng"),
    ]
    lines = report(findings, settings, PERSON, 1_780_000_000.0).splitlines()
    assert lines[0].startswith("voiceguide ")
    assert lines[0].endswith(", 2026-05-28")
    assert "wrong           clips: not in ~/.cache -> run voiceguide prepare" in lines
    assert "fine            voice: espeak-ng" in lines
    assert lines[lines.index("Settings") + 1 :] == [
        "rate: 140",
        "guide: step_wait=8.0 stretch_hold=12.0 answer_wait=6.0 rounds=2",
    ]
    whole = "\n".join(lines)
    assert not [secret for secret in ("jane", "Jane", "0123", "AirPods", "words") if secret in whole]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="cannot be written"):
        write_report(tmp_path, [], Settings())
    write_report(tmp_path / "report.txt", [], Settings())
    assert (tmp_path / "report.txt").read_text().startswith("voiceguide ")
