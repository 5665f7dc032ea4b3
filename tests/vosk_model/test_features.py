"""Features: what libvosk computes, and their way back to energies."""

import numpy as np

from scripts.vosk_model.features import DIMENSION, cepstra, log_mel, mel, mel_bins, mfcc
from tests.vosk_model.tones import spoken, tone
from voiceguide.messages import HEAR_RATE


def test_only_whole_windows_count() -> None:
    assert mfcc(np.zeros(399, np.int16)).shape == (0, DIMENSION)
    assert mfcc(np.zeros(400, np.int16)).shape == (1, DIMENSION)
    assert mfcc(np.zeros(HEAR_RATE, np.int16)).shape == (98, DIMENSION)


def test_silence_is_the_least_energy_that_a_float_tells() -> None:
    assert np.allclose(log_mel(np.zeros(400, np.int16)), np.log(np.finfo(np.float32).eps))


def test_a_tone_is_loudest_in_its_own_bin() -> None:
    energies = log_mel(tone("K").astype(np.int16))
    assert set(energies.argmax(axis=1)) == {19}  # K is the 20th phone


def test_the_bins_overlap_by_halves() -> None:
    inner = mel_bins()[:, 4:200].sum(axis=0)  # between the centres of the first and the last bin
    assert np.allclose(inner, 1.0)
    assert np.isclose(mel(1000.0), 1000.0, atol=1.0)  # what the scale is made for


def test_coefficients_lead_back_to_energies() -> None:
    samples = spoken("stop")
    assert np.allclose(mfcc(samples) @ np.linalg.inv(cepstra()).T, log_mel(samples), atol=1e-2)


def test_values_of_kaldi() -> None:
    """The first coefficients of a chirp, by kaldi-native-fbank 1.23."""
    time = np.arange(HEAR_RATE // 10) / HEAR_RATE
    chirp = np.rint(1000 * np.sin(2 * np.pi * (300 + 3000 * time) * time)).astype(np.int16)
    assert np.allclose(mfcc(chirp)[0, :4], KALDI[0], atol=1e-2)
    assert np.allclose(mfcc(chirp)[5, :4], KALDI[1], atol=1e-2)


KALDI = ((43.34, 36.409, 66.325, 13.12), (43.567, 26.707, 16.143, -79.729))
