"""What the user should know though it goes on: a line at once, and a sentence, once, when it disturbs nobody."""

from collections.abc import Callable
from math import inf
from typing import Protocol

from voiceguide.content.roles import Role
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.run.lifeline import Lifeline
from voiceguide.run.loop import Loop

CALM = 1.0
"""Seconds in which nothing goes on, nothing sounds and nobody speaks, before it says something of its own."""


class Notice(Protocol):
    """Tells the user something."""

    def __call__(self, text: str, say: Role | None = None) -> None:
        """Tell a line; where the bedside should know it too, with the sentence that says it aloud."""
        ...


class Notices:
    """Takes notices, and keeps what is to be said until somebody takes it.

    Args:
        line: tells a line to who reads: a terminal, a log.

    """

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
        self._known: list[Role] = []
        self._waiting: list[Role] = []

    def __call__(self, text: str, say: Role | None = None) -> None:
        """See `Notice`; what is the matter is said once, however often it is told."""
        self._line(text)
        if say is not None and say not in self._known:
            self._known.append(say)
            self._waiting.append(say)

    @property
    def trouble(self) -> bool:
        """True where anything was told that the bedside should know."""
        return bool(self._known)

    def take(self) -> Role | None:
        """The next sentence that is to be said; it is not given again."""
        return self._waiting.pop(0) if self._waiting else None


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

    def look(self, now: float) -> None:
        """Say the next thing, where it is time for it at `now` (seconds)."""
        self._greeting = self._greeting and self._session.state is State.IDLE  # who was helped knows that it is ready
        well = self._lifeline.microphone.health.well and self._lifeline.speaker.health.well
        if not (well and self._session.at_rest and not self._loop.hearing):
            self._calm_since = inf
            return
        self._calm_since = min(now, self._calm_since)
        if now - self._calm_since < CALM:
            return
        night, greeting, self._greeting = self._is_night(), self._greeting, False
        if night:
            return
        role = Role.READY if greeting else self._notices.take()
        if role is not None:
            self._loop.mention(now, role)
