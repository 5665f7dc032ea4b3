"""The real libvosk on a model that was written by hand: what Kaldi's formats say is what it reads."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vosk
from numpy.typing import NDArray

from scripts.vosk_model.acoustic import Layer
from scripts.vosk_model.folder import write_model
from tests.vosk_model.tones import PHRASES, SOUNDS, layers, spoken, write_tone_model
from voiceguide.errors import ModelError
from voiceguide.messages import HEAR_RATE
from voiceguide.models import check_model, probe

BLOCK = HEAR_RATE // 50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tones")
    write_tone_model(folder)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    vosk.SetLogLevel(-1)
    return vosk.Model(str(folder))


def recognizer(model: Any, *phrases: str) -> Any:
    made = vosk.KaldiRecognizer(model, float(HEAR_RATE), json.dumps(phrases))
    made.SetWords(True)
    return made


def heard(made: Any, samples: NDArray[np.int16]) -> dict[str, Any]:
    """The result at the end, where nothing ended before."""
    assert not made.AcceptWaveform(samples.tobytes())
    result: dict[str, Any] = json.loads(made.FinalResult())
    return result


def stream(made: Any, samples: NDArray[np.int16]) -> Iterator[tuple[int, str, bool]]:
    """After each block: samples so far, the words, and whether an utterance has ended with them."""
    for start in range(0, len(samples) - BLOCK, BLOCK):
        if made.AcceptWaveform(samples[start : start + BLOCK].tobytes()):
            yield start + BLOCK, json.loads(made.Result())["text"], True
        else:
            yield start + BLOCK, json.loads(made.PartialResult())["partial"], False


def test_the_folder_is_whole(folder: Path) -> None:
    check_model(folder)


@pytest.mark.parametrize("text", PHRASES)
def test_every_phrase_is_heard(model: Any, text: str) -> None:
    result = heard(recognizer(model, *PHRASES, "[unk]"), spoken(text))
    assert result["text"] == text
    assert all(word["conf"] > 0.9 for word in result["result"])


def test_words_are_where_they_were_said(model: Any) -> None:
    calf, cramp = heard(recognizer(model, *PHRASES), spoken("calf cramp"))["result"]
    assert calf["start"] == pytest.approx(0.5, abs=0.07)
    assert calf["end"] == cramp["start"] == pytest.approx(0.5 + 3 * 0.12, abs=0.07)
    assert cramp["end"] == pytest.approx(0.5 + 8 * 0.12, abs=0.07)


def test_without_a_grammar_the_models_own_phrases_are_likely(model: Any) -> None:
    made = vosk.KaldiRecognizer(model, float(HEAR_RATE))
    assert heard(made, spoken("foot cramp"))["text"] == "foot cramp"


def test_a_word_outside_the_grammar_does_not_appear(model: Any) -> None:
    assert heard(recognizer(model, "go on", "[unk]"), spoken("stop"))["text"] == "[unk]"
    forced = recognizer(model, "go on", "foot")  # without the unknown word all is forced into the phrases
    texts = [text for _, text, _ in stream(forced, spoken("stop"))]
    assert {word for text in texts for word in text.split()} <= {"go", "on", "foot"}


def test_a_grammar_mixes_its_phrases(model: Any) -> None:
    """Why the listener must match whole phrases."""
    assert heard(recognizer(model, *PHRASES, "[unk]"), spoken("foot cramp stop"))["text"] == "foot cramp stop"


@pytest.mark.parametrize("between", [0.0, 0.2])
def test_whole_phrases_as_words_do_not_mix(tmp_path: Path, between: float) -> None:
    write_tone_model(tmp_path, whole=True)
    tokens = [phrase.replace(" ", "_") for phrase in PHRASES]
    made = recognizer(vosk.Model(str(tmp_path)), *tokens, "[unk]")
    for text, token in zip(PHRASES, tokens, strict=True):
        assert heard(made, spoken(text, 0.2, between))["text"] == token
    assert heard(made, spoken("foot on"))["text"] == "[unk]"


def test_a_model_learns_other_words_without_training(tmp_path: Path) -> None:
    write_tone_model(tmp_path)
    write_model(tmp_path, None, None, {"mop": ("M AA P",)}, ["mop"])
    check_model(tmp_path)
    made = vosk.Model(str(tmp_path))
    assert [made.vosk_model_find_word(word) >= 0 for word in ("mop", "stop")] == [True, False]


def test_another_grammar_can_be_set(model: Any) -> None:
    made = recognizer(model, "go on", "[unk]")
    made.SetGrammar(json.dumps(["stop", "[unk]"]))
    assert heard(made, spoken("stop"))["text"] == "stop"


def test_words_that_the_model_lacks_are_told(model: Any) -> None:
    assert [model.vosk_model_find_word(word) >= 0 for word in ("stop", "[unk]", "zebra")] == [True, True, False]
    assert set(SOUNDS) == {word for word in [*SOUNDS, "zebra"] if model.vosk_model_find_word(word) >= 0}


def test_a_second_pronunciation_is_the_same_word(model: Any, tmp_path: Path) -> None:
    swapped = {**SOUNDS, "on": ("AO N", "AA N")}
    write_model(tmp_path, layers(), None, swapped, PHRASES)
    made = recognizer(vosk.Model(str(tmp_path)), *PHRASES, "[unk]")
    assert heard(made, spoken("go on"))["text"] == "go on"


def test_silence_is_nothing(model: Any) -> None:
    assert heard(recognizer(model, *PHRASES, "[unk]"), np.zeros(HEAR_RATE, np.int16))["text"] == ""


def test_partial_results_are_fresh(model: Any) -> None:
    samples = spoken("calf cramp", pause=0.3)
    seen = dict.fromkeys(text for _, text, _ in stream(recognizer(model, *PHRASES, "[unk]"), samples) if text)
    assert list(seen)[-1] == "calf cramp"
    whole = next(at for at, text, _ in stream(recognizer(model, *PHRASES, "[unk]"), samples) if text == "calf cramp")
    assert whole <= len(samples) - 0.3 * HEAR_RATE  # before the last tone has ended


def test_silence_ends_an_utterance(model: Any) -> None:
    samples = np.concatenate([spoken("stop", pause=1.0), spoken("go on", pause=1.0)])
    made = recognizer(model, *PHRASES, "[unk]")
    ends = [(at / HEAR_RATE, text) for at, text, ended in stream(made, samples) if ended]
    assert [text for _, text in ends] == ["stop", "go on"]
    assert ends[0][0] == pytest.approx(1.0 + 4 * 0.12 + 0.5, abs=0.15)


def test_after_a_final_result_the_next_utterance_starts_afresh(model: Any) -> None:
    made = recognizer(model, *PHRASES, "[unk]")
    made.AcceptWaveform(spoken("calf cramp")[: HEAR_RATE * 3 // 4].tobytes())
    made.FinalResult()
    assert heard(made, spoken("stop"))["text"] == "stop"


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"])
def test_half_a_file_is_found_in_a_process_of_its_own(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "broken"
    write_tone_model(folder)
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    check_model(folder)  # it is there and not empty
    with pytest.raises(ModelError, match="Vosk cannot load it -> half-downloaded"):
        probe(folder, tmp_path / "stamps")


def test_a_whole_model_is_tried_once(folder: Path, tmp_path: Path) -> None:
    probe(folder, tmp_path)
    (stamp,) = tmp_path.iterdir()
    before = stamp.stat().st_mtime_ns
    probe(folder, tmp_path)
    assert stamp.stat().st_mtime_ns == before


def test_layers_must_fit(tmp_path: Path) -> None:
    first, last = layers()
    with pytest.raises(ValueError, match=r"layer 1: weights have shape \(40, 40\) instead of \(40, 80\)"):
        write_model(tmp_path, [first, Layer((0, 3), last.weights, last.bias, rectified=False)], None, SOUNDS, PHRASES)
    with pytest.raises(ValueError, match="the last layer has 39 outputs instead of 40"):
        write_model(tmp_path, [Layer((0,), first.weights[1:], first.bias[1:], rectified=False)], None, SOUNDS, PHRASES)
