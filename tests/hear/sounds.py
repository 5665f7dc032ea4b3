"""Synthetic microphones: silence and voice-like noise, cut into frames."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame


def room(seconds: float, level: float = 10.0) -> NDArray[np.int16]:
    """Noise of a quiet room, `level` its RMS."""
    return _noise(seconds, level)


def voice(seconds: float, level: float = 4000.0) -> NDArray[np.int16]:
    """Loud noise that stands for a voice."""
    return _noise(seconds, level)


def frames(*parts: NDArray[np.int16]) -> Iterator[AudioFrame]:
    """The parts one after another in frames from time 0; what does not fill a frame is left out."""
    samples = np.concatenate(parts)
    for first in range(0, len(samples) - BLOCK + 1, BLOCK):
        yield AudioFrame(samples[first : first + BLOCK], first / HEAR_RATE)


def seconds(of: Iterable[AudioFrame]) -> float:
    """Their length."""
    return sum(len(frame.samples) for frame in of) / HEAR_RATE


def _noise(length: float, level: float) -> NDArray[np.int16]:
    generator = np.random.default_rng(7)
    return (generator.standard_normal(round(length * HEAR_RATE)) * level).clip(-32768, 32767).astype(np.int16)
