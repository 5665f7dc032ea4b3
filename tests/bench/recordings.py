"""Recordings of real people and rooms (the folder ../shared/audio, or --data), split into two halves by speaker."""

import csv
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.voices import Half
from voiceguide import wav
from voiceguide.hear.gate import SLICE, slice_levels
from voiceguide.messages import HEAR_RATE

SHARED = Path(os.environ.get("VOICEGUIDE_SHARED", Path(__file__).parents[3] / "shared")) / "audio"

BY_SPEAKER = ("words", "other_words", "speech")
"""Folders whose manifest names each speaker; elsewhere each recording counts as one."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One file."""

    path: Path
    folder: str
    text: str
    speaker: str
    half: Half

    @property
    def person(self) -> str:
        """Who, as far as it is known; else which file."""
        return self.speaker if self.folder in BY_SPEAKER else str(self.path.name)

    def samples(self) -> NDArray[np.int16]:
        """Shape (n,), at HEAR_RATE."""
        return wav.read(self.path, HEAR_RATE)


def half_of(key: str) -> Half:
    """The half that a speaker or a file belongs to."""
    return "tune" if zlib.crc32(key.encode()) % 2 == 0 else "report"


def recordings(data: Path = SHARED) -> Iterator[Recording]:
    """All that the manifest lists; nothing where there is none."""
    manifest = data / "manifest.csv"
    if not manifest.is_file():
        return
    with manifest.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            folder = row["path"].split("/")[0]
            half = half_of(row["speaker"] if folder in BY_SPEAKER else row["path"])
            yield Recording(data / row["path"], folder, row["text"], row["speaker"], half)


def voiced_span(samples: NDArray[np.int16]) -> tuple[int, int]:
    """First and last voiced sample: louder than the noise by 10 dB, and than the peak less 32 dB."""
    levels = slice_levels(samples)
    loud = np.flatnonzero(levels > max(float(levels.max()) - 32, float(np.percentile(levels, 10)) + 10))
    return (int(loud[0]) * SLICE, (int(loud[-1]) + 1) * SLICE) if len(loud) else (0, len(samples))
