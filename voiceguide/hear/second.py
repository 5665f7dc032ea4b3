"""A second look at short words, with other eyes than the recogniser's.

Short words ("stop", "no") are what a grammar of phones hears worst: two or three sounds decide. A network that was
trained on the speech of very many people (Google's speech embedding, Lin et al. 2020, arXiv:2002.01322, as shipped by
pyopen-wakeword) turns the last second into a few vectors; a small network on top, of our own, tells which short phrase
of the content that was, or none. `scripts/fit` trains it, and names the data.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pyopen_wakeword import OpenWakeWordFeatures

HOP = 1280
"""Samples between two embeddings: 80 ms, given by the network."""

VECTORS = 3
"""Embeddings that are looked at, each of 775 ms."""

WINDOW = 480 + HOP * 12
"""Samples that VECTORS embeddings take: 0.99 s."""

WEIGHTS = Path(__file__).with_name("second-en.npz")


class Looker(Protocol):
    """Tells short phrases from each other and from all else."""

    def look(self, samples: NDArray[np.int16]) -> Mapping[str, float]:
        """How much likelier each short text is than that it is none (natural log of the ratio).

        Args:
            samples: what was heard last, shape (n,) at HEAR_RATE; of more than WINDOW the end counts.

        """
        ...


class Embedder:
    """Google's speech embedding of the end of a sound."""

    def __init__(self) -> None:
        self._features = OpenWakeWordFeatures.from_builtin()

    def __call__(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """The embeddings of `samples`, shape (WINDOW,), in one row of VECTORS * 96."""
        self._features.reset()
        self._features.new_audio_samples = 0  # else it would first look at eight seconds of silence
        vectors = [vector.reshape(-1) for vector in self._features.process_streaming(samples.tobytes())]
        return np.concatenate(vectors)


class SecondLook:
    """See `Looker`.

    Args:
        weights: an archive of arrays: `mean` and `scale` (d,), `hidden` (d, h), `hidden_bias` (h,), `out` (h, n),
            `out_bias` (n,), and the n `texts`, of which "" is all that is no short phrase.

    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        with np.load(weights) as arrays:
            self._arrays = {name: arrays[name] for name in arrays.files}
        self.texts: tuple[str, ...] = tuple(str(text) for text in self._arrays["texts"])
        self._embed = Embedder()

    def look(self, samples: NDArray[np.int16]) -> Mapping[str, float]:
        """See `Looker`."""
        missing = max(WINDOW - len(samples), 0)
        heard = np.concatenate([np.zeros(missing, np.int16), samples[-WINDOW:]])
        a = self._arrays
        hidden = np.maximum((self._embed(heard) - a["mean"]) / a["scale"] @ a["hidden"] + a["hidden_bias"], 0)
        scores = hidden @ a["out"] + a["out_bias"]
        none = scores[self.texts.index("")]
        return {text: float(score - none) for text, score in zip(self.texts, scores, strict=True) if text}
