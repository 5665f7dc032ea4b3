"""Synthetic people: flite's voices and espeak-ng's variants, varied in pitch, speed and size of the throat.

One half of the voices is for choosing, the other for reporting.
"""

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soxr

from tests.bench.bedroom import Sound
from voiceguide import wav
from voiceguide.messages import HEAR_RATE

Half = Literal["tune", "report"]

NATURAL: dict[Half, tuple[str, ...]] = {"tune": ("awb", "slt"), "report": ("rms",)}
"""Voices of flite that were made of recordings of whole sentences."""
DIPHONE: dict[Half, tuple[str, ...]] = {"tune": (), "report": ("kal16",)}
"""A voice of flite that was pieced together of pairs of phones."""
FORMANT: dict[Half, tuple[str, ...]] = {
    "tune": ("m1", "m2", "m3", "f1", "f2", "klatt", "klatt2", "Annie", "Andy", "max", "Alicia", "steph"),
    "report": ("f4", "f5", "m8", "klatt4", "steph2", "david", "linda"),
}
"""Variants of espeak-ng: understood by everybody, but not speech that people make. No model of ours has learnt those
that report (`scripts.vosk_model.material.espeak_variants`)."""

CACHE = Path("build/bench/voices")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who can say anything."""

    voice: str
    """Of flite, or a variant of espeak-ng."""
    pitch: float = 1.0
    """Factor on the mean pitch."""
    slowness: float = 1.0
    """Factor on the duration."""
    throat: float = 1.0
    """Factor on all resonances: above 1 a shorter throat, as of a child."""

    @property
    def espeak(self) -> bool:
        """Whether espeak-ng speaks."""
        return any(self.voice in voices for voices in FORMANT.values())

    def command(self, text: str, out: Path) -> list[str]:
        """What renders a text; the throat is made afterwards."""
        stretch = self.slowness * self.throat
        if self.espeak:
            tone = str(round(np.clip(45 * self.pitch / self.throat, 0, 99)))
            return [
                "espeak-ng",
                "-v",
                f"en-us+{self.voice}",
                "-s",
                str(round(155 / stretch)),
                "-p",
                tone,
                "-w",
                str(out),
                text,
            ]
        command = [
            "flite",
            "-voice",
            self.voice,
            "-t",
            text,
            "-o",
            str(out),
            "--setf",
            f"duration_stretch={stretch:.3f}",
        ]
        mean = {"awb": 130, "slt": 170, "rms": 105, "kal16": 105}[self.voice]
        return [*command, "--setf", f"int_f0_target_mean={mean * self.pitch / self.throat:.1f}"]

    def say(self, text: str) -> Sound:
        """The text, shape (n,); from the cache where it was said before."""
        key = hashlib.sha256(repr((self, text)).encode()).hexdigest()[:20]
        kept = CACHE / key[:2] / f"{key}.npy"
        if kept.is_file():
            return np.load(kept).astype(np.float64)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "said.wav"
            subprocess.run(self.command(text, out), check=True, capture_output=True)
            samples = wav.read(out, HEAR_RATE).astype(np.float64)
        if self.throat != 1.0:  # faster playing moves all resonances up; pitch and duration were set against it
            samples = soxr.resample(samples, HEAR_RATE, round(HEAR_RATE / self.throat))
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, samples.round().clip(-32768, 32767).astype(np.int16))
        return samples


def speakers(voices: Sequence[str], rng: np.random.Generator, count: int) -> list[Speaker]:
    """People who differ: each voice in turn, the first time as it is."""
    found = [Speaker(voice) for voice in voices][:count]
    while len(found) < count:
        voice = voices[len(found) % len(voices)]
        pitch, slowness, throat = rng.uniform(0.8, 1.3), rng.uniform(0.85, 1.25), rng.uniform(0.9, 1.15)
        found.append(Speaker(voice, round(pitch, 2), round(slowness, 2), round(throat, 2)))
    return found


def say_all(wanted: Sequence[tuple[Speaker, str]]) -> list[Sound]:
    """All of it, in order."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda pair: pair[0].say(pair[1]), wanted))
