"""The bench of the nights counts right, and a seed is a night."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial

import numpy as np
import pytest

from tests.bench.bedroom import rms
from tests.bench.night import Result, listen, report
from tests.bench.soundscape import KINDS, PIECE, RECORDED, SILENCE, SPEECH, Material, Piece, night, sound
from tests.fakes import RecordingSpeaker, ScriptedRecognizer, loud_is_speech
from tests.run.night import Buzz, ScriptedListener, said
from voiceguide.content.library import Library
from voiceguide.guide.session import Session
from voiceguide.hear.gate import Gate
from voiceguide.hear.listener import Listener
from voiceguide.hear.microphone import Microphone
from voiceguide.messages import HEAR_RATE, Hypothesis
from voiceguide.run.clock import VirtualClock
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.trace import Trace
from voiceguide.understand.match import Phrasebook

VOICE = 8000 * np.sin(np.arange(2 * HEAR_RATE) * 0.1) * np.random.default_rng(0).random(2 * HEAR_RATE)
SOUNDS = Material(speech=(VOICE, VOICE[::-1]), recorded=(VOICE[:HEAR_RATE],))


def build(
    listener: Callable[[Phrasebook], Listener | ScriptedListener],
    library: Library,
    clock: VirtualClock,
    microphone: Microphone,
    trace: Trace,
) -> Loop:
    lengths = Buzz(library).lengths
    phrasebook = Phrasebook.of(library)
    return Loop(
        clock=clock,
        microphone=microphone,
        listener=listener(phrasebook),  # type: ignore[arg-type]
        phrasebook=phrasebook,
        session=Session(library, lengths),
        speaker=RecordingSpeaker(),
        sounds=Sounds(lengths, dict(library.spoken())),
        trace=trace,
    )


def heard(library: Library, pieces: Sequence[Piece], script: Sequence[Hypothesis]) -> Result:
    scripted = partial(build, lambda _: ScriptedListener(script, echo=False), library)
    return listen(iter(pieces), scripted, lambda _: None)


def quiet(kind: str, seconds: float) -> Piece:
    return Piece(kind, np.zeros(round(seconds * HEAR_RATE), np.int16))


def maybe(text: str, end: float) -> Hypothesis:
    return replace(said(text, end), sure=False)


def same(one: Iterator[Piece], other: Iterator[Piece]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a.kind == b.kind and np.array_equal(a.samples, b.samples) for a, b in pairs)


def test_a_seed_is_a_night_and_another_one_another() -> None:
    assert same(night(5, 65, SOUNDS), night(5, 65, SOUNDS))
    assert not same(night(5, 65, SOUNDS), night(6, 65, SOUNDS))


def test_it_is_as_long_as_it_should_be_in_pieces() -> None:
    lengths = [len(piece.samples) for piece in night(1, 75, SOUNDS)]
    assert lengths == [PIECE, PIECE, 15 * HEAR_RATE]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != SILENCE])
def test_each_kind_of_noise_can_be_made_and_keeps_to_its_level(kind: str) -> None:
    made = sound(kind, SOUNDS, np.random.default_rng(3))
    assert len(made) == PIECE
    assert 0.01 < rms(made) < 1.1


def test_what_is_lacking_does_not_occur() -> None:
    assert set(Material().kinds()) == set(KINDS) - SPEECH - {RECORDED}


def test_false_alarms_are_counted_by_what_came_of_them_and_what_was_going_on(library: Library) -> None:
    pieces = [quiet(SILENCE, 20), quiet("snoring", 30), quiet("rain", 40)]
    script = [
        said("please stop", 2),
        maybe("why does this happen", 5),
        maybe("calf cramp", 25),
        said("i'm pregnant", 30),
        said("calf cramp", 55),
        said("still cramping", 65),
        said("stop", 70),
        said("mumble", 80, accepted=False),
    ]
    result = heard(library, pieces, script)
    assert [(alarm.outcome, alarm.noise, alarm.sure) for alarm in result.alarms] == [
        ("nothing", SILENCE, True),
        ("asked", SILENCE, False),
        ("nothing", "snoring", False),
        ("spoke", "snoring", True),
        ("began", "rain", True),
    ]
    assert result.within == 2
    assert {kind: s for kind, s in result.seconds.items() if s} == {SILENCE: 20, "snoring": 30, "rain": 40}
    assert len(result.memory) == 1
    assert json.loads(json.dumps(asdict(result)))["seconds"] == result.seconds


def test_a_question_that_is_answered_by_chance_is_a_session(library: Library) -> None:
    result = heard(library, [quiet("television", 30)], [maybe("calf cramp", 2), said("yes", 5), said("next", 9)])
    assert [(alarm.text, alarm.outcome) for alarm in result.alarms] == [("calf cramp", "asked"), ("yes", "began")]
    assert result.within == 1


def test_the_report_tells_nights_with_and_without_speech_apart(library: Library) -> None:
    pieces = [quiet("fan", 3600), quiet("television", 1800)]
    result = heard(library, pieces, [said("calf cramp", 4000)])
    lines = list(report([result]))
    table = [line.rpartition(" | ")[0] for line in lines]
    assert "| all without speech | 1.0 | 0.00 (0) | 0.00 (0) | 0.00 (0) | 0.00 (0)" in table
    assert "| all with speech | 0.5 | 16.00 (1) | 0.00 (0) | 0.00 (0) | 0.00 (0)" in table
    assert "| sleep talk" not in "\n".join(lines)
    assert "\nbegan at 1.11 h in television: 'calf cramp' (symptom)" in lines
    assert len(result.memory) == 2


def test_memory_is_looked_at_once_an_hour(library: Library) -> None:
    assert len(heard(library, [quiet(SILENCE, 3600)], []).memory) == 1


def test_the_same_night_is_heard_the_same_way(library: Library) -> None:
    def ears(phrasebook: Phrasebook) -> Listener:
        recognizer = ScriptedRecognizer(*[[(0.2, "calf cramp")]] * 50)
        return Listener(recognizer, phrasebook, gate=Gate(detector=loud_is_speech))

    loud = [Piece("clock", (VOICE / 2).astype(np.int16)), *(quiet(SILENCE, 20),) * 3]
    first, second = (listen(iter(loud * 2), partial(build, ears, library), lambda _: None) for _ in range(2))
    assert first.alarms == second.alarms
    assert first.alarms
