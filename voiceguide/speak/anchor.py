"""Where the stream is in time. Pure: it is told what the device says.

Counting samples is not enough: an underrun makes the device late for good, and its clock drifts. What the device says
about when a sample sounds jumps about by some milliseconds, so it is smoothed, and small differences are left alone.
"""

from collections import deque
from statistics import median_low

from voiceguide.messages import SPEAK_RATE

SETTLED = 100
"""Observations that make a median to rely on: one a callback."""

TOLERANCE = SPEAK_RATE * 12 // 1000
"""Samples that it may be off before it is set anew: nobody hears 12 ms, but a rhythm suffers from jumps."""


class Anchor:
    """Maps positions in the stream to positions on the clock, both in samples at SPEAK_RATE."""

    def __init__(self) -> None:
        self.moved = 0
        """How often it had to be set anew since it was settled."""
        self.lead: int | None = None
        """Samples by which the stream is rendered ahead of the clock; None until settled, then constant."""
        self.restart()

    def restart(self) -> None:
        """Forget where the stream is: it has been interrupted."""
        self._observed: deque[tuple[int, int]] = deque(maxlen=SETTLED)
        self._settled = False
        self.offset: int | None = None
        """Position on the clock minus position in the stream; None as long as nothing is known."""

    def guess(self, offset: int) -> int:
        """The offset; as long as nothing is known, the given one from now on."""
        if self.offset is None:
            self.offset = offset
        return self.offset

    def observe(self, offset: int, ahead: int) -> int:
        """Take note of one observation: the offset, and by how much the end of the rendered is ahead of the clock.

        Returns by how much what is scheduled in the stream must move.
        """
        self._observed.append((offset, ahead))
        if self.offset is None:
            self.offset = offset
        if len(self._observed) < SETTLED:
            return 0
        if self.lead is None:
            self.lead = sorted(ahead for _, ahead in self._observed)[SETTLED * 9 // 10]
        by = self.offset - median_low(offset for offset, _ in self._observed)
        self.moved += self._settled and abs(by) > TOLERANCE
        self._settled = True
        if abs(by) <= TOLERANCE:
            return 0
        self.offset -= by
        return by
