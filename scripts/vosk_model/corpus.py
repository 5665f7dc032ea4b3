"""Utterances with their phones in time, and the file that holds many of them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import HEAR_RATE

__all__ = ["HEAR_RATE", "UNSURE", "Segment", "Utterance", "load", "save"]

UNSURE = "?"
"""The phone of a stretch whose words are not known well enough: nothing is learnt from it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A phone and where it is."""

    phone: str
    """ARPABET, `topology.SILENCE` or `UNSURE`."""
    start: float
    """Seconds since the utterance's first sample."""
    end: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said once, by somebody or something."""

    samples: NDArray[np.int16]
    """Shape (n,), at HEAR_RATE."""
    text: str
    """The words, or what it is, where there are none."""
    source: str
    """Who says it: "flite awb", "espeak-ng en-gb+f2", "recording words SPEAKER"."""
    segments: tuple[Segment, ...] = ()
    """In time order; what lies between them is silence."""


def save(path: Path, utterances: Iterable[Utterance]) -> None:
    """Write utterances into one file; what was there before is replaced."""
    kept = list(utterances)
    about = [
        {"text": u.text, "source": u.source, "segments": [list(asdict(s).values()) for s in u.segments]} for u in kept
    ]
    lengths = np.array([len(u.samples) for u in kept], np.int64)
    samples = np.concatenate([u.samples for u in kept]) if kept else np.zeros(0, np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, about=np.array(json.dumps(about)), lengths=lengths, samples=samples)


def load(path: Path) -> Iterator[Utterance]:
    """Read what `save` wrote, in the same order."""
    with np.load(path) as file:
        about, lengths, samples = json.loads(str(file["about"])), file["lengths"], file["samples"]
    ends = np.cumsum(lengths)
    for entry, end, length in zip(about, ends, lengths, strict=True):
        segments = tuple(Segment(*segment) for segment in entry["segments"])
        yield Utterance(samples[end - length : end], entry["text"], entry["source"], segments)
