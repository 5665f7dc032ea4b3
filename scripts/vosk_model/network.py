"""The acoustic model as torch trains it: layers over neighbouring frames, one result every 30 ms.

Development only: torch is no dependency of the project, nor of writing a model.
"""

from itertools import pairwise

import numpy as np
from torch import Tensor, nn
from torch.nn import functional

from scripts.vosk_model.acoustic import SUBSAMPLING, Layer
from scripts.vosk_model.context import OFFSETS
from scripts.vosk_model.features import DIMENSION, cepstra
from scripts.vosk_model.topology import OUTPUTS


class Network(nn.Module):
    """From log mel energies to log likelihoods.

    Args:
        width: units of each hidden layer.
        mean, deviation: of the log mel energies, each of shape (DIMENSION,).

    """

    def __init__(self, width: int, mean: Tensor, deviation: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        sizes = [DIMENSION, *[width] * len(OFFSETS)]
        self.layers = nn.ModuleList(
            nn.Conv1d(below, above, len(offsets))
            for (below, above), offsets in zip(pairwise(sizes), OFFSETS, strict=True)
        )
        for layer, offsets, below in zip(self.layers, OFFSETS, (1, 1, *[SUBSAMPLING] * len(OFFSETS)), strict=False):
            layer.dilation = ((offsets[1] - offsets[0]) // below,)
        self.layers[1].stride = (SUBSAMPLING,)
        self.norms = nn.ModuleList(nn.BatchNorm1d(width, affine=False, eps=1e-3) for _ in OFFSETS)
        self.dropout = nn.Dropout(0.1)
        self.last = nn.Conv1d(width, OUTPUTS, 1)

    def forward(self, frames: Tensor) -> Tensor:
        """Shape (batch, OUTPUTS, times) of frames of shape (batch, PAST + 3 (times - 1) + 1 + FUTURE, DIMENSION)."""
        values = ((frames - self.mean) / self.deviation).transpose(1, 2)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            values = self.dropout(norm(functional.relu(layer(values))))
        return self.last(values)


def exported(network: Network) -> list[Layer]:
    """The same as affine layers over MFCCs; the normalisations are folded into the layer above each."""
    inverse = np.linalg.inv(cepstra().astype(np.float64))  # the network has learnt from log mel energies
    deviation = _array(network.deviation)
    scale = inverse / deviation[:, None]
    shift = -_array(network.mean) / deviation
    layers = []
    for layer, norm, offsets in zip(network.layers, network.norms, OFFSETS, strict=True):
        layers.append(_folded(layer, offsets, scale, shift, rectified=True))
        factor = 1 / np.sqrt(_array(norm.running_var) + norm.eps)
        scale, shift = np.diag(factor), -_array(norm.running_mean) * factor
    return [*layers, _folded(network.last, (0,), scale, shift, rectified=False)]


def _folded(
    layer: nn.Conv1d, offsets: tuple[int, ...], scale: np.ndarray, shift: np.ndarray, *, rectified: bool
) -> Layer:
    """The layer over `x` that gives what `layer` gives over `scale @ x + shift`."""
    weights = _array(layer.weight)  # (above, below, offsets)
    matrix = np.concatenate([weights[:, :, number] @ scale for number in range(len(offsets))], axis=1)
    bias = _array(layer.bias) + weights.sum(axis=2) @ shift
    return Layer(offsets, matrix.astype(np.float32), bias.astype(np.float32), rectified)


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().numpy().astype(np.float64)
