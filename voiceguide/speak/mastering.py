"""From what text-to-speech gives to a clip: without silence around it, at one loudness, without clicks."""

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE
from voiceguide.wav import to_int16

LEVEL = 10 ** (-23 / 20)
"""RMS of the voiced parts, full scale = 1: -23 dBFS, calm in a quiet bedroom, with room for peaks."""

PEAK = 10 ** (-3 / 20)
"""No sample is beyond -3 dBFS; the mixer passes what is below unchanged."""

FLOOR = 10 ** (-40 / 20)
"""A sample is voiced where it is above this part of the highest one."""

FADE = SPEAK_RATE * 3 // 1000
"""Samples of the fade at both ends, and of what is kept before the first voiced sample."""

TAIL = SPEAK_RATE * 30 // 1000
"""Samples kept after the last voiced one."""

WINDOW = SPEAK_RATE * 20 // 1000


def master(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """A clip, shape (m,), of a recording, shape (n,), both at SPEAK_RATE; the recording must not be all silent.

    The first voiced sample is at most 3 ms from the start: latency is counted to it.
    """
    sound = trim(samples).astype(np.float32) / np.float32(32768)
    sound *= min(LEVEL / voiced_rms(sound), PEAK / np.abs(sound).max())
    ramp = (1 - np.cos(np.pi * np.arange(FADE, dtype=np.float32) / FADE)) / 2
    n = min(FADE, len(sound))
    sound[:n] *= ramp[:n]
    sound[-n:] *= ramp[:n][::-1]
    return to_int16(sound)


def trim(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """The recording without the silence around it."""
    magnitude = np.abs(samples.astype(np.int32))
    voiced = np.flatnonzero(magnitude > FLOOR * magnitude.max())
    return samples[max(0, voiced[0] - FADE) : voiced[-1] + 1 + TAIL]


def voiced_rms(sound: NDArray[np.float32]) -> float:
    """RMS over the 20 ms windows that are no more than 20 dB below the loudest one: pauses do not count."""
    padded = np.pad(sound, (0, -len(sound) % WINDOW))
    power = np.mean(padded.reshape(-1, WINDOW) ** 2, axis=1)
    return float(np.sqrt(np.mean(power[power >= power.max() / 100])))
