"""The adapter on the real libvosk: a language of tones, where what is right is known, and a model that was trained."""

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vosk_model.tones import PHRASES, spoken, write_tone_model
from voiceguide import wav
from voiceguide.errors import ModelError
from voiceguide.hear.listener import Listener
from voiceguide.hear.recognizer import Partial
from voiceguide.hear.vosk import UNKNOWN, VoskRecognizer, grammar
from voiceguide.intents import IntentKind
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame
from voiceguide.models import check_model
from voiceguide.understand.match import Phrase, Phrasebook

TESTS = Path(__file__).parents[1]
TRAINED = TESTS.parent / "models" / "voiceguide-en"

TONES = Phrasebook([Phrase(text, IntentKind.STOP if text == "stop" else IntentKind.NEXT) for text in PHRASES])
LOUD = 300
"""A sample that is no silence between the tones."""
BOOK = Phrasebook(
    [
        Phrase("stop", IntentKind.STOP),
        Phrase("calf cramp", IntentKind.SYMPTOM),
        Phrase("foot cramp", IntentKind.SYMPTOM),
        Phrase("next", IntentKind.NEXT),
        Phrase("gloop", IntentKind.NEXT),
    ]
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tones"
    write_tone_model(folder)
    return folder


@pytest.fixture(scope="module")
def whole_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It knows whole phrases as words."""
    folder = tmp_path_factory.mktemp("models") / "whole"
    write_tone_model(folder, whole=True)
    return folder


def partials(recognizer: VoskRecognizer, samples: NDArray[np.int16], strict: bool = False) -> Iterator[Partial]:
    """What it sounds like after each 20 ms."""
    recognizer.begin(strict)
    loud = np.flatnonzero(np.abs(samples) > LOUD)
    for start in range(0, len(samples) - BLOCK, BLOCK):
        recognizer.feed(samples[start : start + BLOCK])
        since = loud[loud < start + BLOCK]
        yield recognizer.partial((start + BLOCK - since[-1]) / HEAR_RATE if len(since) else 0.0)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Vosk cannot load it"):
        VoskRecognizer(TONES, tmp_path)


def test_it_says_what_it_is(model: Path) -> None:
    assert VoskRecognizer(TONES, model).name.startswith("Vosk 0.3")
    assert VoskRecognizer(TONES, model).name.endswith("(tones)")


@pytest.mark.parametrize("text", PHRASES)
def test_a_phrase_is_heard_as_soon_as_it_has_ended(model: Path, text: str) -> None:
    recognizer = VoskRecognizer(TONES, model)
    samples = spoken(text, pause=0.3)
    early = [partial for partial in partials(recognizer, samples[: -HEAR_RATE * 2 // 10]) if partial.text == text]
    assert early[-1].confidence > 0.9
    assert recognizer.finish().text == text


def test_only_a_whole_phrase_in_a_pause_has_a_confidence(model: Path) -> None:
    recognizer = VoskRecognizer(TONES, model)
    seen = dict.fromkeys((p.text, p.confidence > 0) for p in partials(recognizer, spoken("calf cramp")))
    assert list(seen) == [("", False), ("calf", False), ("calf cramp", False), ("calf cramp", True)]


@pytest.mark.parametrize("text", PHRASES)
def test_a_phrase_that_is_a_word_of_the_model_is_heard_as_one(whole_model: Path, text: str) -> None:
    recognizer = VoskRecognizer(TONES, whole_model)
    seen = list(partials(recognizer, spoken(text, between=0.1)))
    assert {partial.text for partial in seen} <= {"", text, "stop"}  # "oh stop" ends so
    last = recognizer.finish()
    assert (seen[-1].text, seen[-1].confidence) == (last.text, pytest.approx(last.confidence))


def test_it_is_decoded_twice_in_each_pause_and_forgotten_when_somebody_goes_on(whole_model: Path) -> None:
    recognizer = VoskRecognizer(TONES, whole_model)
    recognizer.begin(strict=False)
    recognizer.feed(spoken("calf cramp"))
    answers = [recognizer.partial(silence) for silence in (0.01, 0.03, 0.05, 0.15, 0.3, 0.03)]
    assert [answer.text for answer in answers] == ["calf cramp"] * 6
    assert [answer.confidence > 0 for answer in answers] == [False, True, True, True, True, True]
    assert [one is other for one, other in pairwise(answers)] == [False, True, False, True, False]


def test_it_tells_how_much_likelier_than_unknown_words_a_phrase_is(whole_model: Path, model: Path) -> None:
    recognizer = VoskRecognizer(TONES, whole_model)
    *_, clear = partials(recognizer, spoken("calf cramp"))
    *_, between = partials(recognizer, (0.5 * spoken("calf cramp") + 0.5 * spoken("foot cramp")).astype(np.int16))
    assert clear.known is not None
    assert between.known is not None
    assert clear.known > between.known
    *_, other = partials(VoskRecognizer(TONES, model), spoken("calf cramp"))
    assert other.known is None  # a model that was not made for the content: nothing was fitted that weighs it


def test_a_phrase_that_begins_another_is_known_in_the_first_pause(whole_model: Path) -> None:
    """libvosk's best path waits for the rest of the longer one."""
    book = Phrasebook([Phrase("go", IntentKind.NEXT), Phrase("go on", IntentKind.RESUME)])
    seen = [partial.text for partial in partials(VoskRecognizer(book, whole_model), spoken("go", pause=0.3))]
    late = (len(seen) - seen.index("go")) * BLOCK / HEAR_RATE
    assert 0.3 - late < 0.1  # seconds after the last tone


def test_phrases_that_are_words_of_the_model_do_not_mix(whole_model: Path) -> None:
    recognizer = VoskRecognizer(TONES, whole_model)
    *spoken_on, last = partials(recognizer, spoken("go cramp"))
    assert {partial.text for partial in spoken_on} <= {"", "go on"}  # its beginning, while somebody speaks
    assert last == Partial()
    assert recognizer.finish() == Partial()


def test_what_is_no_phrase_is_nothing(model: Path) -> None:
    recognizer = VoskRecognizer(Phrasebook([Phrase("go on", IntentKind.NEXT)]), model)
    assert not any(partial.text == "go on" for partial in partials(recognizer, spoken("foot cramp")))
    assert recognizer.finish() == Partial()


@pytest.mark.parametrize(
    ("share", "text", "others"),
    [(0.5, "foot cramp", set()), (0.7, "", {"foot cramp"}), (0.79, "", {"calf cramp", "foot cramp"})],
)
def test_what_is_between_phrases_may_be_either_or_neither(
    whole_model: Path, share: float, text: str, others: set[str]
) -> None:
    both = share * spoken("calf cramp") + (1 - share) * spoken("foot cramp")
    recognizer = VoskRecognizer(TONES, whole_model)
    list(partials(recognizer, both.astype(np.int16)))
    last = recognizer.finish()
    assert (last.text, {*last.others}) == (text, others)
    assert 0 < last.confidence + sum(last.others.values()) <= 1.0


def test_utterances_do_not_leak_into_each_other(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    recognizer = VoskRecognizer(TONES, model)
    cut = spoken("calf cramp")[: HEAR_RATE * 8 // 10]
    for _ in range(2):
        list(partials(recognizer, cut))  # broken off in the middle of a word
        assert [p.text for p in partials(recognizer, spoken("stop"))][-1] == "stop"
        assert recognizer.finish().text == "stop"
    assert capfd.readouterr() == ("", "")


def test_an_endpoint_of_libvosks_own_does_not_end_ours(model: Path) -> None:
    recognizer = VoskRecognizer(TONES, model)
    samples = np.concatenate([spoken("foot", pause=0.7), spoken("cramp", pause=0.7)])
    assert [p.text for p in partials(recognizer, samples)][-1] == "foot cramp"
    assert recognizer.finish().text == "foot cramp"


def test_what_it_may_have_been_outlasts_an_endpoint_of_libvosks_own(whole_model: Path) -> None:
    both = 0.79 * spoken("calf cramp", pause=0.7) + 0.21 * spoken("foot cramp", pause=0.7)
    recognizer = VoskRecognizer(TONES, whole_model)
    list(partials(recognizer, both.astype(np.int16)))
    assert {*recognizer.finish().others} == {"calf cramp", "foot cramp"}


def test_words_that_the_model_lacks_are_named(model: Path) -> None:
    assert VoskRecognizer(BOOK, model).unknown_words == ("gloop", "next")
    with pytest.raises(ModelError, match="knows none of the phrases"):
        VoskRecognizer(Phrasebook([Phrase("gloop", IntentKind.NEXT)]), model)


def test_the_unknown_word_has_its_share_of_the_grammar() -> None:
    assert json.loads(grammar(["stop"])) == ["stop", UNKNOWN]
    assert json.loads(grammar(["stop"] * 900)).count(UNKNOWN) == 100


def test_a_model_that_cannot_reject_is_refused(model: Path, tmp_path: Path) -> None:
    words = (model / "graph" / "words.txt").read_text()
    for file in model.rglob("*"):
        if file.is_file():
            copy = tmp_path / "certain" / file.relative_to(model)
            copy.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, copy)
    (tmp_path / "certain" / "graph" / "words.txt").unlink()
    (tmp_path / "certain" / "graph" / "words.txt").write_text(words.replace(UNKNOWN, "[noise]"))
    with pytest.raises(ModelError, match=r"lacks the word \[unk\]"):
        VoskRecognizer(TONES, tmp_path / "certain")


def test_the_trained_model_is_whole() -> None:
    check_model(TRAINED)


def test_the_trained_model_hears_a_phrase(capfd: pytest.CaptureFixture[str]) -> None:
    listener = Listener(VoskRecognizer(BOOK, TRAINED), BOOK)
    listener.expect("check", frozenset(IntentKind))
    quiet = np.zeros(HEAR_RATE, np.int16)
    said = wav.read(TESTS / "audio" / "foot-cramp-rms.wav", HEAR_RATE)
    samples = np.concatenate([quiet, said, quiet])
    decided = []
    for first in range(0, len(samples) - BLOCK, BLOCK):
        decided += listener.feed(AudioFrame(samples[first : first + BLOCK], first / HEAR_RATE))
    assert [(heard.text, heard.accepted) for heard in decided] == [("foot cramp", True)]
    assert capfd.readouterr() == ("", "")
