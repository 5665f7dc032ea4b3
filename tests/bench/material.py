"""What the hearing bench plays: single words of real people, and the content's examples in a synthetic bedroom."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.audio.studio import room
from tests.bench.bedroom import LEAD, NOISES, TAIL, Sound, babble, in_bed, stretched, whispered
from tests.bench.recordings import Recording, recordings, voiced_span
from tests.bench.talk import TALK
from tests.bench.voices import DIPHONE, FORMANT, NATURAL, Half, Speaker, say_all, speakers
from voiceguide.content.library import Library
from voiceguide.guide.states import State, legal
from voiceguide.messages import HEAR_RATE
from voiceguide.understand.match import Phrasebook

REAL_STATES: Mapping[str, tuple[State, ...]] = {
    "stop": (State.CHECK, State.PRESS, State.ASK_PLACE),
    "yes": (State.CHECK, State.SAFETY_CHECK),
    "no": (State.CHECK, State.SAFETY_CHECK),
    "left": (State.ASK_PLACE,),
    "right": (State.ASK_PLACE,),
}
"""In which states a single word of a real person is played."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is played to the device in a state of the dialogue."""

    samples: NDArray[np.int16] = field(repr=False)
    text: str
    """The words; empty: nothing of it should act."""
    state: State
    voice: str
    condition: str
    end: float
    """True end of the words (s); 0 where it does not matter."""
    person: str = ""
    """Who speaks, for cross-fitting."""
    others: tuple[str, ...] = ()
    """What is said though it is not meant for the device, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How the words come to the microphone."""

    name: str
    rt60: float = 0.35
    distance: float = 0.7
    noise: str = ""
    snr: float = 40.0
    level: float = 0.0
    manner: str = ""
    """"whispered", "slow", "drawn"; empty: as usual."""


CONDITIONS: tuple[Condition, ...] = (
    Condition("quiet"),
    Condition("quiet, 3 m, RT60 0.6 s", rt60=0.6, distance=3.0),
    *(
        Condition(f"{noise} {snr} dB", rt60=0.4, distance=1.0, noise=noise, snr=snr)
        for snr in (20, 10, 5, 0)
        for noise in ("fan", "rain", "snoring", "tv")
    ),
    Condition("whispered", level=-12, distance=0.5, manner="whispered"),
    Condition("slow", manner="slow"),
    Condition("long-drawn", manner="drawn"),
)


def television(half: Half) -> list[Sound]:
    """Sentences by the voices of one half."""
    voices = [Speaker(voice) for voice in (*NATURAL[half], *DIPHONE[half])]
    return say_all([(voices[i % len(voices)], sentence) for i, sentence in enumerate(TALK)])


def place(speech: Sound, condition: Condition, tv: Sequence[Sound], seed: int) -> tuple[NDArray[np.int16], float]:
    """Words under a condition, and their true end (s)."""
    match condition.manner:
        case "whispered":
            speech = whispered(speech, np.random.default_rng(seed))
        case "slow":
            speech = stretched(speech, 1.5)
        case "drawn":
            speech = stretched(speech, 2.2)
    noise = babble(tv) if condition.noise == "tv" else NOISES.get(condition.noise)
    return in_bed(
        speech,
        rt60=condition.rt60,
        distance=condition.distance,
        noise=noise,
        snr=condition.snr,
        level=condition.level,
        seed=seed,
    )


def people(half: Half, kind: str) -> list[Speaker]:
    """The speakers of a kind of voice: as they are, and four variations of each natural one."""
    rng = np.random.default_rng(zlib.crc32(f"{half} {kind}".encode()))
    voices = {"natural": NATURAL, "diphone": DIPHONE, "formant": FORMANT}[kind][half]
    return speakers(voices, rng, len(voices) * (5 if kind == "natural" else 1))


def bedroom(
    library: Library, half: Half, kind: str, conditions: Sequence[Condition], each: int, seed: int = 0
) -> Iterator[Item]:
    """For every condition `each` utterances, drawn from the content's examples; each in one of its states."""
    phrasebook = Phrasebook.of(library)
    rng = np.random.default_rng(zlib.crc32(f"{half} {kind} {seed}".encode()))
    said = [(example.text, state) for example in library.examples for state in _states(phrasebook, example.text)]
    voices = people(half, kind)
    if not voices:
        return
    tv = television(half)
    drawn = [
        (condition, voices[int(rng.integers(len(voices)))], said[int(rng.integers(len(said)))])
        for condition in conditions
        for _ in range(each)
    ]
    sounds = say_all([(speaker, text) for _, speaker, (text, _) in drawn])
    for number, ((condition, speaker, (text, state)), sound) in enumerate(zip(drawn, sounds, strict=True)):
        samples, end = place(sound, condition, tv, seed * 100_000 + number)
        yield Item(samples, text, state, f"{kind} {speaker.voice}", condition.name, end, speaker.voice)


def _states(phrasebook: Phrasebook, text: str) -> list[State]:
    return [state for state in State if phrasebook.match(text, legal(state))]


def padded(samples: NDArray[np.int16], seed: int) -> NDArray[np.int16]:
    """A recording with a quiet room before and after it."""
    out = room(LEAD + len(samples) + TAIL, seed)
    out[LEAD:-TAIL] += samples
    return out.round().clip(-32768, 32767).astype(np.int16)


def real_words(data: Path, half: Half) -> Iterator[Item]:
    """Single words of real people, in the states in which they make sense."""
    for recording in recordings(data):
        if recording.folder == "words" and recording.half == half and recording.text in REAL_STATES:
            samples = recording.samples()
            end = (LEAD + voiced_span(samples)[1]) / HEAR_RATE
            heard = padded(samples, zlib.crc32(recording.path.name.encode()))
            for state in REAL_STATES[recording.text]:
                yield Item(heard, recording.text, state, "real", "as recorded", end, recording.person)


def streams(
    data: Path, half: Half, chosen: Callable[[Recording], bool] = lambda _: True
) -> Iterator[tuple[str, NDArray[np.int16]]]:
    """What must not act, by kind: read speech, coffee orders, isolated words, noises; each joined with pauses."""
    folders = {
        "speech": "read speech",
        "speech_kitchen": "coffee orders",
        "other_words": "other words",
        "noise": "noise",
    }
    for folder, name in folders.items():
        found = [one for one in recordings(data) if one.half == half and one.folder == folder and chosen(one)]
        if found:
            yield name, np.concatenate([_with_pause(one) for one in found])


def _with_pause(recording: Recording) -> NDArray[np.int16]:
    samples = recording.samples()
    pause = room(HEAR_RATE, zlib.crc32(recording.path.name.encode()))
    return np.concatenate([samples, pause.round().astype(np.int16)])


def talk(half: Half, each: int) -> Iterator[tuple[str, NDArray[np.int16]]]:
    """Sentences that are not meant for the device, by each natural voice and `each - 1` variations of it; a metre away.

    For each speaker all of them, joined with pauses.
    """
    rng = np.random.default_rng(zlib.crc32(f"{half} talk".encode()))
    for number, speaker in enumerate(speakers(NATURAL[half], rng, each * len(NATURAL[half]))):
        said = say_all([(speaker, sentence) for sentence in TALK])
        placed = (in_bed(one, distance=1.0, seed=number * 1000 + i)[0] for i, one in enumerate(said))
        yield "talk", np.concatenate([one[LEAD - HEAR_RATE // 2 :] for one in placed])
