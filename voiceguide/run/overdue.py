"""Which tones were planned and have not begun: while the speaker pauses, the clock goes on."""

from collections.abc import Sequence

from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound
from voiceguide.speak.mixer import Started

TONES = frozenset({Cue.PRESS, Cue.RELEASE})


class Overdue:
    """The presses and releases that are still to begin."""

    def __init__(self) -> None:
        self._planned: set[tuple[int, str]] = set()

    def plan(self, sounds: Sequence[ScheduledSound]) -> None:
        """These are scheduled."""
        self._planned |= {(sound.start, sound.sound) for sound in sounds if sound.cue in TONES}

    def begun(self, started: Started) -> None:
        """A sound has begun."""
        self._planned.discard((started.scheduled, started.sound))

    def forget(self) -> None:
        """Nothing is scheduled any more."""
        self._planned.clear()

    def reached(self, now: float) -> float:
        """How far it has come (s): until now, or to the first tone that should have begun by now and has not."""
        return min([now, *(start / SPEAK_RATE for start, _ in self._planned)])
