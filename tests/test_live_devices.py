"""The real program on the virtual sound card, which goes and comes back."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import own, rig
from tests.rig import PulseRig

AUDIO = Path(__file__).parent / "audio"

LOSSES: dict[str, tuple[set[str], Callable[[PulseRig], None], Callable[[PulseRig], None]]] = {
    "microphone unplugged": ({"microphone"}, lambda r: r.unplug("mic"), lambda r: r.plug("mic")),
    "speaker hangs": ({"speaker"}, lambda r: r.hang("spk"), lambda r: r.hang("spk", hung=False)),
    "daemon killed": ({"microphone", "speaker"}, lambda r: r.end(kill=True), lambda r: r.start()),
}


class Night:
    """What the program writes down while it runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[dict[str, str]]:
        lines = self.path.read_text("utf-8").splitlines() if self.path.exists() else []
        return [json.loads(line) for line in lines]

    def texts(self, kind: str) -> set[str]:
        return {event["text"] for event in self.all() if event["kind"] == kind}


@pytest.mark.parametrize("name", LOSSES)
def test_a_session_survives(name: str, tmp_path: Path) -> None:
    rig.require()
    ends, harm, mend = LOSSES[name]
    night = Night(tmp_path / "night.jsonl")
    command = [sys.executable, "-m", "voiceguide", "run", "--settings", own.QUIET, "--model", own.MODEL, "--headphones"]
    command += ["--timeline", str(night.path)]
    with PulseRig() as room:
        guide = subprocess.Popen(command, env=room.env, stderr=subprocess.PIPE, text=True)
        try:
            room.wait_for_listener()
            room.wait_until(lambda: not missing(room, night), "the cramp to be understood", 60)
            harm(room)
            room.wait_until(lambda: night.texts("lost") == ends, "the loss to be noticed")
            mend(room)
            room.wait_until(lambda: night.texts("back") == ends, "the device to be back", 30)
            before = len([event for event in night.all() if event["kind"] == "say"])
            room.wait_until(
                lambda: len([event for event in night.all() if event["kind"] == "say"]) >= before + 2,
                "the guide to go on",
                30,
            )
        finally:
            guide.send_signal(signal.SIGINT)
            _, errors = guide.communicate(timeout=20)
    assert guide.returncode == 130, errors
    assert "Traceback" not in errors
    for end in ends:
        assert f"voiceguide: {end} 'default': is back, after " in errors
    assert [event["text"] for event in night.all() if event["kind"] == "state"][:2] == ["idle", "stretch"]


def missing(room: PulseRig, night: Night) -> bool:
    """Say it until it is understood."""
    if "symptom" not in {event.get("intent") for event in night.all()}:
        room.play(AUDIO / "left-calf-cramp-slt.wav")
        return True
    return not night.texts("say")
