"""The session without sound, in virtual time: what `chat` and `replay` play.

The lengths of the prompts are estimated from their texts, so that a transcript means the same on every machine.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from voiceguide.content.library import Library
from voiceguide.content.lint import CHARACTERS_PER_SECOND
from voiceguide.guide.script import TONES, WAKE, Options
from voiceguide.guide.session import Session
from voiceguide.guide.states import legal
from voiceguide.guide.timeline import samples
from voiceguide.intents import Intent
from voiceguide.messages import (
    SPEAK_RATE,
    Action,
    Event,
    Heard,
    Hush,
    Hypothesis,
    Listen,
    Play,
    Record,
    ScheduledSound,
    Unintelligible,
)
from voiceguide.run.diary import Diary
from voiceguide.run.trace import KINDS, Trace, TraceEvent, heard, understood
from voiceguide.understand.match import Phrasebook

_TONE_SECONDS = 0.15

BEGIN = datetime(2024, 1, 1, 3, tzinfo=UTC)
"""When every rehearsal begins: in the night to a Monday."""


def estimated_lengths(library: Library) -> Mapping[str, int]:
    """Samples of every clip and tone, from the length of its text."""
    lengths = {sound: samples(0.3 + len(text) / CHARACTERS_PER_SECOND) for sound, text in library.spoken()}
    return lengths | {tone: samples(_TONE_SECONDS) for tone in (*TONES, WAKE)}


class Rehearsal:
    """A session whose sounds are written down instead of played.

    Args:
        library: the content.
        trace: where the events go.
        options: the waiting times.

    """

    def __init__(self, library: Library, trace: Trace, options: Options | None = None) -> None:
        self.lengths = estimated_lengths(library)
        self.now = 0.0
        self._library, self._options = library, options or Options()
        self._diary = Diary(self._wall, self._options.remember)
        self.session = self._new_session()
        self._trace = trace
        self._phrasebook = Phrasebook.of(library)
        self._texts = dict(library.spoken())
        self._coming: list[ScheduledSound] = []
        self._sounding = 0
        self._do(self.session.start())

    @property
    def quiet_at(self) -> float:
        """When all that sounds or will sound is over; now, where nothing does."""
        ends = [sound.start + self.lengths[sound.sound] for sound in self._coming]
        return max(self.now, *(end / SPEAK_RATE for end in (self._sounding, *ends)))

    @property
    def silent(self) -> bool:
        """True where nothing sounds now."""
        return samples(self.now) >= self._sounding

    def advance(self, until: float) -> None:
        """Let time pass, in seconds since the start."""
        while (at := self._next(until)) is not None:
            self.now = at
            self._start_sounds()
            self._do(self.session.tick(at))
        self.now = max(self.now, until)
        self._start_sounds()

    def cut_off(self, seconds: float) -> None:
        """The device goes off now, and is on again after some seconds."""
        self._do([Hush()])
        self.now += seconds
        self._diary = Diary(self._wall, self._options.remember, self._diary.episodes, self._diary.cautions)
        self.session = self._new_session()
        self._do(self.session.start())
        if cut := self._diary.resume(self.session, self.now):
            self._receive(cut)

    def _new_session(self) -> Session:
        return Session(self._library, self.lengths, self._options, self._diary.past)

    def _wall(self) -> datetime:
        return BEGIN + timedelta(seconds=self.now)

    def hear(self, text: str, sure: bool = True) -> bool:
        """The person says something now, clearly or half heard; False where it makes no sense now."""
        intent = self._phrasebook.match(text, legal(self.session.state))
        self._trace.write(heard(self.now, Hypothesis(text, 1.0, self.now, self.now, intent is not None, sure)))
        if intent:
            self.take(intent, sure)
        else:
            self._receive(Unintelligible())
        return intent is not None

    def take(self, intent: Intent, sure: bool = True) -> None:
        """The person means something now, whatever the words."""
        self._trace.write(understood(self.now, intent))
        self._receive(Heard(intent, sure))

    def _receive(self, event: Event) -> None:
        self._do(self.session.receive(event, self.now))
        self._start_sounds()

    def _next(self, until: float) -> float | None:
        """When something happens next, no later than `until`."""
        times = [sound.start / SPEAK_RATE for sound in self._coming]
        deadline = self.session.deadline()
        due = min(times if deadline is None else [*times, deadline], default=None)
        return None if due is None or due > until else max(due, self.now)

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Play(sounds):
                    self._coming.extend(sounds)
                case Hush():
                    self._coming.clear()
                    if not self.silent:
                        self._trace.write(TraceEvent(self.now, "silence", ""))
                    self._sounding = min(self._sounding, samples(self.now))
                case Listen(state):
                    self._trace.write(TraceEvent(self.now, "state", state))
                case Record():
                    self._diary.note(action)
                case _:
                    pass

    def _start_sounds(self) -> None:
        for sound in self._due():
            self._coming.remove(sound)
            self._sounding = sound.start + self.lengths[sound.sound]
            text = self._texts.get(sound.sound, sound.sound)
            self._trace.write(TraceEvent(sound.start / SPEAK_RATE, KINDS[sound.cue], text, {"sound": sound.sound}))

    def _due(self) -> Iterator[ScheduledSound]:
        now = samples(self.now)
        return iter([sound for sound in sorted(self._coming, key=lambda s: s.start) if sound.start <= now])
