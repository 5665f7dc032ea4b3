"""PocketSphinx: the recogniser that needs no download.

One grammar holds all phrases as a tree of words and, beside them, a loop of single phones that catches everything
else: the cheaper the loop, the stricter the recogniser.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder, get_model_path

from voiceguide.hear.recognizer import Partial
from voiceguide.intents import IntentKind as I
from voiceguide.understand.match import Phrasebook

# fmt: off
PHONES = (
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
    "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
)
# fmt: on
"""ARPABET without stress: the phones of the model and of CMUdict."""

OPTIONS: Mapping[str, Any] = {
    "dict": None,
    "lm": None,
    "loglevel": "FATAL",
    "bestpath": False,
    "lw": 1.0,
    "wip": 1.0,
    "beam": 1e-80,
    "wbeam": 1e-60,
    "pbeam": 1e-80,
    "silprob": 1.0,
    "fillprob": 1e-4,
    "cmn": "live",
}
"""Of every decoder: no words but those that it is given, and beams as wide as a loop of phones needs."""

# Fitted on Google Speech Commands (stop, yes, no; other words), LibriSpeech, spoken coffee orders and four voices of
# flite: 400 short utterances and 22 minutes of running speech.
LOOP_ENTRY = {True: 1e-2, False: 1e-6}
"""Price of starting the phone loop, by strictness: what a phrase is forgiven once, however short."""
LOOP_PHONE = 1e-8
"""Price of each phone of the loop: what a phrase is forgiven for each of its sounds."""
PRIOR: Mapping[bool, Mapping[I, float]] = {
    True: {},
    False: {I.STOP: 1e8, I.SAFETY: 1e8},
}
"""By strictness, how much likelier than others a phrase is: in a session a missed "stop" is worse than a false one."""
CEPSTRAL_MEAN = "50.8,8,-5.4,5.5,-5.6,-5,-4.3,-6,-1.4,-1.6,-.2,-2,0"
"""Where every utterance starts from: carried over, it drifts on silence and on other speakers."""


class SphinxRecognizer:
    """PocketSphinx with its own US English model.

    Args:
        phrasebook: phrases with words that have no pronunciation are left out; the words are in `unknown_words`.

    """

    def __init__(self, phrasebook: Phrasebook) -> None:
        self._decoder = Decoder(Config(**OPTIONS))
        sounds = pronunciations(phrasebook.words(), phrasebook.pronunciations, phrasebook.picks)
        self.unknown_words = tuple(word for word, variants in sounds.items() if not variants)
        self._add_words(sounds)
        known = [phrase for phrase in phrasebook.phrases if not {*phrase.text.split()} & {*self.unknown_words}]
        for strict in (True, False):
            priors = {phrase.text: PRIOR[strict].get(phrase.intent, 1.0) for phrase in known}
            arcs = list(grammar(priors, LOOP_ENTRY[strict], LOOP_PHONE))
            self._decoder.add_fsg(str(strict), self._decoder.create_fsg(str(strict), 0, 1, arcs))
        self._open = False

    @property
    def name(self) -> str:
        """Which recogniser this is."""
        return f"PocketSphinx {version('pocketsphinx')} (US English)"

    def begin(self, strict: bool) -> None:
        """See `Recognizer`."""
        if self._open:
            self._decoder.end_utt()
        self._decoder.activate_search(str(strict))
        self._decoder.set_cmn(CEPSTRAL_MEAN)
        self._decoder.start_utt()
        self._open = True

    def feed(self, samples: NDArray[np.int16]) -> None:
        """See `Recognizer`."""
        self._decoder.process_raw(samples.tobytes(), False, False)

    def partial(self, silence: float) -> Partial:  # noqa: ARG002 - it is always as sure as it can be
        """See `Recognizer`."""
        return self._partial()

    def _partial(self) -> Partial:
        hypothesis = self._decoder.hyp()
        text = hypothesis.hypstr if hypothesis else ""
        if not text or "+" in text:
            return Partial()
        return Partial(text, self._confidence())

    def finish(self) -> Partial:
        """See `Recognizer`."""
        self._decoder.end_utt()
        self._open = False
        return self._partial()

    def _confidence(self) -> float:
        """Mean acoustic score of the frames of words: 1 where every frame fits its phone best."""
        total, frames = 0.0, 0
        for segment in self._decoder.seg():
            if segment.word[0] not in "<[(":
                total += math.log(max(segment.ascore, 1e-300))
                frames += segment.end_frame - segment.start_frame + 1
        return math.exp(100 * total / frames) if frames else 0.0

    def _add_words(self, sounds: Mapping[str, tuple[str, ...]]) -> None:
        for word, variants in sounds.items():
            for number, phones in enumerate(variants, start=1):
                self._decoder.add_word(word if number == 1 else f"{word}({number})", phones, False)
        for phone in PHONES:
            self._decoder.add_word(f"+{phone}+", phone, phone == PHONES[-1])


def grammar(priors: Mapping[str, float], loop_entry: float, loop_phone: float) -> Iterator[tuple[int, int, float, str]]:
    """Arcs (from, to, weight, word) of a grammar from state 0 to state 1: any text, at its prior, or any phones.

    Texts share their beginnings.
    """
    loop = 2
    for phone in PHONES:
        for state in (0, loop):
            price = loop_phone * (loop_entry if state == 0 else 1)
            yield state, loop, price, f"+{phone}+"
            yield state, 1, price, f"+{phone}+"
    states: dict[tuple[str, ...], int] = {(): 0}
    for text, prior in priors.items():
        words = tuple(text.split())
        for count in range(1, len(words)):
            if words[:count] not in states:
                states[words[:count]] = len(states) + loop
                yield states[words[: count - 1]], states[words[:count]], 1.0, words[count - 1]
        yield states[words[:-1]], 1, prior, words[-1]


def pronunciations(
    words: Iterable[str], own: Mapping[str, tuple[str, ...]], only: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, tuple[str, ...]]:
    """Every word with its ARPABET variants: the content's own, then those of CMUdict; none where neither has it.

    Args:
        words: as they are written.
        own: the content's variants.
        only: by word, how this person says it, in place of all other variants.

    """
    found: dict[str, dict[str, None]] = {word: dict.fromkeys(own.get(word, ())) for word in sorted(words)}
    for word, phones in dictionary():
        if word in found:
            found[word][phones] = None
    picks = only or {}
    return {word: picks.get(word) or tuple(variants) for word, variants in found.items()}


def dictionary() -> Iterator[tuple[str, str]]:
    """The words of CMUdict with their ARPABET; a word comes once for each of its variants."""
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as lines:
        for line in lines:
            entry, _, phones = line.rstrip().partition(" ")
            yield entry.partition("(")[0], phones.strip()
