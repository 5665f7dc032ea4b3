"""What is done where a sound device is missing, goes or comes back: the dialogue waits, and what can be said is said.

What is done comes first, and what is written after it: a slow disk must not delay it.

A deaf device is the worst failure: it says so at once where it can speak, in a session with words, in the night with a
tone, and again ever more rarely as long as it is deaf.
"""

from collections.abc import Callable

from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.devices import Kind
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.messages import Cue
from voiceguide.run.health import Alarm, Change, Fault
from voiceguide.run.lifeline import Lifeline, News, SteadyMicrophone, SteadySpeaker
from voiceguide.run.loop import Loop
from voiceguide.run.trace import Trace, TraceEvent

DEAF = "tone.deaf"

WRONG = {
    Fault.GONE: "has gone",
    Fault.STALLED: "gives no sound any more",
    Fault.LIFELESS: "gives nothing but zeros: muted, or unplugged",
}
"""What is said of a device with a fault."""


class Caretaker:
    """Looks after the devices, once in each step of the loop.

    Args:
        lifeline: the devices.
        loop: what needs them.
        session: whose state decides whether words or tones are fit.
        library: the words.
        trace: where events go.
        notice: tells the user a line.

    """

    def __init__(
        self,
        lifeline: Lifeline,
        loop: Loop,
        session: Session,
        library: Library,
        trace: Trace,
        notice: Callable[[str], None],
    ) -> None:
        self._lifeline = lifeline
        self._loop = loop
        self._session = session
        self._library = library
        self._trace = trace
        self._notice = notice
        self._alarm: Alarm | None = None  # as long as it is deaf
        self._told_deaf = False
        self._stumbles: dict[str, int] = {}

    def look(self, now: float) -> None:
        """See to whatever is new at `now` (seconds)."""
        for news in self._lifeline.look(now):
            act = self._lost if news.change is Change.LOST else self._back
            act(news, now)
        microphone = self._lifeline.microphone
        speaks = not self._lifeline.speaker.health.lost and self._loop.silent
        if self._alarm and microphone.health.ill and speaks and self._alarm.due(now):
            self._tell_deaf(now)
        if microphone.clips:
            microphone.clips = False
            self._clips(now)
        before, self._stumbles = self._stumbles, self._lifeline.speaker.stumbles
        if any(count > before.get(what, 0) for what, count in self._stumbles.items()):
            self._trace.write(TraceEvent(now, "stumble", Kind.SPEAKER, self._stumbles))

    def answer(self, now: float) -> None:
        """Somebody asks for help without a word, and it is deaf: it says so in words, however often it did before."""
        if self._loop.silent:
            self._loop.announce(now, self._library.sound(Role.DEAF, None), Cue.SAY)

    def _lost(self, news: News, now: float) -> None:
        end = self._end(news.kind)
        fault = end.health.fault or Fault.GONE
        if news.kind is Kind.MICROPHONE:
            self._alarm, self._told_deaf = Alarm(now), False
            self._loop.suspend(now, now)
        else:
            self._loop.suspend(now, min(self._lifeline.speaker.heard_until, now))
        self._trace.write(TraceEvent(now, "lost", news.kind, {"fault": fault.value}))
        if missing := end.missing:
            self._notice(f"{missing.what}; it is waited for -> {missing.remedy}")
            return
        remedy = f"plug it in, or choose another with --{news.kind}: see voiceguide devices"
        self._notice(f"{news.kind} '{end.name}': {WRONG[fault]} -> {remedy}")

    def _back(self, news: News, now: float) -> None:
        health = self._end(news.kind).health
        if news.kind is Kind.MICROPHONE:
            self._alarm = None
        if self._lifeline.whole:
            hears = news.kind is Kind.MICROPHONE or self._told_deaf
            self._loop.carry_on(now, Role.HEARS_AGAIN if hears else Role.SPEAKS_AGAIN)
        away = round(now - health.lost_at, 2)
        details = {"away_s": away, "attempts": health.attempts}
        self._trace.write(TraceEvent(now, "back", news.kind, details))
        self._notice(f"{news.kind} '{self._end(news.kind).name}': is back, after {away:.1f} s")

    def _tell_deaf(self, now: float) -> None:
        """With words, once, to who is there; else with a tone."""
        if self._session.state is State.IDLE or self._told_deaf:
            self._loop.announce(now, DEAF, Cue.ALARM)
        else:
            self._told_deaf = True
            self._loop.announce(now, self._library.sound(Role.DEAF, None), Cue.SAY)

    def _clips(self, now: float) -> None:
        """It is told, and all goes on: it still hears something."""
        self._trace.write(TraceEvent(now, "clipped", Kind.MICROPHONE))
        name = self._lifeline.microphone.name
        self._notice(f"microphone '{name}': is too loud, and distorts -> turn it down: see voiceguide devices --test")
        if self._session.state is not State.IDLE and self._lifeline.whole:
            self._loop.suspend(now, now)
            self._loop.carry_on(now, Role.TOO_LOUD)

    def _end(self, kind: Kind) -> SteadyMicrophone | SteadySpeaker:
        return self._lifeline.microphone if kind is Kind.MICROPHONE else self._lifeline.speaker
