"""Speaking and recording in turns, in virtual time."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import RecordingSpeaker, loud_is_speech
from tests.hear.sounds import room, voice
from voiceguide.content.library import Library
from voiceguide.errors import DeviceError
from voiceguide.guide.states import State
from voiceguide.hear.gate import Gate
from voiceguide.hear.levels import measure
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import HEAR_RATE, SPEAK_RATE
from voiceguide.run.clock import VirtualClock
from voiceguide.run.interview import GAP, WAIT, Interview, phrase_sound
from voiceguide.run.tuning import Task
from voiceguide.run.virtual import WavMicrophone

TASKS = tuple(Task(phrase, Intent(IntentKind.STOP), State.PRESS) for phrase in ("stop", "left"))
SECOND = dict.fromkeys(
    ("tune-begin", "tune-say", "tune-again", "tune-thanks", phrase_sound(0), phrase_sound(1)), SPEAK_RATE
)
"""Every clip lasts a second."""

BEGIN, ASK, AGAIN = 1 + GAP, 2 * (1 + GAP), 2 * (1 + GAP)
"""Seconds of the device's sentences."""

ENDS = 0.5
"""Seconds of silence that end an utterance."""


def quick_gate() -> Gate:
    return Gate(detector=loud_is_speech)


def interview(library: Library, *heard: NDArray[np.int16]) -> tuple[list[NDArray[np.int16]], RecordingSpeaker]:
    """What is recorded of what the microphone hears from the very start."""
    clock, speaker = VirtualClock(stopwatch=lambda: 0.0), RecordingSpeaker()
    microphone = WavMicrophone(np.concatenate(heard), clock)
    talk = Interview(clock, microphone, speaker, SECOND, gate=quick_gate)
    turns: list[str] = []
    said = list(talk.ask(TASKS, library.skill.tuning, lambda task: turns.append(task.phrase)))
    assert list(dict.fromkeys(turns)) == ["stop", "left"]
    assert [task.phrase for task, _ in said] == ["stop", "left"]
    return [samples for _, samples in said], speaker


def sounds(speaker: RecordingSpeaker) -> Sequence[str]:
    return [sound.sound for sound in speaker.played]


ONCE = ["tune-begin", "tune-say", "tuning@0", "tune-say", "tuning@1", "tune-thanks"]


def test_each_phrase_is_said_and_then_recorded(library: Library) -> None:
    answer = (room(0.8), voice(0.5, 3000), room(ENDS))
    (one, two), speaker = interview(library, room(BEGIN + ASK), *answer, room(ASK), *answer, room(2))
    assert sounds(speaker) == ONCE
    for samples in (one, two):
        assert len(samples) / HEAR_RATE == pytest.approx(0.8 + 0.5 + ENDS, abs=0.1)
        found = measure(samples, quick_gate())
        assert found.speech == pytest.approx(20 * np.log10(3000 / 32768), abs=1)


def test_the_device_does_not_hear_itself(library: Library) -> None:
    first = (voice(BEGIN + ASK - GAP, 12_000), room(GAP))
    second = (room(0.2), voice(ASK - GAP - 0.2, 12_000), room(GAP))
    answer = (room(0.5), voice(0.5, 3000), room(ENDS))
    both, _ = interview(library, *first, *answer, *second, *answer, room(2))
    for samples in both:
        assert np.abs(samples.astype(int)).max() < 20_000
        assert measure(samples, quick_gate()).speech == pytest.approx(20 * np.log10(3000 / 32768), abs=1)


def test_who_says_nothing_is_asked_once_more(library: Library) -> None:
    answer = (room(0.8), voice(0.5), room(ENDS))
    (one, two), speaker = interview(library, room(BEGIN + ASK + WAIT + AGAIN), *answer, room(ASK), *answer, room(2))
    assert sounds(speaker) == [*ONCE[:3], "tune-again", "tuning@0", *ONCE[3:]]
    assert measure(one, quick_gate()).speech is not None
    assert measure(two, quick_gate()).speech is not None


def test_who_says_nothing_twice_is_not_asked_for_ever(library: Library) -> None:
    (one, _), speaker = interview(library, room(60))
    assert sounds(speaker).count("tune-again") == 2
    assert len(one) / HEAR_RATE == pytest.approx(WAIT, abs=0.1)


def test_a_click_is_no_phrase(library: Library) -> None:
    answer = (room(0.3), voice(0.05), room(1.5), voice(0.5), room(ENDS))
    (one, _), speaker = interview(library, room(BEGIN + ASK), *answer, room(ASK), *answer, room(2))
    assert "tune-again" not in sounds(speaker)
    assert len(one) / HEAR_RATE == pytest.approx(0.3 + 0.05 + 1.5 + 0.5 + ENDS, abs=0.1)


def test_a_long_phrase_is_waited_for(library: Library) -> None:
    late = (room(WAIT - 0.3), voice(1.5), room(ENDS))
    (one, _), speaker = interview(library, room(BEGIN + ASK), *late, room(ASK), *late, room(2))
    assert "tune-again" not in sounds(speaker)
    assert len(one) / HEAR_RATE == pytest.approx(WAIT + 1.2 + ENDS, abs=0.1)


def test_a_microphone_that_gives_nothing_is_told_at_once(library: Library) -> None:
    with pytest.raises(DeviceError, match="the microphone gives nothing but silence -> unmute it"):
        interview(library, np.zeros(HEAR_RATE, np.int16))


def test_a_speaker_that_is_lost_is_told() -> None:
    clock, speaker = VirtualClock(stopwatch=lambda: 0.0), RecordingSpeaker()
    speaker.gone = True
    talk = Interview(clock, WavMicrophone(room(1), clock), speaker, SECOND)
    with pytest.raises(DeviceError, match="speaker: lost"):
        talk._say("tune-begin")
