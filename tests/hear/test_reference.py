"""What was played can be read at any place, whatever the blocks were."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voiceguide.hear.reference import ASTRAY, KEPT, RATIO, SUDDEN, Reference
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, Played

LAG = 22 / RATIO
"""Samples by which the low pass makes it late."""


def tone(n: int, hertz: float = 1000.0) -> NDArray[np.int16]:
    return (10_000 * np.sin(2 * np.pi * hertz * np.arange(n) / SPEAK_RATE)).astype(np.int16)


def filled(samples: NDArray[np.int16], start: int = 0, sizes: tuple[int, ...] = (960,)) -> Reference:
    reference, at, number = Reference(), 0, 0
    while at < len(samples):
        block = samples[at : at + sizes[number % len(sizes)]]
        reference.add(Played(block, start + at, start + at))
        at, number = at + len(block), number + 1
    return reference


@settings(max_examples=40)
@given(sizes=st.lists(st.integers(1, 2000), min_size=1, max_size=5), start=st.integers(0, 100_000))
def test_the_block_size_changes_nothing(sizes: list[int], start: int) -> None:
    samples = np.random.default_rng(1).integers(-9000, 9000, 6000).astype(np.int16)
    one, other = filled(samples, start, (6000,)), filled(samples, start, tuple(sizes))
    first = start // RATIO
    assert one.end == other.end == -(-(start + 6000) // RATIO)
    assert other.span(first, 1990) == pytest.approx(one.span(first, 1990), abs=1e-6)


@settings(max_examples=40)
@given(place=st.floats(200, 3000), stretch=st.floats(-0.2, 0.2), hertz=st.floats(100, 5000))
def test_between_two_samples_it_is_what_it_would_be(place: float, stretch: float, hertz: float) -> None:
    reference = filled(tone(12_000, hertz))
    found = reference.read(place, place + 320 + stretch, 320)
    places = place + np.linspace(0, 320 + stretch, 320, endpoint=False)
    wanted = 10_000 / 32768 * np.sin(2 * np.pi * hertz * (places - LAG) / HEAR_RATE)
    assert found == pytest.approx(wanted, abs=0.01)


def test_what_was_left_out_was_silence() -> None:
    reference = filled(tone(960))
    reference.add(Played(tone(960), 9600, 9600))
    assert reference.end == 10_560 // RATIO
    assert not reference.span(345, 2800).any()
    assert reference.span(3230, 200).std() > 0.1


def test_a_long_silence_is_as_good_as_a_short_one() -> None:
    reference, later = filled(tone(960)), 100 * KEPT
    reference.add(Played(tone(960), later, later))
    assert reference.end == -(-(later + 960) // RATIO)
    assert not reference.span(later // RATIO - KEPT, KEPT).any()
    assert reference.span(later // RATIO + 30, 200).std() > 0.1


def test_beyond_what_is_known_is_silence() -> None:
    reference = filled(tone(960))
    assert not reference.span(-500, 400).any()
    assert not reference.span(330, 400).any()
    assert not reference.read(5000.0, 5320.0, 320).any()


def test_what_the_device_says_of_its_time_may_jump_by_some_milliseconds() -> None:
    reference = filled(tone(960))
    reference.add(Played(tone(960), 960 + 600, 960))
    reference.add(Played(tone(960), 1920 - 600, 1920))
    assert reference.end == 2880 // RATIO
    assert reference.renumbered == 0


def test_drifted_apart_all_places_get_other_numbers() -> None:
    reference, other = filled(tone(9600)), filled(tone(9600))
    for number, drift in enumerate((900, 1800, 2700)):  # more than ASTRAY together
        at = 9600 + number * 960
        reference.add(Played(tone(960), at + drift, at))
        other.add(Played(tone(960), at, at))
    assert 2700 > ASTRAY > 1800
    assert reference.renumbered == 900
    assert reference.end == other.end + 900
    assert reference.span(2000 + 900, 2000) == pytest.approx(other.span(2000, 2000), abs=1e-6)


def test_begun_anew_the_device_says_when_it_sounds() -> None:
    reference = filled(tone(960))
    reference.add(Played(tone(960), 960 + SUDDEN + 30, 960))
    assert reference.renumbered == 0
    assert reference.end == (1920 + SUDDEN + 30) // RATIO


def test_set_back_it_forgets() -> None:
    reference = filled(tone(9600), start=48_000)
    reference.add(Played(tone(960), 30_000, 57_600))
    assert reference.end == 30_960 // RATIO
    assert reference.span(10_000 + 30, 200).std() > 0.1
    assert not reference.span(10_000 - 3000, 2990).any()
