"""Whole sessions in a bedroom: the person speaks over the device, through the real recogniser and echo stage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from tests import own
from tests.audio import studio
from tests.replies import AUDIO, Kept
from tests.run.room import Loudspeaker, Room
from voiceguide import wav
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.messages import HEAR_RATE
from voiceguide.run.clock import VirtualClock
from voiceguide.run.trace import TraceEvent
from voiceguide.run.virtual import WavSpeaker
from voiceguide.run.wiring import Parts, build_loop, build_parts, build_session


@dataclass
class Evening:
    """What came of it."""

    events: Sequence[TraceEvent]
    echo: EchoCanceller

    def texts(self, kind: str, details: str = "") -> list[str]:
        found = [event for event in self.events if event.kind == kind]
        return [str(event.details[details]) if details else event.text for event in found]


@pytest.fixture(scope="module")
def parts() -> Parts:
    return build_parts(own.SETTINGS, lambda _done, _of: None, print)


def evening(
    parts: Parts, seconds: float, speech: Sequence[tuple[float, str]], skew: float = 0.0, gain: float = 0.7
) -> Evening:
    """A session where somebody says these clips at these times (s)."""
    person = studio.room(round(seconds * HEAR_RATE), seed=3)
    for at, clip in speech:
        words = wav.read(AUDIO / clip, HEAR_RATE)
        start = round(at * HEAR_RATE)
        person[start : start + len(words)] += words
    clock, events, echo = VirtualClock(stopwatch=lambda: 0.0), Kept(), EchoCanceller()
    loudspeaker = Loudspeaker(parts.clips)
    room = Room(person.astype(np.int16), clock, loudspeaker, gain, delay=0.15, rt60=0.35, skew=skew)
    speaker, own_voice = WavSpeaker(loudspeaker, clock), OwnVoice()
    loop = build_loop(parts, build_session(parts), clock, room, speaker, events, own_voice, echo)
    loop.run(until=lambda: room.exhausted)
    return Evening(list(events), echo)


def test_it_is_spoken_over_and_falls_silent_at_once(parts: Parts) -> None:
    night = evening(parts, 24, [(0.5, "left-calf-cramp-slt.wav"), (8.0, "next-slt.wav"), (16.0, "stop-slt.wav")], 50.0)
    assert night.texts("intent", "intent") == ["symptom", "next", "stop"]
    assert night.echo.converged
    assert night.echo.tracker.skew == pytest.approx(50e-6, abs=15e-6)
    understood = [event.time for event in night.events if event.kind == "intent"]
    silences = [event for event in night.events if event.kind == "silence"]
    assert [event.time for event in silences] == understood[1:]
    assert all(event.details["latency_s"] < 0.6 for event in silences)


@pytest.mark.parametrize(("gain", "heard"), [(0.0, ["symptom", "slower"]), (0.1, ["symptom"])])
def test_with_headphones_words_interrupt_from_the_first_sentences_on(
    parts: Parts, gain: float, heard: list[str]
) -> None:
    """Somebody talks to somebody else at first; where the echo is still being learnt, that is not the time."""
    speech = [(0.5, "left-calf-cramp-slt.wav"), (3.4, "did-you-lock-the-front-slt.wav"), (5.6, "slower-slt.wav")]
    night = evening(parts, 7, speech, gain=gain)
    assert night.texts("intent", "intent") == heard
    assert night.echo.heard is bool(gain)


def test_it_does_not_act_on_its_own_words(parts: Parts) -> None:
    """From the stretch into the first round."""
    night = evening(parts, 80, [(0.5, "left-calf-cramp-slt.wav")])
    assert night.texts("intent", "intent") == ["symptom"]


def test_repeat_over_a_sentence_says_it_again_from_its_beginning(parts: Parts) -> None:
    night = evening(parts, 16, [(0.5, "left-calf-cramp-slt.wav"), (8.0, "repeat-that-rms.wav")])
    assert night.texts("intent", "intent")[:2] == ["symptom", "repeat"]
    asked = next(event.time for event in night.events if event.kind == "intent" and event.details["intent"] == "repeat")
    said = [event for event in night.events if event.kind == "say"]
    before, after = [e for e in said if e.time < asked][-1], next(e for e in said if e.time >= asked)
    assert after.text == before.text
