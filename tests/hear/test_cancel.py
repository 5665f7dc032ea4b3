"""The echo stage: from frames with the device's voice in them to frames without."""

from itertools import pairwise

import numpy as np
import pytest

from tests.hear.echoes import Air, power
from voiceguide.hear.cancel import EchoCanceller, EchoSettings
from voiceguide.hear.suppress import LATE
from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame, Played


def left(air: Air, stage: EchoCanceller, since: float, until: float | None = None) -> float:
    """By how much the echo is softer in a span (s), in dB."""
    cleaned = np.concatenate([frame.samples for frame in air.frames(stage)]).astype(float)[LATE:]
    span = slice(round(since * HEAR_RATE), round(until * HEAR_RATE) if until else len(cleaned))
    return power(air.echo[: len(cleaned)][span]) - power((cleaned - air.alone[: len(cleaned)])[span])


@pytest.mark.parametrize("delay", [0.02, 0.3])
@pytest.mark.parametrize("skew", [0.0, 60.0])
def test_it_finds_the_delay_and_takes_the_echo_out(delay: float, skew: float) -> None:
    stage = EchoCanceller()
    assert left(Air(10.0, delay=delay, skew=skew), stage, 8.0) > 20
    assert stage.converged
    assert stage.tracker.delay(10 * HEAR_RATE) == pytest.approx(delay * HEAR_RATE + skew / 1e6 * 160_000, abs=12)
    assert stage.restarts == 0


def test_a_person_who_speaks_meanwhile_is_left() -> None:
    stage = EchoCanceller()
    assert left(Air(10.0, person=(6.0, 9.0)), stage, 6.5, 9.0) > 15
    assert stage.converged


def test_it_says_since_when_it_is_to_be_trusted() -> None:
    stage, trusted = EchoCanceller(), []
    for frame in Air(8.0).frames(stage, start=100.0):
        trusted.append(stage.converged)
        if stage.converged and not trusted[-2:-1][0]:
            assert stage.clean_since == pytest.approx(frame.start, abs=0.03)
    assert not any(trusted[:60])
    assert trusted[-1]
    assert sum(a != b for a, b in pairwise(trusted)) == 1


def test_moved_it_doubts_itself_and_learns_anew() -> None:
    stage = EchoCanceller()
    trusted = [(frame.start, stage.converged) for frame in Air(16.0, moved=8.0).frames(stage)]
    assert stage.restarts == 1
    assert not any(converged for at, converged in trusted if 9.5 < at < 9.8)
    assert trusted[-1][1]
    assert left(Air(16.0, moved=8.0), EchoCanceller(), 14.0) > 15


def test_where_the_microphone_does_not_hear_the_speaker_nothing_is_changed() -> None:
    stage, air = EchoCanceller(), Air(4.0, gain=0.0, person=(1.0, 2.0))
    cleaned = list(air.frames(stage))
    assert not stage.tracker.known
    assert all(frame.voice is None for frame in cleaned)
    out = np.concatenate([frame.samples for frame in cleaned])[LATE:]
    assert out == pytest.approx(air.alone[: len(out)], abs=0.6)


def test_frames_follow_each_other_late_by_a_constant() -> None:
    starts = [frame.start for frame in Air(4.0).frames(EchoCanceller())]
    assert starts == pytest.approx([i * BLOCK / HEAR_RATE - LATE / HEAR_RATE for i in range(len(starts))])


def test_in_silence_the_gate_hears_what_the_recogniser_hears() -> None:
    stage = EchoCanceller()
    list(Air(6.0).frames(stage))
    quiet = [stage.clean(AudioFrame(np.full(BLOCK, 7, np.int16), 6.0 + i * 0.02)) for i in range(60)]
    assert quiet[0].voice is not None
    assert quiet[-1].voice is None
    assert (quiet[-1].samples == 7).all()


def test_frames_that_were_lost_do_not_confuse_it() -> None:
    stage, air = EchoCanceller(), Air(12.0)
    heard = (air.alone + air.echo).round().astype(np.int16)
    trusted = []
    for first in range(0, len(heard) - BLOCK + 1, BLOCK):
        place = first * 3
        stage.play(Played(np.repeat(air.played[first : first + BLOCK], 3).astype(np.int16), place, place))
        if not 400 <= first // BLOCK < 420:
            stage.clean(AudioFrame(heard[first : first + BLOCK], first / HEAR_RATE))
            trusted.append(stage.converged)
    assert all(trusted[395:])
    assert stage.restarts == stage.tracker.jumps == 0


@pytest.mark.parametrize("whose", ["microphone", "speaker"])
def test_a_clock_that_drifts_off_the_times_disturbs_nothing(whose: str) -> None:
    stage, air = EchoCanceller(), Air(12.0)
    heard = (air.alone + air.echo).round().astype(np.int16)
    trusted = []
    for first in range(0, len(heard) - BLOCK + 1, BLOCK):
        off = 0.1 * first / len(heard)  # 0.1 s in the end; what is counted is as before
        place = first * 3
        start = place - (round(off * SPEAK_RATE) if whose == "speaker" else 0)
        stage.play(Played(np.repeat(air.played[first : first + BLOCK], 3).astype(np.int16), start, place))
        time = first / HEAR_RATE - (off if whose == "microphone" else 0.0)
        stage.clean(AudioFrame(heard[first : first + BLOCK], time))
        trusted.append(stage.converged)
    assert all(trusted[395:])
    assert stage.restarts == stage.tracker.jumps == 0
    counted = air.delay * HEAR_RATE
    off = stage.tracker.delay(round(12 * HEAR_RATE)) - counted
    assert off == pytest.approx(-1600 if whose == "microphone" else 1600, abs=850)


def test_after_a_minute_without_echo_it_must_prove_itself() -> None:
    stage, quiet = EchoCanceller(), np.zeros(BLOCK, np.int16)
    list(Air(8.0).frames(stage))
    assert stage.converged
    for number in range(3100):
        stage.clean(AudioFrame(quiet, 8.0 + number * 0.02))
    assert not stage.converged
    trusted = [stage.converged for _ in Air(4.0).frames(stage, start=8.0 + 3100 * 0.02)]
    assert not any(trusted[:40])
    assert trusted[100]


def test_proving_itself_it_finds_that_the_device_was_moved() -> None:
    stage, quiet = EchoCanceller(), np.zeros(BLOCK, np.int16)
    list(Air(8.0).frames(stage))
    for number in range(3100):
        stage.clean(AudioFrame(quiet, 8.0 + number * 0.02))
    trusted = [stage.converged for _ in Air(8.0, moved=0.0).frames(stage, start=8.0 + 3100 * 0.02)]
    assert not any(trusted[:80])
    assert trusted[-1]
    assert stage.restarts == 1


def test_silence_that_is_played_tells_nothing() -> None:
    stage, air = EchoCanceller(), Air(2.0)
    air.played[:] = 0
    list(air.frames(stage))
    assert not stage.tracker.known


def test_where_too_much_may_be_left_it_is_no_longer_to_be_trusted() -> None:
    stage, air = EchoCanceller(EchoSettings(unlearnt=0.0)), Air(8.0)
    trusted = [stage.converged for _ in air.frames(stage)]
    assert any(trusted)
    assert not all(trusted[trusted.index(True) :])
    assert stage.restarts == 0


def test_another_delay_is_found_and_learnt() -> None:
    """The sound server has put another buffer in between."""
    stage = EchoCanceller()
    list(Air(8.0).frames(stage))
    trusted = [stage.converged for _ in Air(8.0, delay=0.2).frames(stage, start=8.0)]
    assert stage.tracker.jumps == 1
    assert stage.tracker.delay(16 * HEAR_RATE) == pytest.approx(0.2 * HEAR_RATE, abs=12)
    assert not all(trusted)
    assert trusted[-1]
