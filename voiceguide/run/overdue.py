"""How far the tones have come: the clock is ahead of them while the speaker pauses, and by its buffer at all times."""

from collections.abc import Sequence

from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound
from voiceguide.speak.mixer import Started

TONES = frozenset({Cue.PRESS, Cue.RELEASE})


class Overdue:
    """The presses and releases that are still to begin, and the one that sounds."""

    def __init__(self) -> None:
        self._planned: set[tuple[int, str]] = set()
        self._late = 0  # samples by which the last tone began too late
        self._ends = 0  # where it is over

    def plan(self, sounds: Sequence[ScheduledSound]) -> None:
        """These are scheduled."""
        self._planned |= {(sound.start, sound.sound) for sound in sounds if sound.cue in TONES}

    def begun(self, started: Started, length: int) -> None:
        """A sound of so many samples has begun."""
        if (tone := (started.scheduled, started.sound)) in self._planned:
            self._planned.remove(tone)
            self._late = max(started.position - started.scheduled, 0)
            self._ends = started.position + length

    def forget(self) -> None:
        """Nothing is scheduled any more."""
        self._planned.clear()
        self._ends = 0

    def reached(self, now: float) -> float:
        """How far it has come (s): until now, into a tone that sounds late, or to the first that should have begun."""
        sounding = now - self._late / SPEAK_RATE if now < self._ends / SPEAK_RATE else now
        return min([sounding, *(start / SPEAK_RATE for start, _ in self._planned)])
