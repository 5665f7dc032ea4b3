"""Life under a service manager: what is told to systemd, and when its watchdog is fed.

The watchdog is told that the loop goes round and that somebody looks after the microphone; not that the microphone is
there. One that was unplugged, or was missing at the start, is opened by the caretaker, and starting the program anew
would not bring it back: that it is deaf shows in the status. What hangs (the loop, PortAudio, a caretaker that opens
nothing) is not told, and systemd ends it and starts it anew.
"""

import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from voiceguide.devices import Kind
from voiceguide.run.caretaker import WRONG
from voiceguide.run.health import BEGIN, Fault, Health
from voiceguide.run.lifeline import Lifeline, SteadyMicrophone, SteadySpeaker

HEARTBEAT = 2 * BEGIN
"""Seconds without a block from a microphone that counts as well, after which nobody looks after it."""

FEEDS = 4
"""How often the watchdog is fed in the time that it waits."""

LONGEST_PROMPT = 60.0
"""Seconds that rendering one more prompt may take, at the start."""

LISTENING = "Listening."
_WITHOUT = {Kind.MICROPHONE: "Deaf", Kind.SPEAKER: "Mute"}


class ServiceManager:
    """The other end of sd_notify(3): a datagram socket, or nobody.

    Args:
        environ: NOTIFY_SOCKET (a path, or `@` and an abstract name), WATCHDOG_USEC and WATCHDOG_PID, where it runs
            as a service.
        pid: the number of this process, which the watchdog must mean.

    """

    def __init__(self, environ: Mapping[str, str], pid: int) -> None:
        name = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self.there = bool(name)
        """False: nobody is told anything."""
        self.patience = _patience(environ, pid) if name else None
        """Seconds after which its watchdog bites; None: there is none."""

    def tell(self, **fields: str | int) -> bool:
        """Tell some variables, e.g. `READY=1`; False where it could not be told, which is no reason to end."""
        if not self._address:
            return True
        message = "\n".join(f"{name}={value}" for name, value in fields.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.setblocking(False)  # a manager that is busy must not keep the loop waiting
                end.sendto(message.encode(), self._address)
        except OSError:
            return False
        return True


def _patience(environ: Mapping[str, str], pid: int) -> float | None:
    microseconds, meant = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", str(pid))
    if meant != str(pid) or not microseconds.isdecimal() or not int(microseconds):
        return None
    return int(microseconds) / 1e6


class Service:
    """Tells the service manager how it goes; all times are seconds on the loop's clock.

    Args:
        manager: is told.

    """

    def __init__(self, manager: ServiceManager) -> None:
        self._manager = manager
        self.managed = manager.there
        """True where it runs as a service: nobody reads an error, and an end is but another start."""
        self._due = 0.0
        self._status = ""  # nothing was told: it is not ready

    def preparing(self, done: int, of: int) -> None:
        """Some of the prompts are rendered; asks for the time for one more."""
        wait = round(LONGEST_PROMPT * 1e6)
        self._manager.tell(STATUS=f"Preparing prompts: {done} of {of}", EXTEND_TIMEOUT_USEC=wait)

    def look(self, now: float, lifeline: Lifeline) -> None:
        """To be called once in each step of the loop, after the caretaker; the first time, it is ready."""
        status = _status(lifeline)
        if status != self._status:
            ready = {} if self._status else {"READY": 1}  # in one message: who waits for READY finds the status
            if self._manager.tell(**ready, STATUS=status):
                self._status = status
        patience = self._manager.patience
        if patience and now >= self._due and cared_for(lifeline.microphone.health, now):
            self._manager.tell(WATCHDOG=1)
            self._due = now + patience / FEEDS

    def stopping(self) -> None:
        """It ends because it was told to."""
        self._manager.tell(STOPPING=1, STATUS="Ending.")


def cared_for(microphone: Health, now: float) -> bool:
    """Whether the microphone gives blocks, or is lost and opened again in turn; to be asked after the caretaker looked.

    It is not where the loss was overlooked, or where nobody opens it though it is time.
    """
    if microphone.lost:
        return not microphone.due(now)
    return now - microphone.last_beat <= HEARTBEAT


def _status(lifeline: Lifeline) -> str:
    ends = (lifeline.microphone, lifeline.speaker)
    lost = [f"{_WITHOUT[end.kind]}: {_trouble(end)}; it is tried again" for end in ends if end.health.lost]
    return "; ".join(lost) or LISTENING


def _trouble(end: SteadyMicrophone | SteadySpeaker) -> str:
    return end.missing.what if end.missing else f"{end.kind} '{end.name}' {WRONG[end.health.fault or Fault.GONE]}"


@contextmanager
def ending(told: Callable[[], None]) -> Iterator[None]:
    """SIGTERM ends what is in here as Ctrl-C does, but with exit code 0; `told` is called first."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: closing the devices takes a moment
        told()
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
