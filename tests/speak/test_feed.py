"""The mixer at other rates."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound
from voiceguide.speak.feed import Feed
from voiceguide.speak.mixer import Mixer

TONE = (10_000 * np.sin(2 * np.pi * 500 * np.arange(SPEAK_RATE) / SPEAK_RATE)).astype(np.int16)


class Shelf:
    def samples(self, sound: str) -> NDArray[np.int16]:
        return TONE


def feed(rate: int) -> Feed:
    mixer = Mixer(Shelf())
    mixer.schedule([ScheduledSound(4800, "tone", Cue.SAY)])
    return Feed(mixer, rate)


def test_at_our_own_rate_nothing_changes() -> None:
    made = feed(SPEAK_RATE)
    samples = np.concatenate([made.render(1000) for _ in range(20)])
    assert samples[4800:].tolist() == TONE[: 20_000 - 4800].tolist()
    assert made.position == 20_000


@pytest.mark.parametrize("rate", [44_100, 22_050, 96_000])
def test_at_another_rate_sounds_stay_in_place_and_in_tune(rate: int) -> None:
    made = feed(rate)
    samples = np.concatenate([made.render(rate // 100) for _ in range(100)])
    assert len(samples) == rate // 100 * 100
    onset = np.flatnonzero(np.abs(samples) > 1000)[0] / rate
    assert onset == pytest.approx(0.1, abs=0.001)
    at = np.arange(rate // 2, rate * 3 // 4)
    expected = 10_000 * np.sin(2 * np.pi * 500 * (at / rate - 0.1))
    assert np.abs(samples[at] - expected).max() < 100
    assert made.position == pytest.approx(SPEAK_RATE * len(samples) / rate, abs=1)


def test_a_restart_goes_on_with_what_the_mixer_has_next() -> None:
    made = feed(44_100)
    made.render(1000)
    made.restart()
    position = made.position
    assert position % 480 == 0
    made.render(441)
    assert made.position == position + 480
