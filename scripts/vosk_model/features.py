"""Kaldi's MFCCs in numpy, as libvosk computes them with the options of `OPTIONS`.

Sources: Kaldi's feat/feature-window.cc, feat/mel-computations.cc and feat/feature-mfcc.cc (Apache-2.0), for what each
step is; S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
continuously spoken sentences", 1980.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import HEAR_RATE

DIMENSION = 40
"""Coefficients, and as many mel bins: nothing of the spectral envelope is thrown away."""
WINDOW = HEAR_RATE * 25 // 1000
"""Samples of one frame."""
SHIFT = HEAR_RATE // 100
"""Samples from frame to frame."""
LOWEST, HIGHEST = 20.0, 7600.0
"""Hz: the range of the mel bins."""
PRE_EMPHASIS = 0.97
LIFTER = 22.0
_FFT = 512

OPTIONS = {
    "sample-frequency": HEAR_RATE,
    "use-energy": "false",
    "num-mel-bins": DIMENSION,
    "num-ceps": DIMENSION,
    "low-freq": f"{LOWEST:g}",
    "high-freq": f"{HIGHEST:g}",
    "dither": 0,
    "allow-upsample": "true",
}
"""What mfcc.conf must say for libvosk to compute the same."""


def mfcc(samples: NDArray[np.int16] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Features, shape (frames, DIMENSION), of samples in units of 16-bit integers; whole windows only."""
    return np.asarray(log_mel(samples) @ cepstra().T, np.float32)


def log_mel(samples: NDArray[np.int16] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Natural logarithm of the energy in each mel bin, shape (frames, DIMENSION)."""
    if len(samples) < WINDOW:
        return np.zeros((0, DIMENSION), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, np.float32), WINDOW)[::SHIFT]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.abs(np.fft.rfft((frames - np.float32(PRE_EMPHASIS) * before) * _window(), _FFT)) ** 2
    energies = spectrum[:, : _FFT // 2] @ mel_bins().T.astype(np.float32)
    return np.asarray(np.log(np.maximum(energies, np.finfo(np.float32).eps)), np.float32)


def mel(frequency: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Hz to mel, by O'Shaughnessy's formula."""
    return np.asarray(1127.0 * np.log1p(np.asarray(frequency) / 700.0))


@cache
def mel_bins() -> NDArray[np.float64]:
    """Weights of the FFT's bins in each mel bin: triangles of equal width in mel, shape (DIMENSION, _FFT / 2)."""
    edges = np.linspace(mel(LOWEST), mel(HIGHEST), DIMENSION + 2)
    bins = mel(np.arange(_FFT // 2) * HEAR_RATE / _FFT)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((bins - left) / (centre - left), (right - bins) / (right - centre))
    return np.asarray(np.maximum(0.0, triangles))


@cache
def _window() -> NDArray[np.float32]:
    """Kaldi's own "povey" window: a Hann window to the power of 0.85."""
    return np.asarray((0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / (WINDOW - 1))) ** 0.85, np.float32)


@cache
def cepstra() -> NDArray[np.float64]:
    """Matrix from log mel energies to coefficients: an orthonormal DCT-II and the lifter, (DIMENSION, DIMENSION)."""
    order = np.arange(DIMENSION)[:, None]
    basis = np.sqrt(2 / DIMENSION) * np.cos(np.pi / DIMENSION * (np.arange(DIMENSION) + 0.5) * order)
    basis[0] = np.sqrt(1 / DIMENSION)
    return np.asarray(basis * (1 + 0.5 * LIFTER * np.sin(np.pi * order / LIFTER)))
