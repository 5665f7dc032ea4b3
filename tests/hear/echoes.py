"""A loudspeaker and a microphone in noise that stands for speech, for tests of the echo stage."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

from tests.bench.bedroom import impulse_response
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame, Played

RATIO = SPEAK_RATE // HEAR_RATE


def babbling(seconds: float, seed: int, level: float = 3000.0) -> NDArray[np.float64]:
    """Noise with the spectrum and the rhythm of speech, shape (n,)."""
    n = round(seconds * HEAR_RATE)
    noise = lfilter([1.0], [1.0, -0.8], np.random.default_rng(seed).standard_normal(n))
    rhythm = np.abs(np.sin(2 * np.pi * 2.1 * np.arange(n) / HEAR_RATE + seed)) ** 2
    sound = noise * rhythm
    return sound * (level / sound.std())


@dataclass
class Air:
    """What is played and what the microphone hears of it."""

    seconds: float = 8.0
    delay: float = 0.08
    skew: float = 0.0
    gain: float = 1.0
    moved: float | None = None
    """When the device is put elsewhere (s)."""
    person: tuple[float, float] | None = None
    """From when to when somebody speaks, as loud as the echo (s)."""

    def __post_init__(self) -> None:
        self.played = babbling(self.seconds, 1)
        slow = soxr.resample(self.played, HEAR_RATE, HEAR_RATE * (1 + self.skew * 1e-6), quality="VHQ")
        late = np.concatenate([np.zeros(round(self.delay * HEAR_RATE)), slow])
        self.echo = self.gain * fftconvolve(late, impulse_response(0.2, 0.5, 1))[: len(self.played)]
        if self.moved is not None:
            other = self.gain * fftconvolve(late, impulse_response(0.2, 0.9, 2))[: len(self.played)]
            self.echo = np.where(np.arange(len(other)) < self.moved * HEAR_RATE, self.echo, other)
        self.alone = np.random.default_rng(2).normal(0, 10, len(self.played))
        if self.person:
            first, last = (round(at * HEAR_RATE) for at in self.person)
            self.alone[first:last] += babbling(self.seconds, 3)[first:last]

    def frames(self, stage: EchoCanceller, start: float = 0.0) -> Iterator[AudioFrame]:
        """What the stage makes of it; it begins at a time (s)."""
        heard = (self.alone + self.echo).round().clip(-32768, 32767).astype(np.int16)
        rendered = soxr.resample(self.played, HEAR_RATE, SPEAK_RATE).round().astype(np.int16)
        zero = round(start * SPEAK_RATE)
        for first in range(0, len(heard) - BLOCK + 1, BLOCK):
            place = zero + first * RATIO
            stage.play(Played(rendered[first * RATIO : (first + BLOCK) * RATIO], place, place))
            yield stage.clean(AudioFrame(heard[first : first + BLOCK], start + first / HEAR_RATE))


def power(samples: NDArray[np.float64]) -> float:
    """In dB."""
    return float(10 * np.log10(np.mean(samples**2) + 1e-9))
