"""The anchor: follows the device, but not its whims."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voiceguide.speak.anchor import SETTLED, TOLERANCE, Anchor


def settled(offset: int = 1000) -> Anchor:
    anchor = Anchor()
    for _ in range(SETTLED):
        anchor.observe(0, offset, 2400)
    return anchor


def test_the_first_observation_counts_until_there_are_more() -> None:
    anchor = Anchor()
    assert anchor.offset is None
    anchor.observe(0, 500, 2400)
    assert anchor.offset is None
    assert anchor.guess(99) == 500
    assert anchor.offset == 500
    assert anchor.lead is None


def test_a_guess_serves_before_the_first_observation() -> None:
    anchor = Anchor()
    assert anchor.guess(99) == 99
    anchor.observe(0, 500, 2400)
    assert anchor.offset == 99


@settings(max_examples=20)
@given(st.lists(st.integers(-TOLERANCE, TOLERANCE), min_size=SETTLED, max_size=SETTLED + 50))
def test_jitter_moves_nothing(jitter: list[int]) -> None:
    anchor = settled()
    assert not any(anchor.observe(0, 1000 + by, 2400) for by in jitter)
    assert anchor.offset == 1000
    assert anchor.moved == 0


def test_a_wrong_guess_is_mended_when_enough_is_known_and_is_no_stumble() -> None:
    anchor = Anchor()
    anchor.guess(9000)
    moves = [anchor.observe(0, 1000, 2400) for _ in range(SETTLED)]
    assert moves == [0] * (SETTLED - 1) + [8000]
    assert anchor.offset == 1000
    assert anchor.moved == 0


def test_after_an_underrun_the_rest_moves_forward_and_it_is_counted() -> None:
    anchor = settled()
    moves = [anchor.observe(0, 1000 + 960, 2400) for _ in range(SETTLED)]
    assert [move for move in moves if move] == [-960]
    assert anchor.offset == 1960
    assert anchor.moved == 1


def test_a_drifting_clock_is_followed() -> None:
    anchor = settled()
    true = 1000 + np.cumsum(np.full(5000, 1))
    for offset in true:
        anchor.observe(0, int(offset), 2400)
    assert abs(anchor.offset - true[-1]) <= TOLERANCE + SETTLED


def test_a_restart_forgets_the_place_but_not_the_lead() -> None:
    anchor = settled()
    assert anchor.lead == 2400
    anchor.restart()
    assert anchor.offset is None
    assert anchor.lead == 2400


def test_it_remembers_how_late_the_device_was_when_a_sound_began() -> None:
    anchor = Anchor()
    assert anchor.offset_at(10) is None
    for number, offset in enumerate([1000, 1009, 1000, 1500, 1507, 1500, 1500, 1500, 1500, 1500]):
        anchor.observe(number * 100, offset, 2400)
    assert anchor.offset_at(-1) is None
    assert anchor.offset_at(150) == 1000, "its own observation was late"
    assert anchor.offset_at(200) == 1000, "the device stumbled after it"
    assert anchor.offset_at(301) == 1500
    assert anchor.offset_at(9000) == 1500


def test_what_was_before_a_stumble_does_not_count() -> None:
    anchor = Anchor()
    for _ in range(5):
        anchor.observe(0, 99_000, 2400)
    anchor.stumbled()
    assert anchor.guess(7) == 7
    anchor = settled()
    anchor.stumbled()
    assert anchor.offset == 1000
    moves = [anchor.observe(0, 1960, 2400) for _ in range(SETTLED)]
    assert moves == [0] * (SETTLED - 1) + [-960]


def test_where_nobody_hears_it_it_is_set_anew_for_less() -> None:
    anchor = settled()
    anchor.align()
    assert anchor.offset == 1000
    for _ in range(SETTLED):
        anchor.observe(0, 1000 + TOLERANCE // 2, 2400)
    assert anchor.offset == 1000
    anchor.align()
    assert anchor.offset == 1000 + TOLERANCE // 2
    anchor.stumbled()
    anchor.observe(0, 5000, 2400)
    anchor.align()
    assert anchor.offset == 1000 + TOLERANCE // 2, "one observation is not enough"
    assert anchor.moved == 0


def test_observations_that_disagree_move_nothing() -> None:
    anchor = settled()
    wild = [1000 + 480 * (number % 7) for number in range(200)]
    assert not any(anchor.observe(0, offset, 2400) for offset in wild)
    anchor.align()
    assert anchor.offset == 1000
