"""The second look: the real networks, and the real weights, on recordings of the synthetic user."""

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from pyopen_wakeword import OpenWakeWordFeatures

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.hear.embedding import DIMENSION, HOP, MEL_HOP, MEL_MORE, SHORTEST, Embedder
from voiceguide.hear.second import BEFORE, CLEAREST, LONGEST, Looks, SecondLook, _Tree, whole
from voiceguide.messages import HEAR_RATE
from voiceguide.understand.match import Phrasebook

AUDIO = Path(__file__).parents[1] / "audio"
AFTER = HEAR_RATE * 3 // 10
"""Samples of a clip's tail that come after the look: its silence is 0.4 s long."""


@pytest.fixture(scope="module")
def looker(library: Library) -> SecondLook:
    return SecondLook(phrase.text for phrase in Phrasebook.of(library).phrases)


def test_it_knows_all_that_is_said(library: Library, looker: SecondLook) -> None:
    """Words that come after it was trained are to be named here and in docs/hearing.md: only a clear voice is heard."""
    assert {phrase.text for phrase in Phrasebook.of(library).phrases} == {*looker.texts}


def look(looker: SecondLook, file: str) -> Looks:
    clip = wav.read(AUDIO / file, HEAR_RATE)[:-AFTER]
    return looker.look(np.concatenate([np.zeros(round(BEFORE * HEAR_RATE), np.int16), clip]))


def test_the_embeddings_are_those_of_the_package_that_has_the_network() -> None:
    sound = (np.random.default_rng(0).standard_normal(MEL_MORE + 30 * HOP) * 800).astype(np.int16)
    features = OpenWakeWordFeatures.from_builtin()
    features.new_audio_samples = 0  # else it would first look at eight seconds of silence
    later = sound[4 * MEL_HOP :]  # it begins with the first step of the spectrum, ours ends with the last one
    theirs = [vector.reshape(-1) for vector in features.process_streaming(later.tobytes())]
    ours = Embedder()(sound)
    assert ours.shape == (21, DIMENSION)
    assert np.allclose(ours[:-1], theirs, atol=1e-2)


def test_the_embeddings_are_those_of_the_sound_alone() -> None:
    embed = Embedder()
    sound = (np.random.default_rng(0).standard_normal(SHORTEST) * 800).astype(np.int16)
    first = embed(sound)
    embed(np.zeros(SHORTEST + 7 * HOP, np.int16))
    assert first.shape == (1, DIMENSION)
    assert np.array_equal(embed(sound), first)


def test_the_likelihood_of_a_text_is_that_of_all_its_alignments() -> None:
    chances = np.random.default_rng(1).dirichlet(np.ones(5), 5)
    sequences = [[2], [3, 2], [2, 2], [4, 3, 2]]
    found = np.exp(_Tree(sequences).likelihoods(chances))
    for sequence, likelihood in zip(sequences, found, strict=True):
        total = 0.0
        for path in product(range(5), repeat=5):
            said = [word for number, word in enumerate(path) if word and (not number or path[number - 1] != word)]
            total += (said == sequence) * float(np.prod(chances[range(5), path]))
        assert likelihood == pytest.approx(total)


def test_a_sound_is_brought_to_a_length_that_makes_whole_vectors() -> None:
    for length in (0, 1, SHORTEST, SHORTEST + 1, LONGEST, LONGEST + 5 * HOP):
        sound = np.arange(1, length + 1, dtype=np.int32).astype(np.int16)
        made = whole(sound)
        assert (len(made) - MEL_MORE) % HOP == 0
        assert SHORTEST <= len(made) <= LONGEST + HOP
        kept = min(length, len(made))
        assert np.array_equal(made[len(made) - kept :], sound[length - kept :])
        assert not np.any(made[: len(made) - kept])


@pytest.mark.parametrize(
    ("file", "text"),
    [("stop-awb.wav", "stop"), ("no-awb.wav", "no"), ("yes-rms.wav", "yes"), ("foot-cramp-rms.wav", "foot cramp")],
)
def test_a_phrase_is_seen(looker: SecondLook, file: str, text: str) -> None:
    seen = look(looker, file)
    assert max(seen.ratios, key=seen.ratios.__getitem__) == text
    assert seen.ratios[text] > 0
    assert seen.ratios[text] >= seen.best - 5


@pytest.mark.parametrize("file", ["the-train-leaves-at-a-awb.wav", "did-you-lock-the-front-slt.wav"])
def test_an_ordinary_sentence_is_nothing(looker: SecondLook, file: str) -> None:
    assert max(look(looker, file).ratios.values()) < 0


def test_silence_is_nothing(looker: SecondLook) -> None:
    assert max(looker.look(np.zeros(10, np.int16)).ratios.values()) < 0


def test_what_it_has_no_words_for_is_left_out() -> None:
    looker = SecondLook(["stop", "gloop", "stop the gloop"])
    assert looker.texts == ("stop",)
    assert set(looker.look(np.zeros(10, np.int16)).ratios) == {"stop"}
    assert SecondLook([]).look(np.zeros(10, np.int16)).ratios == {}


def test_no_ratio_is_endless(looker: SecondLook) -> None:
    assert all(abs(ratio) <= CLEAREST for ratio in look(looker, "foot-cramp-rms.wav").ratios.values())
