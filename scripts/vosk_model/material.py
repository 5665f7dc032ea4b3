"""What is said, by whom: the texts to synthesize, and the recordings that may be learnt from.

Speakers are split into two halves: one to learn from and to tune with, one for reporting.
"""

import csv
import re
import subprocess
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from pocketsphinx import NGramModel, get_model_path

from scripts.vosk_model.corpus import HEAR_RATE, Utterance
from scripts.vosk_model.synthesize import Speaker, espeak_speaker, flite_speaker
from voiceguide import wav
from voiceguide.content.load import find_content, load
from voiceguide.guide.states import State, legal
from voiceguide.hear.sphinx import dictionary
from voiceguide.understand.match import Phrasebook

LANGUAGE = "en"
BY_PATH = ("noise", "speech_kitchen", "two_words")
"""Folders of recordings whose speakers are not told: there, each recording is taken for another speaker."""
RARE = 3
"""In so many phrases a word of the content may be seldom heard."""
FREQUENT = 5000
"""Words of random sentences: the most frequent ones, and those of the content."""


def content() -> Phrasebook:
    """All phrases of the content."""
    return Phrasebook.of(load(*find_content(LANGUAGE)))


def is_meant(text: str, phrasebook: Phrasebook) -> bool:
    """Whether somebody who says this may mean the device."""
    return any(phrasebook.match(text, legal(state)) for state in State)


def is_tuning(key: str) -> bool:
    """Whether a speaker, or a recording by its path, is in the half to learn from."""
    return zlib.crc32(key.encode()) % 2 == 0


def espeak_variants() -> list[str]:
    """The variants of espeak-ng to learn from: those of the tuning half."""
    listed = subprocess.run(["espeak-ng", "--voices=variant"], check=True, capture_output=True, text=True).stdout
    names = re.findall(r"!v/(\S+)", listed)
    robots = re.compile("robot|whisper|croak|demonic|half|fast_test", re.IGNORECASE)
    return sorted(name for name in names if is_tuning(name) and not robots.search(name))


def frequent_words() -> list[str]:
    """The most frequent words of English that have a pronunciation, by PocketSphinx's language model."""
    model = NGramModel.readfile(get_model_path("en-us/en-us.lm.bin"))
    words = {
        word for word, _ in dictionary() if re.fullmatch(r"[a-z]+('[a-z]+)?", word) and (len(word) > 1 or word in "ai")
    }
    return sorted(words, key=lambda word: -model.prob([word]))[:FREQUENT]


def jobs(phrasebook: Phrasebook, amount: float, random: np.random.Generator) -> Iterator[tuple[str, Speaker]]:
    """Texts and their speakers, in random order; `amount` 1.0 makes about six hours, each whole one others.

    Short phrases come more often: little in them tells them from others.
    """
    while amount > 0:
        made = list(_jobs(phrasebook, random))
        order = random.permutation(len(made))[: round(min(amount, 1.0) * len(made))]
        yield from (made[number] for number in order)
        amount -= 1.0


def _jobs(phrasebook: Phrasebook, random: np.random.Generator) -> Iterator[tuple[str, Speaker]]:
    texts = sorted({phrase.text for phrase in phrasebook.phrases})
    short = [text for text in texts if len(text.split()) <= 2]
    rare = _rare(texts)
    words = frequent_words()
    vocabulary = sorted(phrasebook.words())
    variants = espeak_variants()
    flite = [*texts * 2, *short * 5, *rare * 3, *_sentences(words, 1600, random), *_sentences(vocabulary, 900, random)]
    flite += [str(word) for word in random.choice(words, 1600)]
    espeak = [*texts, *short, *rare, *_sentences(words, 700, random), *_sentences(vocabulary, 300, random)]
    espeak += [str(word) for word in random.choice(words, 500)]
    yield from ((text, flite_speaker(random)) for text in flite)
    yield from ((text, espeak_speaker(variants, random)) for text in espeak)


def _rare(texts: Sequence[str]) -> list[str]:
    """Those with a word that is in no more than RARE of them: it is to be learnt all the same."""
    held = Counter(word for text in texts for word in {*text.split()})
    return [text for text in texts if any(held[word] <= RARE for word in text.split())]


def _sentences(words: Sequence[str], count: int, random: np.random.Generator) -> list[str]:
    """Nonsense: words in random order, so that sounds are learnt and not sentences."""
    return [" ".join(random.choice(words, random.integers(2, 8))) for _ in range(count)]


def recordings(folder: Path, wanted: Sequence[str], *, tuning: bool) -> Iterator[Utterance]:
    """Recordings of one half, by the folders `wanted`; their text is the word in the manifest, else their folder's.

    Args:
        folder: holds manifest.csv with path, text and speaker.
        wanted: folders in it.
        tuning: which half.

    """
    with (folder / "manifest.csv").open(newline="") as manifest:
        for row in csv.DictReader(manifest):
            kind, inner, *_ = row["path"].split("/")
            key = row["path"] if kind in BY_PATH else row["speaker"]
            if kind in wanted and is_tuning(key) == tuning:
                text = row["text"] or (inner if kind == "other_words" else "")
                yield Utterance(wav.read(folder / row["path"], HEAR_RATE), text, f"recording {kind} {key}")
