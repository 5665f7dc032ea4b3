"""Vosk: a recogniser whose model is a folder on disk.

What is heard so far is the best path of the moment, which is as fresh as the network. libvosk's word lists, which tell
confidences, are up to two seconds behind it while somebody speaks (their lattice is determinised late), so how sure it
is comes from decoding the utterance so far once more, as if it ended here: the likeliest sentences with their
likelihoods, whose shares of their sum are confidences. These tell phrases from each other; whether it is any phrase is
told by the likelihood of unknown words alone, by a second grammar.
"""

import json
import math
from bisect import bisect
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceguide.errors import ModelError
from voiceguide.hear.recognizer import LATER, Partial
from voiceguide.messages import HEAR_RATE
from voiceguide.understand.match import Phrasebook

UNKNOWN = "[unk]"
"""Without this word in the grammar everything is forced into a phrase, at confidence 1."""

UNKNOWN_SHARE = 0.1
"""How much of the grammar is UNKNOWN: each phrase counts once, and so would it, however many phrases there are."""

CERTAIN = {True: 0.9, False: 0.5}
"""Confidence that a phrase needs, by strictness, with a model for which nothing was fitted: chosen, not measured."""

ALTERNATIVES = 8
"""How many sentences an utterance is taken for at most."""

AGAIN = (0.024, *LATER)
"""Seconds of silence after which the utterance is decoded once more: right before anything may act, and LATER."""

LONGEST = 3 * HEAR_RATE
"""Samples of an utterance after which it is only decoded once more where it is a phrase: few take so long."""

SILENCE = bytes(2 * HEAR_RATE // 10)
"""What is put after the words then."""

_Sentences = list[tuple[list[str], float]]
"""Words and log likelihood of each, the likeliest first."""

ERRORS_ALONE = -2
"""Kaldi's level of log; at -1 it warns of each utterance that breaks off in the middle of a word."""

ENDLESS = (60.0, 60.0, 60.0)
"""Seconds for libvosk's own endpoints, where they can be set: the gate ends utterances, nothing else."""


class VoskRecognizer:
    """Vosk with a model that takes a grammar.

    Its grammar mixes the words of different phrases: the listener must match whole phrases. A model that was made for
    the content has them as words of its own ("calf_cramp"), which are taken where there are any: they do not mix.

    Args:
        phrasebook: phrases with words that the model lacks are left out; the words are in `unknown_words`.
        model: a folder that `models.check_model` finds whole.

    Raises:
        ModelError: Vosk cannot be loaded, or not with this model, or the model knows no phrase.

    """

    def __init__(self, phrasebook: Phrasebook, model: Path) -> None:
        vosk = _load_vosk()
        vosk.SetLogLevel(ERRORS_ALONE)
        try:
            loaded = vosk.Model(str(model))
        except Exception as error:  # all that the binding raises
            raise ModelError(f"{model}: Vosk cannot load it ({error})", "unpack the model again") from None
        if loaded.vosk_model_find_word(UNKNOWN) < 0:
            raise ModelError(f"{model}: lacks the word {UNKNOWN}, so it cannot reject", "use another Vosk model")
        self.unknown_words = tuple(word for word in sorted(phrasebook.words()) if loaded.vosk_model_find_word(word) < 0)
        """Words of the phrases that the model lacks."""
        texts = sorted({phrase.text for phrase in phrasebook.phrases})
        known = [text for text in texts if not {*text.split()} & {*self.unknown_words}]
        if not known:
            raise ModelError(f"{model}: knows none of the phrases", "use a model of the content's language")
        self._phrases = frozenset(known)
        self._texts = {
            token: text for text in known if loaded.vosk_model_find_word(token := text.replace(" ", "_")) >= 0
        }
        self._knows_phrases = any(token not in self._phrases for token in self._texts)
        tokens = {text: token for token, text in self._texts.items()}
        listed = grammar([tokens.get(text, text) for text in known])
        self._stream, self._again = (_Decoder(vosk, loaded, listed) for _ in range(2))
        # nothing was fitted that weighs it with models of others
        self._none = _Decoder(vosk, loaded, json.dumps([UNKNOWN])) if self._knows_phrases else None
        self._beside = ThreadPoolExecutor(1)
        self._folder = model.name
        self._heard = bytearray()
        self._silence = 0.0
        self._judged: tuple[int, Partial] = (0, Partial())
        """How often it was decoded once more in this pause, and what came of it."""

    @property
    def name(self) -> str:
        """Which recogniser and which model this is."""
        return f"Vosk {version('vosk')} ({self._folder})"

    def begin(self, strict: bool) -> None:  # noqa: ARG002 - who judges what is heard is strict, or not
        """See `Recognizer`."""
        self._stream.restart()
        self._heard.clear()
        self._silence, self._judged = 0.0, (0, Partial())

    def feed(self, samples: NDArray[np.int16]) -> None:
        """See `Recognizer`."""
        pcm = samples.tobytes()
        self._heard += pcm
        self._stream.feed(pcm)

    def partial(self, silence: float) -> Partial:
        """See `Recognizer`. Only a whole phrase in a pause has a confidence."""
        if silence < self._silence:
            self._judged = (0, Partial())
        self._silence = silence
        text, times = self._said(self._stream.text()), bisect(AGAIN, silence)
        if UNKNOWN in text:
            return Partial()
        may_be_whole = text in self._phrases or (self._knows_phrases and len(self._heard) // 2 <= LONGEST)
        if not times or not may_be_whole:
            return Partial(text)
        if times != self._judged[0]:
            self._judged = (times, self._decode_again(bytes(self._heard) + SILENCE))
        return self._judged[1]

    def _decode_again(self, sound: bytes) -> Partial:
        """By both grammars at once: libvosk does not hold the interpreter's lock."""
        if not self._none:
            return self._judge(self._again.whole(sound))
        unknown = self._beside.submit(self._none.whole, sound)
        sentences = self._again.whole(sound)
        return self._judge(sentences, unknown.result())

    def finish(self) -> Partial:
        """See `Recognizer`."""
        sentences = self._stream.sentences()
        unknown = None
        if self._none and any(self._said(words) in self._phrases for words, _ in sentences):
            unknown = self._none.whole(bytes(self._heard))
        return self._judge(sentences, unknown)

    def _judge(self, sentences: _Sentences, unknown: _Sentences | None = None) -> Partial:
        """How likely each sentence is, from their log likelihoods; what holds an unknown word counts, but is none.

        Args:
            sentences: what it may be.
            unknown: the same by the grammar of unknown words alone.

        """
        most = max(likelihood for _, likelihood in sentences)
        chances = [math.exp(likelihood - most) for _, likelihood in sentences]
        said: dict[str, float] = {}
        for (words, _), chance in zip(sentences, chances, strict=True):
            text = self._said(words)
            said[text] = said.get(text, 0.0) + chance / sum(chances)
        first, *_ = said
        phrases = {text: chance for text, chance in said.items() if text in self._phrases and text != first}
        known = most + math.log(sum(chances)) - unknown[0][1] if unknown else None
        if first and UNKNOWN not in first:
            return Partial(first, said[first], phrases, known)
        return Partial(others=phrases, known=known)

    def _said(self, words: list[str]) -> str:
        return " ".join(self._texts.get(word, word) for word in words)


class _Decoder:
    """One of libvosk's recognisers, for one utterance at a time."""

    def __init__(self, vosk: Any, model: Any, phrases: str) -> None:
        self._vosk = vosk.KaldiRecognizer(model, float(HEAR_RATE), phrases)
        self._vosk.SetMaxAlternatives(ALTERNATIVES)
        if hasattr(self._vosk, "SetEndpointerDelays"):  # since 0.3.50
            self._vosk.SetEndpointerDelays(*ENDLESS)
        self._ended: _Sentences = [([], 0.0)]

    def restart(self) -> None:
        """Forget the utterance. libvosk's own Reset keeps frames that it has not decoded yet; to end does not."""
        self._vosk.FinalResult()
        self._ended = [([], 0.0)]

    def feed(self, pcm: bytes) -> None:
        """Take samples, 16 bits each."""
        if self._vosk.AcceptWaveform(pcm):
            # its own endpoint, earlier than ours: keep what it may have been, the utterance goes on
            self._ended = _joined(self._ended, _sentences(self._vosk.Result()))

    def whole(self, pcm: bytes) -> _Sentences:
        """What an utterance may be that is given at once."""
        self.restart()
        self.feed(pcm)
        return self.sentences()

    def text(self) -> list[str]:
        """The words on the best path so far."""
        partial: str = json.loads(self._vosk.PartialResult()).get("partial", "")
        return [*self._ended[0][0], *partial.split()]

    def sentences(self) -> _Sentences:
        """The utterance ends: what it may be."""
        return _joined(self._ended, _sentences(self._vosk.FinalResult()))


def _sentences(result: str) -> _Sentences:
    """The sentences of a result with alternatives."""
    return [(found["text"].split(), found["confidence"]) for found in json.loads(result)["alternatives"]]


def _joined(first: _Sentences, then: _Sentences) -> _Sentences:
    """Each sentence of the first with each of the second after it; the likeliest ALTERNATIVES of these."""
    both = [([*words, *more], likelihood + other) for words, likelihood in first for more, other in then]
    return sorted(both, key=lambda sentence: -sentence[1])[:ALTERNATIVES]


def grammar(phrases: list[str]) -> str:
    """The phrases and UNKNOWN_SHARE of UNKNOWN, as libvosk takes them: what comes twice is likelier."""
    unknown = max(1, round(len(phrases) * UNKNOWN_SHARE / (1 - UNKNOWN_SHARE)))
    return json.dumps([*phrases, *[UNKNOWN] * unknown])


def _load_vosk() -> Any:
    try:
        import vosk
    except (ImportError, OSError) as error:
        remedy = "sudo apt install libatomic1" if "libatomic" in str(error) else "pip install --force-reinstall vosk"
        raise ModelError(f"Vosk cannot be loaded: {error}", remedy) from None
    return vosk
