"""The tones: press, release, deaf.

Press rises and release falls, and they also lie apart in pitch, so either difference is enough to tell them. "Deaf"
(the microphone has gone) is two steady tones, a low one and a lower one, softer than the others. All lie between 300
and 1100 Hz: above what a small loudspeaker loses, below what old ears lose (presbycusis begins at the highest
frequencies: ISO 7029).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE
from voiceguide.wav import to_int16


@dataclass(frozen=True, slots=True)
class Shape:
    """How a tone sounds, whatever its pitch."""

    level: float
    """dBFS (RMS of the sustained part)."""
    harmonics: tuple[float, ...] = (1.0, 0.3, 0.1)
    """Amplitudes of the fundamental and its multiples: a pure tone is hard to locate and easily masked."""
    attack: float = 0.005
    """Seconds: soft enough not to click, and still an onset that is found within 5 ms in a recording."""
    decay: float = 0.060


CLEAR = Shape(-23.0)
"""As loud as the voice."""

DEAF = Shape(-29.0)
"""For what is not awaited, and may come when all are asleep."""

GENTLE = Shape(-29.0, (1.0, 0.1), attack=0.025, decay=0.080)
"""For the night: nothing in it startles. Its onset is found within 20 ms."""

HISS = -60.0
"""dBFS of what wakes an amplifier: far below the voice, and no digital silence."""


def tones(*, gentle: bool = False) -> dict[str, NDArray[np.int16]]:
    """Every tone by its sound id: shape (n,) at SPEAK_RATE.

    Args:
        gentle: for the night: the same pitches and places, softer, rounder, and with a slower onset.

    """
    shape = GENTLE if gentle else CLEAR
    return {
        "tone.press": _glide(660.0, 990.0, 0.150, shape),
        "tone.release": _glide(494.0, 330.0, 0.150, shape),
        "tone.deaf": np.concatenate([_glide(392.0, 392.0, 0.150, DEAF), _glide(311.0, 311.0, 0.300, DEAF)]),
        "tone.wake": _hiss(0.1),
    }


class Tones:
    """The tones alone, for a `Mixer`."""

    def __init__(self) -> None:
        self._samples = tones()

    def samples(self, sound: str) -> NDArray[np.int16]:
        """A tone at SPEAK_RATE, shape (n,)."""
        return self._samples[sound]


def _hiss(seconds: float) -> NDArray[np.int16]:
    """White noise, all but inaudible; always the same."""
    noise = np.random.default_rng(1).normal(0, 10 ** (HISS / 20), round(seconds * SPEAK_RATE))
    return to_int16((noise * _envelope(len(noise), CLEAR)).astype(np.float32))


def _glide(first: float, last: float, seconds: float, shape: Shape) -> NDArray[np.int16]:
    """From one frequency to another (Hz), evenly in pitch."""
    n = round(seconds * SPEAK_RATE)
    pitch = np.geomspace(first, last, n)
    phase = 2 * np.pi * np.cumsum(pitch) / SPEAK_RATE
    harmonics = [a * np.sin(k * phase) for k, a in enumerate(shape.harmonics, 1)]
    wave = np.sum(harmonics, axis=0).astype(np.float32)
    wave *= 10 ** (shape.level / 20) / np.sqrt(np.mean(wave**2))
    wave *= _envelope(n, shape)
    return to_int16(wave)


def _envelope(n: int, shape: Shape) -> NDArray[np.float64]:
    """Raised-cosine attack and decay, flat in between."""
    attack, decay = round(shape.attack * SPEAK_RATE), round(shape.decay * SPEAK_RATE)
    envelope = np.ones(n)
    envelope[:attack] = (1 - np.cos(np.pi * np.arange(attack) / attack)) / 2
    envelope[-decay:] = (1 + np.cos(np.pi * np.arange(1, decay + 1) / decay)) / 2
    return envelope
