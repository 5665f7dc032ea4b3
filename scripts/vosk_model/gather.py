"""Gathers what is learnt from into two files: synthetic speech, and recordings; all with the times of their phones."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scripts.vosk_model import corpus
from scripts.vosk_model.acted import Transcriber, acted, lines
from scripts.vosk_model.align import Aligner, padded, transcribed
from scripts.vosk_model.corpus import Utterance
from scripts.vosk_model.material import content, is_meant, jobs, recordings
from scripts.vosk_model.prompts import prompts
from scripts.vosk_model.synthesize import synthesize
from voiceguide.hear.sphinx import pronunciations

SYNTHETIC = "synthetic.npz"
RECORDED = "recorded.npz"
NOISES = "noises.npz"
PROMPTS = "prompts.npz"
ACTED = "acted.npz"
STRANGERS = "strangers.npz"
STRANGE = ("drascula",)
"""Games of which nothing is learnt: they are played to what was learnt."""


def gather_synthetic(folder: Path, amount: float, seed: int) -> str:
    """Write SYNTHETIC; how much there is. See `material.jobs` for `amount`."""
    random = np.random.default_rng(seed)
    phrasebook = content()
    aligner = Aligner(pronunciations(phrasebook.words(), phrasebook.pronunciations))
    spoken = (padded(utterance, random) for utterance in synthesize(jobs(phrasebook, amount, random)))
    made = (utterance if utterance.segments else aligner(utterance) for utterance in spoken)
    return _saved(folder / SYNTHETIC, (utterance for utterance in made if utterance is not None))


def gather_recorded(folder: Path, audio: Path, seed: int) -> str:
    """Write RECORDED and NOISES from the tuning half of the recordings in `audio`; how much there is."""
    random = np.random.default_rng(seed)
    aligner = Aligner({})
    words = recordings(audio, ("words", "other_words", "two_words"), tuning=True)
    aligned = (aligner(padded(utterance, random)) for utterance in words)
    running = transcribed(recordings(audio, ("speech", "speech_kitchen"), tuning=True), aligner)
    spoken = [utterance for utterance in aligned if utterance is not None]
    noises = _saved(folder / NOISES, recordings(audio, ("noise",), tuning=True))
    return _saved(folder / RECORDED, [*spoken, *running]) + "\n" + noises


def gather_prompts(folder: Path, told: Path, seed: int) -> str:
    """Write PROMPTS, for the second look alone, from the folder `told`; how much there is."""
    return _saved(folder / PROMPTS, prompts(told, np.random.default_rng(seed)))


def gather_acted(folder: Path, plays: Path, seed: int) -> str:
    """Write ACTED, from the games unpacked in `plays`, and STRANGERS, without what means the device; how much."""
    random = np.random.default_rng(seed)
    aligner, transcribe, phrasebook = Aligner({}), Transcriber(), content()
    known: list[Utterance] = []
    strange: list[Utterance] = []
    for name, samples in lines(plays):
        line = padded(acted(name, samples, transcribe(samples)), random)
        if name.startswith(STRANGE):
            stretches = list(aligner.stretches(line))
            meant = not stretches or any(is_meant(stretch.text, phrasebook) for stretch in stretches)
            strange += [] if meant else [line]
        else:
            known += aligner.stretches(line)
    return _saved(folder / ACTED, known) + "\n" + _saved(folder / STRANGERS, strange)


def _saved(path: Path, utterances: Iterator[Utterance] | list[Utterance]) -> str:
    kept = list(utterances)
    corpus.save(path, kept)
    hours = sum(len(utterance.samples) for utterance in kept) / corpus.HEAR_RATE / 3600
    return f"{path}: {len(kept)} utterances, {hours:.2f} h"
