"""A recording as the same person might have said it another time: one of them is little to go by."""

from collections.abc import Callable

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.messages import HEAR_RATE

Samples = NDArray[np.int16]
"""Shape (n,), at HEAR_RATE."""

NOISE = -15.0
"""dB of the noise relative to the voice."""


def as_it_is(samples: Samples) -> Samples:
    """The recording itself."""
    return samples


def faster(samples: Samples) -> Samples:
    """By 6 %, and higher by a semitone."""
    return _sped(samples, 1.06)


def slower(samples: Samples) -> Samples:
    """By 6 %, and lower by a semitone."""
    return _sped(samples, 1 / 1.06)


def noisier(samples: Samples) -> Samples:
    """In a room whose noise falls by 3 dB an octave above 50 Hz; always the same noise."""
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(len(samples)))
    frequencies = np.fft.rfftfreq(len(samples), 1 / HEAR_RATE)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies, 50)), len(samples))
    power = np.sort(np.square(samples.astype(np.float64)))
    voice = np.sqrt(power[len(power) // 2 :].mean())  # the louder half
    noise *= voice * 10 ** (NOISE / 20) / max(float(noise.std()), 1e-12)
    return np.clip(np.rint(samples + noise), -32768, 32767).astype(np.int16)


CHANGES: tuple[Callable[[Samples], Samples], ...] = (as_it_is, faster, slower, noisier)
"""All of them, the recording itself first."""


def _sped(samples: Samples, factor: float) -> Samples:
    changed: Samples = soxr.resample(samples, HEAR_RATE * factor, HEAR_RATE)
    return changed
