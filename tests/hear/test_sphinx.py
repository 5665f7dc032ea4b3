"""The real PocketSphinx on the recordings of the synthetic user."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.guide.states import State, legal
from voiceguide.hear.sphinx import PHONES, SphinxRecognizer, grammar, pronunciations
from voiceguide.intents import IntentKind
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame, Hypothesis
from voiceguide.run.ears import Ears, build_ears, build_listener
from voiceguide.run.settings import Engine, Settings
from voiceguide.understand.match import Phrase, Phrasebook

AUDIO = Path(__file__).parents[1] / "audio"
CLIPS = yaml.safe_load((AUDIO / "manifest.yaml").read_text(encoding="utf-8"))["clips"]


@pytest.fixture(scope="module")
def phrasebook(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


@pytest.fixture(scope="module")
def ears(phrasebook: Phrasebook) -> Ears:
    return build_ears(Settings(engine=Engine.SPHINX), phrasebook)


@pytest.fixture(scope="module")
def recognizer(phrasebook: Phrasebook) -> SphinxRecognizer:
    return SphinxRecognizer(phrasebook)


def recording(file: str) -> Iterator[AudioFrame]:
    """A recording in the midst of a quiet room."""
    samples = wav.read(AUDIO / file, HEAR_RATE)
    quiet = np.random.default_rng(1).standard_normal(HEAR_RATE) * 15
    whole = np.concatenate([quiet[: HEAR_RATE // 2].astype(np.int16), samples, quiet.astype(np.int16)])
    for first in range(0, len(whole) - BLOCK + 1, BLOCK):
        yield AudioFrame(whole[first : first + BLOCK], first / HEAR_RATE)


def state_for(kind: IntentKind) -> State:
    """A state in which the intent makes sense."""
    return next(state for state in State if kind in legal(state))


def hear(ears: Ears, phrasebook: Phrasebook, file: str, state: State) -> list[tuple[float, Hypothesis]]:
    """What is decided in the recording, with the time of the decision."""
    listener = build_listener(ears, phrasebook)
    listener.expect(state, legal(state))
    decided, now = [], 0.0
    for frame in recording(file):
        now = frame.end
        decided += [(now, hypothesis) for hypothesis in listener.feed(frame)]
    return decided + [(now, hypothesis) for hypothesis in listener.finish()]


def test_the_synthetic_user_is_heard_soon(ears: Ears, phrasebook: Phrasebook) -> None:
    wanted = [clip for clip in CLIPS if clip["intent"]]
    latencies, misheard = [], []
    for clip in wanted:
        state = state_for(IntentKind(clip["intent"]))
        accepted = [(at, heard) for at, heard in hear(ears, phrasebook, clip["file"], state) if heard.accepted]
        meant = [phrasebook.match(heard.text, legal(state)) for _, heard in accepted]
        if [(m.kind, dict(m.slots)) for m in meant if m] == [(clip["intent"], clip.get("slots", {}))]:
            latencies.append(accepted[0][0] - accepted[0][1].end)
        else:
            misheard.append((clip["text"], [heard.text for _, heard in accepted]))
    assert len(latencies) >= 0.9 * len(wanted), misheard
    assert float(np.median(latencies)) <= 0.25


def test_ordinary_speech_is_rejected(ears: Ears, phrasebook: Phrasebook) -> None:
    others = [clip["file"] for clip in CLIPS if not clip["intent"]]
    assert others
    decided = [each for file in others for each in hear(ears, phrasebook, file, State.IDLE)]
    assert [heard.text for _, heard in decided if heard.accepted] == []
    assert decided


def test_the_recogniser_is_silent(phrasebook: Phrasebook, capfd: pytest.CaptureFixture[str]) -> None:
    hear(build_ears(Settings(engine=Engine.SPHINX), phrasebook), phrasebook, "stop-slt.wav", State.CHECK)
    assert capfd.readouterr() == ("", "")


def test_an_utterance_may_be_left_and_begun_anew(recognizer: SphinxRecognizer) -> None:
    recognizer.begin(strict=False)
    recognizer.feed(np.zeros(BLOCK, np.int16))
    recognizer.begin(strict=True)
    assert recognizer.finish().text == ""


def test_it_says_what_it_is(recognizer: SphinxRecognizer) -> None:
    assert recognizer.name.startswith("PocketSphinx 5.")


def test_phrases_with_words_without_pronunciation_are_left_out() -> None:
    book = Phrasebook(
        [Phrase("zhongo blurf", IntentKind.STOP), Phrase("stop", IntentKind.STOP)], {"blurf": ("B ER F",)}
    )
    assert SphinxRecognizer(book).unknown_words == ("zhongo",)


def test_own_pronunciations_come_beside_the_dictionarys() -> None:
    assert pronunciations(["stop"], {"stop": ("S T AO P",)}) == {"stop": ("S T AO P", "S T AA P")}


def test_what_a_person_says_comes_in_place_of_all_variants() -> None:
    own = {"stop": ("S T AO P",), "left": ("L EH F",)}
    assert pronunciations(["left", "stop"], own, {"left": ("L EH F",), "unheard": ("AH",)}) == {
        "left": ("L EH F",),
        "stop": ("S T AO P", "S T AA P"),
    }


def test_the_grammar_holds_each_text_and_a_loop() -> None:
    arcs = [arc for arc in grammar({"go back": 1.0, "go": 1.0, "stop": 5.0}, 1e-3, 1e-2) if "+" not in arc[3]]
    assert sorted((source == 0, target == 1, word) for source, target, _, word in arcs) == [
        (False, True, "back"),
        (True, False, "go"),
        (True, True, "go"),
        (True, True, "stop"),
    ]
    phones = {word for _, _, _, word in grammar({}, 1e-3, 1e-2)}
    assert phones == {f"+{phone}+" for phone in PHONES}
