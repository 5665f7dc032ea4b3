"""What is learnt from, and what is kept from learning."""

from pathlib import Path

import numpy as np
import pytest

from scripts.vosk_model.align import PADDING, Aligner, _part
from scripts.vosk_model.augment import in_room
from scripts.vosk_model.corpus import HEAR_RATE, Segment, Utterance
from scripts.vosk_model.material import RARE, _rare, is_meant
from scripts.vosk_model.topology import SILENCE
from voiceguide import wav
from voiceguide.intents import IntentKind
from voiceguide.understand.match import Phrase, Phrasebook

BOOK = Phrasebook([Phrase("stop", IntentKind.STOP), Phrase("calf cramp", IntentKind.SYMPTOM)])


@pytest.mark.parametrize(("text", "meant"), [("stop", True), ("calf cramp", True), ("stop the cart", False)])
def test_what_is_a_phrase_in_some_state_may_be_meant(text: str, meant: bool) -> None:
    assert is_meant(text, BOOK) == meant


def test_phrases_with_words_that_are_seldom_said_are_found() -> None:
    common = [f"cramp {number}" for number in range(RARE + 1)]
    assert _rare(["cramp ankles", "cramp", *common]) == ["cramp ankles", *common]
    assert _rare(["cramp"] * (RARE + 1)) == []


def test_what_a_pause_parts_are_two_stretches() -> None:
    said = wav.read(Path(__file__).parents[1] / "audio" / "foot-cramp-rms.wav", HEAR_RATE)
    pause = np.random.default_rng(0).normal(0, 3, HEAR_RATE // 2).astype(np.int16)
    line = Utterance(np.concatenate([pause, said, pause, said, pause]), "foot cramp foot cramp", "acted queen 1")
    found = list(Aligner({}).stretches(line))
    assert [stretch.text for stretch in found] == ["foot cramp", "foot cramp"]
    for stretch in found:
        first, *_, last = [segment for segment in stretch.segments if segment.phone != SILENCE]
        assert (first.phone, last.phone) == ("F", "P")
        assert len(stretch.samples) < len(said) + 2 * PADDING + HEAR_RATE // 5
    assert not list(Aligner({}).stretches(Utterance(line.samples, "stretches without points", line.source)))


def test_a_stretch_has_its_own_sound_and_times() -> None:
    said = Utterance(np.arange(3 * HEAR_RATE, dtype=np.int16), "cramp", "acted queen 1")
    part = _part(said, [Segment("K", 1.0, 1.1), Segment("R", 1.1, 1.5)])
    assert len(part.samples) == HEAR_RATE // 2 + 2 * PADDING
    assert part.samples[0] == np.int16(HEAR_RATE - PADDING)
    assert [(s.phone, round(s.start, 3), round(s.end, 3)) for s in part.segments] == [("K", 0.2, 0.3), ("R", 0.3, 0.7)]


def test_a_narrow_microphone_gives_nothing_above_its_band() -> None:
    noise = np.random.default_rng(1).normal(size=HEAR_RATE).astype(np.float32)
    heard = in_room(noise, 0.0, (0.0, 0.0), 0.0, 5000.0, np.random.default_rng(2))
    power = np.abs(np.fft.rfft(heard)) ** 2
    assert power[5200:].sum() < 0.01 * power[:4800].sum()
