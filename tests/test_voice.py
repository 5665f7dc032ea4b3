"""By voice, from samples to the point: the whole path, on the recordings of the synthetic user."""

import numpy as np
import pytest

from tests import own
from tests.replies import AUDIO, CLIPS, Kept, reply, states
from voiceguide import wav
from voiceguide.messages import HEAR_RATE
from voiceguide.run.clock import VirtualClock
from voiceguide.run.virtual import WavMicrophone, WavSpeaker
from voiceguide.run.wiring import Parts, build_loop, build_parts, build_session
from voiceguide.speak.mixer import Mixer

PATIENCE = 60.0
"""Seconds in which nothing more is said: the guide goes on by itself."""


@pytest.fixture(scope="module")
def parts() -> Parts:
    return build_parts(own.SETTINGS, lambda _done, _of: None, print)


@pytest.mark.parametrize(
    ("clip", "point"),
    [
        ("left-calf-cramp-slt.wav", "st-36"),
        ("my-calf-has-locked-up-awb.wav", "st-36"),
        ("foot-cramp-rms.wav", "ki-1"),
        ("my-toes-are-curling-rms.wav", "ki-1"),
        ("hamstring-cramp-awb.wav", "bl-37"),
        ("front-of-my-thigh-rms.wav", "st-34"),
    ],
)
def test_each_place_leads_to_its_point(parts: Parts, clip: str, point: str) -> None:
    recording = wav.read(AUDIO / clip, HEAR_RATE)
    clock, events = VirtualClock(stopwatch=lambda: 0.0), Kept()
    microphone = WavMicrophone(np.pad(recording, (0, round(PATIENCE * HEAR_RATE))), clock)
    speaker = WavSpeaker(Mixer(parts.clips), clock)
    loop = build_loop(parts, build_session(parts), clock, microphone, speaker, events)
    loop.run(until=lambda: microphone.exhausted)
    said = [str(event.details["sound"]).split("@")[0] for event in events if event.kind == "say"]
    assert f"{point}/introduce" in said
    assert len([event for event in events if event.kind == "intent"]) == 1


def test_the_recordings_are_understood_and_ordinary_speech_is_not_acted_on(parts: Parts) -> None:
    replies = [reply(parts, clip, states(clip)[0]) for clip in CLIPS]
    wrong = [f"{r.clip['file']} in {r.state}: {[e.text for e in r.intents]}" for r in replies if not r.right]
    assert len(wrong) <= len(replies) // 20, wrong
