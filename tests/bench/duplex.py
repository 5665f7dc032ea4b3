"""A synthetic bedroom with two who speak at once: microphone = person * room + device * another room + noise.

Deterministic, numpy and scipy alone. The ratio of user to echo compares the RMS of what is voiced of both at the
microphone; the louder of both is at LOUDER.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from tests.audio.studio import amplitude, room, trimmed
from tests.bench.bedroom import Sound, impulse_response
from voiceguide.messages import HEAR_RATE

LOUDER = -22.0
"""dB relative to full scale."""

FIRST = 6.0
"""Seconds in which the device speaks alone: the first prompt."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """How the loudspeaker comes to the microphone."""

    ratio: float = 0.0
    """User to echo (dB)."""
    rt60: float = 0.35
    delay: float = 0.08
    """Seconds from the rendered sample to the microphone."""
    skew: float = 0.0
    """Parts in a million by which the speaker's clock is slow."""
    distortion: float = 0.0
    """Share of the peak from which the loudspeaker is bent; 0: linear."""
    moved: float | None = None
    """When the device is put elsewhere (s)."""

    @property
    def name(self) -> str:
        """For tables."""
        extras = [f"skew {self.skew:g} ppm"] if self.skew else []
        extras += [f"distortion {self.distortion:g}"] if self.distortion else []
        extras += ["moved"] if self.moved is not None else []
        return ", ".join([f"{self.ratio:+g} dB", f"RT60 {self.rt60:g} s", f"delay {1000 * self.delay:g} ms", *extras])


@dataclass(frozen=True, slots=True)
class Said:
    """What the person says over the device."""

    text: str
    start: float
    end: float
    """True end of the words (s)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is played, and what the microphone hears of it."""

    played: NDArray[np.int16] = field(repr=False)
    """At HEAR_RATE, as it was rendered: shape (n,)."""
    heard: NDArray[np.int16] = field(repr=False)
    """Shape (n,)."""
    alone: Sound = field(repr=False)
    """What would be heard without the device."""
    said: tuple[Said, ...] = ()


def level(sound: Sound) -> float:
    """RMS of what is voiced: of the frames of 20 ms within 30 dB of the loudest."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    powers = np.mean(frames**2, axis=1)
    return float(np.sqrt(np.mean(powers[powers > powers.max() / 1000])))


def loudspeaker(played: Sound, distortion: float) -> Sound:
    """A small loudspeaker: nothing below 180 Hz, and bent where it is loud."""
    sound: Sound = sosfilt(butter(2, 180, "high", fs=HEAR_RATE, output="sos"), played)
    if not distortion:
        return sound
    knee = distortion * np.abs(sound).max()
    return knee * np.tanh(sound / knee) + 0.02 * np.maximum(sound, 0)


def echo_of(played: Sound, geometry: Geometry, seed: int) -> Sound:
    """The device at the microphone, at any level, shape (n,)."""
    slow = soxr.resample(played, HEAR_RATE, HEAR_RATE * (1 + geometry.skew * 1e-6), quality="VHQ")
    late = np.concatenate([np.zeros(round(geometry.delay * HEAR_RATE)), loudspeaker(slow, geometry.distortion)])

    def through(number: int, distance: float) -> Sound:
        response = impulse_response(geometry.rt60, distance, seed + number)
        return np.pad(fftconvolve(late, response), (0, len(played)))[: len(played)]

    echo = through(0, 0.4)
    if geometry.moved is not None:
        moment = round(geometry.moved * HEAR_RATE)
        echo[moment:] = through(1, 0.55)[moment:]
    return echo


def device_speech(sentences: Sequence[Sound], seconds: float, rng: np.random.Generator) -> Sound:
    """Sentences one after another with pauses of 0.3 to 0.7 s, at -20 dB, shape (n,)."""
    length = round(seconds * HEAR_RATE)
    out, position = np.zeros(length), HEAR_RATE // 2
    while position < length:
        sentence = trimmed(sentences[int(rng.integers(len(sentences)))])
        sentence = sentence[: length - position] * (amplitude(-20) / level(sentence))
        out[position : position + len(sentence)] += sentence
        position += len(sentence) + round(rng.uniform(0.3, 0.7) * HEAR_RATE)
    return out


def scene(
    sentences: Sequence[Sound],
    words: Sequence[tuple[str, Sound]],
    geometry: Geometry,
    seed: int,
    seconds: float = 0.0,
) -> Scene:
    """The device speaks all the time; from FIRST on, the person says all these words, one about every three seconds.

    Args:
        sentences: what the device says, in any order.
        words: what the person says, with its sound.
        geometry: where they are.
        seed: of all that is random.
        seconds: how long at least.

    """
    rng = np.random.default_rng(seed)
    placed, position = [], round(FIRST * HEAR_RATE)
    for text, sound in words:
        placed.append((text, position, trimmed(sound)))
        position += len(placed[-1][2]) + round(rng.uniform(2.0, 2.6) * HEAR_RATE)
    length = max(position, round(seconds * HEAR_RATE))
    played = device_speech(sentences, length / HEAR_RATE, rng)
    echo = echo_of(played, geometry, seed)
    echo *= amplitude(LOUDER + min(0.0, -geometry.ratio)) / level(echo)
    alone = room(length, seed)
    response = impulse_response(geometry.rt60, 0.7, seed + 2)
    for _, start, sound in placed:
        near = fftconvolve(sound / level(sound) * amplitude(LOUDER + min(0.0, geometry.ratio)), response)
        near = near[: length - start]
        alone[start : start + len(near)] += near
    said = tuple(Said(text, at / HEAR_RATE, (at + len(sound)) / HEAR_RATE) for text, at, sound in placed)
    heard = (alone + echo).round().clip(-32768, 32767).astype(np.int16)
    return Scene(played.round().astype(np.int16), heard, alone, said)


def seed_of(*parts: object) -> int:
    """The same for the same parts."""
    return zlib.crc32(repr(parts).encode())


def blocks(samples: NDArray[np.int16], size: int) -> Iterator[NDArray[np.int16]]:
    """One after another."""
    for first in range(0, len(samples) - size + 1, size):
        yield samples[first : first + size]
