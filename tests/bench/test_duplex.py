"""The scenes of the bargein bench are what they say."""

import numpy as np
import pytest

from tests.bench.duplex import FIRST, LOUDER, Geometry, Scene, echo_of, level, scene
from tests.hear.echoes import babbling
from voiceguide.hear.delay import EARLIEST, LATEST, WINDOW, compare
from voiceguide.messages import HEAR_RATE

WORDS = [("one", babbling(0.6, 5)), ("two", babbling(0.5, 6))]


def made(geometry: Geometry, seed: int = 1) -> Scene:
    return scene([babbling(1.5, 1), babbling(2.0, 2)], WORDS, geometry, seed)


def test_the_same_seed_makes_the_same_scene() -> None:
    one, again, other = made(Geometry()), made(Geometry()), made(Geometry(), seed=2)
    assert np.array_equal(one.heard, again.heard)
    assert not np.array_equal(one.heard[: len(other.heard)], other.heard[: len(one.heard)])


@pytest.mark.parametrize("ratio", [10.0, 0.0, -10.0])
def test_the_louder_is_at_its_level_and_the_other_below_it(ratio: float) -> None:
    one = made(Geometry(ratio))
    echo = 20 * np.log10(level(one.heard - one.alone) / 32768)
    person = 20 * np.log10(level(one.alone) / 32768)
    assert max(echo, person) == pytest.approx(LOUDER, abs=1.5)
    assert person - echo == pytest.approx(ratio, abs=2)


def test_the_device_speaks_alone_at_first() -> None:
    one = made(Geometry())
    first = round(FIRST * HEAR_RATE)
    assert np.abs(one.alone[:first]).max() < 0.05 * np.abs(one.alone).max()
    assert [said.text for said in one.said] == ["one", "two"]
    assert one.said[0].start == FIRST


def test_the_echo_is_late_and_its_clock_is_slow() -> None:
    played = babbling(8.0, 1)
    echo = echo_of(played, Geometry(delay=0.1, skew=100), 1)
    padded = np.concatenate([np.zeros(LATEST), played, np.zeros(-EARLIEST)])
    for at in (0, 6 * HEAR_RATE):
        span = padded[at : at + WINDOW + LATEST - EARLIEST]
        found = compare(echo[at : at + WINDOW].astype(np.float32), span.astype(np.float32))
        assert found.delay == pytest.approx(1600 + 100e-6 * (at + WINDOW / 2), abs=0.8)


def test_distortion_and_another_place_change_what_is_heard() -> None:
    played = babbling(2.0, 1)
    plain = echo_of(played, Geometry(), 1)
    assert not np.allclose(echo_of(played, Geometry(distortion=0.3), 1), plain)
    moved = echo_of(played, Geometry(moved=1.0), 1)
    assert np.array_equal(moved[:HEAR_RATE], plain[:HEAR_RATE])
    assert not np.allclose(moved[HEAR_RATE:], plain[HEAR_RATE:])


def test_a_geometry_has_a_name() -> None:
    assert Geometry(-5, 0.5, 0.3, 50, 0.6, 3.0).name == (
        "-5 dB, RT60 0.5 s, delay 300 ms, skew 50 ppm, distortion 0.6, moved"
    )
