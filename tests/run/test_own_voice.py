"""A bedside device without echo cancelling: the microphone hears the speaker, through the real recogniser."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests import own
from tests.audio import studio
from tests.replies import AUDIO, Kept
from tests.run.room import Loudspeaker, Room
from voiceguide import wav
from voiceguide.hear.echo import OwnVoice
from voiceguide.messages import HEAR_RATE
from voiceguide.run.clock import VirtualClock
from voiceguide.run.virtual import WavSpeaker
from voiceguide.run.wiring import Parts, build_loop, build_parts, build_session


@pytest.fixture(scope="module")
def parts() -> Parts:
    return build_parts(own.SETTINGS, lambda _done, _of: None, print)


def intents(parts: Parts, gain: float, seconds: float, speech: Sequence[tuple[float, str]]) -> list[str]:
    """What is understood in a session where somebody says these clips at these times (s)."""
    person = studio.room(round(seconds * HEAR_RATE), seed=3)
    for at, clip in speech:
        words = wav.read(AUDIO / clip, HEAR_RATE)
        start = round(at * HEAR_RATE)
        person[start : start + len(words)] += words
    clock, events = VirtualClock(stopwatch=lambda: 0.0), Kept()
    loudspeaker = Loudspeaker(parts.clips)
    room = Room(person.astype(np.int16), clock, loudspeaker, gain)
    loop = build_loop(parts, build_session(parts), clock, room, WavSpeaker(loudspeaker, clock), events, OwnVoice())
    loop.run(until=lambda: room.exhausted)
    return [event.details["intent"] for event in events if event.kind == "intent"]


@pytest.mark.parametrize("gain", [1.0, 0.3, 0.1])
def test_it_does_not_act_on_its_own_words(parts: Parts, gain: float) -> None:
    """From the stretch through the first round into the check."""
    assert intents(parts, gain, 150, [(0.5, "left-calf-cramp-slt.wav")]) == ["symptom"]


def test_a_person_is_heard_in_the_pauses_and_stop_in_a_hold(parts: Parts) -> None:
    speech = [
        (0.5, "left-calf-cramp-slt.wav"),
        (28.0, "next-slt.wav"),  # the stretch is held
        (52.0, "thats-the-spot-slt.wav"),  # the first step has been told
        (66.9, "stop-slt.wav"),  # between two words of the first press
    ]
    assert intents(parts, 0.3, 75, speech) == ["symptom", "next", "on_point", "stop"]
