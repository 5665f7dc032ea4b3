"""Vosk: the better recogniser, where a model has been downloaded."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceguide.errors import ModelError
from voiceguide.hear.recognizer import Partial
from voiceguide.messages import HEAR_RATE, URGENT
from voiceguide.understand.match import Phrasebook

UNKNOWN = "[unk]"
"""Without this word in the grammar everything is forced into a phrase, at confidence 1."""

CERTAIN = {True: 0.9, False: 0.5}
"""Confidence that the least certain word of a phrase needs, by strictness. Chosen, not fitted: a model for people has
not been measured yet."""


class VoskRecognizer:
    """Vosk with a model that takes a grammar.

    Its grammar mixes the words of different phrases: the listener must match whole phrases.

    Args:
        phrasebook: phrases with words that the model lacks are left out; the words are in `unknown_words`.
        model: a folder that `models.check_model` finds whole.

    Raises:
        ModelError: Vosk cannot be loaded, or not with this model, or the model knows no phrase.

    """

    def __init__(self, phrasebook: Phrasebook, model: Path) -> None:
        vosk = _load_vosk()
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model))
        except Exception as error:  # all that the binding raises
            raise ModelError(f"{model}: Vosk cannot load it ({error})", "unpack the model again") from None
        if self._model.vosk_model_find_word(UNKNOWN) < 0:
            raise ModelError(f"{model}: lacks the word {UNKNOWN}, so it cannot reject", "use another Vosk model")
        self.unknown_words = tuple(
            word for word in sorted(phrasebook.words()) if self._model.vosk_model_find_word(word) < 0
        )
        """Words of the phrases that the model lacks."""
        texts = sorted({phrase.text for phrase in phrasebook.phrases})
        known = [text for text in texts if not set(text.split()) & set(self.unknown_words)]
        if not known:
            raise ModelError(f"{model}: knows none of the phrases", "use a model of the content's language")
        self._vosk = vosk.KaldiRecognizer(self._model, float(HEAR_RATE), json.dumps([*known, UNKNOWN]))
        self._vosk.SetWords(True)
        if hasattr(self._vosk, "SetPartialWords"):
            self._vosk.SetPartialWords(True)
        self._folder = model.name
        self._urgent = phrasebook.texts(URGENT)
        self._strict = False
        self._ended: list[dict[str, Any]] = []

    @property
    def name(self) -> str:
        """Which recogniser and which model this is."""
        return f"Vosk {version('vosk')} ({self._folder})"

    def begin(self, strict: bool) -> None:
        """See `Recognizer`."""
        self._vosk.Reset()
        self._strict = strict
        self._ended = []

    def feed(self, samples: NDArray[np.int16]) -> None:
        """See `Recognizer`."""
        if self._vosk.AcceptWaveform(samples.tobytes()):
            # its own endpoint, earlier than ours: keep the words, the utterance goes on
            self._ended += json.loads(self._vosk.Result()).get("result", [])

    def partial(self) -> Partial:
        """See `Recognizer`; the words come some tenths of a second late."""
        return self._judge(json.loads(self._vosk.PartialResult()).get("partial_result", []))

    def finish(self) -> Partial:
        """See `Recognizer`."""
        return self._judge(json.loads(self._vosk.FinalResult()).get("result", []))

    def _judge(self, words: list[dict[str, Any]]) -> Partial:
        heard = [*self._ended, *words]
        text = " ".join(word["word"] for word in heard)
        confidence = min((word["conf"] for word in heard), default=0.0)
        strict = self._strict and text not in self._urgent
        if UNKNOWN in text or confidence < CERTAIN[strict]:
            return Partial()
        return Partial(text, confidence)


def _load_vosk() -> Any:
    try:
        import vosk
    except (ImportError, OSError) as error:
        remedy = "sudo apt install libatomic1" if "libatomic" in str(error) else "pip install --force-reinstall vosk"
        raise ModelError(f"Vosk cannot be loaded: {error}", remedy) from None
    return vosk
