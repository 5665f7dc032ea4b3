"""In which of its ways one person says a word: the variants of a pronunciation, weighed against each other.

A recording of a known phrase is laid along each variant of one of its words in turn; whichever lies best is how it was
said. The others need not be listened for, and fewer other words sound like what is left.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder

from voiceguide.hear.sphinx import CEPSTRAL_MEAN, OPTIONS

MARGIN = 80.0
"""Nats (natural logarithm of the likelihood) by which a variant must be worse than the best one to be given up. It is
less than it sounds, as the frames of one utterance are no independent proofs: with 40, real people are heard worse.
The figures are in docs/hearing.md."""

_SCORE = 1024 * 1e4 * math.log(1.0001)
"""PocketSphinx counts acoustic scores in powers of 1.0001, cut by 10 bits: nats in the logarithm of `ascore`."""

Scores = Mapping[str, Mapping[str, float]]
"""By word and variant: nats, 0 for the best variant of the word, less for the others."""


class Fitter:
    """Weighs the variants of words.

    Args:
        sounds: by word, its ARPABET variants.

    """

    def __init__(self, sounds: Mapping[str, tuple[str, ...]]) -> None:
        self._sounds = MappingProxyType(dict(sounds))
        # compallsen: scores are relative to the best sound of a frame, which must not depend on the grammar
        self._decoder = Decoder(Config(**OPTIONS, compallsen=True))
        for word, variants in sounds.items():
            for number, phones in enumerate(variants):
                self._decoder.add_word(_name(word, number), phones, True)

    def scores(self, text: str, samples: NDArray[np.int16]) -> Scores:
        """How well each variant fits, for each word of `text` that has several; none where the text does not fit or
        has a word that nobody knows how to say.

        Args:
            text: what is said in the recording, words of `sounds`.
            samples: shape (n,), at HEAR_RATE: nothing but this text and some silence around it.

        """
        found: dict[str, Mapping[str, float]] = {}
        words = text.split()
        if not len(samples) or not all(self._sounds.get(word) for word in words):
            return found
        for word in dict.fromkeys(words):
            variants = self._sounds[word]
            if len(variants) > 1:
                fits = [self._fit(words, samples, word, number) for number in range(len(variants))]
                best = max(fits)
                if best > -math.inf:
                    found[word] = {variant: fit - best for variant, fit in zip(variants, fits, strict=True)}
        return found

    def _fit(self, words: list[str], samples: NDArray[np.int16], word: str, number: int) -> float:
        """Nats of the recording, where one word is said in one way and the others as they like."""
        arcs = [arc for arc in self._arcs(words) if not arc[3].startswith(f"{word}#") or arc[3] == _name(word, number)]
        self._decoder.add_fsg("text", self._decoder.create_fsg("text", 0, len(words), arcs))
        self._decoder.activate_search("text")
        self._decoder.set_cmn(CEPSTRAL_MEAN)
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), False, False)
        self._decoder.end_utt()
        if self._decoder.hyp() is None:
            return -math.inf
        return _SCORE * sum(math.log(max(segment.ascore, 1e-300)) for segment in self._decoder.seg())

    def _arcs(self, words: list[str]) -> Iterator[tuple[int, int, float, str]]:
        for place, word in enumerate(words):
            for number in range(len(self._sounds[word])):
                yield place, place + 1, 1.0, _name(word, number)


def _name(word: str, number: int) -> str:
    """A variant as a word of its own."""
    return f"{word}#{number}"


def fitting(scores: Scores, margin: float = MARGIN, told: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """By word, the variants that may be how it was said, best first.

    Only words of which some variants were given up, and those of `told`, of which it was told before.
    """
    kept: dict[str, tuple[str, ...]] = {}
    for word, fits in scores.items():
        near = sorted((variant for variant in fits if fits[variant] >= -margin), key=lambda v: -fits[v])
        if len(near) < len(fits) or word in told:
            kept[word] = tuple(near)
    return kept
