"""From utterances to frames with labels: what `train` reads."""

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model import corpus
from scripts.vosk_model.augment import Augmenter
from scripts.vosk_model.corpus import HEAR_RATE, UNSURE, Segment, Utterance
from scripts.vosk_model.features import DIMENSION, SHIFT, WINDOW, log_mel
from scripts.vosk_model.gather import ACTED, NOISES, RECORDED, SYNTHETIC
from scripts.vosk_model.topology import output_of
from tests.bench.bedroom import stretched, whispered

FRAMES = "frames.npz"
NOTHING = -1
"""Label of a frame from which nothing is learnt."""
KINDS = ("flite", "espeak-ng", "words", "running", "noise", "acted")
COPIES = {"flite": 1, "espeak-ng": 1, "words": 20, "running": 8, "noise": 4, "acted": 2}
"""How often each utterance is used, each time in another room."""
DRAWN, WHISPERED = 0.12, 0.05
"""Shares of synthetic speech that is drawn long, and that is whispered."""
AROUND = 0.8
"""Seconds of the room before and after an utterance, at most."""
ROOMS = 640
"""Stretches of 4 s in which nobody speaks, beside the recorded noises."""
BABBLE = 20
"""Each of so many acted lines is heard behind others."""
BATCH = 64
_augmenter: Augmenter


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance as the network sees it."""

    kind: int
    """Index into KINDS."""
    frames: NDArray[np.float16]
    """Log mel energies, shape (frames, DIMENSION)."""
    labels: NDArray[np.int8]
    """The output that is right for each frame, or NOTHING; shape (frames,)."""
    held: bool
    """Its speaker is held back from training, to choose settings with."""


def prepare(folder: Path, seed: int, processes: int) -> str:
    """Write FRAMES from the files that `gather` wrote into `folder`; how much there is."""
    utterances = [u for name in (SYNTHETIC, RECORDED, NOISES, ACTED) for u in corpus.load(folder / name)]
    noises = [full_scale(u) for u in utterances if kind(u) == "noise"]
    babble = others(utterances)
    wanted = [u for u in utterances for _ in range(COPIES[kind(u)])]
    batches = [wanted[first : first + BATCH] for first in range(0, len(wanted), BATCH)]
    rooms: list[list[Utterance]] = [[] for _ in range(ROOMS // BATCH)]
    made: list[Example] = []
    with ProcessPoolExecutor(processes, initializer=_begin, initargs=(noises, babble, seed)) as pool:
        for examples in pool.map(_examples, enumerate([*batches, *rooms], start=seed * 100_000)):
            made += examples
            print(f"{len(made)} examples", flush=True)
    lengths = np.array([len(e.labels) for e in made])
    np.savez(
        folder / FRAMES,
        kinds=np.array([e.kind for e in made]),
        held=np.array([e.held for e in made]),
        lengths=lengths,
        frames=np.concatenate([e.frames for e in made]),
        labels=np.concatenate([e.labels for e in made]),
    )
    return f"{folder / FRAMES}: {len(made)} examples, {lengths.sum() / 360_000:.1f} h"


def load(folder: Path) -> list[Example]:
    """What `prepare` wrote."""
    with np.load(folder / FRAMES) as file:
        names = ("kinds", "lengths", "frames", "labels", "held")
        kinds, lengths, frames, labels, held = (file[name] for name in names)
    ends = np.cumsum(lengths)
    return [
        Example(int(kind), frames[end - length : end], labels[end - length : end], bool(back))
        for kind, end, length, back in zip(kinds, ends, lengths, held, strict=True)
    ]


def kind(utterance: Utterance) -> str:
    """Which of KINDS it is."""
    name = utterance.source
    if name.startswith("recording"):
        folder = name.split()[1]
        return "noise" if folder == "noise" else "running" if folder.startswith("speech") else "words"
    return name.split()[0]


def others(utterances: Iterable[Utterance]) -> list[NDArray[np.float32]]:
    """Who may be heard behind somebody else."""
    running = [u for u in utterances if kind(u) == "running"]
    acted = [u for u in utterances if kind(u) == "acted"][::BABBLE]
    return [full_scale(u) for u in (*running, *acted)]


def is_held(utterance: Utterance) -> bool:
    """A quarter of the recorded speakers of the tuning half."""
    kind, *key = utterance.source.split(maxsplit=2)
    return kind == "recording" and zlib.crc32(key[-1].encode()) // 2 % 4 == 0


def labels(segments: Iterable[Segment], frames: int, speed: float = 1.0) -> NDArray[np.int8]:
    """The right output for each frame, shape (frames,); `speed`: how much faster the utterance has become."""
    found = np.zeros(frames, np.int8)
    centres = (np.arange(frames) * SHIFT + WINDOW / 2) / HEAR_RATE * speed
    for segment in segments:
        inside = (centres >= segment.start) & (centres < segment.end)
        found[inside] = NOTHING if segment.phone == UNSURE else output_of(segment.phone)
    return found


def _begin(noises: list[NDArray[np.float32]], babble: list[NDArray[np.float32]], seed: int) -> None:
    """Once in each process: what all examples share."""
    global _augmenter
    _augmenter = Augmenter(noises, babble, seed)


def _examples(numbered: tuple[int, list[Utterance]]) -> list[Example]:
    """Of a batch of utterances; of rooms, where it is empty."""
    number, batch = numbered
    random = np.random.default_rng(number)
    return list(_heard(_augmenter, batch, random)) if batch else list(_rooms(_augmenter, random))


def _heard(augmenter: Augmenter, batch: list[Utterance], random: np.random.Generator) -> Iterator[Example]:
    for utterance in batch:
        utterance = varied(utterance, random)
        samples, speed = augmenter(utterance.samples, random)
        frames = log_mel(samples).astype(np.float16)
        right = labels(utterance.segments, len(frames), speed)
        yield Example(KINDS.index(kind(utterance)), frames, right, is_held(utterance))


def varied(utterance: Utterance, random: np.random.Generator) -> Utterance:
    """The same in another manner of speaking, with more of the room around it."""
    samples, slower = utterance.samples.astype(np.float64), 1.0
    if kind(utterance) in ("flite", "espeak-ng"):
        if random.random() < DRAWN:
            slower = float(random.uniform(1.3, 2.3))
            samples = stretched(samples, slower)
        if random.random() < WHISPERED:
            samples = whispered(samples, random)
    before, after = (round(x) for x in random.uniform(0, AROUND * HEAR_RATE, 2))
    shift = before / HEAR_RATE
    segments = tuple(Segment(s.phone, s.start * slower + shift, s.end * slower + shift) for s in utterance.segments)
    heard = np.pad(samples.round().clip(-32768, 32767).astype(np.int16), (before, after))
    return replace(utterance, samples=heard, segments=segments)


def _rooms(augmenter: Augmenter, random: np.random.Generator) -> Iterator[Example]:
    for _ in range(BATCH):
        frames = log_mel(augmenter.noise_alone(4 * HEAR_RATE, random)).reshape(-1, DIMENSION).astype(np.float16)
        yield Example(KINDS.index("noise"), frames, np.zeros(len(frames), np.int8), held=False)


def full_scale(utterance: Utterance) -> NDArray[np.float32]:
    """Its samples from -1 to 1."""
    return np.asarray(utterance.samples / 32768, np.float32)
