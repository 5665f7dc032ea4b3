"""Trimming, loudness, fades."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.mastering import FADE, LEVEL, PEAK, TAIL, master, trim, voiced_rms


def burst(n: int, amplitude: float = 10_000) -> NDArray[np.int16]:
    return (amplitude * np.cos(2 * np.pi * 300 * np.arange(n) / SPEAK_RATE)).astype(np.int16)


def silence(n: int) -> NDArray[np.int16]:
    return np.zeros(n, np.int16)


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 5000), st.integers(200, 32_000))
def test_little_silence_stays_around_the_sound(before: int, n: int, after: int, amplitude: int) -> None:
    sound = burst(n, amplitude)
    trimmed = trim(np.concatenate([silence(before), sound, silence(after)]))
    voiced = np.flatnonzero(trimmed)
    assert voiced[0] == min(before, FADE)
    assert len(trimmed) <= n + FADE + TAIL
    assert len(trimmed) - 1 - voiced[-1] <= TAIL


def test_a_soft_hiss_before_the_word_is_silence() -> None:
    noise = np.random.default_rng(1).integers(-50, 50, 4800).astype(np.int16)
    trimmed = trim(np.concatenate([noise, burst(4800)]))
    assert len(trimmed) == FADE + 4800


@pytest.mark.parametrize("amplitude", [100, 3000, 32_000])
def test_all_clips_are_equally_loud(amplitude: int) -> None:
    clip = master(np.concatenate([burst(9600, amplitude), silence(9600), burst(9600, amplitude)]))
    assert voiced_rms(clip / np.float32(32768)) == pytest.approx(LEVEL, rel=0.05)


def test_a_spiky_sound_stays_below_the_peak() -> None:
    spikes = silence(48_000)
    spikes[::2000] = 20_000
    assert np.abs(master(spikes).astype(int)).max() <= PEAK * 32768 + 1


@given(st.integers(1, 2000))
def test_the_ends_are_faded_however_short_the_sound(n: int) -> None:
    clip = master(burst(n))
    assert abs(int(clip[0])) <= 1
    assert abs(int(clip[-1])) <= 1


def test_pauses_do_not_count_for_loudness() -> None:
    tone = burst(9600) / np.float32(32768)
    assert voiced_rms(np.concatenate([tone, np.zeros(96_000, np.float32)])) == pytest.approx(voiced_rms(tone), rel=0.01)
