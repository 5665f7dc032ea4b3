"""The second look: the real network, and the real weights, on recordings of the synthetic user."""

from pathlib import Path

import numpy as np
import pytest

from voiceguide import wav
from voiceguide.hear.second import WINDOW, Embedder, SecondLook
from voiceguide.messages import HEAR_RATE

AUDIO = Path(__file__).parents[1] / "audio"
AFTER = HEAR_RATE * 3 // 10
"""Samples of a clip's tail that come after the look: its silence is 0.4 s long."""


@pytest.fixture(scope="module")
def looker() -> SecondLook:
    return SecondLook()


def test_the_embeddings_are_those_of_the_sound_alone() -> None:
    embed = Embedder()
    sound = (np.random.default_rng(0).standard_normal(WINDOW) * 800).astype(np.int16)
    first = embed(sound)
    embed(np.zeros(WINDOW, np.int16))
    assert first.shape == (288,)
    assert np.array_equal(embed(sound), first)


@pytest.mark.parametrize(("file", "text"), [("stop-awb.wav", "stop"), ("no-awb.wav", "no"), ("yes-rms.wav", "yes")])
def test_a_short_word_is_seen(looker: SecondLook, file: str, text: str) -> None:
    looks = looker.look(wav.read(AUDIO / file, HEAR_RATE)[:-AFTER])
    assert looks[text] > 0
    assert max(looks, key=looks.__getitem__) == text


@pytest.mark.parametrize("file", ["the-train-leaves-at-a-awb.wav", "did-you-lock-the-front-slt.wav"])
def test_the_end_of_an_ordinary_sentence_is_nothing(looker: SecondLook, file: str) -> None:
    assert max(looker.look(wav.read(AUDIO / file, HEAR_RATE)[:-AFTER]).values()) < 0


def test_less_than_a_window_is_taken_as_quiet_before(looker: SecondLook) -> None:
    clip = wav.read(AUDIO / "stop-slt.wav", HEAR_RATE)[:-AFTER]
    quiet = np.concatenate([np.zeros(WINDOW, np.int16), clip])
    assert looker.look(clip) == looker.look(quiet)


def test_all_that_it_knows_is_told(looker: SecondLook) -> None:
    looks = looker.look(np.zeros(10, np.int16))
    assert set(looks) == set(looker.texts) - {""}
