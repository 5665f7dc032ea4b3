"""`voiceguide tune` on a virtual microphone and speaker, in real time."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import rig
from voiceguide import wav
from voiceguide.messages import HEAR_RATE

AUDIO = Path(__file__).parent / "audio"
CLIPS = {"stop": "stop-slt.wav", "left": "left-slt.wav", "still cramping": "still-cramping-slt.wav"}
SETTINGS = "engine: sphinx  # mine\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Settings, and content that is soon through."""
    (tmp_path / "content" / "en").mkdir(parents=True)
    skill = f"tuning:\n  phrases: [{', '.join(CLIPS)}]\n"
    (tmp_path / "content" / "en" / "skill.yaml").write_text(skill, "utf-8")
    (tmp_path / "content" / "en" / "prompts.yaml").write_text("prompts: {tune-begin: Ready.}\n", "utf-8")
    (tmp_path / "settings.yaml").write_text(SETTINGS, "utf-8")
    return tmp_path


@contextmanager
def tune(room: rig.PulseRig, home: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "voiceguide", "tune", "--settings", str(home / "settings.yaml")]
    command += ["--content", str(home / "content"), *options]
    with subprocess.Popen(command, env=room.env, stdout=-1, stderr=-1, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def turn(process: "subprocess.Popen[str]") -> str:
    """Wait until it is the person's turn: what they are to say; empty where it has ended."""
    assert process.stderr
    for line in process.stderr:
        if line.startswith("Say: "):
            return line.removeprefix("Say: ").strip().strip('"')
    return ""


def test_a_person_says_each_phrase_after_the_device(home: Path) -> None:
    rig.require()
    with rig.PulseRig() as room, tune(room, home, "--keep", str(home / "kept")) as process:
        said = []
        while phrase := turn(process):
            said.append(phrase)
            room.play(AUDIO / CLIPS[phrase])
        assert process.stdout
        out = process.stdout.read()
        assert process.wait(20) == 0
    assert said == [*CLIPS]
    for number, phrase in enumerate(CLIPS, start=1):
        assert f'{number}  "{phrase}"' in out
        assert re.search(rf'heard "{phrase}" \([01]\.\d\d\)', out)
    assert "Microphone: fine" in out
    kept = sorted((home / "kept").iterdir())
    assert [path.name for path in kept] == ["1-stop.wav", "2-left.wav", "3-still-cramping.wav"]
    assert all(0.5 < len(wav.read(path, HEAR_RATE)) / HEAR_RATE < 8 for path in kept)
    assert (home / "settings.yaml").read_text("utf-8").startswith(SETTINGS)


def test_ctrl_c_leaves_the_settings_and_keeps_nothing(home: Path) -> None:
    rig.require()
    before = sorted(home.rglob("*"))
    with rig.PulseRig() as room, tune(room, home) as process:
        assert turn(process) == "stop"
        room.play(AUDIO / CLIPS["stop"])
        assert turn(process) == "left"
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert "Traceback" not in process.stderr.read()
        assert process.wait(20) == 130
    assert (home / "settings.yaml").read_text("utf-8") == SETTINGS
    assert sorted(home.rglob("*")) == before
