"""The stages joined: what is heard leads to sound, at the sample where the trace says so."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from tests.run.night import Night, Trace, said
from voiceguide.content.library import Library
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.messages import SPEAK_RATE, AudioFrame, CutOff, Played
from voiceguide.run.clock import VirtualClock
from voiceguide.run.settings import Settings
from voiceguide.run.trace import TraceEvent
from voiceguide.speak.mixer import RAMP


def test_a_symptom_is_answered_by_the_stretch_with_its_latency(library: Library) -> None:
    night = Night(library, [said("left calf cramp", 1.0)], 4.0)
    first = night.trace.kinds("say")[0]
    assert "left" in first.text
    assert first.details["latency_s"] == pytest.approx(0.2, abs=0.021)
    assert night.silent(0.0, first.time)
    assert not night.silent(first.time, first.time + 0.001)
    assert [event.text for event in night.trace.kinds("state")] == ["idle", "stretch"]


def test_only_the_reply_has_a_latency(library: Library) -> None:
    night = Night(library, [said("calf cramp", 1.0)], 8.0)
    latencies = ["latency_s" in event.details for event in night.trace.kinds("say")]
    assert latencies[0]
    assert not any(latencies[1:])


def test_every_cue_is_in_the_output_exactly_where_the_timeline_says(library: Library) -> None:
    night = Night(library, [said("calf cramp", 1.0), said("next", 5.0), said("that's the spot", 9.0)], 60.0)
    cues = night.trace.kinds("cue press", "cue release")
    assert len(cues) >= 10
    for cue in cues:
        start = round(cue.time * SPEAK_RATE)
        assert not night.samples[start - 1]
        assert night.samples[start]


def test_stop_leads_to_silence_and_then_two_words(library: Library) -> None:
    night = Night(library, [said("calf cramp", 1.0), said("stop", 2.0)], 6.0)
    silence = night.trace.kinds("silence")[0]
    assert silence.details["latency_s"] == pytest.approx(0.2, abs=0.021)
    confirmation = night.trace.kinds("say")[-1]
    assert confirmation.text == night.library.prompts["stopped"].text
    assert night.silent(silence.time + 0.01, confirmation.time)
    assert night.silent(confirmation.time + 0.9, 6.0)
    assert night.loop.silent


def test_what_makes_no_sense_now_is_traced_and_does_nothing(library: Library) -> None:
    night = Night(library, [said("next", 1.0), said("mumble", 2.0, accepted=False)], 3.0)
    assert [event.text for event in night.trace.kinds("heard")] == ["next", "mumble"]
    assert night.trace.kinds("intent") == []
    assert not night.samples.any()


def test_the_listener_is_told_what_makes_sense(library: Library) -> None:
    night = Night(library, [said("leg cramp", 1.0), said("foot", 5.0)], 7.0)
    assert [state for state, _ in night.listener.expected] == ["idle", "ask_place", "stretch"]


def test_quieter_is_quieter(library: Library) -> None:
    night = Night(library, [said("calf cramp", 1.0), said("quieter", 3.0)], 5.0)
    assert np.abs(night.samples[: 3 * SPEAK_RATE]).max() == 5000
    assert np.abs(night.samples[4 * SPEAK_RATE :]).max() == pytest.approx(5000 * 10 ** (-3 / 20), rel=0.01)


def test_what_is_half_heard_is_asked_about_softly_and_then_all_is_as_loud_as_before(library: Library) -> None:
    night = Night(library, [replace(said("calf cramp", 1.0), sure=False), said("yes", 4.0)], 6.0)
    assert [event.text for event in night.trace.kinds("state")] == ["idle", "called", "stretch"]
    (asked, *_) = night.trace.kinds("say")
    softened = round(asked.time * SPEAK_RATE) + RAMP
    assert np.abs(night.samples[softened : 4 * SPEAK_RATE]).max() == pytest.approx(5000 * 10 ** (-9 / 20), rel=0.01)
    assert np.abs(night.samples[4 * SPEAK_RATE :]).max() == 5000


def test_half_duplex_ignores_what_may_be_its_own_sentence_but_not_stop(library: Library) -> None:
    # The first sentence sounds from 1.2 to 2.1, the second from 2.45.
    script = [said("calf cramp", 1.0), said("next", 1.9), said("stop", 2.1)]
    night = Night(library, script, 6.0, own_voice=OwnVoice())
    assert [event.text for event in night.trace.kinds("intent")] == ["calf cramp", "stop"]
    # Without an echo that is found out within two seconds of speech, and the third sentence can be interrupted.
    later = [said("calf cramp", 1.0), said("next", 4.3)]
    assert len(Night(library, later, 6.0, own_voice=OwnVoice()).trace.kinds("intent")) == 1
    assert len(Night(library, later, 6.0, own_voice=OwnVoice(), echo=False).trace.kinds("intent")) == 2
    full = Night(library, script, 6.0)
    assert [event.text for event in full.trace.kinds("intent")] == ["calf cramp", "next", "stop"]


@pytest.mark.parametrize(
    ("text", "computing", "acts"), [("next", 1.5, True), ("next", 2.5, False), ("stop", 2.5, True)]
)
def test_what_is_understood_too_late_does_not_act_unless_it_is_urgent(
    library: Library, text: str, computing: float, acts: bool
) -> None:
    night = Night(library, [said("calf cramp", 1.0), said(text, 8.0)], 9.0, computing={text: computing})
    assert [event.text for event in night.trace.kinds("intent")] == ["calf cramp", text][: 2 if acts else 1]
    assert [event.details["accepted"] for event in night.trace.kinds("heard")] == [True, acts]


class Converged(EchoCanceller):
    """An echo stage that has learnt the room at a time."""

    def __init__(self, since: float) -> None:
        super().__init__()
        self._since = since
        self.played: list[Played] = []

    def play(self, played: Played) -> None:
        self.played.append(played)

    def clean(self, frame: AudioFrame) -> AudioFrame:
        self.clean_since = self._since if frame.start >= self._since else inf
        return frame


@pytest.mark.parametrize(("since", "heard"), [(1.2, ["calf cramp", "next", "stop"]), (1.4, ["calf cramp", "stop"])])
def test_without_echo_since_before_it_was_said_everything_interrupts(
    library: Library, since: float, heard: list[str]
) -> None:
    # The first sentence sounds from 1.2 to 2.1; "next" is said from 1.3 on.
    script = [said("calf cramp", 1.0), said("next", 1.9), said("stop", 2.2)]
    night = Night(library, script, 6.0, own_voice=OwnVoice(), canceller=Converged(since))
    assert [event.text for event in night.trace.kinds("intent")] == heard


def test_where_the_echo_stage_finds_no_echo_the_person_is_not_taken_for_one(library: Library) -> None:
    """Somebody talks all the time, and the microphone does not hear the speaker."""
    later = [said("calf cramp", 1.0), said("next", 4.3)]
    canceller = Converged(inf)
    night = Night(library, later, 6.0, own_voice=OwnVoice(), canceller=canceller)
    assert [event.text for event in night.trace.kinds("intent")] == ["calf cramp", "next"]
    canceller.tracker.agreed = True
    night = Night(library, later, 6.0, own_voice=OwnVoice(), canceller=canceller)
    assert [event.text for event in night.trace.kinds("intent")] == ["calf cramp"]


def test_the_echo_stage_is_told_all_that_is_played(library: Library) -> None:
    canceller = Converged(0.0)
    night = Night(library, [said("calf cramp", 1.0)], 4.0, own_voice=OwnVoice(), canceller=canceller)
    told = np.zeros(len(night.samples), np.int16)
    for played in canceller.played:
        told[played.start : played.start + len(played.samples)] = played.samples
    until = round(3.9 * SPEAK_RATE)
    assert told[:until].any()
    assert np.array_equal(told[:until], night.samples[:until])


def test_half_duplex_hears_in_the_pauses(library: Library) -> None:
    # After the last sentence of the stretch: three of 0.9 s each, and the gaps.
    night = Night(library, [said("calf cramp", 1.0), said("next", 7.0)], 9.0, own_voice=OwnVoice())
    assert [event.text for event in night.trace.kinds("intent")] == ["calf cramp", "next"]


def test_half_duplex_leaves_time_for_an_answer_after_each_sentence(library: Library) -> None:
    # The first sentence sounds from 1.2 to 2.1; somebody begins half a second later.
    script, half = [said("calf cramp", 1.0), said("next", 3.3)], Settings(echo_cancelling=False)
    assert half.half_duplex
    night = Night(library, script, 5.0, own_voice=OwnVoice(), options=half.options())
    assert [event.text for event in night.trace.kinds("intent")] == ["calf cramp", "next"]
    assert not Settings(echo_cancelling=False, headphones=True).half_duplex
    hurried = Night(library, script, 5.0, own_voice=OwnVoice(), options=Settings().options())
    assert [event.text for event in hurried.trace.kinds("intent")] == ["calf cramp"]


class SlowDisk(Trace):
    """A trace that takes a second to write each event down."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def write(self, event: TraceEvent) -> None:
        super().write(event)
        self._clock.advance_to(self._clock.now() + 1.0)


def test_a_slow_disk_delays_no_sound(library: Library) -> None:
    night = Night(library, [said("calf cramp", 6.0)], 12.0, slow=SlowDisk)
    (understood,) = night.trace.kinds("intent")
    first = night.trace.kinds("say")[0]
    assert first.time == pytest.approx(understood.time, abs=0.001)


def test_what_is_to_be_written_down_is_handed_over_and_what_was_cut_off_is_asked_about(library: Library) -> None:
    before = Night(library, [said("left calf cramp", 1.0)], 4.0)
    (record,) = before.records
    assert record.account
    assert (record.account.place, record.at) == ("calf", pytest.approx(1.2, abs=0.021))
    after = Night(library, [], 1.0)
    assert after.records == []
    after.loop.tell(1.0, CutOff(record.account, 60.0))
    assert after.session.state == "cut_off"
