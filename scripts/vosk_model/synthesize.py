"""Speech from synthesizers: flite tells the times of its phones itself, espeak-ng's are found by `align`.

A voice is made into many speakers: it is spoken at another pitch and speed, then played faster or slower, which moves
its formants as a shorter or longer vocal tract does.
"""

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from scripts.vosk_model.corpus import HEAR_RATE, Segment, Utterance
from scripts.vosk_model.topology import PHONES, SILENCE
from voiceguide import wav
from voiceguide.errors import AudioFileError

FLITE_VOICES = ("awb", "slt")
"""Those to learn from; rms and kal16 are for reporting, and must never be put here."""
FLITE_PHONES = {"pau": SILENCE, "ax": "AH", "axr": "ER", "ssil": SILENCE, "brth": SILENCE}
"""flite's names for phones, where they are not ARPABET in small letters."""
ESPEAK_ACCENTS = ("en-us", "en-us", "en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-gb-x-gbcwmd", "en-029")
PEAK = 0.5
"""Of full scale: the level of all synthetic speech; `augment` changes it."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """How a text is spoken."""

    synthesizer: str
    """flite or espeak-ng."""
    voice: str
    stretch: float
    """Factor on the duration of flite's own."""
    pitch: float
    """Hz, of the result; espeak-ng: 0 to 99."""
    warp: float
    """Factor on all formants."""

    @property
    def name(self) -> str:
        """For reports."""
        return f"{self.synthesizer} {self.voice}"


def flite_speaker(random: np.random.Generator) -> Speaker:
    """Somebody new, by one of the voices to learn from."""
    warp = float(np.exp(random.uniform(np.log(0.82), np.log(1.24))))
    pitch = float(np.exp(random.normal(np.log(150 * warp**1.5), 0.2)))
    return Speaker("flite", str(random.choice(FLITE_VOICES)), float(random.uniform(0.75, 1.4)), pitch, warp)


def espeak_speaker(variants: list[str], random: np.random.Generator) -> Speaker:
    """Somebody new, by one of espeak-ng's variants."""
    voice = f"{random.choice(ESPEAK_ACCENTS)}+{random.choice(variants)}"
    return Speaker("espeak-ng", voice, float(random.uniform(0.8, 1.3)), float(random.integers(15, 86)), 1.0)


def synthesize(jobs: Iterable[tuple[str, Speaker]]) -> Iterator[Utterance]:
    """Every text by its speaker, in order; those that a synthesizer refuses are left out."""
    with ThreadPoolExecutor(2) as pool:  # the work is done by the synthesizers' processes
        for utterance in pool.map(lambda job: _spoken(*job), jobs):
            if utterance is not None:
                yield utterance


def _spoken(text: str, speaker: Speaker) -> Utterance | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        try:
            printed = subprocess.run(_command(text, speaker, path), check=True, capture_output=True, text=True).stdout
            samples = wav.read(path, HEAR_RATE).astype(np.float32)
        except (subprocess.CalledProcessError, AudioFileError):
            return None
    segments = tuple(_segments(printed, speaker.warp)) if speaker.synthesizer == "flite" else ()
    return Utterance(_levelled(_warped(samples, speaker.warp)), text, speaker.name, segments)


def _command(text: str, speaker: Speaker, path: Path) -> list[str | Path]:
    if speaker.synthesizer == "espeak-ng":
        speed = str(round(165 / speaker.stretch))
        return ["espeak-ng", "-v", speaker.voice, "-s", speed, "-p", str(round(speaker.pitch)), "-w", path, text]
    stretch = f"duration_stretch={speaker.stretch * speaker.warp:.3f}"
    pitch = f"int_f0_target_mean={speaker.pitch / speaker.warp:.1f}"
    # without a full stop the last word of clustergen voices is clipped
    return ["flite", "-voice", speaker.voice, "-psdur", "-t", text, "-o", path, "--setf", stretch, "--setf", pitch]


def _segments(printed: str, warp: float) -> Iterator[Segment]:
    """From flite's `phone:end phone:end ...`, seconds before the warping."""
    start = 0.0
    for entry in printed.split():
        name, _, end = entry.partition(":")
        phone = FLITE_PHONES.get(name, name.upper())
        if phone != SILENCE and phone not in PHONES:
            raise ValueError(f"flite's phone {name} is not known")
        yield Segment(phone, start / warp, float(end) / warp)
        start = float(end)


def _warped(samples: NDArray[np.float32], warp: float) -> NDArray[np.float32]:
    """Played faster by `warp`: all frequencies are multiplied with it, and the duration is divided by it."""
    return samples if warp == 1.0 else np.asarray(soxr.resample(samples, HEAR_RATE, HEAR_RATE / warp), np.float32)


def _levelled(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.asarray(samples * (PEAK * 32767 / max(1.0, float(np.abs(samples).max()))), np.int16)
