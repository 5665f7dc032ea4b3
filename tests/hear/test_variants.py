"""The real PocketSphinx on recordings of the synthetic user: which variant of a word fits."""

from pathlib import Path

import numpy as np
import pytest

from voiceguide import wav
from voiceguide.hear.variants import Fitter, fitting
from voiceguide.messages import HEAR_RATE

AUDIO = Path(__file__).parents[1] / "audio"
SOUNDS = {
    "stop": ("S T AO P", "S T AA P", "T AA P"),
    "left": ("L EH F", "L EH F T", "L AE F T"),
    "can't": ("K AA N T", "K AE N T"),
    "find": ("F AY N D",),
    "it": ("IH T",),
    "blurf": (),
}


@pytest.fixture(scope="module")
def fitter() -> Fitter:
    return Fitter(SOUNDS)


@pytest.mark.parametrize(
    ("file", "text", "word", "best", "worst"),
    [
        ("stop-slt.wav", "stop", "stop", "S T AA P", "T AA P"),
        ("stop-awb.wav", "stop", "stop", "S T AO P", "T AA P"),  # a Scottish voice
        ("left-slt.wav", "left", "left", "L EH F T", "L AE F T"),
        ("cant-find-it-slt.wav", "can't find it", "can't", "K AE N T", "K AA N T"),
    ],
)
def test_the_variant_that_was_said_fits_best(
    fitter: Fitter, file: str, text: str, word: str, best: str, worst: str
) -> None:
    scores = fitter.scores(text, wav.read(AUDIO / file, HEAR_RATE))
    assert set(scores) == {word}, "words that can be said in one way only are no question"
    assert set(scores[word]) == set(SOUNDS[word])
    assert scores[word][best] == 0 == max(scores[word].values())
    assert min(scores[word], key=scores[word].__getitem__) == worst
    kept = fitting(scores, 40)[word]
    assert kept[0] == best
    assert worst not in kept


def test_what_does_not_fit_tells_nothing(fitter: Fitter) -> None:
    assert fitter.scores("stop", np.zeros(0, np.int16)) == {}
    assert fitter.scores("can't find it", np.zeros(400, np.int16)) == {}


def test_a_word_that_nobody_knows_how_to_say(fitter: Fitter) -> None:
    samples = wav.read(AUDIO / "stop-slt.wav", HEAR_RATE)
    assert fitter.scores("blurf", samples) == fitter.scores("stop blurf", samples) == {}
    assert fitter.scores("unheard of", samples) == {}


def test_it_says_nothing_on_the_terminal(fitter: Fitter, capfd: pytest.CaptureFixture[str]) -> None:
    Fitter(SOUNDS).scores("stop", wav.read(AUDIO / "stop-slt.wav", HEAR_RATE))
    assert capfd.readouterr() == ("", "")


def test_variants_are_given_up_only_by_a_margin() -> None:
    scores = {"left": {"L EH F": -30.0, "L EH F T": 0.0, "L AE F T": -200.0}, "no": {"N OW": 0.0, "N AH": -10.0}}
    assert fitting(scores, 40) == {"left": ("L EH F T", "L EH F")}
    assert fitting(scores, 20) == {"left": ("L EH F T",)}
    assert fitting(scores, 5) == {"left": ("L EH F T",), "no": ("N OW",)}
    assert fitting({}, 5) == {}
    assert fitting(scores, 300) == {}
    assert fitting(scores, 300, told=["left"]) == {"left": ("L EH F T", "L EH F", "L AE F T")}
