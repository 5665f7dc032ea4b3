"""Running speech of people of whom no word is known: whatever they say, it is none of the content's phrases.

Debian's packages of spoken prompts for telephone exchanges (asterisk-core-sounds-*-g722) have half an hour of one
speaker each, in 16 kHz. Nobody says in them that a leg cramps; so they teach the second look how people sound who don't
mean the device, whatever their language.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model.corpus import HEAR_RATE, UNSURE, Segment, Utterance
from scripts.vosk_model.topology import SILENCE

MEANT = ("stop", "cancel", "next", "pause", "yes", "repeat", "help", "continue", "again", "back", "prev", "forward",
         "slow", "fast", "hello", "thank", "bye", "good", "skip", "left", "right", "done")  # fmt: skip
"""In the name of an English prompt: it may say a word that is meant for the device elsewhere."""

SECONDS = 720.0
"""Of each speaker: as much of each."""

JOINED = 12.0
"""Seconds of prompts that make one utterance."""

PAUSE = (0.15, 0.5)
"""Seconds between two prompts."""

BITS = 64_000
"""Per second, of these files."""

SHORTEST, SOFTEST = HEAR_RATE // 2, 500
"""Samples, and the loudest of them, of a prompt that says something."""

FRAME = HEAR_RATE // 100
BELOW_PEAK, FAINT = 38.0, 18.0
"""dB below the loudest frame of an utterance, and dB re one unit, from which on down a frame is silent."""
GAP = 12
"""Frames of silence that are a pause between words."""


def prompts(folder: Path, random: np.random.Generator) -> Iterator[Utterance]:
    """What the speakers of a folder say, each in a folder of his own; joined, with the pauses told.

    Needs the package G722.
    """
    for speaker in sorted(each for each in folder.iterdir() if each.is_dir()):
        parts: list[NDArray[np.int16]] = []
        heard = since = 0
        for path in random.permutation(sorted(speaker.rglob("*.g722"))):
            samples = _decoded(path)
            english = speaker.name.startswith("en") and any(word in path.stem for word in MEANT)
            if english or len(samples) < SHORTEST or np.abs(samples).max() < SOFTEST:
                continue
            parts += [np.zeros(round(random.uniform(*PAUSE) * HEAR_RATE), np.int16), samples]
            heard, since = heard + len(samples), since + len(samples)
            if since > JOINED * HEAR_RATE:
                yield _utterance(parts, speaker.name)
                parts, since = [], 0
            if heard > SECONDS * HEAR_RATE:
                break
        if parts:
            yield _utterance(parts, speaker.name)


def _decoded(path: Path) -> NDArray[np.int16]:
    from G722 import G722  # for this step alone

    return np.array(G722(HEAR_RATE, BITS).decode(path.read_bytes()), np.int16)


def _utterance(parts: list[NDArray[np.int16]], speaker: str) -> Utterance:
    samples = np.concatenate([*parts, np.zeros(HEAR_RATE // 4, np.int16)])
    return Utterance(samples, "", f"recording speech_prompts {speaker}", tuple(_segments(samples)))


def _segments(samples: NDArray[np.int16]) -> Iterator[Segment]:
    """Pauses, and what lies between them."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(float)
    levels = 10 * np.log10((frames**2).mean(axis=1) + 1)
    silent = levels < max(levels.max() - BELOW_PEAK, FAINT)
    edges = [0, *(np.flatnonzero(np.diff(silent)) + 1), len(silent)]
    begin = edges[0]
    for start, end in pairwise(edges):
        if silent[start] and (end - start >= GAP or end == len(silent)):
            if begin < start:
                yield Segment(UNSURE, begin / 100, start / 100)
            yield Segment(SILENCE, start / 100, end / 100)
            begin = end
    if begin < len(silent):
        yield Segment(UNSURE, begin / 100, len(silent) / 100)
