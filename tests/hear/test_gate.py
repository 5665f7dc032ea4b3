"""The gate opens for a voice, keeps its onset, and knows where it ended."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import loud_is_speech
from tests.hear.sounds import frames, room, seconds, voice
from voiceguide.hear.gate import SLICE, Gate, GateSettings, SileroDetector, slice_levels
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame

TICK = SLICE / HEAR_RATE


class CountingDetector:
    def __init__(self) -> None:
        self.chunks = 0

    def __call__(self, chunk: np.ndarray) -> float:
        self.chunks += 1
        return loud_is_speech(chunk)


def utterances(gate: Gate, stream) -> list[tuple[float, float, float]]:
    """(first voiced, last voiced, seconds handed on) of each utterance that ended."""
    found, heard = [], 0.0
    for frame in stream:
        activity = gate.feed(frame)
        heard = seconds(activity.frames) + (0.0 if activity.opened else heard)
        if activity.closed:
            found.append((gate.first_voiced, gate.last_voiced, heard))
    return found


@given(before=st.integers(40, 90), length=st.integers(8, 100), offset=st.integers(0, BLOCK - 1))
def test_a_voice_is_framed_to_five_milliseconds(before: int, length: int, offset: int) -> None:
    start = before * 0.02 + offset / HEAR_RATE
    gate = Gate(detector=loud_is_speech)
    ((first, last, heard),) = utterances(gate, frames(room(start), voice(length * 0.02), room(1.0)))
    assert first == pytest.approx(start, abs=2 * TICK)
    assert last == pytest.approx(start + length * 0.02, abs=2 * TICK)
    assert heard >= length * 0.02 + 0.2


def test_the_pre_roll_comes_first() -> None:
    gate = Gate(detector=loud_is_speech)
    opening = next(a for f in frames(room(1.0), voice(0.5)) if (a := gate.feed(f)).opened)
    assert seconds(opening.frames) == pytest.approx(0.3, abs=0.02)
    assert opening.frames[0].start < gate.first_voiced


def test_a_quiet_room_never_reaches_the_detector() -> None:
    detector = CountingDetector()
    gate = Gate(detector=detector)
    assert not utterances(gate, frames(room(20.0)))
    assert detector.chunks == 0


def test_a_room_that_becomes_loud_is_followed() -> None:
    detector = CountingDetector()
    gate = Gate(detector=detector)
    utterances(gate, frames(room(1.0), room(12.0, level=200)))
    heard = detector.chunks
    utterances(gate, (AudioFrame(f.samples, f.start + 13) for f in frames(room(5.0, level=200))))
    assert detector.chunks == heard


def test_what_the_detector_calls_no_speech_opens_nothing() -> None:
    assert not utterances(Gate(detector=lambda _: 0.1), frames(room(1.0), voice(2.0), room(1.0)))


def test_snores_joined_end_to_end_are_cut() -> None:
    found = utterances(Gate(detector=loud_is_speech), frames(room(0.5), voice(20.0), room(1.0)))
    assert len(found) == 3
    assert all(heard <= GateSettings().longest + 0.4 for _, _, heard in found)


def test_after_a_restart_the_old_voice_is_not_heard_again() -> None:
    gate = Gate(detector=loud_is_speech)
    stream = frames(room(0.5), voice(0.4), room(0.3), voice(0.4), room(1.0))
    restarted = False
    openings = []
    for frame in stream:
        activity = gate.feed(frame)
        if activity.opened:
            openings.append(activity.frames[0].start)
        if gate.is_open and not restarted and frame.end - gate.last_voiced > 0.06:
            gate.restart()
            restarted = True
    first, second = openings
    assert first < 0.5
    assert second >= 0.9
    assert gate.first_voiced == pytest.approx(1.2, abs=2 * TICK)


def test_a_detector_that_lags_opens_nothing_after_a_restart() -> None:
    gate = Gate(detector=lambda _: 0.9)
    for frame in frames(room(0.5), voice(0.4), room(0.08)):
        gate.feed(frame)
    gate.restart()
    later = (AudioFrame(f.samples, f.start + 0.98) for f in frames(room(2.0)))
    assert not any(gate.feed(frame).opened for frame in later)


def test_levels_ignore_an_offset() -> None:
    assert slice_levels(np.full(BLOCK, 9000, np.int16)).max() < -90
    loud = np.tile(np.array([16384, -16384], np.int16), BLOCK // 2)
    assert slice_levels(loud) == pytest.approx(-6.02, abs=0.01)


def test_silero_tells_noise_from_nothing() -> None:
    detector = SileroDetector()
    assert detector(np.zeros(512, np.int16)) < 0.2
    assert detector(voice(0.032, level=2000)) < 0.5


def test_levels_are_the_variance_of_each_slice_to_the_last_bit() -> None:
    rng = np.random.default_rng(0)
    for loudness in (1, 50, 32_767):
        samples = rng.integers(-loudness, loudness + 1, 16_000).astype(np.int16)
        slices = samples.reshape(-1, SLICE) / 32768.0
        assert np.array_equal(slice_levels(samples), 10 * np.log10(slices.var(axis=1) + 1e-10))


def test_a_nearer_voice_begins_an_utterance_of_its_own_over_a_television() -> None:
    """It ends where the nearer voice does, though the television goes on."""
    far = voice(6.0, level=400)
    far[2 * HEAR_RATE : 3 * HEAR_RATE] += voice(1.0)
    gate = Gate(detector=loud_is_speech)
    found = utterances(gate, frames(room(0.5, level=3), far, room(1.0, level=3)))
    assert any((first, last) == pytest.approx((2.5, 3.5), abs=3 * TICK) for first, last, _ in found)


def test_the_second_word_is_no_nearer_voice() -> None:
    stream = frames(room(0.5), voice(0.5, level=2500), voice(0.5, level=4000), room(1.0))
    ((first, last, _),) = utterances(Gate(detector=loud_is_speech), stream)
    assert (first, last) == pytest.approx((0.5, 1.5), abs=2 * TICK)


def test_speech_is_told_from_silence_by_the_softened_sound_and_all_is_handed_on() -> None:
    gate = Gate(detector=loud_is_speech)
    stream = frames(room(1.0), voice(1.0), room(1.0))
    echo = [AudioFrame(frame.samples, frame.start, room(0.02)) for frame in stream]
    assert utterances(gate, echo) == []
    spoken = [AudioFrame(room(0.02), frame.start, frame.samples) for frame in frames(room(1.0), voice(0.5), room(1.0))]
    ((first, _, _),) = utterances(Gate(detector=loud_is_speech), spoken)
    assert first == pytest.approx(1.0, abs=2 * TICK)
    opening = next(a for frame in spoken if (a := gate.feed(replace(frame, start=frame.start + 3.0))).opened)
    assert all(abs(frame.samples).max() < 1000 for frame in opening.frames)
