"""`voiceguide doctor`: what it says about models and the machine, in silence, and what with sound."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.rig import PulseRig, require
from tests.store.crates import boxed, crate
from tests.vosk_model.tones import write_tone_model
from voiceguide.cli import call
from voiceguide.run.board import Machine
from voiceguide.run.doctor import examine
from voiceguide.run.findings import Finding, Verdict
from voiceguide.run.settings import NightSettings, PanelSettings, Settings


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user without models or settings."""
    for name in ("config", "data"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def rig() -> Iterator[PulseRig]:
    require()
    with PulseRig() as rig:
        yield rig


def doctor(rig: PulseRig, *arguments: str) -> dict[str, dict[str, str]]:
    """What it finds in a room without a sound card, by name."""
    command = [sys.executable, "-m", "voiceguide", "doctor", "--json", *arguments]
    done = subprocess.run(command, env=rig.env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return {finding["name"]: finding for finding in json.loads(done.stdout)}


def test_it_listens_and_makes_no_noise(rig: PulseRig, tmp_path: Path) -> None:
    with rig.recording(tmp_path / "played.wav"):
        findings = doctor(rig)
    assert findings["listening"]["verdict"] == "fine"
    assert findings["listening"]["detail"].startswith("the room is at -7")
    assert findings["self-test"]["verdict"] == "fine"
    assert "echo" not in findings
    assert not any((tmp_path / "played.wav").read_bytes()[44:]), "silence"


def test_with_sound_it_tells_whether_it_hears_itself(rig: PulseRig) -> None:
    findings = doctor(rig, "--sound")
    assert findings["echo"]["detail"] == "the microphone does not hear the speaker"
    rig.echo()
    findings = doctor(rig, "--sound")
    assert findings["echo"]["verdict"] == "fine", findings["echo"]
    assert findings["echo"]["detail"].startswith("the microphone hears the speaker after ")


def test_it_reads_all_of_the_models_that_were_fetched(home: Path) -> None:
    write_tone_model(home / "model")
    files = {p.relative_to(home / "model").as_posix(): p.read_bytes() for p in (home / "model").rglob("*.*")}
    (home / "tones.zip").write_bytes(crate(boxed({n: d for n, d in files.items() if d})))
    assert call(["models", "fetch", "tones.zip"]) == 0
    findings = {each.name: each for each in examine(Settings())}
    assert findings["model"].verdict is Verdict.FINE
    assert findings["model"].detail.startswith("tones: all ")
    words = home / "data" / "voiceguide" / "models" / "tones" / "graph" / "words.txt"
    words.write_bytes(words.read_bytes()[::-1])
    findings = {each.name: each for each in examine(Settings())}
    assert findings["model"].verdict is Verdict.WRONG
    assert "graph/words.txt has other contents" in findings["model"].detail


def test_it_tries_both_voices(home: Path) -> None:
    findings = {each.name: each for each in examine(Settings(night=NightSettings(voice="xx-nobody")))}
    assert findings["voice"].verdict is not Verdict.WRONG
    night = findings["night voice"]
    assert (night.verdict, night.detail) == (Verdict.WRONG, "unknown voice 'xx-nobody'")


def test_the_service_keeps_its_microphone(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)

    def run(command: Sequence[str]) -> str | None:
        return "LoadState=loaded\nActiveState=active\nNRestarts=0\n" if command[0] == "systemctl" else None

    settings = Settings(panel=PanelSettings(led=17))
    findings = list(examine(settings, sound=True, machine=Machine(tmp_path, run)))
    assert Finding("listening", Verdict.FINE, "left to the service, which is active now") in findings
    (panel,) = (each for each in findings if each.name == "panel")
    assert panel.detail.startswith("light at GPIO 17: left to the service, which uses them now")
    assert "echo" not in {each.name for each in findings}
    assert Finding("service", Verdict.FINE, "active") in findings


def test_a_report_for_others(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    call(["doctor", "--report", "report.txt"])
    shown = capsys.readouterr().out
    lines = (home / "report.txt").read_text("utf-8").splitlines()
    assert len([line for line in lines if line.startswith(("fine ", "could be better ", "wrong "))]) == len(
        shown.splitlines()
    )
    assert not [line for line in lines if str(Path.home()) in line]
    assert "fine            journal: none yet" in lines
    assert "fine            panel: neither a light nor a button is set (panel.led, panel.button)" in lines


def test_a_report_that_cannot_be_written_is_told_first(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert call(["doctor", "--report", str(home)]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert (
        told.err
        == f"voiceguide: {home}: cannot be written (not a regular file) -> choose another place or free the disk\n"
    )


def test_faulty_settings_are_a_finding_for_machines_too(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    (home / "faulty.yaml").write_text("enginne: vosk\n")
    assert call(["doctor", "--json", "--settings", "faulty.yaml"]) == 10
    assert json.loads(capsys.readouterr().out)[0]["name"] == "settings"
