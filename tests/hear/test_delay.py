"""The delay is found to a fraction of a sample, and followed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hear.echoes import babbling
from voiceguide.hear.delay import EARLIEST, LATEST, WINDOW, DelayTracker, Peak, compare
from voiceguide.messages import HEAR_RATE

SECOND = HEAR_RATE


def peak(delay: float, sharpness: float = 40.0) -> Peak:
    return Peak(delay, sharpness)


@settings(max_examples=20)
@given(delay=st.integers(EARLIEST + 2, LATEST - 2), person=st.sampled_from([0.0, 1.0, 2.0]), turned=st.booleans())
def test_the_delay_is_found_also_while_a_person_speaks(delay: int, person: float, turned: bool) -> None:
    long, begin = babbling(4.0, 1), 2 * SECOND
    heard = long[begin : begin + WINDOW] * (-1 if turned else 1) + person * babbling(1.0, 2)
    played = long[begin + delay - LATEST :][: WINDOW + LATEST - EARLIEST]
    found = compare(heard.astype(np.float32), played.astype(np.float32))
    assert found.delay == pytest.approx(delay, abs=0.2)
    assert found.sharpness > 11


def test_silence_has_no_sharp_peak() -> None:
    nothing = compare(np.zeros(WINDOW, np.float32), np.zeros(WINDOW + LATEST - EARLIEST, np.float32))
    assert nothing.sharpness < 8


def test_a_stranger_has_no_sharp_peak() -> None:
    heard, played = babbling(1.0, 5), babbling(3.0, 6)[: WINDOW + LATEST - EARLIEST]
    assert compare(heard.astype(np.float32), played.astype(np.float32)).sharpness < 11


def test_it_is_unknown_until_a_sharp_peak() -> None:
    tracker = DelayTracker()
    tracker.observe(0, peak(1280.0, sharpness=5.0))
    assert not tracker.known
    tracker.observe(8000, peak(1280.0))
    assert tracker.known
    assert tracker.delay(8000) == 1280.0
    assert tracker.skew == 0.0


def test_one_peak_may_be_chance_and_two_at_one_place_are_none() -> None:
    tracker = DelayTracker()
    tracker.observe(0, peak(1280.0, sharpness=12.0))
    tracker.observe(SECOND, peak(4000.0, sharpness=12.0))
    tracker.observe(9 * SECOND, peak(300.0, sharpness=12.0))
    assert not tracker.agreed
    tracker.observe(10 * SECOND, peak(301.0, sharpness=12.0))
    assert tracker.agreed
    straight = DelayTracker()
    straight.observe(0, peak(1280.0))
    straight.observe(4000, peak(1280.0))
    assert straight.agreed


@settings(max_examples=30)
@given(delay=st.floats(300, 5000), ppm=st.floats(-150, 150), seed=st.integers(0, 99))
def test_the_clocks_difference_is_found_within_ten_seconds(delay: float, ppm: float, seed: int) -> None:
    tracker, rng = DelayTracker(), np.random.default_rng(seed)
    for at in range(0, 10 * SECOND, SECOND // 2):
        tracker.observe(at, peak(delay + ppm * 1e-6 * at + rng.normal(0, 0.2)))
    assert tracker.skew * 1e6 == pytest.approx(ppm, abs=12)
    later = 12 * SECOND
    assert tracker.delay(later) == pytest.approx(delay + ppm * 1e-6 * later, abs=1.0)
    assert tracker.jumps == 0


def test_one_stray_peak_is_passed_over_and_two_are_another_place() -> None:
    tracker = DelayTracker()
    for at in range(0, 5 * SECOND, SECOND // 2):
        tracker.observe(at, peak(1000.0))
    tracker.observe(5 * SECOND, peak(3000.0))
    assert tracker.delay(5 * SECOND) == pytest.approx(1000.0, abs=0.1)
    tracker.observe(5 * SECOND + 8000, peak(2000.0))
    tracker.observe(6 * SECOND, peak(2001.0))
    assert tracker.delay(6 * SECOND) == pytest.approx(2001.0, abs=0.1)
    assert tracker.jumps == 1


def test_after_hours_of_silence_any_drift_is_taken_for_one() -> None:
    tracker = DelayTracker()
    for at in range(0, 5 * SECOND, SECOND // 2):
        tracker.observe(at, peak(1000.0))
    tracker.observe(3 * 3600 * SECOND, peak(1060.0))
    assert tracker.delay(3 * 3600 * SECOND) == pytest.approx(1060.0, abs=1.0)
