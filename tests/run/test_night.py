"""Night falls by the clock, and noise is followed slowly."""

from datetime import time

import pytest

from voiceguide.errors import ContentError
from voiceguide.run.clock import local_time
from voiceguide.run.layers import stack
from voiceguide.run.night import MATCH_MOST, between, clock_time, matched
from voiceguide.run.settings import NightSettings, Settings


@pytest.mark.parametrize(
    ("now", "night"),
    [("22:00", True), ("23:59", True), ("00:00", True), ("6:59", True), ("07:00", False), ("21:59", False)],
)
def test_a_night_goes_across_midnight(now: str, night: bool) -> None:
    assert NightSettings().is_night(clock_time(now)) is night


def test_a_night_may_lie_within_a_day_or_be_none() -> None:
    assert between(time(1), time(5), time(1))
    assert not between(time(1), time(5), time(5))
    assert not any(between(time(22), time(22), time(hour)) for hour in range(24))
    assert not NightSettings(enabled=False).is_night(time(23))
    assert not Settings().by_day().night.is_night(time(23))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("22", "night.begins: must be a time such as 22:00, not '22'"),
        ("22:0", "must be a time such as 22:00"),
        ("24:00", "there is no such time: '24:00'"),
        ("12:60", "there is no such time: '12:60'"),
        ("-1:00", "must be a time such as 22:00"),
        ("half past ten", "must be a time such as 22:00"),
    ],
)
def test_what_is_no_time_of_day(text: str, problem: str) -> None:
    with pytest.raises(ContentError) as raised:
        stack(Settings, (), {"VOICEGUIDE_NIGHT__BEGINS": text})
    assert problem in str(raised.value)


def test_the_clock_tells_a_time_of_day() -> None:
    assert isinstance(local_time(), time)


def test_noise_is_followed_slowly_and_within_bounds() -> None:
    assert matched(0.0, -65.0, 10.0) == 0.0
    assert matched(0.0, -50.0, 2.0) == 1.0
    assert matched(4.9, -50.0, 10.0) == 5.0
    assert matched(0.0, -35.0, 1000.0) == MATCH_MOST
    assert matched(5.0, None, 2.0) == 4.0
    assert matched(0.2, -70.0, 2.0) == 0.0
