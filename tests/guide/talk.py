"""Drives a session in virtual time and keeps what it would have played."""

from collections.abc import Callable, Mapping

from voiceguide.content.library import Library
from voiceguide.guide.past import Past
from voiceguide.guide.script import TONES, Options
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import (
    SPEAK_RATE,
    Action,
    CutOff,
    Heard,
    Hush,
    Listen,
    Play,
    Record,
    ScheduledSound,
    Unintelligible,
    Volume,
)

SENTENCE = SPEAK_RATE
"""Every clip lasts one second here."""

TONE = SPEAK_RATE // 10


class Talk:
    def __init__(
        self, library: Library, options: Options | None = None, past: Callable[[], Past | None] = lambda: None
    ) -> None:
        lengths: Mapping[str, int] = {sound: SENTENCE for sound, _ in library.spoken()} | dict.fromkeys(TONES, TONE)
        self.session = Session(library, lengths, options, past)
        self.now = 0.0
        self.sounds: list[ScheduledSound] = []
        self.hushed: list[float] = []
        self.gains: list[float] = []
        self.listening: list[Listen] = []
        self.records: list[Record] = []
        self._do(self.session.start())

    @property
    def state(self) -> State:
        return self.session.state

    def hear(self, kind: IntentKind, took: float | None = None, **slots: str) -> "Talk":
        """Something that is said, and took some seconds to say; None: nobody knows."""
        began = None if took is None else self.now - took
        self._do(self.session.receive(Heard(Intent(kind, slots), began=began), self.now))
        return self

    def half_hear(self, kind: IntentKind, **slots: str) -> "Talk":
        """It is only likely that this was said."""
        self._do(self.session.receive(Heard(Intent(kind, slots), sure=False), self.now))
        return self

    def cut_off(self, before: "Talk", off: float = 60.0) -> "Talk":
        """Before this talk the device was off for a while, in the middle of another one."""
        record = before.records[-1]
        session = self.session
        session.cautions = {flag: at - before.now - off for flag, at in record.cautions.items()}
        session.overlong = None if record.overlong is None else record.overlong - before.now - off
        assert record.account
        self._do(session.receive(CutOff(record.account, before.now + off - record.began), self.now))
        return self

    def mumble(self) -> "Talk":
        self._do(self.session.receive(Unintelligible(), self.now))
        return self

    def wait(self, seconds: float) -> "Talk":
        end = self.now + seconds
        while (deadline := self.session.deadline()) is not None and deadline <= end:
            self.now = deadline
            self._do(self.session.tick(self.now))
        self.now = end
        self._do(self.session.tick(end))
        return self

    def until(self, state: State) -> "Talk":
        """Let time pass until a state is reached by itself."""
        for _ in range(200):
            if self.state is state:
                return self
            deadline = self.session.deadline()
            assert deadline is not None, f"{self.state} is never left"
            self.wait(deadline - self.now)
        raise AssertionError(f"{state} is not reached")

    def said(self, since: float = 0.0) -> list[str]:
        """The sounds that begin at or after a time, by id, without the side."""
        return [s.sound.split("@")[0] for s in self.sounds if s.start >= round(since * SPEAK_RATE)]

    def starts(self, sound: str) -> list[float]:
        return [s.start / SPEAK_RATE for s in self.sounds if s.sound == sound]

    def _do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Play(sounds):
                    assert all(s.start >= round(self.now * SPEAK_RATE) for s in sounds), "scheduled in the past"
                    self.sounds.extend(sounds)
                case Hush():
                    self.hushed.append(self.now)
                    self.sounds = [s for s in self.sounds if s.start < round(self.now * SPEAK_RATE)]
                case Listen():
                    self.listening.append(action)
                case Volume(gain):
                    self.gains.append(gain)
                case Record():
                    self.records.append(action)
