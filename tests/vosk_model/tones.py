"""A language of tones: each phone is a tone of its own, and the network that tells them apart is written by hand.

So the whole of libvosk can be tested on a model that nobody trained, and what is right is known.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model.acoustic import Layer
from scripts.vosk_model.features import DIMENSION, HIGHEST, LOWEST, cepstra, mel
from scripts.vosk_model.folder import write_model
from scripts.vosk_model.topology import OUTPUTS, PHONES
from voiceguide.messages import HEAR_RATE

SOUNDS: Mapping[str, tuple[str, ...]] = {
    "calf": ("K AE F",),
    "cramp": ("K R AE M P",),
    "foot": ("F UH T",),
    "go": ("G OW",),
    "on": ("AA N", "AO N"),
    "oh": ("OW",),
    "stop": ("S T AA P",),
}
PHRASES = ("calf cramp", "foot cramp", "go on", "stop", "oh stop")

PHONE = HEAR_RATE * 12 // 100
"""Samples of one tone."""
LOUD = 3000.0
"""Amplitude of a tone, in units of 16-bit integers."""
THRESHOLD = 15.0
"""Log energy below which a mel bin counts as silence: a loud tone has 23 in its own."""

ENDPOINTS = {f"endpoint.rule{rule}.min-trailing-silence": seconds for rule, seconds in ((2, 0.5), (3, 0.75), (4, 1.0))}
"""As models of others end utterances."""


def layers() -> list[Layer]:
    """A phone is as likely as the energy in its mel bin is high; silence is as likely as THRESHOLD."""
    to_energies = np.linalg.inv(cepstra())
    weights = np.zeros((OUTPUTS, DIMENSION))
    weights[1:] = to_energies[: len(PHONES)]
    bias = np.zeros(OUTPUTS)
    bias[0] = THRESHOLD
    hidden = Layer((0,), weights.astype(np.float32), bias.astype(np.float32), rectified=True)
    last = Layer((0,), np.eye(OUTPUTS, dtype=np.float32), np.zeros(OUTPUTS, np.float32), rectified=False)
    return [hidden, last]


def write_tone_model(folder: Path, *, whole: bool = False) -> None:
    """A model of the language of tones; `whole`: with whole phrases as words."""
    write_model(folder, layers(), None, SOUNDS, PHRASES, decoding=ENDPOINTS, whole=whole)


def spoken(text: str, pause: float = 0.5, between: float = 0.0) -> NDArray[np.int16]:
    """The words in tones, by their first pronunciations, with seconds of quiet around and between them."""
    quiet, gap = np.zeros(round(pause * HEAR_RATE)), np.zeros(round(between * HEAR_RATE))
    words = [[*(tone(phone) for phone in SOUNDS[word][0].split()), gap] for word in text.split()]
    samples = np.concatenate([quiet, *(sound for word in words for sound in word), quiet])
    samples += np.random.default_rng(0).normal(0, 3, len(samples))
    return samples.astype(np.int16)


def tone(phone: str) -> NDArray[np.float64]:
    """The tone of a phone, at the centre of its mel bin."""
    step = (mel(HIGHEST) - mel(LOWEST)) / (DIMENSION + 1)
    hertz = 700.0 * np.expm1((mel(LOWEST) + step * (PHONES.index(phone) + 1)) / 1127.0)
    return LOUD * np.sin(2 * np.pi * hertz * np.arange(PHONE) / HEAR_RATE)
