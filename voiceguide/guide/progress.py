"""What a session remembers."""

from dataclasses import dataclass, field

from voiceguide.guide.states import State
from voiceguide.guide.timeline import Timeline
from voiceguide.messages import Side


@dataclass(slots=True)
class Progress:
    """How far a session has come."""

    began: float = 0.0
    """When the cramp was first told."""
    place: str | None = None
    """Which guide; None: not known yet."""
    side: Side | None = None
    point: int = 0
    """Index into the points of the guide."""
    step: int = 0
    """Index into the steps of the point."""
    tries: int = 0
    """How often the step could not be found."""
    rounds: int = 0
    """Rounds of pressing begun on the point."""
    unanswered: int = 0
    """Questions without an answer, since something was last understood."""
    misheard: int = 0
    worse: int = 0
    tempo: float = 1.0
    """Factor on all waits and holds: 2 is half as fast."""
    told: set[str] = field(default_factory=set)
    """The sounds that were heard to their end: some are said once a session only."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was going on when it was put aside."""

    state: State
    timeline: Timeline
    position: int
