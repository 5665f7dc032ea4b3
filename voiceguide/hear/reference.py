"""What was played, kept for some seconds at HEAR_RATE, to be read at any time between two samples. Pure.

Places are counted in the samples of the loudspeaker's stream, moved so that they are about the loop's time. What the
device says about its time jumps by some milliseconds now and then, the count never does; where both have drifted apart,
all places get other numbers, and nothing else changes.
"""

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import HEAR_RATE, SPEAK_RATE, Played

Sound = NDArray[np.float32]
"""Shape (n,), full scale is 1."""

KEPT = 3 * HEAR_RATE
"""Samples that are remembered."""

ASTRAY = SPEAK_RATE // 20
"""Samples (50 ms) that the count may be off the loop's time before all places get other numbers."""

SUDDEN = SPEAK_RATE // 40
"""Samples (25 ms) that the device's time may jump at once; more is no drift: it was silent, or began anew."""

RATIO = SPEAK_RATE // HEAR_RATE

_TAPS = 45
_REACH = 16
"""Samples to each side that are weighed for a value between two samples."""
_PHASES = 512


def _low_pass() -> Sound:
    """Keeps 0 to 7.2 kHz of SPEAK_RATE: a windowed sinc, shape (_TAPS,)."""
    x = np.arange(_TAPS) - _TAPS // 2
    kernel = np.sinc(0.92 * x / RATIO) * np.hanning(_TAPS + 2)[1:-1]
    low: Sound = (kernel / kernel.sum()).astype(np.float32)
    return low


def _weights() -> Sound:
    """For each phase the weights of the samples around: windowed sincs, shape (_PHASES, 2 * _REACH)."""
    x = np.arange(-_REACH + 1, _REACH + 1)[None, :] - np.arange(_PHASES)[:, None] / _PHASES
    kernels = np.sinc(x) * np.cos(np.pi * x / 2 / (_REACH + 1)) ** 2
    found: Sound = (kernels / kernels.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


_LOW_PASS = _low_pass()
_WEIGHTS = _weights()


class Reference:
    """See the module."""

    def __init__(self) -> None:
        self._base: int | None = None
        self._told = 0
        self._kept = np.zeros(KEPT, np.float32)
        self._end = 0
        self._raw = np.zeros(_TAPS - 1, np.float32)
        self._raw_end = 0
        self.renumbered = 0
        """By how much the numbers of all places were raised so far, in samples at HEAR_RATE."""

    @property
    def end(self) -> int:
        """Place after the last sample that was given, at HEAR_RATE."""
        return self._end

    def add(self, played: Played) -> None:
        """Take what was played next; what was left out before it was silence."""
        base = played.start - played.position
        if self._base is None:
            self._base = base
        elif abs(base - self._told) > SUDDEN:
            self._base += base - self._told
        elif abs(base - self._base) > ASTRAY:
            self._renumber((base - self._base) // RATIO)
        self._told = base
        first = played.position + self._base
        if first < self._raw_end:  # set back: what was remembered lies elsewhere
            self._kept[:] = 0
            self._raw_end = first
            self._end = -(-first // RATIO)
        gap = first - self._raw_end
        if gap > 0:
            self._filter(np.zeros(min(gap, _TAPS), np.float32))
            self._append(np.zeros(min(-(-first // RATIO) - self._end, KEPT), np.float32))
            self._raw_end, self._end = first, -(-first // RATIO)
        self._filter((played.samples / 32768).astype(np.float32))

    def _renumber(self, by: int) -> None:
        self.renumbered += by
        self._end += by
        self._raw_end += by * RATIO
        self._base = (self._base or 0) + by * RATIO

    def read(self, begin: float, end: float, n: int) -> Sound:
        """`n` values from one place to another, about a sample apart, shape (n,); silence where nothing is known."""
        first, last = self._between(begin, n), self._between(end - n, n)
        glide: Sound = first + np.arange(n, dtype=np.float32) / np.float32(n) * (last - first)
        return glide

    def _between(self, begin: float, n: int) -> Sound:
        """`n` values a sample apart, from a place on."""
        whole = int(np.floor(begin))
        weights = _WEIGHTS[int((begin - whole) * _PHASES)]
        return np.correlate(self.span(whole - _REACH + 1, n + 2 * _REACH - 1), weights, "valid")

    def span(self, first: int, n: int) -> Sound:
        """The samples from a place on, shape (n,); silence where nothing is known."""
        out = np.zeros(n, np.float32)
        begin = self._end - KEPT
        low, high = max(first, begin), min(first + n, self._end)
        if low < high:
            out[low - first : high - first] = self._kept[low - begin : high - begin]
        return out

    def _filter(self, samples: Sound) -> None:
        """Bring the next samples at SPEAK_RATE to HEAR_RATE, late by half of the low pass."""
        raw = np.concatenate([self._raw, samples])
        filtered = np.convolve(raw, _LOW_PASS, "valid")
        self._raw = raw[-_TAPS + 1 :]
        self._append(filtered[-self._raw_end % RATIO :: RATIO])
        self._raw_end += len(samples)

    def _append(self, samples: Sound) -> None:
        self._kept = np.concatenate([self._kept, samples])[-KEPT:]
        self._end += len(samples)
