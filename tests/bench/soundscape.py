"""What sounds in a bedroom through a night: spells of one thing after another, drawn from a seed.

Nothing of it is meant for the device. It is made piece by piece, so a night of any length needs no memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from tests.audio.studio import amplitude, room
from tests.bench.bedroom import NOISES, Sound, babble, rms, stretched, whispered
from tests.bench.material import people
from tests.bench.recordings import recordings
from tests.bench.talk import TALK
from tests.bench.voices import Half, say_all
from voiceguide.messages import HEAR_RATE

PIECE = 30 * HEAR_RATE
"""Samples that are made at a time."""

BUMPS = 6.0
"""An hour: a door, the floor, something falls."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that may go on for a while. Its level is drawn once for each spell."""

    share: float
    """Of the night, relative to the others."""
    minutes: tuple[float, float]
    """How long a spell lasts."""
    level: tuple[float, float] = (-60.0, -60.0)
    """RMS of what sounds, dB relative to full scale; a person in bed who speaks is at -24."""


SILENCE, RECORDED, TELEVISION, SLEEP_TALK = "silence", "recorded noises", "television", "sleep talk"

KINDS: Mapping[str, Kind] = {
    SILENCE: Kind(0.52, (10, 40)),
    "fan": Kind(0.10, (15, 45), (-60, -42)),
    "rain": Kind(0.08, (10, 30), (-58, -38)),
    "snoring": Kind(0.12, (5, 20), (-52, -30)),
    "clock": Kind(0.04, (10, 20), (-62, -48)),
    RECORDED: Kind(0.03, (2, 6), (-50, -28)),
    TELEVISION: Kind(0.06, (5, 20), (-55, -38)),
    SLEEP_TALK: Kind(0.05, (3, 10), (-48, -30)),
}
"""All that a night is made of."""

SPEECH = frozenset({TELEVISION, SLEEP_TALK})
"""Where people are heard."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some seconds of the night."""

    kind: str
    """A key of `KINDS`."""
    samples: NDArray[np.int16] = field(repr=False)
    """Shape (PIECE,), or shorter at the end; at HEAR_RATE."""


@dataclass(frozen=True, slots=True)
class Material:
    """What cannot be computed. Where something is missing, its kind does not occur."""

    speech: Sequence[Sound] = ()
    """Sentences of several people, for the television and for who talks in their sleep."""
    recorded: Sequence[Sound] = ()
    """Recordings of noises."""

    def kinds(self) -> dict[str, Kind]:
        """What may sound."""
        lacking = {*(() if self.speech else SPEECH), *(() if self.recorded else (RECORDED,))}
        return {name: kind for name, kind in KINDS.items() if name not in lacking}


def material(data: Path, half: Half, *, speech: bool) -> Material:
    """Of one half of the voices and recordings.

    Args:
        data: a folder of recordings with a manifest; without it there are none.
        half: which.
        speech: whether people are heard.

    """
    noises = [one.samples().astype(float) for one in recordings(data) if (one.folder, one.half) == ("noise", half)]
    noises = [noise for noise in noises if noise.any()]
    if not speech:
        return Material((), noises)
    voices = [*people(half, "natural"), *people(half, "diphone")]
    said = say_all([(voice, sentence) for sentence in TALK for voice in voices])
    real = [one.samples().astype(float) for one in recordings(data) if (one.folder, one.half) == ("speech", half)]
    return Material((*said, *real), noises)


def night(seed: int, seconds: float, sounds: Material) -> Iterator[Piece]:
    """A night, from its seed."""
    rng = np.random.default_rng(seed)
    quiet = [room(PIECE, int(rng.integers(1 << 30))) for _ in range(4)]
    kinds = sounds.kinds()
    spells = np.array([kind.share / sum(kind.minutes) for kind in kinds.values()])
    left = round(seconds * HEAR_RATE)
    while left > 0:
        name = [*kinds][int(rng.choice(len(kinds), p=spells / spells.sum()))]
        kind = kinds[name]
        gain = amplitude(rng.uniform(*kind.level))
        for _ in range(max(1, round(rng.uniform(*kind.minutes) * 60 * HEAR_RATE / PIECE))):
            length = min(PIECE, left)
            out = np.roll(quiet[int(rng.integers(len(quiet)))], int(rng.integers(PIECE)))
            if name != SILENCE:
                out += gain * sound(name, sounds, rng)
            if rng.random() < BUMPS * PIECE / HEAR_RATE / 3600:
                _bump(out, rng)
            yield Piece(name, out[:length].round().clip(-32768, 32767).astype(np.int16))
            left -= length
            if not left:
                return


def sound(name: str, sounds: Material, rng: np.random.Generator) -> Sound:
    """A piece of something, with RMS 1 while it sounds."""
    if name == TELEVISION:
        return babble(sounds.speech)(PIECE, rng)
    if name == SLEEP_TALK:
        return _sleep_talk(sounds.speech, rng)
    if name == RECORDED:
        return _one_after_another(sounds.recorded, rng)
    return NOISES[name](PIECE, rng)


def _sleep_talk(speech: Sequence[Sound], rng: np.random.Generator) -> Sound:
    """A few words now and then: the middle of a sentence, some whispered, some slow."""
    out = np.zeros(PIECE)
    for _ in range(int(rng.integers(1, 4))):
        sentence = speech[int(rng.integers(len(speech)))]
        length = min(len(sentence), int(rng.uniform(0.5, 3.0) * HEAR_RATE))
        first = int(rng.integers(len(sentence) - length + 1))
        words = sentence[first : first + length]
        manner = rng.random()
        if manner < 0.25:
            words = whispered(words, rng)
        elif manner < 0.5:
            words = stretched(words, 1.5)
        _place(out, words, int(rng.integers(PIECE)))
    return out


def _one_after_another(recorded: Sequence[Sound], rng: np.random.Generator) -> Sound:
    """Recordings with pauses."""
    out = np.zeros(PIECE)
    position = 0
    while position < PIECE:
        sound = recorded[int(rng.integers(len(recorded)))]
        _place(out, sound, position)
        position += len(sound) + int(rng.uniform(1, 6) * HEAR_RATE)
    return out


def _bump(out: Sound, rng: np.random.Generator) -> None:
    """A dull knock, or two."""
    for _ in range(int(rng.integers(1, 3))):
        time = np.arange(HEAR_RATE // 3) / HEAR_RATE
        knock = lfilter([0.1], [1.0, -0.9], rng.standard_normal(len(time))) * np.exp(-time * rng.uniform(12, 40))
        _place(out, knock, int(rng.integers(PIECE)), amplitude(rng.uniform(-50, -25)))


def _place(out: Sound, sound: Sound, position: int, gain: float = 1.0) -> None:
    """Add a sound at a position, with RMS `gain`; what reaches beyond the end is left out."""
    part = sound[: len(out) - position]
    out[position : position + len(part)] += part * (gain / max(rms(sound), 1e-9))
