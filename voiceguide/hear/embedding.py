"""Google's speech embedding: a network that was trained on the speech of very many people turns sound into vectors.

It is Lin et al. 2020 (arXiv:2002.01322), as shipped by pyopen-wakeword (Apache-2.0) together with TensorFlow Lite. That
package computes each vector anew from 775 ms of sound; but the network only convolves, so that a whole utterance at
once gives the same vectors for a tenth of the computing. Therefore its library is driven from here.
"""

import ctypes as c
import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyopen_wakeword import OpenWakeWordFeatures

HOP = 1280
"""Samples between two vectors: 80 ms, given by the network."""

DIMENSION = 96
"""Numbers in a vector."""

BANDS, MEL_HOP, MEL_MORE = 32, 160, 480
"""Of the spectrum that the vectors are made of: bands, samples a step, and samples that its first step takes more."""

SEEN, STEP = 76, 8
"""Steps of the spectrum that one vector is made of, and steps from one vector to the next."""

SHORTEST = MEL_MORE + 10 * HOP
"""Samples of the shortest sound: of one vector."""


class Embedder:
    """Turns sounds into vectors; one thread."""

    def __init__(self) -> None:
        self._found = OpenWakeWordFeatures.from_builtin()  # knows where the library and its two networks are
        self._spectrum = _Network(self._found.lib, self._found.mel_model)
        self._vectors = _Network(self._found.lib, self._found.emb_model)

    def __call__(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """The vectors of a sound, the last of which takes in its end.

        Args:
            samples: shape (MEL_MORE + HOP * k,) with k >= 10, at HEAR_RATE.

        Returns:
            Shape (k - 9, DIMENSION).

        """
        spectrum = self._spectrum(samples.astype(np.float32)[None]).reshape(-1, BANDS) / np.float32(10) + np.float32(2)
        whole = (len(spectrum) - SEEN) // STEP * STEP + SEEN
        return self._vectors(spectrum[None, -whole:, :, None]).reshape(-1, DIMENSION)


class _Network:
    """A network of TensorFlow Lite whose input may be of any length.

    Args:
        library: TensorFlow Lite's C interface.
        model: handle of the loaded network; it must outlive this.

    """

    def __init__(self, library: Any, model: Any) -> None:
        self._library = library
        library.TfLiteInterpreterOptionsCreate.restype = c.c_void_p  # the package doesn't use these, so doesn't declare
        options = c.c_void_p(library.TfLiteInterpreterOptionsCreate())
        library.TfLiteInterpreterOptionsSetNumThreads(options, c.c_int32(1))
        self._interpreter = library.TfLiteInterpreterCreate(model, options)
        library.TfLiteInterpreterOptionsDelete(options)
        weakref.finalize(self, library.TfLiteInterpreterDelete, self._interpreter)
        self._shape: tuple[int, ...] = ()

    def __call__(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The output, flat."""
        library, values = self._library, np.ascontiguousarray(values, np.float32)
        if values.shape != self._shape:
            self._resize(values.shape)
        into = library.TfLiteInterpreterGetInputTensor(self._interpreter, 0)
        library.TfLiteTensorCopyFromBuffer(into, values.ctypes.data, values.nbytes)
        library.TfLiteInterpreterInvoke(self._interpreter)
        outof = library.TfLiteInterpreterGetOutputTensor(self._interpreter, 0)
        result = np.empty(library.TfLiteTensorByteSize(outof) // 4, np.float32)
        library.TfLiteTensorCopyToBuffer(outof, result.ctypes.data, result.nbytes)
        return result

    def _resize(self, shape: tuple[int, ...]) -> None:
        sizes = (c.c_int32 * len(shape))(*shape)
        self._library.TfLiteInterpreterResizeInputTensor(self._interpreter, 0, sizes, len(shape))
        self._library.TfLiteInterpreterAllocateTensors(self._interpreter)
        self._shape = shape
