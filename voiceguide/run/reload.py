"""Takes up changed settings while it runs, when SIGHUP asks for it: as a service, its way to be told.

In a terminal the same signal says that the terminal was closed. Then there is nobody to listen for, and it ends.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        take: lets those hold that may change while it runs; raises VoiceguideError where they can't, and leaves all as
            it was.
        notice: tells the user a line, and that settings that were faulty are mended.
        gone: whether the terminal was closed that there was at first.

    """

    def __init__(
        self,
        present: Settings,
        read: Callable[[], Settings],
        take: Callable[[Settings], None],
        notice: Notice,
        gone: Callable[[], bool],
    ) -> None:
        self._present = present
        self._read = read
        self._take = take
        self._notice = notice
        self._gone = gone
        self._asked = False

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
        if not (self._asked and quiet):
            return
        self._asked = False
        try:
            wanted = self._read()
            lively, later = _changes(self._present, wanted)
            if lively:
                new = _with(self._present, lively)
                self._take(new)
                self._present = new
        except VoiceguideError as error:
            self._notice(f"{error} -> all settings stay as they were")
        else:
            self._notice.over(Role.TROUBLE_SETTINGS)
            self._notice(f"settings read again: {_said(lively, later)}")


def _changes(present: Settings, wanted: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """New values by name: those that may change while it runs, and the others."""
    changed = {key: key.of(wanted) for key in keys(Settings) if key.of(wanted) != key.of(present)}
    lively = {key.name: value for key, value in changed.items() if key.live}
    return lively, {key.name: value for key, value in changed.items() if not key.live}


def _with(settings: Settings, values: dict[str, Any]) -> Settings:
    """The settings with some values changed, by name."""
    for name, value in values.items():
        group, _, key = name.rpartition(".")
        update = {group: getattr(settings, group).model_copy(update={key: value})} if group else {key: value}
        settings = settings.model_copy(update=update)
    return settings


def _said(lively: dict[str, Any], later: dict[str, Any]) -> str:
    parts = [f"{name} is {written(value)}" for name, value in lively.items()]
    if later:
        parts.append(f"only at the next start: {', '.join(later)}")
    return "; ".join(parts) or "nothing has changed"


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
