"""How loud somebody is, how loud the room, and whether it clips."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import loud_is_speech
from tests.hear.sounds import room, voice
from voiceguide.hear.gate import Gate
from voiceguide.hear.levels import Levels, frames, measure
from voiceguide.messages import BLOCK


def levels(*parts: NDArray[np.int16]) -> Levels:
    return measure(np.concatenate(parts), Gate(detector=loud_is_speech))


def dbfs(rms: float) -> float:
    return float(20 * np.log10(rms / 32768))


@pytest.mark.parametrize(("loud", "quiet"), [(4000, 10), (2000, 100), (12_000, 30)])
def test_voice_and_room(loud: float, quiet: float) -> None:
    found = levels(room(1, quiet), voice(0.5, loud), room(1, quiet))
    assert found.speech == pytest.approx(dbfs(loud), abs=1)
    assert found.noise == pytest.approx(dbfs(quiet), abs=1)
    assert found.above_noise == pytest.approx(dbfs(loud) - dbfs(quiet), abs=1.5)
    assert not found.dead


def test_the_pauses_in_a_phrase_are_not_its_level() -> None:
    one = levels(room(1), voice(0.5), room(1))
    two = levels(room(1), voice(0.25), room(0.3), voice(0.25), room(1))
    assert one.speech == pytest.approx(two.speech, abs=0.5)


def test_the_longest_utterance_counts() -> None:
    found = levels(room(1), voice(0.15, 12_000), room(1), voice(0.6, 2000), room(1))
    assert found.speech == pytest.approx(dbfs(2000), abs=1)


def test_a_room_that_is_never_heard_alone_is_as_loud_as_the_softest_moments() -> None:
    found = levels(voice(0.4), room(0.1, 100), voice(0.4))
    assert found.noise == pytest.approx(dbfs(100), abs=2)


def test_clipping() -> None:
    assert levels(room(1), voice(0.5, 4000), room(1)).clipped == 0
    assert levels(room(1), voice(0.5, 30_000), room(1)).clipped > 0.1


def test_nobody_speaks() -> None:
    found = levels(room(2, 30))
    assert found.speech is None
    assert found.above_noise is None
    assert found.noise == pytest.approx(dbfs(30), abs=1)
    assert not found.dead


@pytest.mark.parametrize("samples", [np.zeros(0, np.int16), np.zeros(50, np.int16), np.full(16_000, -3, np.int16)])
def test_a_dead_microphone(samples: NDArray[np.int16]) -> None:
    found = levels(samples)
    assert found.dead
    assert found.speech is None


def test_frames_hold_all_samples() -> None:
    samples = np.arange(2 * BLOCK + 7, dtype=np.int16)
    cut = list(frames(samples))
    assert [len(frame.samples) for frame in cut] == [BLOCK] * 3
    assert np.concatenate([frame.samples for frame in cut])[: len(samples)].tolist() == samples.tolist()
    assert cut[2].start == pytest.approx(0.04)
