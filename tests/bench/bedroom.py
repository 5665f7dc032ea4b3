"""A synthetic bedroom: rooms, distances, noises and ways of speaking, the same samples for the same seed. Numpy alone.

Levels: a person in bed, half a metre from the microphone, speaks at SPEECH_LEVEL; the room's own noise is at
ROOM_LEVEL (both of `tests.audio.studio`). A signal-to-noise ratio compares the RMS of the voiced part at the
microphone with that of the noise.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

from tests.audio.studio import ROOM_LEVEL, SPEECH_LEVEL, amplitude, room, trimmed
from voiceguide.messages import HEAR_RATE

Sound = NDArray[np.float64]
"""Samples at HEAR_RATE in int16 units, shape (n,)."""

VOLUME = 35.0
"""Cubic metres of the bedroom."""

DIRECTIVITY = 2.0
"""How much louder a mouth is to the front than a source that is alike to all sides (factor on power)."""

LEAD, TAIL = HEAR_RATE * 3 // 2, HEAR_RATE
"""Samples of noise before the words and after their true end."""


def rms(sound: Sound) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(sound**2)))


def impulse_response(rt60: float, distance: float, seed: int) -> Sound:
    """Of a room: the direct sound, six early reflections, an exponentially decaying diffuse tail.

    The direct sound falls with the distance, the diffuse one does not: they are equally strong at the critical
    distance, 0.057 sqrt(Q V / RT60) (Kuttruff, Room Acoustics). Scaled to 1 for the direct sound at 0.5 m.

    Args:
        rt60: seconds in which the reverberation falls by 60 dB.
        distance: metres from mouth to microphone.
        seed: where in the room.

    """
    rng = np.random.default_rng(seed)
    length = round(rt60 * HEAR_RATE)
    time = np.arange(length) / HEAR_RATE
    tail = rng.standard_normal(length) * 10 ** (-3 * time / rt60)
    onset = round(0.004 * HEAR_RATE)
    tail[:onset] = 0
    critical = 0.057 * np.sqrt(DIRECTIVITY * VOLUME / rt60)
    response = tail * (0.5 / critical / np.sqrt(np.sum(tail**2)))
    direct = 0.5 / distance
    response[0] += direct
    for reflection in rng.integers(onset // 2, round(0.03 * HEAR_RATE), 6):
        response[reflection] += direct * rng.uniform(-0.4, 0.4)
    return response


def _shaped(length: int, rng: np.random.Generator, slope: float, low: float, high: float = 8000.0) -> Sound:
    """Noise whose power falls by `slope` x 3 dB an octave between two frequencies (Hz), with RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / HEAR_RATE)
    gains = np.maximum(frequencies, low) ** (-slope / 2) * (frequencies <= high)
    gains *= 1 / (1 + (low / np.maximum(frequencies, 1e-3)) ** 4)
    noise: Sound = np.fft.irfft(spectrum * gains, length)
    return noise / rms(noise)


def fan(length: int, rng: np.random.Generator) -> Sound:
    """A fan: low noise, the hum of its motor and the beat of its blades. RMS 1, as of all noises."""
    time = np.arange(length) / HEAR_RATE
    blades = rng.uniform(35, 70)
    hum = sum(np.sin(2 * np.pi * 100 * k * time + rng.uniform(0, 6)) / k**1.5 for k in range(1, 5))
    noise = _shaped(length, rng, 1.4, 60) * (1 + 0.15 * np.sin(2 * np.pi * blades * time)) + 0.25 * hum
    return noise / rms(noise)


def rain(length: int, rng: np.random.Generator) -> Sound:
    """Rain on a window: a bright hiss with drops in it."""
    noise = _shaped(length, rng, 0.4, 300)
    drops = (rng.random(length) < 25 / HEAR_RATE) * rng.exponential(6.0, length)
    noise += lfilter([1.0], [1.0, -1.5, 0.85], drops)
    return noise / rms(noise)


def snoring(length: int, rng: np.random.Generator) -> Sound:
    """Snores: a rattle at 30-90 Hz through a throat, 1-2 s in and a hiss out, every 3-5 s."""
    out = np.zeros(length)
    start = int(rng.integers(0, HEAR_RATE))
    while start < length:
        size = int(rng.uniform(0.9, 1.8) * HEAR_RATE)
        time = np.arange(size) / HEAR_RATE
        pitch = rng.uniform(30, 90) * (1 + 0.1 * np.sin(2 * np.pi * rng.uniform(0.3, 1) * time))
        pulses = (np.diff(np.floor(np.cumsum(pitch) / HEAR_RATE), prepend=0.0) > 0) * rng.uniform(0.6, 1.4, size)
        rattle = pulses * 3 + 0.1 * rng.standard_normal(size)
        for formant, width in ((rng.uniform(250, 450), 120.0), (rng.uniform(700, 1300), 250.0)):
            radius = np.exp(-np.pi * width / HEAR_RATE)
            angle = 2 * np.pi * formant / HEAR_RATE
            rattle = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], rattle)
        rattle = rattle / rms(rattle) * np.sin(np.pi * np.arange(size) / size) ** 0.7
        end = min(start + size, length)
        out[start:end] += rattle[: end - start]
        breath = int(rng.uniform(0.6, 1.0) * HEAR_RATE)
        first, last = min(end + size // 3, length), min(end + size // 3 + breath, length)
        hiss = _shaped(breath, rng, 0.5, 400) * np.sin(np.pi * np.arange(breath) / breath) * 0.12
        out[first:last] += hiss[: last - first]
        start = last + int(rng.uniform(0.4, 1.5) * HEAR_RATE)
    return out / rms(out)


def clock(length: int, rng: np.random.Generator) -> Sound:
    """A ticking clock."""
    out = 0.02 * _shaped(length, rng, 1.0, 50)
    for number, start in enumerate(range(int(rng.integers(0, HEAR_RATE // 2)), length - 800, HEAR_RATE // 2)):
        time = np.arange(800) / HEAR_RATE
        out[start : start + 800] += np.sin(2 * np.pi * (2600 + 300 * (number % 2)) * time) * np.exp(-time * 250)
    return out / rms(out)


def babble(speech: Sequence[Sound]) -> Callable[[int, np.random.Generator], Sound]:
    """A television in the next room: several voices and a tune, through a wall.

    Args:
        speech: sentences of several people; which ones are heard is drawn from the generator.

    """

    def tv(length: int, rng: np.random.Generator) -> Sound:
        out = np.zeros(length)
        for _ in range(3):
            position = -int(rng.integers(0, HEAR_RATE))
            while position < length:
                sentence = speech[int(rng.integers(len(speech)))]
                sentence = sentence / rms(sentence) * rng.uniform(0.4, 1.0)
                first, last = max(position, 0), min(position + len(sentence), length)
                if last > first:
                    out[first:last] += sentence[first - position : last - position]
                position += len(sentence) + int(rng.uniform(0.1, 0.8) * HEAR_RATE)
        time = np.arange(length) / HEAR_RATE
        notes = 220 * 2 ** (rng.integers(0, 13, length // 8000 + 1).repeat(8000)[:length] / 12)
        out += 0.15 * rms(out) * np.sin(2 * np.pi * np.cumsum(notes) / HEAR_RATE) * (1 + np.sin(2 * np.pi * 2 * time))
        out = fftconvolve(out, impulse_response(0.5, 3.0, int(rng.integers(1 << 30))))[:length]
        out = lfilter([0.25], [1, -0.75], out)  # a wall: 6 dB an octave above 700 Hz
        return out / rms(out)

    return tv


NOISES: Mapping[str, Callable[[int, np.random.Generator], Sound]] = {
    "fan": fan,
    "rain": rain,
    "snoring": snoring,
    "clock": clock,
}
"""The noises that need no voices; `babble` makes another one."""


def whispered(speech: Sound, rng: np.random.Generator) -> Sound:
    """The same words without a voice: the envelope of the speech (LPC, order 18, 20 ms), excited by noise."""
    order, size, hop = 18, 320, 160
    window = np.hanning(size)
    padded = np.concatenate([np.zeros(size), speech, np.zeros(size)])
    out = np.zeros(len(padded))
    for start in range(0, len(padded) - size, hop):
        frame = padded[start : start + size] * window
        correlation = np.correlate(frame, frame, "full")[size - 1 : size + order]
        if correlation[0] < 1.0:
            continue
        matrix = correlation[np.abs(np.subtract.outer(np.arange(order), np.arange(order)))]
        matrix = matrix + np.eye(order) * correlation[0] * 1e-4
        predictor = np.linalg.solve(matrix, correlation[1:])
        noise = lfilter([1.0], np.concatenate([[1.0], -predictor]), rng.standard_normal(size))
        out[start : start + size] += noise * window * (rms(frame) / max(rms(noise * window), 1e-9))
    out = lfilter([1.0, -0.6], [1.0], out)[size:-size]  # a whisper lacks the low end
    return out * (rms(speech) / max(rms(out), 1e-9))


def stretched(speech: Sound, factor: float) -> Sound:
    """The same at the same pitch, `factor` times as long: overlap-add of 40 ms where they fit best (WSOLA)."""
    size, hop, reach = 640, 320, 160
    window = np.hanning(size)
    out = np.zeros(round(len(speech) * factor) + size)
    weight = np.full(len(out), 1e-6)
    padded = np.concatenate([np.zeros(reach), speech, np.zeros(size + 2 * reach)])
    expected = padded[reach : reach + size]
    for start in range(0, len(out) - size, hop):
        centre = min(round(start / factor) + reach, len(padded) - size - reach - 1)
        fits = np.correlate(padded[centre - reach : centre + reach + size], expected, "valid")
        best = centre - reach + int(np.argmax(fits))
        out[start : start + size] += padded[best : best + size] * window
        weight[start : start + size] += window
        expected = padded[best + hop : best + hop + size]
        if len(expected) < size:
            break
    return (out / weight)[: round(len(speech) * factor)]


def in_bed(
    speech: Sound,
    *,
    rt60: float = 0.35,
    distance: float = 0.7,
    noise: Callable[[int, np.random.Generator], Sound] | None = None,
    snr: float = 40.0,
    level: float = 0.0,
    seed: int = 0,
) -> tuple[NDArray[np.int16], float]:
    """Words, spoken in the bedroom, as the microphone hears them.

    Args:
        speech: the words alone, close to the mouth, at any level.
        rt60: see `impulse_response`.
        distance: see `impulse_response`.
        noise: another noise beside the room's own.
        snr: of the words to that noise (dB).
        level: how much louder the person speaks than usual (dB).
        seed: of all that is random.

    Returns:
        The samples, shape (LEAD + n + TAIL,), and the true end of the words (s), before their reverberation.

    """
    rng = np.random.default_rng(seed)
    words = trimmed(speech)
    words = words * (amplitude(SPEECH_LEVEL + level) / rms(words))
    heard = fftconvolve(words, impulse_response(rt60, distance, seed))
    length = LEAD + len(words) + TAIL
    out = room(length, seed)
    heard = heard[: length - LEAD]
    out[LEAD : LEAD + len(heard)] += heard
    if noise:
        out += noise(length, rng) * rms(heard[: len(words)]) * 10 ** (-snr / 20)
    return out.round().clip(-32768, 32767).astype(np.int16), (LEAD + len(words)) / HEAR_RATE


__all__ = ["LEAD", "NOISES", "ROOM_LEVEL", "TAIL", "babble", "in_bed", "stretched", "whispered"]
