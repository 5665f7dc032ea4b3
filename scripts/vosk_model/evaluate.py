"""How well a recogniser hears, through the listener as it is used: recordings of real people, and held-back voices.

A small measure for building models; the project's own benchmark is elsewhere.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.vosk_model.corpus import HEAR_RATE, Utterance
from scripts.vosk_model.material import content, recordings
from scripts.vosk_model.synthesize import Speaker, synthesize
from voiceguide.guide.states import State, legal
from voiceguide.hear.listener import Listener
from voiceguide.hear.recognizer import Recognizer
from voiceguide.hear.sphinx import SphinxRecognizer
from voiceguide.hear.vosk import VoskRecognizer
from voiceguide.messages import BLOCK, AudioFrame, Hypothesis
from voiceguide.understand.match import Phrasebook

HELD_VOICES = ("rms", "kal16")
"""Voices of flite that nothing was learnt from."""
COMMANDS = {
    "stop": State.CHECK,
    "yes": State.CHECK,
    "no": State.CHECK,
    "left": State.ASK_PLACE,
    "right": State.ASK_PLACE,
}
FALSE_ONES = (
    (("speech", "speech_kitchen"), State.CHECK),
    (("speech", "speech_kitchen"), State.IDLE),
    (("other_words",), State.CHECK),
    (("noise",), State.CHECK),
)
"""Recordings without commands, and the states in which they are heard."""
LEAD, TAIL = HEAR_RATE, HEAR_RATE * 5 // 4
"""Samples of quiet before and after."""
ROOM = 6.0
"""RMS of the quiet, in units of 16-bit integers."""


@dataclass(slots=True)
class Tally:
    """What was heard of things that were to be heard."""

    right: int = 0
    wrong: int = 0
    """Taken for something else."""
    missed: int = 0
    delays: list[float] = field(default_factory=list)
    """Seconds from the last voiced sample to the decision, without computing, of what was heard rightly."""

    @property
    def total(self) -> int:
        """How many there were."""
        return self.right + self.wrong + self.missed

    def __str__(self) -> str:
        late = f", {np.median(self.delays):.2f}/{np.quantile(self.delays, 0.9):.2f} s" if self.delays else ""
        return f"{self.right}/{self.total} ({100 * self.right / max(1, self.total):.0f} %, {self.wrong} wrong{late})"


class Evaluation:
    """Plays things to a recogniser."""

    def __init__(self, recognizer: Recognizer, phrasebook: Phrasebook) -> None:
        self._recognizer = recognizer
        self._phrasebook = phrasebook

    def commands(self, audio: Path, *, tuning: bool) -> dict[str, Tally]:
        """By word: the single words of real people in `audio` that are commands."""
        tallies = {word: Tally() for word in COMMANDS}
        for utterance in recordings(audio, ("words",), tuning=tuning):
            if utterance.text in COMMANDS:
                self._count(tallies[utterance.text], utterance, COMMANDS[utterance.text])
        return tallies

    def phrases(self, utterances: Iterable[Utterance], snr: float | None = None) -> Tally:
        """Phrases of the content by synthetic voices, in pink noise `snr` dB below them, and around them."""
        tally = Tally()
        for number, utterance in enumerate(utterances):
            state = next(state for state in State if self._phrasebook.match(utterance.text, legal(state)))
            noisy = Utterance(_noisy(utterance.samples, number, snr), utterance.text, utterance.source)
            self._count(tally, noisy, state)
        return tally

    def false_ones(
        self, audio: Path, folders: tuple[str, ...], state: State, *, tuning: bool
    ) -> tuple[list[str], float]:
        """What was heard in recordings without commands, and their hours."""
        texts, samples = [], 0
        for utterance in recordings(audio, folders, tuning=tuning):
            if utterance.text in COMMANDS:
                continue
            texts += [heard.text for heard, _ in self._heard(utterance.samples, state)]
            samples += len(utterance.samples)
        return texts, samples / HEAR_RATE / 3600

    def _count(self, tally: Tally, utterance: Utterance, state: State) -> None:
        wanted = self._phrasebook.match(utterance.text, legal(state))
        if wanted is None:
            raise ValueError(f"{utterance.text} makes no sense in {state}")
        heard = list(self._heard(utterance.samples, state))
        meant = [self._phrasebook.match(each.text, legal(state)) for each, _ in heard]
        if [(m.kind, dict(m.slots)) for m in meant if m] == [(wanted.kind, dict(wanted.slots))]:
            tally.right += 1
            tally.delays.append(heard[0][1] - heard[0][0].end)
        elif heard:
            tally.wrong += 1
        else:
            tally.missed += 1

    def _heard(self, samples: NDArray[np.int16], state: State) -> Iterator[tuple[Hypothesis, float]]:
        """What acts, and when it was decided."""
        listener = Listener(self._recognizer, self._phrasebook)
        listener.expect(state.value, legal(state))
        for start in range(0, len(padded := _in_quiet(samples)) - BLOCK, BLOCK):
            frame = AudioFrame(padded[start : start + BLOCK], start / HEAR_RATE)
            for hypothesis in listener.feed(frame):
                if hypothesis.accepted:
                    yield hypothesis, frame.end


def held_phrases(phrasebook: Phrasebook, count: int, seed: int) -> list[Utterance]:
    """Phrases drawn at random, by the voices that nothing was learnt from."""
    random = np.random.default_rng(seed)
    texts = random.choice(sorted({phrase.text for phrase in phrasebook.phrases}), count)
    voices = [Speaker("flite", voice, 1.0, {"rms": 110.0, "kal16": 105.0}[voice], 1.0) for voice in HELD_VOICES]
    return list(synthesize((str(text), voices[number % 2]) for number, text in enumerate(texts)))


def _in_quiet(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    quiet = np.random.default_rng(len(samples)).normal(0, ROOM, LEAD + len(samples) + TAIL)
    quiet[LEAD:-TAIL] += samples
    return quiet.clip(-32768, 32767).astype(np.int16)


def _noisy(speech: NDArray[np.int16], seed: int, snr: float | None) -> NDArray[np.int16]:
    if snr is None:
        return speech
    length = LEAD + len(speech) + TAIL
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.fft.rfftfreq(length, 1 / HEAR_RATE), 50)), length)
    loud = np.sqrt(np.mean(speech[np.abs(speech) > 0.01 * np.abs(speech).max()].astype(float) ** 2))
    noise *= loud * 10 ** (-snr / 20) / noise.std()
    noise[LEAD:-TAIL] += speech
    return noise.clip(-32768, 32767).astype(np.int16)


def report(model: Path | None, audio: Path, *, tuning: bool) -> str:
    """All of it for one half of the recordings, in lines; `model` None: PocketSphinx."""
    phrasebook = content()
    recognizer = VoskRecognizer(phrasebook, model) if model else SphinxRecognizer(phrasebook)
    evaluation = Evaluation(recognizer, phrasebook)
    lines = [recognizer.name]
    tallies = evaluation.commands(audio, tuning=tuning)
    lines += [f"{word}: {tally}" for word, tally in tallies.items()]
    lines.append(f"all: {sum(t.right for t in tallies.values())}/{sum(t.total for t in tallies.values())}")
    for folders, state in FALSE_ONES:
        texts, hours = evaluation.false_ones(audio, folders, state, tuning=tuning)
        lines.append(f"{'+'.join(folders)} in {state}: {len(texts)} false in {hours * 3600:.0f} s: {texts}")
    if not tuning:
        spoken = held_phrases(phrasebook, 300, seed=5)
        for voice, snr in itertools.product(HELD_VOICES, (None, 10.0)):
            tally = evaluation.phrases([u for u in spoken if u.source.endswith(voice)], snr)
            lines.append(f"{voice}, {'quiet' if snr is None else f'{snr:g} dB'}: {tally}")
    return "\n".join(lines)
