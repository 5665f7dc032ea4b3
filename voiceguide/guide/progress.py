"""What a session remembers."""

from dataclasses import dataclass, field

from voiceguide.content.schema import Answer, Part
from voiceguide.guide.states import State
from voiceguide.guide.timeline import Timeline
from voiceguide.intents import Intent, Side
from voiceguide.messages import CutOff, Outcome


@dataclass(slots=True)
class Progress:
    """How far a session has come."""

    began: float | None = None
    """When the cramp was first told; None: there is none."""
    place: str | None = None
    """Which guide; None: not known yet."""
    side: Side | None = None
    call: Intent | None = None
    """What they may have said, while they are asked whether they called."""
    asked: bool = False
    """True once they were asked where exactly, and did not know."""
    points: tuple[str, ...] = ()
    """The points that are still to be pressed, the present one first."""
    step: int = 0
    """Index into the steps of the point."""
    tries: int = 0
    """How often the step could not be found."""
    rounds: int = 0
    """Rounds of pressing begun on the point; of stretching again, where there is none."""
    unanswered: int = 0
    """Questions without an answer, since something was last understood."""
    misheard: int = 0
    worse: int = 0
    tempo: float = 1.0
    """Factor on all waits and holds: 2 is half as fast."""
    told: set[str] = field(default_factory=set)
    """The sounds that were heard to their end: some are said once a session only."""
    routine: str | None = None
    """Which session by choice."""
    part: Part | None = None
    """The present part of a session by choice; None: this is about a cramp."""
    parts: tuple[Part, ...] = ()
    """The parts that follow."""
    answer: Answer | None = None
    """What was asked last, as long as there is more to say about it."""
    pressed: dict[str, int] = field(default_factory=dict)
    """Rounds by point, of the whole session."""
    answered: bool = False
    """True once something was said after the beginning."""
    nudged: bool = False
    """True once they were advised to ask a doctor, because cramps come often."""
    outcome: Outcome | None = None
    """How it ended; None: not yet, or nobody said."""
    cut: CutOff | None = None
    """What was cut off, while they are asked whether to go on with it."""

    @property
    def by_choice(self) -> bool:
        """True where nothing cramps: a session by choice, or a question in the night."""
        return self.began is None


@dataclass(frozen=True, slots=True)
class Held:
    """What was going on when it was put aside."""

    state: State
    timeline: Timeline
    position: int
