"""A loop in virtual time whose ears read a script, for tests of what joins the stages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.replies import Kept
from voiceguide.content.library import Library
from voiceguide.guide.script import TONES, Options
from voiceguide.guide.session import Session
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.intents import IntentKind
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, AudioFrame, Hypothesis, Record
from voiceguide.run.clock import VirtualClock
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.trace import TraceEvent
from voiceguide.run.virtual import WavMicrophone, WavSpeaker
from voiceguide.speak.mixer import Mixer
from voiceguide.understand.match import Phrasebook

DECIDED_AFTER = 0.2
"""Seconds from the last voiced sample to the decision."""


class Buzz:
    """Sounds of 0.9 s (a tone: 0.1 s), loud at every sample, so that silence is zero."""

    def __init__(self, library: Library) -> None:
        self.lengths: Mapping[str, int] = {
            sound: SPEAK_RATE * 9 // 10 for sound, _ in library.spoken()
        } | dict.fromkeys(TONES, SPEAK_RATE // 10)

    def samples(self, sound: str) -> NDArray[np.int16]:
        return np.full(self.lengths[sound], 5000, np.int16)


class ScriptedListener:
    """Hears what the script says when it says it."""

    def __init__(
        self, script: Sequence[Hypothesis], echo: bool, compute: Callable[[Hypothesis], None] = lambda _heard: None
    ) -> None:
        self._script = list(script)
        self._compute = compute
        self.echo = echo
        self.room: float | None = None
        self.expected: list[tuple[str, frozenset[IntentKind]]] = []

    def expect(self, state: str, legal: frozenset[IntentKind]) -> None:
        self.expected.append((state, legal))

    @property
    def hearing(self) -> bool:
        return self.echo

    def feed(self, frame: AudioFrame) -> list[Hypothesis]:
        due = [h for h in self._script if h.end + DECIDED_AFTER <= frame.end + 1e-9]
        self._script = [h for h in self._script if h not in due]
        for each in due:
            self._compute(each)
        return due


class Trace(Kept):
    def kinds(self, *kinds: str) -> list[TraceEvent]:
        return [event for event in self if event.kind in kinds]


def said(text: str, end: float, accepted: bool = True) -> Hypothesis:
    return Hypothesis(text, 1.0, end - 0.6, end, accepted)


@dataclass
class Night:
    """Everything of one night, played."""

    library: Library
    script: Sequence[Hypothesis]
    seconds: float
    own_voice: OwnVoice | None = None
    echo: bool = True
    """Whether the microphone hears the speaker all the time."""
    computing: Mapping[str, float] = field(default_factory=dict)
    """Seconds that it takes to understand a phrase."""
    options: Options = field(default_factory=Options)
    canceller: EchoCanceller | None = None
    slow: Callable[[VirtualClock], Trace] | None = None
    """A trace that takes its time; None: one that does not."""
    speaker: Callable[[Mixer, VirtualClock], WavSpeaker] = WavSpeaker
    records: list[Record] = field(default_factory=list)
    """What it wanted written down."""

    def __post_init__(self) -> None:
        clock = VirtualClock(stopwatch=lambda: 0.0)
        buzz = Buzz(self.library)
        self.listener = ScriptedListener(
            self.script, self.echo, lambda heard: clock.advance_to(clock.now() + self.computing.get(heard.text, 0.0))
        )
        self.trace = self.slow(clock) if self.slow else Trace()
        self.session = Session(self.library, buzz.lengths, self.options)
        microphone = WavMicrophone(np.zeros(int(self.seconds * HEAR_RATE), np.int16), clock)
        speaker = self.speaker(Mixer(buzz), clock)
        self.loop = Loop(
            clock=clock,
            microphone=microphone,
            listener=self.listener,
            phrasebook=Phrasebook.of(self.library),
            session=self.session,
            speaker=speaker,
            sounds=Sounds(buzz.lengths, dict(self.library.spoken())),
            trace=self.trace,
            own_voice=self.own_voice,
            echo=self.canceller,
            record=self.records.append,
        )
        self.loop.run(until=lambda: microphone.exhausted)
        self.samples = speaker.samples()

    def silent(self, start: float, end: float) -> bool:
        return not self.samples[round(start * SPEAK_RATE) : round(end * SPEAK_RATE)].any()
