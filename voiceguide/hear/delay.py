"""How late the microphone hears the loudspeaker, and by how much their clocks differ. Pure.

Once in a while a second of both is compared (generalised cross-correlation with phase transform, Knapp and Carter
1976): only the phases count, so the peak is sharp in a room, and also while a person speaks. A Kalman filter with two
states, the delay and its growth, follows the peaks: clocks of two devices differ by some tens of parts in a million,
which is a sample a second.
"""

from dataclasses import dataclass

import numpy as np

from voiceguide.hear.reference import Sound
from voiceguide.messages import HEAR_RATE

WINDOW = HEAR_RATE
"""Samples that are compared: 1 s."""

EARLIEST = -HEAR_RATE // 20
"""The shortest delay that is looked for, in samples: the device may say a later time than is true."""

LATEST = HEAR_RATE * 6 // 10
"""The longest one: Bluetooth takes 0.3 s."""

_SIZE = 1 << 15
_BAND = slice(_SIZE * 200 // HEAR_RATE, _SIZE * 4500 // HEAR_RATE)


@dataclass(frozen=True, slots=True)
class Peak:
    """Where both are most alike."""

    delay: float
    """In samples at HEAR_RATE, with fractions."""
    sharpness: float
    """How much higher it is than the rest (RMS)."""


def compare(heard: Sound, played: Sound) -> Peak:
    """Find what was played in what was heard.

    Args:
        heard: shape (WINDOW,).
        played: shape (WINDOW + LATEST - EARLIEST,); begins LATEST samples before what was heard.

    """
    cross = np.fft.rfft(heard, _SIZE) * np.fft.rfft(played, _SIZE).conj()
    weighed = np.zeros_like(cross)
    weighed[_BAND] = cross[_BAND] / (np.abs(cross[_BAND]) + 1e-9)
    likeness = np.fft.irfft(weighed, _SIZE)
    likeness = np.roll(likeness, LATEST - EARLIEST)[: LATEST - EARLIEST + 1]
    place = int(np.argmax(np.abs(likeness[1:-1]))) + 1
    left, top, right = np.abs(likeness[place - 1 : place + 2])
    bend = left - 2 * top + right
    offset = 0.5 * (left - right) / bend if bend else 0.0
    rest = float(np.sqrt(np.mean(likeness**2)))
    return Peak(place + offset + EARLIEST, float(top) / rest if rest else 0.0)


@dataclass(frozen=True, slots=True)
class DelaySettings:
    """Samples at HEAR_RATE and seconds."""

    sharp: float = 11.0
    """Sharpness of a peak that is believed."""
    noise: float = 0.6
    """By how much a peak is off."""
    skew: float = 100e-6
    """Growth that is usual between two devices."""
    wander: float = 0.05
    """By how much the delay itself changes in a second (samples, standard deviation)."""
    drift: float = 1e-6
    """By how much its growth changes in a second."""
    outlier: float = 4.0
    """Standard deviations from which on a peak means another place."""
    nearest: float = 3.0
    """Samples that it may always be off."""


class DelayTracker:
    """Follows the delay; see the module. Times are samples of the microphone."""

    def __init__(self, settings: DelaySettings | None = None) -> None:
        self._is = settings or DelaySettings()
        self._state = np.zeros(2)  # the delay in samples, and its growth in samples a sample
        self._cov = np.diag([np.inf, self._is.skew**2])
        self._at = 0
        self._other: Peak | None = None  # far from where it should be: another place, if seen again
        self.known = False
        """Whether there is a delay."""
        self.agreed = False
        """Whether two peaks were at one place: a single one may be chance, though nothing played is heard."""
        self.jumps = 0
        """How often the delay was found anew."""

    @property
    def skew(self) -> float:
        """How much faster the microphone's clock is than the loudspeaker's (a share, 1e-6 is one part in a million)."""
        return float(self._state[1])

    def delay(self, at: float) -> float:
        """The delay at a time, in samples; 0 as long as it is not known."""
        return float(self._state[0] + self._state[1] * (at - self._at))

    def shift(self, by: int) -> None:
        """All that was played is counted so many samples earlier, or all that is heard later."""
        self._state[0] += by

    def observe(self, at: int, peak: Peak) -> None:
        """Take in what was found around a time."""
        if peak.sharpness < self._is.sharp:
            return
        if not self.known:
            self._restart(at, peak)
            return
        self._predict(at)
        off = peak.delay - self._state[0]
        variance = self._cov[0, 0] + self._is.noise**2
        if abs(off) > max(self._is.nearest, self._is.outlier * np.sqrt(variance)):
            if self._other and abs(peak.delay - self._other.delay) <= self._is.nearest:
                self.agreed = True
                self.jumps += 1
                self._restart(at, peak)
            else:
                self._other = peak
            return
        self._other, self.agreed = None, True
        gain = self._cov[:, 0] / variance
        self._state = self._state + gain * off
        self._cov = self._cov - np.outer(gain, self._cov[0])

    def _predict(self, at: int) -> None:
        step = at - self._at
        move = np.array([[1.0, step], [0.0, 1.0]])
        seconds = max(step, 0) / HEAR_RATE
        self._state = move @ self._state
        self._cov = move @ self._cov @ move.T + np.diag([self._is.wander**2, self._is.drift**2]) * seconds
        self._at = at

    def _restart(self, at: int, peak: Peak) -> None:
        """Another delay; the clocks are the same."""
        self._state[0] = peak.delay
        self._cov = np.diag([self._is.noise**2, self._cov[1, 1]])
        self._at, self._other, self.known = at, None, True
