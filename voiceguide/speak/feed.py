"""The mixer at the rate of the device. Pure."""

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.mixer import Mixer

CHUNK = SPEAK_RATE // 100
"""Samples that are rendered at a time where the rates differ."""


class Feed:
    """Renders a mixer's samples at any rate.

    Args:
        mixer: what is played.
        rate: samples per second that the device wants.

    """

    def __init__(self, mixer: Mixer, rate: int) -> None:
        self._mixer = mixer
        self._rate = rate
        self.restart()

    def restart(self) -> None:
        """Begin with the next sample of the mixer: what was rendered ahead is lost."""
        self._base = self._mixer.position
        self._given = 0
        self._ready = np.zeros(0, np.int16)
        self._resampler = soxr.ResampleStream(SPEAK_RATE, self._rate, 1, dtype="int16")

    @property
    def position(self) -> int:
        """Where the next sample to be given out lies in the mixer's stream."""
        return self._base + round(self._given * SPEAK_RATE / self._rate)

    def render(self, n: int) -> NDArray[np.int16]:
        """The next `n` samples at the device's rate, shape (n,)."""
        self._given += n
        if self._rate == SPEAK_RATE:
            return self._mixer.render(self._mixer.position, n)
        while len(self._ready) < n:
            more = self._resampler.resample_chunk(self._mixer.render(self._mixer.position, CHUNK))
            self._ready = np.concatenate([self._ready, more])
        samples, self._ready = self._ready[:n], self._ready[n:]
        return samples
