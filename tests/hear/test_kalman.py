"""The canceller learns a room, and is not disturbed by a person."""

import numpy as np
import pytest

from tests.hear.echoes import Air, power
from voiceguide.hear.kalman import KalmanFilter
from voiceguide.messages import BLOCK


def left(air: Air, since: float, canceller: KalmanFilter | None = None) -> float:
    """By how much the echo is softer after `since` (s), in dB."""
    canceller = canceller or KalmanFilter()
    heard, played = ((each / 32768).astype(np.float32) for each in (air.echo + air.alone, air.played))
    blocks = range(0, len(heard) - BLOCK + 1, BLOCK)
    rest = np.concatenate([canceller.cancel(heard[i : i + BLOCK], played[i : i + BLOCK]).rest for i in blocks])
    first = round(since * 16_000)
    return power(air.echo[first:]) - power(rest[first:] * 32768 - air.alone[first : len(rest)])


def test_it_learns_a_room() -> None:
    assert left(Air(6.0, delay=0.005), 4.0) > 25


def test_a_person_is_left_as_they_are_and_does_not_unteach_it() -> None:
    assert left(Air(6.0, delay=0.005, person=(4.0, 6.0)), 4.0) > 20


def test_what_it_says_may_be_left_falls_as_it_learns() -> None:
    canceller, air = KalmanFilter(), Air(3.0, delay=0.005)
    heard, played = ((each / 32768).astype(np.float32) for each in (air.echo, air.played))
    doubts = []
    for i in range(0, len(heard) - BLOCK + 1, BLOCK):
        cancelled = canceller.cancel(heard[i : i + BLOCK], played[i : i + BLOCK])
        doubts.append(float(cancelled.doubt.sum() / (cancelled.echo @ cancelled.echo + 1e-6)))
    assert np.median(doubts[-25:]) < 0.1 * np.median(doubts[10:35])


def test_in_doubt_it_learns_another_room_faster() -> None:
    air = Air(2.0, delay=0.005)

    def relearnt(doubt: bool) -> float:
        canceller = KalmanFilter()
        left(Air(5.0, delay=0.012), 4.0, canceller)
        if doubt:
            canceller.doubt()
        return left(air, 1.0, canceller)

    assert relearnt(doubt=True) > relearnt(doubt=False) + 3


def test_silence_leaves_everything_as_it_is() -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, BLOCK).astype(np.float32)
    cancelled = KalmanFilter().cancel(sound, np.zeros(BLOCK, np.float32))
    assert cancelled.rest == pytest.approx(sound, abs=1e-6)
    assert not cancelled.echo.any()
