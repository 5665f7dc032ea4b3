"""Writes a model's folder as libvosk reads it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model import acoustic, features, fst, graph, topology
from scripts.vosk_model.acoustic import Layer
from scripts.vosk_model.lexicon import Lexicon

NEVER = 3600.0
"""Seconds."""

DECODING = {
    "min-active": 200,
    "max-active": 3000,
    "beam": 13.0,
    "lattice-beam": 4.0,
    "acoustic-scale": 1.0,
    "frame-subsampling-factor": acoustic.SUBSAMPLING,
    "frames-per-chunk": acoustic.SUBSAMPLING,
    "endpoint.silence-phones": topology.SILENCE_ID,
    **{f"endpoint.rule{rule}.min-trailing-silence": NEVER for rule in range(1, 5)},
    "endpoint.rule5.min-utterance-length": NEVER,
}
"""model.conf. Frames are computed by threes as they come: waiting for more would delay partial results. Utterances are
ended by the gate alone: libvosk gives a likelihood for each part between its own endpoints, and those of two grammars
would end at different times."""


def write_model(
    folder: Path,
    layers: Sequence[Layer] | None,
    priors: NDArray[np.float32] | None,
    sounds: Mapping[str, Sequence[str]],
    phrases: Sequence[str],
    costs: graph.Costs | None = None,
    decoding: Mapping[str, object] | None = None,
    *,
    whole: bool = False,
) -> None:
    """Write a whole model; files that are there already are replaced.

    Args:
        folder: made where it is missing.
        layers: the network, see `acoustic.model_bytes`; None: the one that is there already.
        priors: see there.
        sounds: by word, its variants in ARPABET.
        phrases: what is likely said where no grammar is given; of words in `sounds`.
        costs: beside those of the words.
        decoding: options of model.conf beside DECODING.
        whole: make each phrase one word, beside its words.

    """
    lexicon = Lexicon(sounds, phrases if whole else ())
    tree = graph.words_of_sounds(lexicon, costs or graph.Costs())
    contents: dict[str, bytes] = {
        "conf/mfcc.conf": _options(features.OPTIONS),
        "conf/model.conf": _options({**DECODING, **(decoding or {})}),
        "graph/HCLr.fst": fst.lookahead_bytes(tree),
        "graph/Gr.fst": fst.acceptor_bytes(graph.word_order(phrases, lexicon)),
        "graph/disambig_tid.int": b"%d\n" % (topology.LAST_TRANSITION + 1),  # there is none, but the file must be
        "graph/phones/word_boundary.int": _word_boundaries().encode(),
        "graph/words.txt": "".join(f"{w} {n}\n" for w, n in {"<eps>": 0, **lexicon.numbers}.items()).encode(),
    }
    if layers is not None:
        contents["am/final.mdl"] = acoustic.model_bytes(layers, features.DIMENSION, priors)
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _options(options: Mapping[str, object]) -> bytes:
    return "".join(f"--{name}={value}\n" for name, value in options.items()).encode()


def _word_boundaries() -> str:
    """Where in a word each phone number is."""
    lines = [f"{topology.SILENCE_ID} nonword"]
    for phone in topology.PHONES:
        lines += [f"{topology.phone_id(phone, place)} {name}" for place, name in enumerate(topology.PLACES)]
    lines.append(f"{topology.PAUSE_ID} {topology.PLACES[topology.INTERNAL]}")
    return "\n".join(lines) + "\n"
