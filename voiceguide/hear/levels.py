"""How loud a person is in a recording, how loud the room, and whether the microphone clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

import numpy as np
from numpy.typing import NDArray

from voiceguide.hear.gate import SLICE, Gate, slice_levels
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame

FULL = 32_000
"""Samples beyond this are as loud as 16 bits can be: a little less, for those that were resampled after clipping."""

MARGINS = (0.1, 0.3)
"""Seconds before and after the words that are not the room's own noise: breath, reverberation."""

ENOUGH = 0.2
"""Seconds without the voice, from which on they tell how loud the room is."""

SOFTEST = 20.0
"""dB below the loudest 5 ms: what is softer is a pause between sounds and not counted as speech."""

QUIET = -38.0
"""dBFS below which words get lost: of 19 phrases of the synthetic user, 18 are heard at -36, 17 at -42, 9 at -48."""

LOUD = -10.0
"""dBFS above which it clips: of the same phrases, 18 are heard at -14, 16 at -8, 11 at -4."""

CLIPPED = 0.001
"""Share of samples at the limit from which on a voice is distorted."""

CLEAN = 15.0
"""dB that a voice must be above the room for its sounds to be told apart."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Of one recording. Levels are RMS in dB re full scale (dBFS)."""

    speech: float | None
    """Of the voice; None where nobody speaks."""
    noise: float
    """Of the room."""
    clipped: float
    """Share of the samples of the voice that are as loud as they can be, 0 to 1."""
    dead: bool
    """Every sample is the same: no microphone is behind it, or it is muted."""

    @property
    def above_noise(self) -> float | None:
        """How far the voice is above the room, in dB; None where nobody speaks."""
        return None if self.speech is None else self.speech - self.noise


class Fault(StrEnum):
    """What is wrong with a microphone, or with where it stands."""

    DEAD = "dead"  # it gives nothing at all
    UNHEARD = "unheard"  # nobody speaks in any recording
    LOUD = "loud"
    QUIET = "quiet"
    NOISY = "noisy"  # more of it, or less, would not help


@dataclass(frozen=True, slots=True)
class Reception:
    """How a microphone hears somebody, over several recordings."""

    speech: float
    """The median, of those with a voice; -100 where there is none."""
    above_noise: float
    """The same; 0 where there is none."""
    faults: tuple[Fault, ...]

    @classmethod
    def of(cls, recordings: Sequence[Levels]) -> "Reception":
        """Of the levels of one recording at least."""
        spoken = [(each.speech, each.speech - each.noise) for each in recordings if each.speech is not None]
        if not spoken:
            return cls(-100.0, 0.0, (Fault.DEAD if all(each.dead for each in recordings) else Fault.UNHEARD,))
        speech, above = (median(values) for values in zip(*spoken, strict=True))
        clipped = any(each.clipped >= CLIPPED for each in recordings)
        found = {Fault.LOUD: clipped or speech > LOUD, Fault.QUIET: speech < QUIET, Fault.NOISY: above < CLEAN}
        return cls(speech, above, tuple(fault for fault, there in found.items() if there))


def measure(samples: NDArray[np.int16], gate: Gate | None = None) -> Levels:
    """The levels of a recording with one utterance.

    Args:
        samples: shape (n,), at HEAR_RATE.
        gate: finds the voice; None: one with Silero.

    """
    dead = not len(samples) or bool((samples == samples[0]).all())
    levels = slice_levels(samples)
    span = _voice(samples, gate or Gate())
    if span is None or not len(levels):
        return Levels(None, _noise(levels, None), 0.0, dead)
    first, last = (min(round(moment * HEAR_RATE / SLICE), len(levels)) for moment in span)
    voiced = levels[first:last]
    speech = _mean(voiced[voiced >= voiced.max() - SOFTEST]) if len(voiced) else None
    sounding = np.abs(samples[first * SLICE : last * SLICE].astype(np.int32))
    clipped = float((sounding >= FULL).mean()) if len(sounding) else 0.0
    return Levels(speech, _noise(levels, span), clipped, dead)


def frames(samples: NDArray[np.int16]) -> Iterator[AudioFrame]:
    """A recording as the microphone would give it, from time 0; the last frame is filled up with zeros."""
    for first in range(0, len(samples), BLOCK):
        block = samples[first : first + BLOCK]
        yield AudioFrame(np.pad(block, (0, BLOCK - len(block))), first / HEAR_RATE)


def _voice(samples: NDArray[np.int16], gate: Gate) -> tuple[float, float] | None:
    """Start and end (s) of the utterance with the most voice; None where there is none."""
    heard: dict[float, tuple[float, float]] = {}
    for frame in frames(samples):
        if gate.feed(frame).voiced:
            heard[gate.first_voiced] = (gate.voiced_seconds, gate.last_voiced)
    if not heard:
        return None
    first = max(heard, key=lambda start: heard[start][0])
    return first, heard[first][1]


def _noise(levels: NDArray[np.float64], voice: tuple[float, float] | None) -> float:
    """Level of the room: where nobody speaks, else what is softest."""
    if not len(levels):
        return -100.0
    moments = np.arange(len(levels)) * SLICE / HEAR_RATE
    quiet = levels
    if voice:
        quiet = levels[(moments < voice[0] - MARGINS[0]) | (moments > voice[1] + MARGINS[1])]
    if len(quiet) < ENOUGH * HEAR_RATE / SLICE:
        return float(np.percentile(levels, 10))
    return float(np.median(quiet))


def _mean(levels: NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))
