"""The night of the demo, from samples to samples, measured on the samples.

Computing costs no time here, so that the night is the same on every machine; `scripts/bench` counts it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from tests import own
from tests.audio import studio
from tests.replies import CLIPS, Kept
from voiceguide import wav
from voiceguide.guide.states import State
from voiceguide.messages import HEAR_RATE, SPEAK_RATE
from voiceguide.run.clock import VirtualClock
from voiceguide.run.trace import TraceEvent
from voiceguide.run.virtual import WavMicrophone, WavSpeaker
from voiceguide.run.wiring import build_loop, build_parts, build_session
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.tones import tones

AUDIO = Path(__file__).parent / "audio"
TIMETABLE = yaml.safe_load((AUDIO / "night.yaml").read_text("utf-8"))["speech"]
INTENTS = {clip["file"]: clip["intent"] for clip in CLIPS}


@dataclass(frozen=True)
class Night:
    """What happened, and what was to be heard: shape (n,) at SPEAK_RATE."""

    events: list[TraceEvent]
    guide: NDArray[np.int16]

    def of(self, *kinds: str) -> list[TraceEvent]:
        return [event for event in self.events if event.kind in kinds]


def play() -> Night:
    parts = build_parts(own.SETTINGS, lambda _done, _of: None, print)
    clock, events = VirtualClock(stopwatch=lambda: 0.0), Kept()
    microphone, speaker = WavMicrophone(studio.night(), clock), WavSpeaker(Mixer(parts.clips), clock)
    session = build_session(parts)
    loop = build_loop(parts, session, clock, microphone, speaker, events)
    loop.run(until=lambda: microphone.exhausted and session.state is State.IDLE and loop.silent)
    return Night(events, speaker.samples())


@pytest.fixture(scope="module")
def night() -> Night:
    return play()


def spoken(clip: str) -> list[float]:
    """When the words of a clip end in the night, in seconds."""
    length = len(wav.read(AUDIO / clip, HEAR_RATE)) - studio.LEAD - studio.TAIL
    return [entry["at"] + length / HEAR_RATE for entry in TIMETABLE if entry["clip"] == clip]


def test_all_that_is_said_is_understood_and_nothing_else(night: Night) -> None:
    said = [INTENTS[entry["clip"]] for entry in TIMETABLE if INTENTS[entry["clip"]]]
    assert [event.details["intent"] for event in night.of("intent")] == said


def test_it_goes_from_the_stretch_to_good_night_and_is_stopped_the_second_time(night: Night) -> None:
    states = [event.text for event in night.of("state")]
    first = ["idle", "stretch", "locate", "press", "paused", "press", "check", "press", "check", "aftercare"]
    assert states == [*first, "answer", "aftercare", "idle", "stretch", "idle"]


def test_each_tone_is_within_5_ms_of_the_timeline_on_the_samples(night: Night) -> None:
    cues = night.of("cue press", "cue release")
    assert len(cues) >= 30
    reach = SPEAK_RATE // 20
    for cue in cues:
        tone = tones()[str(cue.details["sound"])].astype(float)
        start = round(cue.time * SPEAK_RATE)
        around = night.guide[start - reach : start + reach + len(tone)].astype(float)
        found = int(np.argmax(np.correlate(around, tone, "valid"))) - reach
        assert abs(found) <= SPEAK_RATE * 5 // 1000, f"{cue.kind} at {cue.time:.3f} s is {found} samples off"


def test_stop_is_silence_within_300_ms_of_the_end_of_the_word_and_then_two_words(night: Night) -> None:
    (end,) = spoken("stop-slt.wav")
    silence, confirmed = night.of("silence", "say")[-2:]
    assert silence.kind == "silence"
    assert silence.time - end <= 0.3 - 0.01
    cut, quiet, words = (round(time * SPEAK_RATE) for time in (silence.time, silence.time + 0.01, confirmed.time))
    just_before = night.guide[cut - SPEAK_RATE * 3 // 10 : cut]  # a sentence that is cut may be at a comma
    assert just_before.any(), "there was something to silence"
    assert not night.guide[quiet:words].any()
    assert night.guide[words : words + SPEAK_RATE // 5].any()
    assert len(confirmed.text.split()) == 2


def test_a_pause_is_silent_until_carry_on(night: Night) -> None:
    (end,), (on,) = spoken("pause-slt.wav"), spoken("carry-on-slt.wav")
    assert not night.guide[round((end + 0.3) * SPEAK_RATE) : round(on * SPEAK_RATE)].any()


def test_nothing_clips_and_two_sounds_never_overlap(night: Night) -> None:
    assert np.abs(night.guide.astype(int)).max() < 32_767 * 0.75
    starts = [event.time for event in night.events if "sound" in event.details]
    assert starts == sorted(starts)


def test_the_same_recording_gives_the_same_night(night: Night) -> None:
    again = play()
    assert again.events == night.events
    assert np.array_equal(again.guide, night.guide)
