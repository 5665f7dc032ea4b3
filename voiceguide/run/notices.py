"""What the user should know though it goes on: a line at once, and a sentence, once, when it disturbs nobody."""

import threading
from collections.abc import Callable, Collection
from math import inf
from pathlib import Path
from typing import Protocol

from voiceguide.content.roles import Role
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.run.lifeline import Lifeline
from voiceguide.run.loop import Loop

CALM = 1.0
"""Seconds in which nothing goes on, nothing sounds and nobody speaks, before it says something of its own."""

AGAIN = 3600.0
"""Seconds for which it doesn't say a sentence of its own again: what comes and goes must not nag."""

NEWS = frozenset({Role.JOURNAL_DAMAGED})
"""What has happened, and is over when it was said. Everything else is the matter until it is mended."""


class Notice(Protocol):
    """Tells the user something, and that it is over."""

    def __call__(self, text: str, say: Role | None = None, about: Path | str = "") -> None:
        """Tell a line; where the bedside should know it too, with the sentence that says it aloud.

        What can be over while others with the same sentence are not says what it is `about`.
        """
        ...

    def over(self, say: Role, about: Path | str = "") -> None:
        """It is mended: what was told with this sentence, about this. Nothing, where nothing was told."""
        ...


class Notices:
    """Takes notices, in any thread, and keeps what is to be said until somebody takes it.

    Args:
        line: tells a line to who reads: a terminal, a log.

    """

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
        self._lock = threading.Lock()  # guards what follows; never held while a line is told
        self._present: set[tuple[Role, Path | str]] = set()
        self._waiting: list[Role] = []

    def __call__(self, text: str, say: Role | None = None, about: Path | str = "") -> None:
        """See `Notice`; what is the matter is said once, however often it is told until it is over."""
        self._line(text)
        if say is None:
            return
        with self._lock:
            if not self._is_present(say):
                self._waiting.append(say)
            self._present.add((say, about))

    def over(self, say: Role, about: Path | str = "") -> None:
        """See `Notice`; what was still to be said is not said any more."""
        with self._lock:
            self._present.discard((say, about))
            if say in self._waiting and not self._is_present(say):
                self._waiting.remove(say)

    @property
    def trouble(self) -> bool:
        """True where anything is the matter that the bedside should know."""
        return bool(self._present)

    def take(self, besides: Collection[Role] = ()) -> Role | None:
        """The next sentence that is to be said, but for some; it is not given again until it was over."""
        with self._lock:
            role = next((each for each in self._waiting if each not in besides), None)
            if role is not None:
                self._waiting.remove(role)
            if role in NEWS:
                self._present = {each for each in self._present if each[0] is not role}
        return role

    def _is_present(self, say: Role) -> bool:
        return any(role is say for role, _ in self._present)


class Herald:
    """Says at the start that it is ready, and then what is the matter: never within a session, never in the night.

    Args:
        notices: what is to be said.
        loop: says it.
        session: is not to be disturbed.
        lifeline: the devices; it speaks when both are known to work, so that "ready" is true, and is heard.
        greeting: whether it says that it is ready.
        is_night: tells whether it is night. Who starts it then (a power cut does) is not greeted, and what is the
            matter waits for the morning.

    """

    def __init__(
        self,
        notices: Notices,
        loop: Loop,
        session: Session,
        lifeline: Lifeline,
        *,
        greeting: bool,
        is_night: Callable[[], bool],
    ) -> None:
        self._notices = notices
        self._loop = loop
        self._session = session
        self._lifeline = lifeline
        self._greeting = greeting
        self._is_night = is_night
        self._calm_since = inf
        self._said: dict[Role, float] = {}

    def look(self, now: float) -> None:
        """Say the next thing, where it is time for it at `now` (seconds)."""
        self._greeting = self._greeting and self._session.state is State.IDLE  # who was helped knows that it is ready
        well = self._lifeline.microphone.health.well and self._lifeline.speaker.health.well
        if not (well and self._loop.calm):
            self._calm_since = inf
            return
        self._calm_since = min(now, self._calm_since)
        if now - self._calm_since < CALM:
            return
        night, greeting, self._greeting = self._is_night(), self._greeting, False
        if night:
            return
        lately = {each for each, at in self._said.items() if now - at < AGAIN}
        role = Role.READY if greeting else self._notices.take(besides=lately)
        if role is not None:
            self._said[role] = now
            self._loop.mention(now, role)
