"""From utterances to what the second look sees: vectors of Google's speech embedding, with the words that were said."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model import corpus
from scripts.vosk_model.augment import Augmenter
from scripts.vosk_model.corpus import HEAR_RATE, UNSURE, Utterance
from scripts.vosk_model.gather import ACTED, NOISES, PROMPTS, RECORDED, SYNTHETIC
from scripts.vosk_model.prepare import full_scale, is_held, kind, others, varied
from scripts.vosk_model.topology import SILENCE
from voiceguide.hear.embedding import Embedder
from voiceguide.hear.second import whole

COPIES = {"flite": 2, "espeak-ng": 2, "words": 18, "running": 1, "noise": 12, "acted": 2}
"""How often each utterance is used, each time in another room."""
PIECES = 6
"""Pieces of running speech for each of its seconds."""
LONGEST, SHORTEST = 4.0, 0.25
"""Seconds of such pieces."""
BEFORE = (0.35, 1.0)
"""Seconds of the room before the first sound, at least and at most."""
AFTER = ((0.04, 0.3), (0.3, 0.9))
"""The same after the last one: mostly, and else."""
MOSTLY = 0.7
BATCH = 64
_augmenter: Augmenter
_embed: Embedder


@dataclass(frozen=True, slots=True)
class Seen:
    """An utterance as the second look sees it."""

    vectors: NDArray[np.float16]
    """Shape (n, 96)."""
    text: str | None
    """The words; None where they are not known well enough: somebody said something."""
    phones: tuple[str, ...]
    """ARPABET; empty where they are not known."""


def see(folder: Path, seed: int, processes: int) -> list[Seen]:
    """All that is learnt from, of the files that `gather` wrote into `folder`; without the speakers held back."""
    files = (SYNTHETIC, RECORDED, NOISES, PROMPTS, ACTED)
    utterances = [u for name in files for u in corpus.load(folder / name) if not is_held(u)]
    noises = [full_scale(u) for u in utterances if kind(u) == "noise"]
    babble = others(utterances)
    random = np.random.default_rng(seed)
    wanted = [piece for u in utterances for piece in _pieces(u, random) for _ in range(COPIES[kind(u)])]
    batches = [wanted[first : first + BATCH] for first in range(0, len(wanted), BATCH)]
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(noises, babble, seed)) as pool:
        return [one for found in pool.map(_seen, enumerate(batches, start=seed * 100_000)) for one in found]


def _pieces(utterance: Utterance, random: np.random.Generator) -> Iterator[Utterance]:
    """The utterance; of running speech, stretches between two of its pauses."""
    if kind(utterance) != "running":
        yield utterance
        return
    pauses = np.array([(s.start + s.end) / 2 for s in utterance.segments if s.phone == SILENCE])
    for _ in range(round(PIECES * len(utterance.samples) / HEAR_RATE)):
        first = random.choice(pauses)
        ends = pauses[(pauses > first + SHORTEST) & (pauses < first + LONGEST)]
        if len(ends):
            last = random.choice(ends)
            inside = tuple(
                replace(s, start=s.start - first, end=s.end - first)
                for s in utterance.segments
                if s.start >= first and s.end <= last
            )
            samples = utterance.samples[round(first * HEAR_RATE) : round(last * HEAR_RATE)]
            yield replace(utterance, samples=samples, segments=inside)


def _begin(noises: list[NDArray[np.float32]], babble: list[NDArray[np.float32]], seed: int) -> None:
    """Once in each process: what all share."""
    global _augmenter, _embed
    _augmenter, _embed = Augmenter(noises, babble, seed), Embedder()


def _seen(numbered: tuple[int, list[Utterance]]) -> list[Seen]:
    number, batch = numbered
    random = np.random.default_rng(number)
    return [_one(utterance, random) for utterance in batch]


def _one(utterance: Utterance, random: np.random.Generator) -> Seen:
    """In a room, from some time before the words to some time after them."""
    said = varied(utterance, random)
    samples, speed = _augmenter(said.samples, random)
    sounding = [s for s in said.segments if s.phone != SILENCE]
    start, end = (sounding[0].start, sounding[-1].end) if sounding else (0.0, len(said.samples) / HEAR_RATE)
    first = round((start / speed - random.uniform(*BEFORE)) * HEAR_RATE)
    last = round((end / speed + random.uniform(*AFTER[int(random.random() > MOSTLY)])) * HEAR_RATE)
    vectors = _embed(whole(samples[max(first, 0) : last].round().astype(np.int16)))
    phones = tuple(s.phone for s in sounding)
    text = None if kind(utterance) == "running" else utterance.text
    return Seen(vectors.astype(np.float16), text, () if UNSURE in phones else phones)
