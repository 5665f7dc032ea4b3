"""SIGHUP, for real: a program that listens takes up its settings, or says why not."""

import signal
import subprocess
import sys
from pathlib import Path

from tests import own, rig


def test_a_program_that_runs_reads_its_settings_again(tmp_path: Path) -> None:
    rig.require()
    settings = tmp_path / "settings.yaml"
    settings.write_text("guide:\n  step_wait: 9\n")
    command = [sys.executable, "-m", "voiceguide", "run", "--model", own.MODEL, "--settings", str(settings)]
    with rig.PulseRig() as room:
        env = room.env | {"XDG_DATA_HOME": str(tmp_path)}
        # in a session of its own there is no terminal that could be closed
        guide = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert guide.stderr

        def told(about: str) -> str:
            assert guide.stderr
            return next((line.rstrip() for line in guide.stderr if about in line), "it has ended")

        try:
            assert told("Listening") == "Listening."
            for text, about, line in (
                (
                    "guide:\n  step_wait: 5\nrate: 120\n",
                    "settings read",
                    "guide.step_wait is 5; only at the next start: rate",
                ),
                (
                    "guide:\n  step_wiat: 5\n",
                    "step_wiat",
                    "(did you mean 'step_wait'?) -> all settings stay as they were",
                ),
                ("emergency_number: '112'\n", "settings read", "emergency_number is 112; guide.step_wait is 8"),
            ):
                settings.write_text(text)
                guide.send_signal(signal.SIGHUP)
                assert told(about).endswith(line)
            assert told("settings hold now").endswith("emergency_number is 112; guide.step_wait is 8")
        finally:
            guide.send_signal(signal.SIGINT)
            _, errors = guide.communicate(timeout=60)
    assert guide.returncode == 130, errors
    assert "Traceback" not in errors
