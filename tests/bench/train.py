"""Trains the second look (voiceguide/hear/second.py) on the half of the voices and recordings that is for choosing.

Data: the content's short phrases, said by flite's awb and slt and by variants of espeak-ng; single words of Google
Speech Commands (CC BY 4.0); for what is no short phrase, pieces of LibriSpeech (CC BY 4.0) and of spoken coffee orders
(Apache-2.0), noises of ESC-10 (CC0 / CC BY), and other words said by the synthetic voices. All of it in rooms, at
distances, with noises of `tests.bench.bedroom`. Needs scikit-learn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.bench.bedroom import NOISES, Sound, in_bed, stretched, whispered
from tests.bench.recordings import Recording, recordings, voiced_span
from tests.bench.voices import FOLDS, FORMANT, NATURAL, Speaker, fold_of, say_all, speakers
from voiceguide.hear.second import WEIGHTS, WINDOW, Embedder
from voiceguide.hear.sphinx import dictionary
from voiceguide.messages import HEAR_RATE
from voiceguide.understand.match import Phrasebook

SHORT = 10
"""Letters and spaces of the longest phrase that the second look knows, unless it is a single word."""

HIDDEN, PASSES, NOISE = 256, 16, 1.5
"""Of the network: chosen by cross-validation over the speakers of this half."""

CROSS = Path("build/bench")
"""Where the weights for cross-fitting go."""

LOOKS = 2
"""At each rendering of a word, at different moments after its end."""


@dataclass(frozen=True, slots=True)
class Job:
    """A sound to be learnt."""

    sound: NDArray[np.float32]
    text: str
    seed: int
    real: bool
    """It has a room of its own already."""
    fold: int
    """See `voices.fold_of`."""


def short_texts(phrasebook: Phrasebook) -> list[str]:
    """The phrases that the second look knows."""
    texts = {phrase.text for phrase in phrasebook.phrases}
    return sorted(text for text in texts if len(text) <= SHORT or " " not in text)


def synthetic(texts: Sequence[str], natural: int, formant: int, seed: int) -> Iterator[Job]:
    """The texts, each said by some people; "" where the text is no phrase."""
    rng = np.random.default_rng(seed)
    wanted: list[tuple[Speaker, str]] = []
    for text in texts:
        people = speakers(NATURAL["tune"], rng, 2 * natural)
        chosen = people[:2] + [people[2 + int(i)] for i in rng.permutation(2 * natural - 2)[: natural - 2]]
        wanted += [(speaker, text) for speaker in chosen]
        others = speakers(rng.permutation(FORMANT["tune"]).tolist(), rng, formant)
        wanted += [(speaker, text) for speaker in others]
    for number, ((speaker, text), sound) in enumerate(zip(wanted, say_all(wanted), strict=True)):
        yield Job(sound.astype(np.float32), text, seed + number, real=False, fold=fold_of(speaker.voice))


def other_words(texts: Sequence[str], count: int, seed: int) -> Iterator[Job]:
    """Words that are no short phrase."""
    rng = np.random.default_rng(seed)
    known = {word for text in texts for word in text.split()}
    pool = sorted({word for word, _ in dictionary() if word.isalpha() and 2 < len(word) < 9} - known)
    words = [str(word) for word in rng.choice(pool, count, replace=False)]
    said = [f"{words[i]} {words[i - 1]}" if i % 4 == 0 and len(words[i]) < 6 else words[i] for i in range(count)]
    yield from (replace(job, text="") for job in synthetic(said, 2, 1, seed))


def pieces(recording: Recording, count: int, seed: int) -> Iterator[Job]:
    """Pieces of running speech between two soft moments, 0.2 to 1.3 s long."""
    samples = recording.samples().astype(np.float64)
    rng = np.random.default_rng(seed)
    levels = np.convolve(np.abs(samples), np.ones(480) / 480, "same")[::160]
    soft = np.flatnonzero(levels <= np.percentile(levels, 35))
    for number in range(count):
        first = int(rng.choice(soft))
        ends = soft[(soft > first + 20) & (soft < first + 130)]
        if len(ends):
            piece = samples[first * 160 : int(rng.choice(ends)) * 160]
            ramp = np.minimum(1, np.minimum(np.arange(len(piece)), np.arange(len(piece))[::-1]) / 160)
            yield Job((piece * ramp).astype(np.float32), "", seed + number, True, fold_of(recording.person))


def real(texts: Sequence[str], data: Path) -> Iterator[Job]:
    """What real people said, each several times."""
    for number, recording in enumerate(one for one in recordings(data) if one.half == "tune"):
        seed = 1_000_000 + 1000 * number
        if recording.folder in ("words", "other_words"):
            samples = recording.samples()
            first, last = voiced_span(samples)
            word = samples[max(first - 480, 0) : last + 480].astype(np.float32)
            text = recording.text if recording.text in texts and recording.folder == "words" else ""
            fold = fold_of(recording.person)
            yield from (Job(word, text, seed + copy, real=True, fold=fold) for copy in range(14 if text else 8))
        elif recording.folder in ("speech", "speech_kitchen", "two_words"):
            yield from pieces(recording, {"speech": 60, "speech_kitchen": 40, "two_words": 8}[recording.folder], seed)
        else:
            yield from pieces(recording, 20, seed)


_embedder: Embedder | None = None


def _setup(job: Job) -> tuple[Sound, np.random.Generator]:
    rng = np.random.default_rng(job.seed)
    sound = job.sound.astype(np.float64)
    if job.real:
        sound = soxr.resample(sound, HEAR_RATE, round(HEAR_RATE * rng.uniform(0.9, 1.12)))
    elif rng.random() < 0.12:
        sound = stretched(sound, rng.uniform(1.3, 2.3))
    if rng.random() < 0.1:
        sound = whispered(sound, rng)
    return sound, rng


def embedded(job: Job) -> list[NDArray[np.float32]]:
    """The embeddings of a job at LOOKS moments after its end, in a room drawn by its seed."""
    global _embedder  # one for each process
    _embedder = _embedder or Embedder()
    sound, rng = _setup(job)
    if len(sound) < 1600 or not np.any(sound):
        return []
    noise = list(NOISES.values())[int(rng.integers(len(NOISES)))] if rng.random() < 0.6 else None
    rt60, distance = (rng.uniform(0.1, 0.3), 0.5) if job.real else (rng.uniform(0.15, 0.6), rng.uniform(0.4, 2.5))
    snr = float(rng.uniform(3, 35))
    level = float(rng.uniform(-14, 8))
    heard, end = in_bed(sound, rt60=rt60, distance=distance, noise=noise, snr=snr, level=level, seed=job.seed)
    looks = []
    for after in rng.uniform(0.05, 0.17, LOOKS):
        last = round((end + after) * HEAR_RATE)
        heard_last = heard[max(last - WINDOW, 0) : last]
        looks.append(_embedder(np.concatenate([heard[: WINDOW - len(heard_last)], heard_last])))
    return looks


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is learnt from, n looks."""

    embeddings: NDArray[np.float32]
    """Shape (n, d)."""
    texts: NDArray[np.str_]
    """Shape (n,)."""
    folds: NDArray[np.int64]
    """Shape (n,)."""


def collect(jobs: Sequence[Job]) -> Learnt:
    """The embeddings of all jobs."""
    with get_context("fork").Pool(2) as pool:
        found = pool.map(embedded, jobs, chunksize=64)
    rows = [(row, job) for job, looks in zip(jobs, found, strict=True) for row in looks]
    return Learnt(
        np.array([row for row, _ in rows]),
        np.array([job.text for _, job in rows]),
        np.array([job.fold for _, job in rows]),
    )


def train(embeddings: NDArray[np.float32], texts: NDArray[np.str_]) -> dict[str, NDArray[Any]]:
    """The arrays of `SecondLook`.

    With noise on the inputs, greater than their spread: without, it learns the few real speakers by heart.
    """
    from sklearn.neural_network import MLPClassifier

    mean, scale = embeddings.mean(axis=0), embeddings.std(axis=0) + 1e-3
    inputs, rng = (embeddings - mean) / scale, np.random.default_rng(0)
    network = MLPClassifier((HIDDEN,), alpha=1e-2, batch_size=256, random_state=0)
    for _ in range(PASSES):
        order = rng.permutation(len(inputs))
        noisy = inputs[order] + rng.normal(0, NOISE, inputs.shape).astype(np.float32)
        network.partial_fit(noisy, texts[order], classes=np.unique(texts))
    (hidden, out), (hidden_bias, out_bias) = network.coefs_, network.intercepts_
    arrays = {"hidden": hidden, "hidden_bias": hidden_bias, "out": out, "out_bias": out_bias}
    small = {name: array.astype(np.float16) for name, array in arrays.items()}
    return small | {"mean": mean.astype(np.float32), "scale": scale.astype(np.float32), "texts": network.classes_}


def jobs(phrasebook: Phrasebook, data: Path) -> list[Job]:
    """All that is learnt."""
    texts = short_texts(phrasebook)
    return [*synthetic(texts, 12, 6, 1), *other_words(texts, 1400, 500_000), *real(texts, data)]


def train_all(phrasebook: Phrasebook, data: Path) -> None:
    """Write the weights, and beside them those of each fold's others for cross-fitting."""
    learnt = collect(jobs(phrasebook, data))
    CROSS.mkdir(parents=True, exist_ok=True)
    for fold in range(FOLDS):
        others = learnt.folds != fold
        np.savez_compressed(CROSS / f"second-{fold}.npz", **train(learnt.embeddings[others], learnt.texts[others]))
    np.savez_compressed(WEIGHTS, **train(learnt.embeddings, learnt.texts))
