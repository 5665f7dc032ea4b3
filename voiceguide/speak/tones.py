"""The tones: press, release, deaf.

Press rises and release falls, and they also lie apart in pitch, so either difference is enough to tell them. "Deaf"
(the microphone has gone) is two steady tones, a low one and a lower one, softer than the others. All lie between 300
and 1100 Hz: above what a small loudspeaker loses, below what old ears lose (presbycusis begins at the highest
frequencies: ISO 7029).
"""

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE
from voiceguide.wav import to_int16

ATTACK = 0.005
"""Seconds: soft enough not to click, and still an onset that is found within 5 ms in a recording."""

DECAY = 0.060

HARMONICS = (1.0, 0.3, 0.1)
"""Amplitudes of the fundamental and its multiples: a pure tone is hard to locate and easily masked."""

LOUD = -23.0
"""dBFS (RMS of the sustained part): as loud as the voice."""

SOFT = -29.0
"""The same for what is not awaited, and may come when all are asleep."""


def tones() -> dict[str, NDArray[np.int16]]:
    """Every tone by its sound id: shape (n,) at SPEAK_RATE."""
    return {
        "tone.press": _glide(660.0, 990.0, 0.150, LOUD),
        "tone.release": _glide(494.0, 330.0, 0.150, LOUD),
        "tone.deaf": np.concatenate([_glide(392.0, 392.0, 0.150, SOFT), _glide(311.0, 311.0, 0.300, SOFT)]),
    }


class Tones:
    """The tones alone, for a `Mixer`."""

    def __init__(self) -> None:
        self._samples = tones()

    def samples(self, sound: str) -> NDArray[np.int16]:
        """A tone at SPEAK_RATE, shape (n,)."""
        return self._samples[sound]


def _glide(first: float, last: float, seconds: float, level: float) -> NDArray[np.int16]:
    """From one frequency to another (Hz), evenly in pitch, at a level in dBFS."""
    n = round(seconds * SPEAK_RATE)
    pitch = np.geomspace(first, last, n)
    phase = 2 * np.pi * np.cumsum(pitch) / SPEAK_RATE
    harmonics = [a * np.sin(k * phase) for k, a in enumerate(HARMONICS, 1)]
    wave = np.sum(harmonics, axis=0).astype(np.float32)
    wave *= 10 ** (level / 20) / np.sqrt(np.mean(wave**2))
    wave *= _envelope(n)
    return to_int16(wave)


def _envelope(n: int) -> NDArray[np.float64]:
    """Raised-cosine attack and decay, flat in between."""
    attack, decay = round(ATTACK * SPEAK_RATE), round(DECAY * SPEAK_RATE)
    envelope = np.ones(n)
    envelope[:attack] = (1 - np.cos(np.pi * np.arange(attack) / attack)) / 2
    envelope[-decay:] = (1 + np.cos(np.pi * np.arange(1, decay + 1) / decay)) / 2
    return envelope
