"""A room without a sound card: a private PulseAudio daemon with a virtual microphone and a virtual speaker.

What a program plays goes into the null sink `spk`, whose monitor is recorded; what is played into the null sink `room`
is heard by the virtual microphone `mic`. The daemon has its own runtime folder, so it meets no other of the machine.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

import pytest

RATE = 48_000
"""Samples per second of the room."""

PLUGIN = "libasound_module_pcm_pulse.so"
ALSA_CONFIG = """\
</usr/share/alsa/alsa.conf>
pcm.!pulse { type pulse }
pcm.!default { type pulse }
ctl.!default { type pulse }
"""
HARDWARE = {
    "void": "module-null-sink sink_name=void channels=1",
    "spk": f"module-null-sink sink_name=spk rate={RATE} channels=1",
    "room": f"module-null-sink sink_name=room rate={RATE} channels=1",
    "mic": "module-remap-source master=room.monitor source_name=mic remix=no",
}
MODULES = (
    *HARDWARE.values(),
    # last, since a daemon that can be reached must be complete
    "module-native-protocol-unix auth-anonymous=1 auth-cookie-enabled=0",
)
HISS = ("pacat", "--device=room", f"--rate={RATE}", "--channels=1", "--format=s16le", "--volume=5000", "/dev/urandom")
"""Noise of -72 dBFS: no real room is as silent as a null sink, and a microphone that gives zeros is dead."""
POLL = 0.02
"""Seconds between two looks at a condition."""


def missing() -> str:
    """Why the rig cannot run here; empty where it can."""
    programs = [name for name in ("pulseaudio", "pactl", "paplay", "parec") if not shutil.which(name)]
    if programs:
        return f"no sound rig: {', '.join(programs)} not installed (pulseaudio, pulseaudio-utils)"
    if not list(Path("/usr/lib").glob(f"*/alsa-lib/{PLUGIN}")):
        return "no sound rig: ALSA cannot reach PulseAudio (libasound2-plugins)"
    return ""


def require() -> None:
    """Skip the test where the rig cannot run; in CI, which installs it, fail instead."""
    reason = missing()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def require_for_bench() -> None:
    """End a benchmark where the rig cannot run."""
    if reason := missing():
        sys.exit(f"bench: {reason} -> run scripts/setup --test")


class PulseRig:
    """The virtual room, as a context manager; entering it starts the daemon, leaving it ends it."""

    env: dict[str, str]
    """The environment for a program in the room: its default ALSA and PulseAudio devices are `spk` and `mic`."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rig-", ignore_cleanup_errors=True)))
            (home / "asound.conf").write_text(ALSA_CONFIG)
            self.env = os.environ | {
                "XDG_RUNTIME_DIR": str(home),
                "XDG_DATA_HOME": str(home / "data"),
                "VOICEGUIDE_JOURNAL": "false",  # a test is not asked whether to go on with the one before
                "PULSE_SERVER": f"unix:{home}/pulse/native",
                "PULSE_SINK": "spk",
                "PULSE_SOURCE": "mic",
                "VOICEGUIDE_NIGHT__ENABLED": "false",  # the hour of a test is no matter
                "ALSA_CONFIG_PATH": str(home / "asound.conf"),
            }
            self._home = home
            self._runs = False
            self._hiss: subprocess.Popen[bytes] | None = None
            self.start()
            stack.callback(self.end)
            self._close = stack.pop_all().close
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def start(self) -> None:
        """Start the daemon; for those who ended it."""
        (self._home / "pulse" / "pid").unlink(missing_ok=True)
        self._start(self._home)
        self._daemon = os.pidfd_open(int((self._home / "pulse" / "pid").read_text()))
        self._runs = True
        # whom the daemon joins to other hardware hears nothing, and is not heard
        self._pactl("set-default-sink", "void")
        self._pactl("set-default-source", "void.monitor")
        self._breathe()

    def _start(self, home: Path) -> None:
        options = ["-n", "--disable-shm=yes", "--high-priority=no", "--realtime=no", "--log-target=stderr"]
        # a daemon whose test was killed ends by itself; --daemonize returns when the modules are there
        options += ["--daemonize=yes", "--exit-idle-time=300"]
        loads = [part for module in MODULES for part in ("--load", module)]
        # HOME: or it would write a cookie into the user's own configuration
        env = self.env | {"HOME": str(home)}
        started = subprocess.run(["pulseaudio", *options, *loads], env=env, capture_output=True, text=True, timeout=30)
        if started.returncode:
            raise RuntimeError(f"PulseAudio did not start: {started.stderr}")

    def end(self, kill: bool = False) -> None:
        """End the daemon, politely or not."""
        if not self._runs:
            return
        self._runs = False
        if self._hiss:
            self._hiss.terminate()
            self._hiss.wait(10)
        signal.pidfd_send_signal(self._daemon, signal.SIGKILL if kill else signal.SIGTERM)
        if not select.select([self._daemon], [], [], 10)[0]:
            signal.pidfd_send_signal(self._daemon, signal.SIGKILL)
        os.close(self._daemon)

    def unplug(self, *names: str) -> None:
        """Take hardware away: `mic`, `spk` or `room`. The daemon joins its streams to what is left, or ends them."""
        for name in names:
            loaded = [row[0] for row in self._list("modules") if len(row) > 2 and f"_name={name}" in row[2]]
            for index in loaded:
                self._pactl("unload-module", index)

    def plug(self, *names: str) -> None:
        """Give it back."""
        for name in names:
            self._pactl("load-module", *HARDWARE[name].split())
        self._breathe()

    def hang(self, name: str, hung: bool = True) -> None:
        """Let `mic` or `spk` hang: it is there, and takes or gives no sound; or end that."""
        self._pactl("suspend-source" if name == "mic" else "suspend-sink", name, "1" if hung else "0")

    def echo(self) -> None:
        """Let the microphone hear the speaker from now on, some tenths of a second later."""
        self._pactl("load-module", "module-loopback", "source=spk.monitor", "sink=room", "latency_msec=60")

    def _breathe(self) -> None:
        """The room's own noise; it ends with the room."""
        if self._hiss is None or self._hiss.poll() is not None:
            self._hiss = subprocess.Popen(HISS, env=self.env, stderr=subprocess.DEVNULL)

    def play(self, path: Path) -> None:
        """Play a WAV into the room, to its end."""
        subprocess.run(["paplay", "--device=room", path], env=self.env, check=True, capture_output=True, timeout=600)

    @contextmanager
    def recording(self, path: Path, device: str = "spk.monitor") -> Iterator[None]:
        """Record what the speaker plays (or another source) into a WAV, mono, 48 kHz, while the block runs."""
        path.unlink(missing_ok=True)  # its growth tells that the recording runs
        command = ["parec", f"--device={device}", "--file-format=wav", f"--rate={RATE}", "--channels=1"]
        with subprocess.Popen([*command, "--latency-msec=20", path], env=self.env) as recorder:
            try:
                self._wait_for_more(path, 0.1)
                yield
                self._wait_for_more(path, 0.5)  # what is still on its way from the sink to the file
            finally:
                recorder.terminate()

    def _wait_for_more(self, path: Path, seconds: float) -> None:
        """Wait until so much has been added to a recording."""
        size = path.stat().st_size if path.exists() else 0
        enough = size + round(seconds * RATE) * 2
        self.wait_until(lambda: path.exists() and path.stat().st_size >= enough, f"more sound in {path}")

    def wait_for_listener(self, seconds: float = 30) -> None:
        """Wait until a program has opened the microphone."""
        self.wait_until(lambda: self._listeners("mic") > 0, "a listener at the microphone", seconds)

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = 10) -> None:
        """Wait until the condition holds.

        Raises:
            TimeoutError: it did not, for so long.
            RuntimeError: the daemon died.

        """
        for _ in range(round(seconds / POLL)):
            if condition():
                return
            if select.select([self._daemon] if self._runs else [], [], [], POLL)[0]:
                raise RuntimeError(f"PulseAudio died while waiting for {what}")
        raise TimeoutError(f"waited in vain for {what}")

    def _listeners(self, source: str) -> int:
        """How many streams record from a source."""
        index = {row[1]: row[0] for row in self._list("sources")}[source]
        return sum(row[1] == index for row in self._list("source-outputs"))

    def _list(self, kind: str) -> list[list[str]]:
        return [line.split("\t") for line in self._pactl("list", "short", kind).splitlines()]

    def _pactl(self, *arguments: str) -> str:
        command = ["pactl", *arguments]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True, timeout=10).stdout
