"""Writes am/final.mdl in Kaldi's binary format: the transition model, and the network as plain affine layers.

Source of the format: Kaldi's hmm/transition-model.cc, hmm/hmm-topology.cc, nnet3/nnet-nnet.cc,
nnet3/nnet-simple-component.cc and nnet3/am-nnet-simple.cc, their Read functions.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model.topology import (
    LAST_PHONE_ID,
    OUTPUTS,
    STAY,
    log_probabilities,
    output,
)

SUBSAMPLING = 3
"""Frames of 10 ms for each result of the network: libvosk takes 30 ms for granted."""

_NO_TRANSITIONS = -1
"""Output of a state that nothing is heard in: the end of a phone."""


@dataclass(frozen=True, slots=True)
class Layer:
    """An affine layer over frames of the layer below."""

    offsets: tuple[int, ...]
    """Which frames, in 10 ms before (negative) or after the one that is computed."""
    weights: NDArray[np.float32]
    """Shape (outputs, inputs of all offsets, in their order)."""
    bias: NDArray[np.float32]
    """Shape (outputs,)."""
    rectified: bool
    """Whether negative results become 0."""


def model_bytes(layers: Sequence[Layer], features: int, priors: NDArray[np.float32] | None = None) -> bytes:
    """The contents of final.mdl.

    Args:
        layers: from the features up; the last one has OUTPUTS outputs.
        features: coefficients of each frame.
        priors: how frequent each output is, shape (OUTPUTS,): then the last layer is taken for logits of
            probabilities, which are divided by these. None: its results are log likelihoods as they are.

    Raises:
        ValueError: a layer does not fit the one below.

    """
    _check(layers, features)
    nodes, components = _network(layers, features, normalised=priors is not None)
    network = "\n".join(nodes).encode()
    body = b"".join(_token("<ComponentName>") + _token(name) + component for name, component in components)
    return b"".join(
        [
            b"\0B",
            _transition_model(),
            _token("<Nnet3>") + b"\n" + network + b"\n\n",
            _token("<NumComponents>") + _integer(len(components)) + body + _token("</Nnet3>"),
            _token("<LeftContext>") + _integer(0) + _token("<RightContext>") + _integer(0),  # Kaldi counts itself
            _token("<Priors>") + _vector([] if priors is None else priors),
        ]
    )


def _check(layers: Sequence[Layer], features: int) -> None:
    below = features
    for number, layer in enumerate(layers):
        wanted = (len(layer.bias), below * len(layer.offsets))
        if layer.weights.shape != wanted:
            raise ValueError(f"layer {number}: weights have shape {layer.weights.shape} instead of {wanted}")
        below = len(layer.bias)
    if below != OUTPUTS:
        raise ValueError(f"the last layer has {below} outputs instead of {OUTPUTS}")


def _transition_model() -> bytes:
    phones = range(1, LAST_PHONE_ID + 1)
    # one emitting state that stays or leaves, and the end of the phone
    states = _integer(0) + _integer(2) + _integer(0) + _float(STAY) + _integer(1) + _float(1 - STAY)
    end = _integer(_NO_TRANSITIONS) + _integer(0)
    kinds = [_integer(2) + states + end]
    kind_of_phone = [-1] + [0 for _ in phones]
    triples = [_integer(phone) + _integer(0) + _integer(output(phone)) for phone in phones]
    return b"".join(
        [
            _token("<TransitionModel>"),
            _token("<Topology>")
            + _integers(phones)
            + _integers(kind_of_phone)
            + _integer(len(kinds))
            + b"".join(kinds),
            _token("</Topology>"),
            _token("<Triples>") + _integer(len(triples)) + b"".join(triples) + _token("</Triples>"),
            _token("<LogProbs>") + _vector(log_probabilities()) + _token("</LogProbs>"),
            _token("</TransitionModel>"),
        ]
    )


def _network(layers: Sequence[Layer], features: int, *, normalised: bool) -> tuple[list[str], list[tuple[str, bytes]]]:
    """Lines that say how the components hang together, and the components by name."""
    nodes = [f"input-node name=input dim={features}"]
    components: list[tuple[str, bytes]] = []
    below = "input"

    def add(name: str, inputs: str, component: bytes) -> None:
        nonlocal below
        nodes.append(f"component-node name={name} component={name} input={inputs}")
        components.append((name, component))
        below = name

    for number, layer in enumerate(layers, start=1):
        add(f"affine{number}", _spliced(below, layer.offsets), _affine(layer))
        if layer.rectified:
            add(f"relu{number}", below, _nonlinearity("RectifiedLinearComponent", len(layer.bias)))
    if normalised:
        add("softmax", below, _nonlinearity("LogSoftmaxComponent", OUTPUTS))
    nodes.append(f"output-node name=output input={below} objective=linear")
    return nodes, components


def _spliced(below: str, offsets: Sequence[int]) -> str:
    """Kaldi's expression for frames of `below`, side by side."""
    terms = [f"Offset({below}, {offset})" if offset else below for offset in offsets]
    return terms[0] if len(terms) == 1 else f"Append({', '.join(terms)})"


def _affine(layer: Layer) -> bytes:
    matrix = np.ascontiguousarray(layer.weights, "<f4")
    weights = _token("FM") + _integer(matrix.shape[0]) + _integer(matrix.shape[1]) + matrix.tobytes()
    return _component("FixedAffineComponent", {"<LinearParams>": weights, "<BiasParams>": _vector(layer.bias)})


def _nonlinearity(kind: str, size: int) -> bytes:
    """Without the statistics that only training needs."""
    fields = {"<Dim>": _integer(size), "<ValueAvg>": _vector([]), "<DerivAvg>": _vector([]), "<Count>": _float(0)}
    return _component(kind, fields)


def _component(kind: str, fields: dict[str, bytes]) -> bytes:
    return b"".join(_pieces(kind, fields.items()))


def _pieces(kind: str, fields: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    yield _token(f"<{kind}>")
    for name, value in fields:
        yield _token(name) + value
    yield _token(f"</{kind}>")


def _token(text: str) -> bytes:
    return text.encode() + b" "


def _integer(value: int) -> bytes:
    return b"\x04" + struct.pack("<i", value)


def _float(value: float) -> bytes:
    return b"\x04" + struct.pack("<f", value)


def _integers(values: Iterable[int]) -> bytes:
    array = np.fromiter(values, "<i4")
    return b"\x04" + struct.pack("<i", len(array)) + array.tobytes()


def _vector(values: Iterable[float]) -> bytes:
    array = np.fromiter(values, "<f4")
    return _token("FV") + _integer(len(array)) + array.tobytes()


def save_layers(path: Path, layers: Sequence[Layer], priors: NDArray[np.float32] | None) -> None:
    """Keep trained layers in a file that needs no torch to be read."""
    arrays: dict[str, NDArray[Any]] = {f"weights{n}": layer.weights for n, layer in enumerate(layers)}
    arrays |= {f"bias{n}": layer.bias for n, layer in enumerate(layers)}
    arrays |= {f"offsets{n}": np.array(layer.offsets) for n, layer in enumerate(layers)}
    arrays["priors"] = np.zeros(0) if priors is None else priors
    np.savez(path, allow_pickle=False, **arrays)


def load_layers(path: Path) -> tuple[list[Layer], NDArray[np.float32] | None]:
    """Read what `save_layers` wrote; all layers but the last are rectified."""
    with np.load(path) as file:
        count = sum(name.startswith("bias") for name in file)
        layers = [
            Layer(tuple(file[f"offsets{n}"].tolist()), file[f"weights{n}"], file[f"bias{n}"], n < count - 1)
            for n in range(count)
        ]
        return layers, file["priors"] if len(file["priors"]) else None
