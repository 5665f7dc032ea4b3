"""Stretches of examples for training, each heard by another microphone from another mouth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model.acoustic import SUBSAMPLING
from scripts.vosk_model.context import FUTURE, PAST
from scripts.vosk_model.features import DIMENSION, HIGHEST, LOWEST, mel
from scripts.vosk_model.prepare import KINDS, NOTHING, Example
from scripts.vosk_model.topology import OUTPUTS

TIMES = 60
"""Results of the network for each chunk: 1.8 s."""
SHARES = {"flite": 0.3, "espeak-ng": 0.1, "words": 0.16, "running": 0.1, "acted": 0.26, "noise": 0.08}
"""How much of the training each kind of speech gets, however much there is of it."""
WARPS = np.exp(np.linspace(np.log(0.85), np.log(1.18), 23))
"""Factors on formants: vocal tracts from that of a tall man to that of a child."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of an example."""

    frames: NDArray[np.float32]
    """Log mel energies, shape (PAST + 3 (TIMES - 1) + 1 + FUTURE, DIMENSION)."""
    labels: NDArray[np.int8]
    """Right outputs, or NOTHING, shape (TIMES,)."""


class Sampler:
    """Draws chunks at random, by SHARES."""

    def __init__(self, examples: Sequence[Example], random: np.random.Generator) -> None:
        self._examples = examples
        self._random = random
        self._of_kind = [[e for e in examples if e.kind == kind] for kind in range(len(KINDS))]
        self._weights = []
        for members in self._of_kind:
            lengths = np.array([max(1.0, len(e.labels) / (SUBSAMPLING * TIMES)) for e in members])
            self._weights.append(np.cumsum(lengths / lengths.sum()) if len(members) else lengths)
        shares = np.array([SHARES[kind] * bool(len(m)) for kind, m in zip(KINDS, self._of_kind, strict=True)])
        self._shares = np.cumsum(shares / shares.sum())
        self._warps = [warp_matrix(float(warp)) for warp in WARPS]

    def chunk(self, *, whole: bool) -> Chunk:
        """The next one; `whole`: without a frame of which nothing is known."""
        while True:
            kind = int(np.searchsorted(self._shares, self._random.random()))
            number = int(np.searchsorted(self._weights[kind], self._random.random()))
            example = self._of_kind[kind][min(number, len(self._of_kind[kind]) - 1)]
            chunk = self._cut(example)
            unknown = (chunk.labels == NOTHING).mean()
            if unknown < (0.02 if whole else 0.8):
                return chunk

    def statistics(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mean and deviation of the energies, each of shape (DIMENSION,)."""
        frames = np.concatenate([self.chunk(whole=False).frames for _ in range(2000)])
        return frames.mean(axis=0), frames.std(axis=0)

    def priors(self) -> NDArray[np.float32]:
        """How frequent each output is in what is drawn, shape (OUTPUTS,)."""
        labels = np.concatenate([self.chunk(whole=False).labels for _ in range(2000)])
        counts = np.bincount(labels[labels != NOTHING], minlength=OUTPUTS) + 1.0
        return np.asarray(counts / counts.sum(), np.float32)

    def followers(self) -> NDArray[np.float32]:
        """How often each output comes after each other one, (OUTPUTS, OUTPUTS); rows sum to 1."""
        counts = np.full((OUTPUTS, OUTPUTS), 0.5)
        for example in self._examples:
            labels = example.labels
            changes = np.flatnonzero((labels[1:] != labels[:-1]) & (labels[1:] != NOTHING) & (labels[:-1] != NOTHING))
            np.add.at(counts, (labels[changes], labels[changes + 1]), 1)
        np.fill_diagonal(counts, 0)
        return np.asarray(counts / counts.sum(axis=1, keepdims=True), np.float32)

    def _cut(self, example: Example) -> Chunk:
        length = len(example.labels)
        last = length - SUBSAMPLING * TIMES
        start = int(self._random.integers(0, last + 1 if last > 0 else SUBSAMPLING))
        if last < 0:
            start += int(self._random.integers(last, 1))  # short ones: somewhere in the chunk
        inputs = np.arange(start - PAST, start + SUBSAMPLING * (TIMES - 1) + 1 + FUTURE)
        frames = example.frames[np.clip(inputs, 0, length - 1)].astype(np.float32)
        times = start + SUBSAMPLING * np.arange(TIMES)
        labels = np.where((times >= 0) & (times < length), example.labels[np.clip(times, 0, length - 1)], 0)
        return Chunk(self._varied(frames), labels.astype(np.int8))

    def _varied(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """By another vocal tract, another microphone, at another distance."""
        if self._random.random() < 0.7:
            frames = frames @ self._warps[self._random.integers(len(self._warps))]
        bend = np.interp(np.arange(DIMENSION), np.linspace(0, DIMENSION - 1, 6), self._random.normal(0, 0.7, 6))
        frames = frames + np.asarray(bend + self._random.normal(0, 1.5), np.float32)
        if self._random.random() < 0.3:  # a band or a moment that is masked: no single cue may be relied on
            first, width = self._random.integers(0, DIMENSION - 6), self._random.integers(1, 6)
            frames[:, first : first + width] = frames[:, first : first + width].mean()
        return frames


def warp_matrix(factor: float) -> NDArray[np.float32]:
    """Matrix that moves the formants of log mel energies by `factor`: energies @ matrix, (DIMENSION, DIMENSION)."""
    step = (mel(HIGHEST) - mel(LOWEST)) / (DIMENSION + 1)
    centres = mel(LOWEST) + step * np.arange(1, DIMENSION + 1)
    hertz = 700.0 * np.expm1(centres / 1127.0)
    positions = np.clip((mel(hertz / factor) - mel(LOWEST)) / step - 1, 0, DIMENSION - 1)
    below = np.minimum(positions.astype(int), DIMENSION - 2)
    matrix = np.zeros((DIMENSION, DIMENSION), np.float32)
    matrix[below, np.arange(DIMENSION)] = below + 1 - positions
    matrix[below + 1, np.arange(DIMENSION)] = positions - below
    return matrix
