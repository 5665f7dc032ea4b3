"""The tones: found at once, told apart, without clicks."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.mastering import voiced_rms
from voiceguide.speak.tones import tones

NAMES = ["tone.press", "tone.release", "tone.deaf"]


def pitch(samples: NDArray[np.int16]) -> float:
    """Loudest frequency (Hz)."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 1 << 16))
    return float(np.fft.rfftfreq(1 << 16, 1 / SPEAK_RATE)[spectrum.argmax()])


def ends(name: str) -> tuple[float, float]:
    """Pitch (Hz) of the first and of the last third."""
    samples = tones()[name]
    third = len(samples) // 3
    return pitch(samples[:third]), pitch(samples[-third:])


def test_there_are_three_and_what_wakes_an_amplifier() -> None:
    assert sorted(tones()) == sorted(tones(gentle=True)) == sorted([*NAMES, "tone.wake"])


def test_what_wakes_an_amplifier_is_no_digital_silence_and_hardly_heard() -> None:
    hiss = tones()["tone.wake"].astype(float)
    level = 20 * np.log10(np.sqrt(np.mean(hiss**2)) / 32768)
    assert -64 < level < -58
    assert np.array_equal(hiss, tones()["tone.wake"])


@pytest.mark.parametrize("name", ["tone.press", "tone.release"])
def test_those_of_the_night_are_softer_slower_and_the_same_otherwise(name: str) -> None:
    clear, gentle = tones()[name], tones(gentle=True)[name]
    assert len(clear) == len(gentle)
    assert pitch(gentle) == pytest.approx(pitch(clear), rel=0.02)
    assert 20 * np.log10(np.abs(gentle).max() / np.abs(clear).max()) < -5
    onset = np.flatnonzero(np.abs(gentle) > np.abs(gentle).max() / 2)[0]
    assert SPEAK_RATE * 5 // 1000 < onset < SPEAK_RATE * 20 // 1000


@pytest.mark.parametrize("name", NAMES)
def test_they_begin_and_end_softly(name: str) -> None:
    samples = tones()[name].astype(int)
    peak = np.abs(samples).max()
    assert samples.dtype == int
    assert abs(samples[0]) < 0.01 * peak
    assert abs(samples[-1]) < 0.01 * peak
    assert np.abs(np.diff(samples)).max() < 0.3 * peak


@pytest.mark.parametrize("name", NAMES)
def test_their_onset_is_found_within_5_ms(name: str) -> None:
    samples = np.abs(tones()[name].astype(int))
    assert np.flatnonzero(samples > samples.max() / 2)[0] < SPEAK_RATE * 5 // 1000


def test_press_rises_and_release_falls_and_they_are_apart() -> None:
    press, release = ends("tone.press"), ends("tone.release")
    assert press[1] > 1.2 * press[0]
    assert release[1] < 0.9 * release[0]
    assert min(press) > 1.2 * max(release)


def test_deaf_is_neither_of_them_and_softer() -> None:
    low, lower = ends("tone.deaf")
    assert low > 1.1 * lower
    assert np.abs(tones()["tone.deaf"]).max() < 0.7 * np.abs(tones()["tone.press"]).max()


def test_all_lie_where_old_ears_and_small_loudspeakers_are_good() -> None:
    assert all(300 <= frequency <= 1100 for name in NAMES for frequency in ends(name))


def test_press_and_release_are_as_loud_as_each_other_and_as_the_voice() -> None:
    loudness = {name: 20 * np.log10(voiced_rms(samples / np.float32(32768))) for name, samples in tones().items()}
    assert loudness["tone.press"] == pytest.approx(loudness["tone.release"], abs=1)
    assert loudness["tone.press"] == pytest.approx(-23, abs=3)
