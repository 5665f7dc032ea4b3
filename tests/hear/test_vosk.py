"""The real libvosk, with a model made for tests; where there is none, only its errors."""

import os
from pathlib import Path

import numpy as np
import pytest

from voiceguide import wav
from voiceguide.errors import ModelError
from voiceguide.hear.listener import Listener
from voiceguide.hear.vosk import VoskRecognizer
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame, IntentKind
from voiceguide.models import check_model
from voiceguide.understand.match import Phrase, Phrasebook

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("VOICEGUIDE_SHARED", ROOT.parent / "shared"))
MODEL = SHARED / "vosk-test-model" / "phrases"

with_model = pytest.mark.skipif(
    not MODEL.is_dir(), reason=f"no Vosk model in {MODEL}: set VOICEGUIDE_SHARED to the folder of vosk-test-model/"
)

BOOK = Phrasebook(
    [
        Phrase("stop", IntentKind.STOP),
        Phrase("calf cramp", IntentKind.SYMPTOM),
        Phrase("foot cramp", IntentKind.SYMPTOM),
        Phrase("next", IntentKind.NEXT),
        Phrase("gloop", IntentKind.NEXT),
    ]
)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Vosk cannot load it"):
        VoskRecognizer(BOOK, tmp_path)


@with_model
def test_the_model_for_tests_is_whole() -> None:
    check_model(MODEL)


@with_model
def test_it_hears_a_phrase(capfd: pytest.CaptureFixture[str]) -> None:
    recognizer = VoskRecognizer(BOOK, MODEL)
    assert recognizer.name.startswith("Vosk 0.3")
    listener = Listener(recognizer, BOOK)
    listener.expect("check", frozenset(IntentKind))
    quiet = np.zeros(HEAR_RATE, np.int16)
    spoken = wav.read(ROOT / "tests" / "audio" / "foot-cramp-rms.wav", HEAR_RATE)
    samples = np.concatenate([quiet, spoken, quiet])
    decided = []
    for first in range(0, len(samples) - BLOCK, BLOCK):
        decided += listener.feed(AudioFrame(samples[first : first + BLOCK], first / HEAR_RATE))
    assert [(heard.text, heard.accepted) for heard in decided] == [("foot cramp", True)]
    assert capfd.readouterr() == ("", "")


@with_model
def test_words_that_the_model_lacks_are_named() -> None:
    assert VoskRecognizer(BOOK, MODEL).unknown_words == ("gloop",)
    with pytest.raises(ModelError, match="knows none of the phrases"):
        VoskRecognizer(Phrasebook([Phrase("gloop", IntentKind.NEXT)]), MODEL)
