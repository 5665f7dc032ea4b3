"""The same recording, as it might have been another time."""

import numpy as np
import pytest

from tests.hear.sounds import room, voice
from voiceguide.hear.again import CHANGES, NOISE, as_it_is, faster, noisier, slower

SAID = np.concatenate([room(0.5), voice(1.0, 3000), room(0.5)])


def test_each_changes_something_and_always_the_same() -> None:
    assert list(CHANGES) == [as_it_is, faster, slower, noisier]
    made = [change(SAID) for change in CHANGES]
    assert all(samples.dtype == np.int16 for samples in made)
    assert all((change(SAID) == samples).all() for change, samples in zip(CHANGES, made, strict=True))
    assert [len(samples) / len(SAID) for samples in made] == pytest.approx([1, 1 / 1.06, 1.06, 1], abs=1e-3)


def test_the_noise_is_as_loud_as_it_says() -> None:
    quiet = noisier(SAID)[: len(SAID) // 5].astype(float)
    assert 20 * np.log10(quiet.std() / 3000) == pytest.approx(NOISE, abs=1.5)


def test_loud_recordings_do_not_wrap_around() -> None:
    loud = np.full(1600, 32_700, np.int16)
    assert noisier(loud).min() > 0


@pytest.mark.parametrize("length", [1, 7, 400])
def test_short_and_silent_ones(length: int) -> None:
    for change in CHANGES:
        assert len(change(np.zeros(length, np.int16))) == pytest.approx(length, abs=0.1 * length + 1)
