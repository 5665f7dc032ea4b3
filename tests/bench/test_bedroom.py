"""The synthetic bedroom is the physics that it says, and the same every time."""

import numpy as np
import pytest

from scripts.vosk_model.material import is_tuning
from tests.audio.studio import SPEECH_LEVEL, amplitude
from tests.bench.bedroom import (
    LEAD,
    NOISES,
    TAIL,
    babble,
    impulse_response,
    in_bed,
    rms,
    stretched,
    whispered,
)
from tests.bench.voices import FORMANT
from voiceguide.messages import HEAR_RATE

TIME = np.arange(HEAR_RATE) / HEAR_RATE
VOICE = 3000 * sum(np.sin(2 * np.pi * 120 * k * TIME) / k for k in range(1, 12)) * np.minimum(1, 20 * TIME)
"""A vowel at 120 Hz, a second long."""


def repeats(sound: np.ndarray, hertz: float) -> float:
    """How alike a sound is to itself a period later: 1 for a voice of that pitch, 0 for a whisper."""
    lag = round(HEAR_RATE / hertz)
    middle = sound[len(sound) // 4 : 3 * len(sound) // 4]
    return float(np.corrcoef(middle[:-lag], middle[lag:])[0, 1])


@pytest.mark.parametrize("rt60", [0.2, 0.35, 0.6])
def test_reverberation_falls_by_60_db_in_its_time(rt60: float) -> None:
    energy = np.cumsum(impulse_response(rt60, 2.0, 1)[::-1] ** 2)[::-1]
    level = 10 * np.log10(energy / energy[0])
    start, end = np.argmax(level < -8), np.argmax(level < -28)
    assert (end - start) / HEAR_RATE * 3 == pytest.approx(rt60, rel=0.15)


def test_the_direct_sound_falls_with_the_distance_and_the_diffuse_one_does_not() -> None:
    near, far = impulse_response(0.4, 0.5, 1), impulse_response(0.4, 2.0, 1)
    assert near[0] == pytest.approx(4 * far[0])
    late = round(0.1 * HEAR_RATE)
    assert np.allclose(near[late:], far[late:])


@pytest.mark.parametrize("name", NOISES)
def test_a_noise_is_the_same_for_the_same_seed_and_has_unit_power(name: str) -> None:
    one, two = (NOISES[name](3 * HEAR_RATE, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one, two)
    assert rms(one) == pytest.approx(1.0, rel=0.01)
    assert not np.array_equal(one, NOISES[name](3 * HEAR_RATE, np.random.default_rng(6)))


def test_a_television_is_as_long_as_asked_for() -> None:
    tv = babble([VOICE, VOICE[::-1]])
    sound = tv(2 * HEAR_RATE, np.random.default_rng(1))
    assert len(sound) == 2 * HEAR_RATE
    assert rms(sound) == pytest.approx(1.0)


@pytest.mark.parametrize("snr", [20, 10, 0])
def test_the_ratio_of_words_to_noise_is_the_one_asked_for(snr: float) -> None:
    clean, end = in_bed(VOICE, seed=3)
    noisy, same = in_bed(VOICE, noise=NOISES["fan"], snr=snr, seed=3)
    assert end == same
    noise = noisy.astype(float) - clean
    words = clean[LEAD : LEAD + len(VOICE)].astype(float)
    assert 20 * np.log10(rms(words) / rms(noise)) == pytest.approx(snr, abs=0.7)


def test_words_end_where_it_says_and_come_at_their_level() -> None:
    heard, end = in_bed(VOICE, distance=0.5, rt60=0.2, seed=2)
    assert len(heard) == pytest.approx(round(end * HEAR_RATE) + TAIL, abs=1)
    assert rms(heard[LEAD : round(end * HEAR_RATE)].astype(float)) == pytest.approx(amplitude(SPEECH_LEVEL), rel=0.3)


def test_a_whisper_has_the_sound_but_not_the_pitch() -> None:
    quiet = whispered(VOICE, np.random.default_rng(0))
    assert repeats(VOICE, 120) > 0.9
    assert abs(repeats(quiet, 120)) < 0.3
    assert rms(quiet) == pytest.approx(rms(VOICE))


@pytest.mark.parametrize("factor", [1.5, 2.2])
def test_drawn_out_speech_is_longer_at_the_same_pitch(factor: float) -> None:
    slow = stretched(VOICE, factor)
    assert len(slow) == round(len(VOICE) * factor)
    assert repeats(slow, 120) > 0.8


def test_no_variant_of_espeak_that_reports_was_learnt() -> None:
    assert not any(is_tuning(variant) for variant in FORMANT["report"])
