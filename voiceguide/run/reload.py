"""Takes up changed settings while it runs, when SIGHUP asks for it: as a service, its way to be told.

In a terminal the same signal says that the terminal was closed. Then there is nobody to listen for, and it ends.
"""

import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from voiceguide.content.roles import Role
from voiceguide.errors import VoiceguideError
from voiceguide.run.catalogue import keys, written
from voiceguide.run.notices import Notice
from voiceguide.run.settings import Settings


class Reload:
    """Settings that may change, looked at once in each step of the loop.

    Args:
        present: what holds now.
        read: all settings anew; may raise VoiceguideError.
        take: lets those hold that may change while it runs, or begins to prepare that, which is False: then it is asked
            again. Raises VoiceguideError where they can't hold, and leaves all as it was.
        notice: tells the user a line, and that settings that were faulty are mended.
        gone: whether the terminal was closed that there was at first.

    """

    def __init__(
        self,
        present: Settings,
        read: Callable[[], Settings],
        take: Callable[[Settings], bool],
        notice: Notice,
        gone: Callable[[], bool],
    ) -> None:
        self._present = present
        self._read = read
        self._take = take
        self._notice = notice
        self._gone = gone
        self._asked = False
        self._coming: _Change | None = None

    def ask(self, *_: object) -> None:
        """A signal handler: the settings have changed. Only a flag, as it may come at any moment."""
        self._asked = True

    def look(self, quiet: bool) -> None:
        """Read the settings again, where that was asked for, as soon as nobody is being helped.

        Raises:
            KeyboardInterrupt: the terminal was closed.

        """
        if self._asked and self._gone():
            raise KeyboardInterrupt
        if not quiet:
            return
        try:
            if self._asked:
                self._asked = False
                self._begin(_changes(self._present, self._read()))
            elif self._coming:
                self._go_on(self._coming)
        except VoiceguideError as error:
            self._notice(f"{error} -> all settings stay as they were")

    def _begin(self, change: "_Change") -> None:
        """In place of one that is being prepared: what was read last is what somebody wants."""
        if (change.lively or self._coming) and not self._holds(change):
            self._notice(f"settings read again: sentences are being prepared, and then {change}")
        else:
            self._notice.over(Role.TROUBLE_SETTINGS)
            self._notice(f"settings read again: {change}")

    def _go_on(self, change: "_Change") -> None:
        if self._holds(change):
            self._notice.over(Role.TROUBLE_SETTINGS)
            self._notice(f"settings hold now: {replace(change, later=())}")

    def _holds(self, change: "_Change") -> bool:
        self._coming = None  # so it is where taking it fails
        if not self._take(change.settings):
            self._coming = change
            return False
        self._present = change.settings
        return True


@dataclass(frozen=True, slots=True)
class _Change:
    """What somebody wants to be otherwise."""

    settings: Settings
    """As they are then: with what may change while it runs."""
    lively: Mapping[str, Any]
    """That, by name."""
    later: Collection[str]
    """What waits for the next start."""

    def __str__(self) -> str:
        parts = [f"{name} is {written(value)}" for name, value in self.lively.items()]
        if self.later:
            parts.append(f"only at the next start: {', '.join(self.later)}")
        return "; ".join(parts) or "nothing has changed"


def _changes(present: Settings, wanted: Settings) -> _Change:
    changed = {key: key.of(wanted) for key in keys(Settings) if key.of(wanted) != key.of(present)}
    lively = {key.name: value for key, value in changed.items() if key.live}
    return _Change(present.having(lively), lively, [key.name for key in changed if not key.live])


@contextmanager
def on_hangup(ask: Callable[..., None]) -> Iterator[None]:
    """Have a handler called on SIGHUP while the block runs."""
    before = signal.signal(signal.SIGHUP, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def terminal_gone(terminal: str = "/dev/tty") -> Callable[[], bool]:
    """Tells whether the terminal was closed that controls this process now; never, where there is none."""
    if not _opens(terminal):
        return lambda: False
    return lambda: not _opens(terminal)


def _opens(terminal: str) -> bool:
    try:
        os.close(os.open(terminal, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
