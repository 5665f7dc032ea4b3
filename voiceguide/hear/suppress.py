"""What a canceller leaves of the echo, made soft: loudspeakers distort, and no filter is as long as a room. Pure.

How much may be left follows from the filter's own doubt, and from how loud the rest never fails to be beside the echo
that was taken away: the least of that over some seconds, as a person only ever adds to it (Martin 2001 does so with
noise). Each bin is turned down as far as it may be echo, never up, by a short filter of linear phase.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiceguide.hear.kalman import BINS, Cancelled, power_of
from voiceguide.hear.reference import Sound
from voiceguide.messages import BLOCK

LATE = 48
"""Samples by which everything is later behind this: 3 ms."""

BANDS = 20


@dataclass(frozen=True, slots=True)
class SuppressSettings:
    """How sternly."""

    strength: float = 0.5
    """Factor on the power that may be left."""
    softest: float = 0.03
    """The least factor on an amplitude: 30 dB."""
    bias: float = 2.0
    """How much more than the least is usual."""
    decay: float = 0.5
    """Share of the power of the echo that a room keeps for a block."""
    smooth: float = 0.5
    """Of powers, from block to block."""
    window: int = 75
    """Blocks with echo over which the least is taken, twice."""


_EDGES = np.unique(np.round(BINS * (np.exp(np.linspace(0, np.log(16), BANDS + 1)) - 1) / 15).astype(int))
_WINDOW = np.hanning(2 * BLOCK + 1)[:-1].astype(np.float32)
_TAPER = np.hanning(2 * LATE + 3)[1:-1].astype(np.float32)


class Suppressor:
    """See the module; one stream of blocks."""

    def __init__(self, settings: SuppressSettings | None = None) -> None:
        self._is = settings or SuppressSettings()
        self._before = np.zeros(BLOCK + 2 * LATE, np.float32)
        self._echo_before = np.zeros(BLOCK, np.float32)
        self._rest = np.zeros(BINS, np.float32)
        self._echo = np.zeros(BINS, np.float32)
        self._kernel = _kernel(np.ones(BINS, np.float32))
        self._open = True
        self.restart()

    def restart(self) -> None:
        """Forget how much is usually left."""
        bands = len(_EDGES) - 1
        self._least = np.ones((2, bands), np.float32)
        self._count = 0

    def through(self, block: Sound) -> tuple[Sound, Sound]:
        """A block without echo: late as the others, and as it is, twice."""
        self._echo_before = np.zeros(BLOCK, np.float32)
        self._echo[:] = 0
        return self._filtered(block, np.ones(BINS, np.float32), still=True)

    def suppress(self, cancelled: Cancelled) -> tuple[Sound, Sound]:
        """The block before LATE samples as it is, and with what may be echo made soft; shapes (BLOCK,)."""
        rest = power_of(np.fft.rfft(_WINDOW * np.concatenate([self._before[-BLOCK:], cancelled.rest])))
        echo = power_of(np.fft.rfft(_WINDOW * np.concatenate([self._echo_before, cancelled.echo])))
        self._echo_before = cancelled.echo
        self._rest = self._is.smooth * self._rest + (1 - self._is.smooth) * rest
        self._echo = np.maximum(echo, self._is.decay * self._echo)
        self._learn()
        left = self._is.strength * (0.375 * cancelled.doubt + self._usual() * self._echo)
        gains = np.sqrt(np.maximum(1 - left / (np.maximum(rest, self._rest) + 1e-12), self._is.softest**2))
        return self._filtered(cancelled.rest, gains.astype(np.float32))

    def _learn(self) -> None:
        """The least rest beside the echo, band by band, where there is echo."""
        rest, echo = np.add.reduceat(self._rest, _EDGES[:-1]), np.add.reduceat(self._echo, _EDGES[:-1])
        loud = echo > 1e-3 * echo.max() + 1e-6
        self._least[0] = np.where(loud, np.minimum(self._least[0], rest / (echo + 1e-12)), self._least[0])
        self._count += 1
        if self._count >= self._is.window:
            self._least[1], self._least[0], self._count = self._least[0].copy(), 1.0, 0

    def _usual(self) -> NDArray[np.float32]:
        least = np.minimum(self._is.bias * self._least.min(axis=0), 1.0)
        return np.repeat(least, np.diff(_EDGES))

    def _filtered(self, block: Sound, gains: NDArray[np.float32], still: bool = False) -> tuple[Sound, Sound]:
        """The block as it is, and gliding from the last gains to these."""
        sound = np.concatenate([self._before[-2 * LATE :], block])
        self._before = np.concatenate([self._before, block])[-len(self._before) :]
        plain = sound[LATE:-LATE]
        if still and self._open:
            return plain, plain
        old, self._kernel, self._open = self._kernel, _kernel(gains), still
        glide = np.linspace(0, 1, BLOCK, dtype=np.float32)
        before, after = np.convolve(sound, old, "valid"), np.convolve(sound, self._kernel, "valid")
        return plain, before + glide * (after - before)


def _kernel(gains: NDArray[np.float32]) -> Sound:
    """A short filter with about these gains: shape (2 * LATE + 1,)."""
    impulse = np.fft.irfft(gains)
    kernel: Sound = np.concatenate([impulse[-LATE:], impulse[: LATE + 1]]).astype(np.float32) * _TAPER
    return kernel
