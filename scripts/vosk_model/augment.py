"""Rooms, noises, microphones: what happens to speech before it is heard. Deterministic by the generator given."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from scripts.vosk_model.corpus import HEAR_RATE
from tests.bench.bedroom import NOISES
from tests.bench.bedroom import babble as babble_of

Samples = NDArray[np.float32]
"""Shape (n,), 1 is full scale."""

COLOURS, EACH, POOL = 48, 8, 1 << 18
"""How many noises by colour there are, how many of each kind of the bedroom's, and how many samples each has."""
TELEVISIONS = 24
"""How many stretches of a television in the next room there are."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """How much of each; probabilities from 0 to 1, pairs are the least and the most."""

    speed: tuple[float, float] = (0.9, 1.12)
    room: float = 0.65
    reverberation: tuple[float, float] = (0.1, 0.6)
    """RT60, seconds."""
    diffuse: tuple[float, float] = (-15.0, 11.0)
    """dB of the reverberation over the direct sound: of 0.5 m to 3 m."""
    equalised: float = 0.7
    gain: float = 7.0
    """dB by which a microphone may prefer some frequencies to others."""
    narrow: float = 0.4
    """How often there is nothing of the voice above `band`: some recordings have nothing there."""
    band: tuple[float, float] = (4000.0, 7000.0)
    """Hz."""
    noisy: float = 0.85
    snr: tuple[float, float] = (0.0, 30.0)
    """dB of the loud parts of the speech over the noise."""
    others: float = 0.25
    """How often the noise is somebody else, who is not to be heard."""
    babble_snr: tuple[float, float] = (8.0, 25.0)
    """The same for people in the same room."""
    television_snr: tuple[float, float] = (2.0, 25.0)
    """The same for a television in the next one."""
    level: tuple[float, float] = (-32.0, -1.0)
    """Peak of the result, dB re full scale."""


class Augmenter:
    """Puts speech into rooms.

    Args:
        noises: recordings of noise.
        babble: recordings of other people.
        seed: of the synthetic noises, which are drawn once.

    """

    def __init__(
        self, noises: Sequence[Samples], babble: Sequence[Samples], seed: int, ranges: Ranges | None = None
    ) -> None:
        random = np.random.default_rng(seed)
        synthetic = [coloured(POOL, random) for _ in range(COLOURS)]
        for make in NOISES.values():
            synthetic += [np.asarray(make(POOL, random), np.float32) for _ in range(EACH)]
        self._noises = (noises, synthetic)
        self._babble = babble
        tv = babble_of([sound.astype(np.float64) for sound in babble]) if len(babble) else None
        self._televisions = [np.asarray(tv(POOL, random), np.float32) for _ in range(TELEVISIONS)] if tv else []
        self._ranges = ranges or Ranges()

    def __call__(self, speech: NDArray[np.int16], random: np.random.Generator) -> tuple[NDArray[np.float32], float]:
        """The speech as a microphone hears it, in units of 16-bit integers, and by how much faster it is."""
        ranges = self._ranges
        speed = float(random.uniform(*ranges.speed))
        samples = np.asarray(soxr.resample(speech / np.float32(32768), HEAR_RATE, HEAR_RATE / speed), np.float32)
        loudness = _loudness(samples)
        rt60 = random.uniform(*ranges.reverberation) if random.random() < ranges.room else 0.0
        gain = ranges.gain if random.random() < ranges.equalised else 0.0
        band = random.uniform(*ranges.band) if random.random() < ranges.narrow else HEAR_RATE / 2
        samples = in_room(samples, rt60, ranges.diffuse, gain, band, random)
        if random.random() < ranges.noisy:
            samples = samples + self._noise(len(samples), loudness, random)
        return _as_recorded(samples, random.uniform(*ranges.level)), speed

    def noise_alone(self, length: int, random: np.random.Generator) -> NDArray[np.float32]:
        """A room in which nobody speaks, in units of 16-bit integers."""
        samples = self._background(length, random)
        if self._televisions and random.random() < 0.25:
            samples = _cut(self._televisions, length, random)
        elif random.random() < 0.4:
            samples = samples + _knocks(length, random)
        return _as_recorded(samples, random.uniform(-70, -3))

    def _noise(self, length: int, loudness: float, random: np.random.Generator) -> Samples:
        noise, snr = self._background(length, random), self._ranges.snr
        if len(self._babble) and random.random() < self._ranges.others:
            far = random.random() < 0.7
            noise = _cut(self._televisions if far else self._babble, length, random)
            snr = self._ranges.television_snr if far else self._ranges.babble_snr
        return noise * np.float32(loudness * _ratio(-random.uniform(*snr)))

    def _background(self, length: int, random: np.random.Generator) -> Samples:
        """RMS 1."""
        recorded, synthetic = self._noises
        return _cut(recorded if len(recorded) and random.random() < 0.4 else synthetic, length, random)


def in_room(
    samples: Samples, rt60: float, diffuse: tuple[float, float], gain: float, band: float, random: np.random.Generator
) -> Samples:
    """In a room, through a microphone.

    Args:
        samples: as spoken.
        rt60: seconds in which the room's sound falls by 60 dB: decaying noise after the direct sound.
        diffuse: least and most dB of that noise over the direct sound.
        gain: dB by which the microphone may prefer each of 7 frequencies, an octave apart.
        band: Hz above which there is nothing.
        random: draws what is random.

    """
    response = np.zeros(1 + round(rt60 * HEAR_RATE), np.float32)
    if rt60:
        tail = np.arange(len(response), dtype=np.float32) / HEAR_RATE
        response = random.standard_normal(len(tail), np.float32) * np.exp(-3 * np.log(10) * tail / np.float32(rt60))
        response[: HEAR_RATE // 400] = 0  # the first reflection comes from a metre away
        response *= np.float32(_ratio(random.uniform(*diffuse)) / np.sqrt(np.sum(response**2) + 1e-9))
    response[0] = 1.0
    length = 1 << (len(samples) + len(response) - 1).bit_length()
    frequencies = np.fft.rfftfreq(length, 1 / HEAR_RATE)
    octaves = np.log2(np.maximum(frequencies, 60) / 60)
    bent = np.interp(octaves, np.arange(7), random.uniform(-gain, gain, 7)).astype(np.float32)
    heard = np.fft.rfft(samples, length) * np.fft.rfft(response, length) * np.float32(10) ** (bent / 20)
    heard[frequencies > band] = 0
    return np.asarray(np.fft.irfft(heard, length)[: len(samples)], np.float32)


def coloured(length: int, random: np.random.Generator) -> Samples:
    """Noise like that of fans, traffic and mains: falling by 0 to 9 dB an octave, maybe swelling, maybe humming."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequencies = np.maximum(np.fft.rfftfreq(length, 1 / HEAR_RATE), 40)
    noise = np.fft.irfft(spectrum * frequencies ** -random.uniform(0, 1.5), length)
    noise /= noise.std() + 1e-9
    time = np.arange(length) / HEAR_RATE
    if random.random() < 0.3:
        noise *= 1 + 0.7 * np.sin(2 * np.pi * (random.uniform(0.15, 4) * time + random.random()))
    if random.random() < 0.3:
        hum = random.choice([50, 60, 100, 120])
        noise += sum(np.sin(2 * np.pi * hum * k * time) * random.uniform(0, 1) for k in (1, 2, 3, 5))
    return np.asarray(noise / (noise.std() + 1e-9), np.float32)


def _knocks(length: int, random: np.random.Generator) -> Samples:
    knocks = np.zeros(length)
    for start in random.integers(0, length, random.integers(1, 8)):
        decay = np.arange(min(length - start, random.integers(50, 5000)))
        knocks[start : start + len(decay)] += random.standard_normal(len(decay)) * np.exp(-6 * decay / len(decay)) * 20
    return np.asarray(knocks * random.uniform(0.1, 1), np.float32)


def _cut(recordings: Sequence[Samples], length: int, random: np.random.Generator) -> Samples:
    """A stretch of one of them, repeated where it is too short, RMS 1."""
    recording = recordings[int(random.integers(len(recordings)))]
    start = random.integers(len(recording))
    cut = np.take(recording, np.arange(start, start + length), mode="wrap")
    return np.asarray(cut / (cut.std() + 1e-5), np.float32)


def _loudness(samples: Samples) -> float:
    """RMS of the louder half of blocks of 20 ms: of the speech without its pauses."""
    blocks = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    powers = np.sort((blocks**2).mean(axis=1))
    return float(np.sqrt(powers[len(powers) // 2 :].mean())) if len(powers) else 0.0


def _as_recorded(samples: Samples, peak: float) -> NDArray[np.float32]:
    scaled = samples * (32767 * _ratio(peak) / (np.abs(samples).max() + 1e-9))
    return np.asarray(np.rint(scaled), np.float32)


def _ratio(decibel: float) -> float:
    return float(10 ** (decibel / 20))
