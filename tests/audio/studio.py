"""Makes the recordings of the synthetic user: single clips with flite, and the night of the demo from these.

python -m tests.audio.studio clips        render every clip of manifest.yaml (needs flite)
python -m tests.audio.studio night OUT    put the clips of night.yaml into a quiet room
"""

import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.messages import HEAR_RATE

HERE = Path(__file__).parent
SPEECH_LEVEL = -24.0
"""RMS of the spoken part, dB relative to full scale: somebody in bed, the microphone on the night stand."""
ROOM_LEVEL = -62.0
"""RMS of the room's noise."""
LEAD, TAIL = HEAR_RATE // 5, HEAR_RATE * 2 // 5
"""Samples of room noise before and after the words of a clip."""
FRAME = HEAR_RATE // 100


def amplitude(level: float) -> float:
    """RMS in int16 units of a level in dB relative to full scale."""
    return float(32768 * 10 ** (level / 20))


def room(length: int, seed: int) -> NDArray[np.float64]:
    """Noise of a quiet room, shape (length,): the same for the same seed, falling by 3 dB an octave above 50 Hz."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / HEAR_RATE)
    noise: NDArray[np.float64] = np.fft.irfft(spectrum / np.sqrt(np.maximum(frequencies, 50)), length)
    return noise * (amplitude(ROOM_LEVEL) / float(noise.std()))


def trimmed(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part between the first and the last 10 ms that are louder than 1 % of the peak."""
    frames = np.abs(samples[: len(samples) // FRAME * FRAME]).reshape(-1, FRAME).max(axis=1)
    loud = np.flatnonzero(frames > 0.01 * frames.max())
    return samples[loud[0] * FRAME : (loud[-1] + 1) * FRAME]


def clip(text: str, voice: str) -> NDArray[np.int16]:
    """The text, spoken by a voice of flite in a quiet room, shape (n,) at HEAR_RATE."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", path], check=True)
        speech = trimmed(wav.read(path, HEAR_RATE).astype(np.float64))
    speech *= amplitude(SPEECH_LEVEL) / np.sqrt(np.mean(speech**2))
    noise = room(LEAD + len(speech) + TAIL, zlib.crc32(f"{voice} {text}".encode()))
    noise[LEAD:-TAIL] += speech
    return noise.clip(-32768, 32767).astype(np.int16)


def night() -> NDArray[np.int16]:
    """The night of night.yaml as the microphone hears it, shape (n,) at HEAR_RATE."""
    timetable = yaml.safe_load((HERE / "night.yaml").read_text())
    samples = room(round(timetable["seconds"] * HEAR_RATE), seed=0)
    for entry in timetable["speech"]:
        start = round(entry["at"] * HEAR_RATE) - LEAD
        speech = wav.read(HERE / entry["clip"], HEAR_RATE)
        samples[start : start + len(speech)] += speech
    return samples.clip(-32768, 32767).astype(np.int16)


def clips() -> None:
    """Render every clip of the manifest."""
    for entry in yaml.safe_load((HERE / "manifest.yaml").read_text())["clips"]:
        wav.write(HERE / entry["file"], clip(entry["text"], entry["voice"]), HEAR_RATE)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["clips"]:
            clips()
        case ["night", out]:
            wav.write(Path(out), night(), HEAR_RATE)
        case _:
            sys.exit(__doc__)
