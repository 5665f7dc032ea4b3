"""The real program on the virtual sound card, with mock pins: it greets, and ends without a word about the pins."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests import own, rig
from voiceguide.content.roles import Role

PINS = {"GPIOZERO_PIN_FACTORY": "mock", "GPIOZERO_MOCK_PIN_CLASS": "mockpwmpin"}


def test_it_says_that_it_is_ready_with_a_light_and_a_button(tmp_path: Path) -> None:
    rig.require()
    settings, night = tmp_path / "settings.yaml", tmp_path / "night.jsonl"
    settings.write_text("panel: {led: 17, button: 27}\n", "utf-8")
    command = [sys.executable, "-m", "voiceguide", "run", "--settings", str(settings), "--model", own.MODEL]
    command += ["--timeline", str(night)]

    def said() -> list[str]:
        lines = night.read_text("utf-8").splitlines() if night.exists() else []
        return [event["sound"] for event in map(json.loads, lines) if event["kind"] == "say"]

    with rig.PulseRig() as room:
        guide = subprocess.Popen(command, env=os.environ | room.env | PINS, stderr=subprocess.PIPE, text=True)
        try:
            room.wait_for_listener()
            room.wait_until(lambda: bool(said()), "the greeting", 60)
        finally:
            guide.send_signal(signal.SIGINT)
            _, errors = guide.communicate(timeout=20)
    assert guide.returncode == 130, errors
    assert said() == [Role.READY]
    assert "Traceback" not in errors
    assert "panel" not in errors
