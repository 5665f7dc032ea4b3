"""An echo canceller: a Kalman filter in the frequency domain, in blocks of 20 ms. Pure numpy.

The room's response is cut into partitions of one block, and every bin of every partition is one coefficient with its
own uncertainty. From that follows how far each is corrected, and how much of the echo may be left: nothing must be
detected or switched off while two speak at once. After Enzner and Vary, "Frequency-domain adaptive Kalman filter for
acoustic echo control" (2006), and Kuech, Mabande and Enzner, "State-space architecture of the partitioned-block-based
acoustic echo controller" (2014), with their diagonal approximation.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceguide.hear.reference import Sound
from voiceguide.messages import BLOCK

BINS = BLOCK + 1

TINY = 1e-12


@dataclass(frozen=True, slots=True)
class KalmanSettings:
    """How the filter behaves."""

    partitions: int = 16
    """Blocks that the response is long: 320 ms."""
    forget: float = 0.9993
    """Share of a coefficient that is still true after a block: the rest makes it uncertain again."""
    doubt: float = 0.6
    """Uncertainty at first (power): the loudspeaker may be about as loud as the reference."""
    early: float = 0.7
    """How much less uncertain each later partition is at first: a room decays."""
    smooth: float = 0.8
    """Of the power of what is not echo, from block to block."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """One block without its echo."""

    rest: Sound
    """What is left: the person, the room, and the rest of the echo."""
    echo: Sound
    """What was taken away."""
    doubt: NDArray[np.float32]
    """Power in each bin of a frame of two blocks that may be left of the echo, shape (BINS,)."""


class KalmanFilter:
    """See the module; one stream of blocks."""

    def __init__(self, settings: KalmanSettings | None = None) -> None:
        self._is = settings or KalmanSettings()
        shape = (self._is.partitions, BINS)
        self._played = np.zeros(shape, np.complex64)
        self._before = np.zeros(BLOCK, np.float32)
        self._response = np.zeros(shape, np.complex64)
        self._other = np.zeros(BINS, np.float32)
        self._turn = 0
        self.doubt()

    def doubt(self) -> None:
        """What is known of the room may be wrong: learn as fast as at first."""
        fall = self._is.early ** np.arange(self._is.partitions, dtype=np.float32)
        self._variance = np.repeat((self._is.doubt * fall).astype(np.float32)[:, None], BINS, axis=1)

    def cancel(self, heard: Sound, played: Sound) -> Cancelled:
        """Take the echo of what was played out of what was heard in the same block."""
        self._played = np.roll(self._played, 1, axis=0)
        self._played[0] = np.fft.rfft(np.concatenate([self._before, played]))
        self._before = played
        echo = np.fft.irfft((self._played * self._response).sum(axis=0))[BLOCK:].astype(np.float32)
        rest = heard - echo
        power = power_of(self._played)
        self._learn(rest, power)
        return Cancelled(rest, echo, 0.5 * (power * self._variance).sum(axis=0))

    def _learn(self, rest: Sound, power: NDArray[np.float32]) -> None:
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK, np.float32), rest])).astype(np.complex64)
        self._other = self._is.smooth * self._other + (1 - self._is.smooth) * power_of(error)
        expected = 0.5 * power * self._variance
        gain = 0.5 * self._variance / (expected.sum(axis=0) + self._other + TINY)
        self._response += gain * self._played.conj() * error
        self._shorten()
        keep = np.float32(self._is.forget**2)
        self._variance = keep * (1 - 0.5 * gain * power) * self._variance + (1 - keep) * power_of(self._response)

    def _shorten(self) -> None:
        """Each partition answers within its block only; a quarter of them in turn, as it costs computing."""
        some = slice(self._turn, None, 4)
        self._turn = (self._turn + 1) % 4
        impulse = np.fft.irfft(self._response[some], axis=1)
        impulse[:, BLOCK:] = 0
        self._response[some] = np.fft.rfft(impulse, axis=1)


def power_of(spectrum: NDArray[np.complexfloating[Any, Any]]) -> NDArray[np.float32]:
    """The power in each bin."""
    return (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)
