"""`voiceguide run` as a service: what the service manager is told, by the real program on virtual devices."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests import own, rig

PATIENCE = 120
"""Seconds to wait for anything: a busy machine says nothing about the program."""


COMMAND = [sys.executable, "-m", "voiceguide", "run", "--model", own.MODEL]


class Manager:
    """Starts the program as systemd would, and hears what it tells."""

    def __init__(self, room: rig.PulseRig, folder: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.socket.settimeout(PATIENCE)
        self.environ = {**room.env, "NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "30000000"}

    def __enter__(self) -> Self:
        self.guide = subprocess.Popen(COMMAND, env=self.environ, stderr=subprocess.PIPE, text=True)
        return self

    def until(self, line: str) -> list[str]:
        """All that is told until this line is, but for preparing."""
        told: list[str] = []
        while line not in told:
            told += self.socket.recv(4096).decode().splitlines()
        return [line for line in told if "Preparing" not in line and "EXTEND" not in line]

    def __exit__(self, *error: object) -> None:
        self.guide.send_signal(signal.SIGTERM)
        _, self.errors = self.guide.communicate(timeout=PATIENCE)
        if error == (None, None, None):
            self.until("STOPPING=1")
        self.socket.close()


def test_a_service_is_ready_fed_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    rig.require()
    with rig.PulseRig() as room, Manager(room, tmp_path) as manager:
        told = manager.until("WATCHDOG=1")
    assert manager.guide.returncode == 0, manager.errors
    assert told == ["READY=1", "STATUS=Listening.", "WATCHDOG=1"]
    assert "Traceback" not in manager.errors


def test_a_service_without_sound_waits_for_it_and_who_starts_it_by_hand_is_told(tmp_path: Path) -> None:
    rig.require()
    with rig.PulseRig() as room:
        room.end()
        with Manager(room, tmp_path) as manager:
            told = manager.until("WATCHDOG=1")
            room.start()
            manager.until("STATUS=Listening.")
            room.end()
        by_hand = subprocess.run(COMMAND, env=room.env, capture_output=True, text=True, timeout=PATIENCE)
    missing = "Deaf: no default microphone; it is tried again; Mute: speaker: there is none; it is tried again"
    assert told == ["READY=1", f"STATUS={missing}", "WATCHDOG=1"]
    assert manager.guide.returncode == 0, manager.errors
    assert "voiceguide: no default microphone; it is waited for -> connect one, or use " in manager.errors
    assert "Listening." not in manager.errors
    assert "Traceback" not in manager.errors
    assert by_hand.returncode == 6
    assert by_hand.stderr.splitlines()[-1].startswith("voiceguide: no default microphone -> connect one")
