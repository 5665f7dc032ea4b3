"""`voiceguide run` as a service: what the service manager is told, by the real program on virtual devices."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests import own, rig

PATIENCE = 120
"""Seconds to wait for anything: a busy machine says nothing about the program."""


def test_a_service_is_ready_fed_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    rig.require()
    command = [sys.executable, "-m", "voiceguide", "run", "--model", own.MODEL]
    with rig.PulseRig() as room, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        environ = {**room.env, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"}
        guide = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
        told: list[str] = []
        try:
            while "WATCHDOG=1" not in told:
                told += manager.recv(4096).decode().splitlines()
        finally:
            guide.send_signal(signal.SIGTERM)
            _, errors = guide.communicate(timeout=PATIENCE)
        ending = manager.recv(4096).decode().splitlines()
    assert (guide.returncode, ending[0]) == (0, "STOPPING=1"), errors
    assert [line for line in told if "Preparing" not in line and "EXTEND" not in line] == [
        "READY=1",
        "STATUS=Listening.",
        "WATCHDOG=1",
    ]
    assert "Traceback" not in errors
