"""Where each phone is: forced alignment by PocketSphinx, and transcripts for recordings that have none.

PocketSphinx's acoustic and language models (BSD licence) come with its wheel.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Config, Decoder, get_model_path

from scripts.vosk_model.corpus import HEAR_RATE, UNSURE, Segment, Utterance
from scripts.vosk_model.topology import PHONES, SILENCE

FRAME = 0.01
"""Seconds; PocketSphinx counts in these."""
PADDING = HEAR_RATE // 5
"""Samples of near-silence around every utterance: aligned without, its first phone swallows the onset."""
WORST = -30.0
"""Mean score of a frame below which the words are taken for wrong: 99 of 100 right ones of real speakers have more."""
PAUSE = 0.3
"""Seconds of silence that part what is said before it from what is said after it."""
CERTAIN = 0.5
"""Posterior probability of a word from which on a transcript is believed."""


def padded(utterance: Utterance, random: np.random.Generator) -> Utterance:
    """With near-silence before and after."""
    quiet = random.normal(0, 3, len(utterance.samples) + 2 * PADDING)
    quiet[PADDING:-PADDING] += utterance.samples
    shift = PADDING / HEAR_RATE
    segments = tuple(Segment(s.phone, s.start + shift, s.end + shift) for s in utterance.segments)
    return replace(utterance, samples=quiet.clip(-32768, 32767).astype(np.int16), segments=segments)


class Aligner:
    """Finds the phones of utterances whose words are known.

    Args:
        own: pronunciations beside those of CMUdict, by word.

    """

    def __init__(self, own: Mapping[str, tuple[str, ...]]) -> None:
        self._decoder = Decoder(Config(lm=None, loglevel="FATAL", dither=False))
        for word, variants in own.items():
            for phones in variants:
                self._add(word, phones)

    def __call__(self, utterance: Utterance) -> Utterance | None:
        """The utterance with its segments; None where the words do not fit what is heard."""
        found = [phone for _, phones in self._words(utterance) for phone in phones]
        return replace(utterance, segments=tuple(found)) if found else None

    def stretches(self, utterance: Utterance) -> Iterator[Utterance]:
        """What lies between the pauses of an utterance, each with its words and segments."""
        parts: list[list[tuple[str, list[Segment]]]] = [[]]
        for word, phones in self._words(utterance):
            if word or sum(phone.end - phone.start for phone in phones) < PAUSE:
                parts[-1].append((word, phones))
            else:
                parts.append([])
        for part in parts:
            text = " ".join(word for word, _ in part if word)
            if text:
                segments = [phone for _, phones in part for phone in phones]
                yield _part(replace(utterance, text=text), segments)

    def _words(self, utterance: Utterance) -> list[tuple[str, list[Segment]]]:
        """Each word and its phones; nothing where they do not fit what is heard, and "" for a silence."""
        try:
            self._decoder.set_align_text(utterance.text)
            self._run(utterance.samples)  # which variant of each word was said
            if self._decoder.hyp() is None:
                return []
            self._decoder.set_alignment()
            self._run(utterance.samples)  # where its phones are
            alignment = self._decoder.get_alignment()
        except RuntimeError:  # PocketSphinx's word for "does not fit"
            return []
        words = [(word.name, list(word)) for word in alignment or ()]
        phones = [phone for _, found in words for phone in found]
        if not phones or sum(p.score for p in phones) / sum(p.duration for p in phones) < WORST:
            return []
        return [
            (
                "" if name[0] in "<[" else name.partition("(")[0],
                [_segment(p.name, p.start, p.start + p.duration) for p in found],
            )
            for name, found in words
        ]

    def _run(self, samples: NDArray[np.int16]) -> None:
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()

    def _add(self, word: str, phones: str) -> None:
        for number in itertools.count(1):
            name = word if number == 1 else f"{word}({number})"
            known = self._decoder.lookup_word(name)
            if known == phones:
                return
            if known is None:
                self._decoder.add_word(name, phones)
                return


def _part(utterance: Utterance, segments: Sequence[Segment]) -> Utterance:
    """Of an utterance what these segments hold, with PADDING of its own sound around."""
    first = max(round(segments[0].start * HEAR_RATE) - PADDING, 0)
    last = round(segments[-1].end * HEAR_RATE) + PADDING
    shift = first / HEAR_RATE
    moved = tuple(Segment(s.phone, s.start - shift, s.end - shift) for s in segments)
    return replace(utterance, samples=utterance.samples[first:last], segments=moved)


def _segment(name: str, start: int, end: int) -> Segment:
    """Breaths and noises count as silence: nobody says them."""
    return Segment(name if name in PHONES else SILENCE, start * FRAME, end * FRAME)


def transcribed(utterances: Iterable[Utterance], aligner: Aligner) -> Iterator[Utterance]:
    """Running speech without a transcript: stretches of words that PocketSphinx is certain of, aligned.

    What is between them stays in the utterance, with the phone `UNSURE`.
    """
    decoder = Decoder(Config(lm=get_model_path("en-us/en-us.lm.bin"), loglevel="FATAL", dither=False))
    for utterance in utterances:
        decoder.start_utt()
        decoder.process_raw(utterance.samples.tobytes(), full_utt=True)
        decoder.end_utt()
        words = [(s.word, s.start_frame, s.end_frame, s.prob) for s in decoder.seg()]
        segments, texts = [], []
        for certain, group in itertools.groupby(words, key=_is_certain):
            stretch = list(group)
            first, last = stretch[0][1], stretch[-1][2] + 1
            found = _stretch(utterance, stretch, aligner) if certain else None
            if found is None:
                segments.append(Segment(UNSURE, first * FRAME, last * FRAME))
            else:
                segments += found.segments
                texts.append(found.text)
        if texts:
            yield replace(utterance, text=" ... ".join(texts), segments=tuple(segments))


def _is_certain(word: tuple[str, int, int, float]) -> bool:
    return word[0].startswith("<") or word[3] >= CERTAIN


def _stretch(utterance: Utterance, words: list[tuple[str, int, int, float]], aligner: Aligner) -> Utterance | None:
    text = " ".join(word.partition("(")[0] for word, *_ in words if word[0] not in "<[")
    first, last = words[0][1], words[-1][2] + 1
    if not text:  # silence, or a noise
        return replace(utterance, text="", segments=(_segment(SILENCE, first, last),))
    margin = 1  # frames: the alignment needs more of them than phones
    start = max(0, first - margin) * HEAR_RATE // 100
    part = aligner(Utterance(utterance.samples[start : last * HEAR_RATE // 100], text, utterance.source))
    if part is None:
        return None
    shift = start / HEAR_RATE
    return replace(part, segments=tuple(Segment(s.phone, s.start + shift, s.end + shift) for s in part.segments))
