"""A second look at what was said, with other eyes than the recogniser's.

Short words ("stop", "no") are what a grammar of phones hears worst: two or three sounds decide. Google's speech
embedding (`embedding`), trained on very many people, with a small network of our own on top tells words apart every
80 ms. From that follows how likely each phrase is, over all alignments, as in connectionist temporal classification
(A. Graves et al., ICML 2006). `scripts/vosk_model look` trains the network; its README names the data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voiceguide.hear.embedding import HOP, MEL_MORE, SHORTEST, Embedder
from voiceguide.messages import HEAR_RATE

WEIGHTS = Path(__file__).with_name("second-en.npz")

BEFORE = 0.6
"""Seconds before the first voiced sample that the network should see: it was trained with 0.35 to 1."""

LONGEST = 6 * HEAR_RATE
"""Samples that are looked at, at most; of more the end counts."""

CLEAREST = 40.0
"""No ratio is greater, or less than its negative (natural logarithm)."""

NOTHING, OTHER = 0, 1
"""Outputs of the network that are no known word: no word ends here; some word that it does not know."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What a second look saw; ratios are natural logarithms of how much likelier something is than no known words."""

    ratios: Mapping[str, float] = field(default_factory=dict)
    """By phrase."""
    best: float = 0.0
    """Of the likeliest words whatsoever, in any order."""


class Looker(Protocol):
    """Tells phrases from each other and from all else."""

    def look(self, samples: NDArray[np.int16]) -> Looks:
        """What was said, and nothing but that, since BEFORE its first sound.

        Args:
            samples: shape (n,) at HEAR_RATE.

        """
        ...


class SecondLook:
    """See `Looker`.

    Args:
        texts: the phrases; those with words that the network does not know are left out.
        weights: an archive of arrays: `mean` and `scale` (d,) of the vectors; for each layer i from 0 `layer{i}`
            (times, below, above) and `bias{i}` (above,); `out` (above, 2 + words) and `out_bias`; and the `words`.

    """

    def __init__(self, texts: Iterable[str], weights: Path = WEIGHTS) -> None:
        with np.load(weights) as arrays:
            self._arrays = {name: arrays[name].astype(np.float32) for name in arrays.files if name != "words"}
            words = {str(word): number for number, word in enumerate(arrays["words"], start=OTHER + 1)}
        self.texts: tuple[str, ...] = tuple(sorted(text for text in {*texts} if {*text.split()} <= {*words}))
        self._tree = _Tree([[words[word] for word in text.split()] for text in self.texts])
        self._embed = Embedder()

    def look(self, samples: NDArray[np.int16]) -> Looks:
        """See `Looker`."""
        chances = self._words(self._embed(whole(samples)))
        none = np.log(chances[:, NOTHING] + chances[:, OTHER]).sum()
        ratios = (self._tree.likelihoods(chances) - none).clip(-CLEAREST, CLEAREST)
        best = np.log(chances.max(axis=1)).sum() - none
        return Looks(dict(zip(self.texts, ratios.tolist(), strict=True)), float(min(best, CLEAREST)))

    def _words(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """The chance of each output at each vector, shape (n, 2 + words)."""
        a, number = self._arrays, 0
        values = (vectors - a["mean"]) / a["scale"]
        while f"layer{number}" in a:
            values = np.maximum(_convolved(values, a[f"layer{number}"]) + a[f"bias{number}"], 0)
            number += 1
        scores: NDArray[np.float64] = (values @ a["out"] + a["out_bias"]).astype(np.float64)
        chances: NDArray[np.float64] = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return chances


def whole(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """The end of a sound, with silence before it where that is needed, at a length that makes whole vectors."""
    kept = samples[-LONGEST:]
    size = max(SHORTEST, MEL_MORE + -(-(len(kept) - MEL_MORE) // HOP) * HOP)
    lacking = size - len(kept)
    before = samples[: len(samples) - len(kept)][-lacking:] if lacking else samples[:0]
    return np.concatenate([np.zeros(lacking - len(before), np.int16), before, kept])


def _convolved(values: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Over times, with zeros around: (n, below) by (times, below, above) is (n, above)."""
    times = len(kernel)
    around = np.pad(values, ((times // 2, times // 2), (0, 0)))
    seen = np.concatenate([around[first : first + len(values)] for first in range(times)], axis=1)
    result: NDArray[np.float32] = seen @ kernel.reshape(-1, kernel.shape[2])
    return result


class _Tree:
    """Sequences of words, those with the same beginning together; the likelihood of all of them in one pass.

    Args:
        sequences: numbers of words, at least one each.

    """

    def __init__(self, sequences: list[list[int]]) -> None:
        nodes: dict[tuple[int, ...], int] = {(): 0}
        parents, words = [0], [NOTHING]
        for sequence in sequences:
            for count in range(1, len(sequence) + 1):
                if (key := tuple(sequence[:count])) not in nodes:
                    nodes[key] = len(nodes)
                    parents.append(nodes[key[:-1]])
                    words.append(key[-1])
        self._parents, self._words = np.array(parents), np.array(words)
        self._ends = np.array([nodes[tuple(sequence)] for sequence in sequences], np.intp)
        # the same word twice needs a moment of nothing between, or it is one
        self._differs = self._words != self._words[self._parents]

    def likelihoods(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """The logarithm of the likelihood of each sequence, over all its alignments, shape (sequences,)."""
        in_word = np.zeros(len(self._words))  # paths that are in a node's word, and those in the nothing after it
        after = np.zeros(len(self._words))
        after[0], scale = 1.0, 0.0
        for now in chances:
            entering = after[self._parents] + in_word[self._parents] * self._differs
            after = (after + in_word) * now[NOTHING]
            in_word = (in_word + entering) * now[self._words]
            in_word[0] = 0.0  # the root has no word
            most = max(float(after.max()), float(in_word.max()))
            after, in_word, scale = after / most, in_word / most, scale + np.log(most)
        ended = (in_word + after)[self._ends]
        result: NDArray[np.float64] = np.log(np.maximum(ended, 1e-300)) + scale
        return result
