"""Where the stream is in time. Pure: it is told what the device says.

Counting samples is not enough: an underrun makes the device late for good, and its clock drifts. What the device says
about when a sample sounds jumps about by some milliseconds, so it is smoothed, and small differences are left alone.
"""

from collections import deque

from voiceguide.messages import SPEAK_RATE

SETTLED = 24
"""Observations to rely on: one a callback, 0.3 s with PulseAudio."""

TOLERANCE = SPEAK_RATE * 12 // 1000
"""Samples that it may be off before it is set anew: nobody hears 12 ms, but a rhythm suffers from jumps."""

FINE = SPEAK_RATE // 1000
"""The same where nothing is scheduled: 1 ms."""

CLOSE = SPEAK_RATE * 3 // 1000
"""Samples that half of the observations may differ by, where they are relied on."""

KEPT = 4096
"""Observations that are remembered, to tell how late a sound was that began a while ago: 20 s at least."""

FOLLOWING = 5
"""Observations after a position that help to tell how late it was."""


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
        self._past: deque[tuple[int, int]] = deque(maxlen=KEPT)  # positions in the stream, and offsets
        self._settled = False
        self.offset: int | None = None
        """Position on the clock minus position in the stream; None as long as nothing is known."""

    def stumbled(self) -> None:
        """The device paused, or ran dry: what was observed before is no longer so, and what follows may differ."""
        self._observed.clear()

    def guess(self, offset: int) -> int:
        """The offset; as long as nothing is known, what was observed last, or the given one, from now on."""
        if self.offset is None:
            self.offset = self._smooth() if self._observed else offset
        return self.offset

    def observe(self, position: int, offset: int, ahead: int) -> int:
        """Take note of one observation, and return by how much what is scheduled in the stream must move.

        Args:
            position: in the stream.
            offset: that the device tells there.
            ahead: by how much the end of the rendered is ahead of the clock.

        """
        self._observed.append((offset, ahead))
        self._past.append((position, offset))
        if len(self._observed) < SETTLED:
            return 0
        if self.lead is None:
            self.lead = sorted(ahead for _, ahead in self._observed)[SETTLED * 9 // 10]
        if not self._agreed():
            return 0
        by = self.guess(offset) - self._smooth()
        self.moved += self._settled and abs(by) > TOLERANCE
        self._settled = True
        if abs(by) <= TOLERANCE:
            return 0
        self.offset = self._smooth()
        return by

    def align(self) -> None:
        """Set it anew where that is heard by nobody, because nothing is scheduled: smaller differences count, too."""
        if self._settled and len(self._observed) == SETTLED and self.offset is not None and self._agreed():
            found = self._smooth()
            self.offset = found if abs(found - self.offset) > FINE else self.offset

    def offset_at(self, position: int) -> int | None:
        """The offset when a position in the stream was rendered; None: not known any more.

        Of its block and those that followed the least: an observation may be late, and the device may stumble then.
        """
        past = list(self._past)
        after = next((n for n, (seen, _) in enumerate(past) if seen > position), len(past))
        return min(offset for _, offset in past[after - 1 : after + FOLLOWING]) if after else None

    def _agreed(self) -> bool:
        """True where half of the observations lie close together; on a starved machine they do not."""
        offsets = sorted(offset for offset, _ in self._observed)
        return offsets[len(offsets) * 3 // 4] - offsets[len(offsets) // 4] <= CLOSE

    def _smooth(self) -> int:
        """What the lower ones agree on: an observation is never early, but late where the callback was held up."""
        return sorted(offset for offset, _ in self._observed)[len(self._observed) // 4]
