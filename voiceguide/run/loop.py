"""One loop, one clock: blocks from the microphone go in, sounds come out.

No other thread touches the session: the recogniser is asked block by block, where sound devices are used in a process
of its own (`hear/remote.py`), and all that must be on time (the cues, and rendering them) is scheduled ahead and played
by the sound card's own callback.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from voiceguide.content.library import Library
from voiceguide.guide.session import Session
from voiceguide.guide.states import legal
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.hear.listener import Listener
from voiceguide.hear.microphone import Microphone
from voiceguide.intents import URGENT, Intent
from voiceguide.messages import (
    SPEAK_RATE,
    Action,
    AudioFrame,
    Cue,
    Event,
    Heard,
    Hush,
    Hypothesis,
    Listen,
    Play,
    Record,
    ScheduledSound,
    Unintelligible,
    Volume,
)
from voiceguide.run.clock import Clock
from voiceguide.run.overdue import Overdue
from voiceguide.run.trace import KINDS, Trace, TraceEvent, heard, understood
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Started
from voiceguide.speak.speaker import Speaker
from voiceguide.understand.match import Phrasebook

PATIENCE = 0.1
"""Seconds to wait for a block from the microphone before looking at the clock again."""

COURTESY = 2.0
"""Seconds for which nothing happens by itself while somebody is speaking: their word is for what is on now."""

PROMPT_REPLY = 0.3
"""A sound that is scheduled no later than this (s) after what was heard is the reply to it."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """What is known of every sound: its length in samples at SPEAK_RATE, and the text of the spoken ones."""

    lengths: Mapping[str, int]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, clips: Clips, library: Library) -> "Sounds":
        """Those of all prompts."""
        return cls(clips.lengths, dict(library.spoken()))


class Loop:
    """Joins the stages.

    Args:
        clock: the only one.
        microphone: where blocks come from.
        listener: turns them into utterances.
        phrasebook: turns those into intents.
        session: decides.
        speaker: plays.
        sounds: lengths and texts, for the trace.
        trace: where events go.
        own_voice: given where the microphone hears the speaker (half duplex, as long as the echo is not cancelled).
        echo: takes what the speaker plays out of what the microphone hears; None: nothing does.
        record: is told how a session stands, whenever that has changed; must not take time.

    """

    def __init__(
        self,
        *,
        clock: Clock,
        microphone: Microphone,
        listener: Listener,
        phrasebook: Phrasebook,
        session: Session,
        speaker: Speaker,
        sounds: Sounds,
        trace: Trace,
        own_voice: OwnVoice | None = None,
        echo: EchoCanceller | None = None,
        record: Callable[[Record], None] | None = None,
    ) -> None:
        self._clock = clock
        self._microphone = microphone
        self._listener = listener
        self._phrasebook = phrasebook
        self._session = session
        self._speaker = speaker
        self._sounds = sounds
        self._trace = trace
        self._own_voice = own_voice
        self._echo = echo
        self._record = record
        self._noted: list[TraceEvent] = []
        self._awaited: tuple[float, float] | None = None  # end of what was heard, scheduled start of the reply
        self._sounding = 0.0
        self._overdue = Overdue()
        self._carry_out(session.start())

    def run(self, until: Callable[[], bool]) -> None:
        """Go on until the condition holds, which is looked at after each block."""
        while not until():
            self.step()

    def step(self) -> None:
        """One block from the microphone, or the time it takes to give up waiting for one."""
        try:
            self._step()
        finally:
            self._write_down()

    def _step(self) -> None:
        self._speaker.check()
        now, deadline = self._clock.now(), self._session.deadline()
        waits = self._listener.hearing or self._reached(now) < now  # for a word, or for a tone that is late
        if not waits or deadline is None or now >= deadline + COURTESY:
            self._do(self._session.tick(now))
        self._note_sounds()
        frame = self._microphone.read(PATIENCE)
        if frame:
            frame = self._cleaned(frame)
            for hypothesis in self._listener.feed(frame):
                self._understand(hypothesis, frame.end)
            if self._own_voice and not self._clean(frame.start):
                echoes = self._echo is None or self._echo.heard
                self._own_voice.listen(frame.start, echoes and self._listener.hearing)
        self._note_sounds()

    @property
    def silent(self) -> bool:
        """True where nothing sounds, and nothing is said to sound later."""
        return self._clock.now() >= self._sounding

    @property
    def calm(self) -> bool:
        """True where nothing is going on, nothing sounds, and nobody speaks."""
        return self._session.at_rest and self.silent and not self.hearing

    def equip(self, sounds: Sounds) -> None:
        """From now on these sounds; only while nothing sounds."""
        self._sounds = sounds

    @property
    def hearing(self) -> bool:
        """True while somebody, or something like it, speaks."""
        return self._listener.hearing

    @property
    def room(self) -> float | None:
        """Level of the room's noise (dBFS), once it is known."""
        return self._listener.room

    def receive(self, intent: Intent) -> None:
        """Somebody meant something without saying it: the button."""
        now = self._clock.now()
        self._noted.append(TraceEvent(now, "button", intent.kind.value))
        self._respond(Heard(intent), now, now)
        self._write_down()

    def tell(self, now: float, event: Event) -> None:
        """Something that nobody meant."""
        self._carry_out(self._session.receive(event, now))

    def mention(self, now: float, prompt: str) -> None:
        """A sentence of the device's own, where nothing is going on."""
        self._carry_out(self._session.mention(now, prompt))

    def adjust(self, level: float, steps: int) -> None:
        """Another level (dB), with steps that were asked for at it; see `Session.adjust`."""
        self._carry_out(self._session.adjust(level, steps))

    def suspend(self, now: float, since: float) -> None:
        """A device has gone: silence, and all stays as it was at `since` (s) until `carry_on`."""
        self._carry_out(self._session.suspend(now, min(since, self._reached(now))))

    def carry_on(self, now: float, *prompts: str) -> None:
        """The devices are back: some words, then all goes on."""
        self._carry_out(self._session.carry_on(now, *prompts))

    def announce(self, now: float, sound: str, cue: Cue) -> None:
        """A sound that the dialogue knows nothing of, at once."""
        self._do([Play((ScheduledSound(round(now * SPEAK_RATE), sound, cue),))])

    def _carry_out(self, actions: list[Action]) -> None:
        """What was decided outside of a step."""
        self._do(actions)
        self._write_down()

    def _write_down(self) -> None:
        """What was noted goes into the trace last, when all is done: a slow disk must not delay a sound."""
        noted, self._noted = self._noted, []
        for event in noted:
            self._trace.write(event)

    def _cleaned(self, frame: AudioFrame) -> AudioFrame:
        """What the microphone hears, without what the speaker plays."""
        if self._echo is None:
            return frame
        for played in self._speaker.rendered():
            self._echo.play(played)
        return self._echo.clean(frame)

    def _clean(self, since: float) -> bool:
        """Whether nothing of the device's own voice was heard since a time (s), so that all may act."""
        return self._echo is not None and self._echo.clean_since <= since

    def _understand(self, hypothesis: Hypothesis, heard_until: float) -> None:
        """What comes of something that was decided by what was heard until a time (s)."""
        now = self._clock.now()
        intent = None
        if hypothesis.accepted:
            intent = self._phrasebook.match(hypothesis.text, legal(self._session.state))
        kind = intent.kind if intent else None
        drowned = (
            self._own_voice is not None
            and not self._clean(hypothesis.start)
            and self._own_voice.drowns(hypothesis, kind)
        )
        late = now > heard_until + COURTESY and kind not in URGENT  # what it was about may have gone by itself since
        refused = drowned or late
        self._noted.append(heard(now, replace(hypothesis, accepted=False) if refused else hypothesis))
        if refused:
            return
        if intent:
            self._respond(Heard(intent, hypothesis.sure, hypothesis.start), now, hypothesis.end)
        else:
            self._respond(Unintelligible(), now, None)

    def _respond(self, event: Event, now: float, since: float | None) -> None:
        """Carry out what the session makes of an event; its latency counts from `since` (s), if it has any."""
        if isinstance(event, Heard):
            self._noted.append(understood(now, event.intent))
        actions = self._session.receive(event, now, self._reached(now))
        reply = _first_sound(actions)
        self._awaited = (since, reply) if since is not None and reply <= now + PROMPT_REPLY else None
        self._do(actions, since)

    def _do(self, actions: list[Action], since: float | None = None) -> None:
        """Carry out what the session decided, because of something that ended at `since`."""
        for action in actions:
            match action:
                case Play(sounds):
                    self._speaker.play(sounds)
                    self._overdue.plan(sounds)
                    ends = (sound.start + self._sounds.lengths[sound.sound] for sound in sounds)
                    self._sounding = max(self._sounding, max(ends) / SPEAK_RATE)
                case Hush():
                    self._hush(since)
                case Listen(state, intents):
                    self._listener.expect(state, intents)
                    self._noted.append(TraceEvent(self._session.now, "state", state))
                case Volume(gain):
                    self._speaker.set_gain(gain)
                case Record() if self._record:
                    self._record(action)

    def _hush(self, since: float | None) -> None:
        self._note_sounds()
        self._speaker.hush()
        self._overdue.forget()
        now = self._sounding = self._clock.now()
        if self._own_voice:
            self._own_voice.hushed(now)
        details = {} if since is None else {"latency_s": round(now - since, 3)}
        self._noted.append(TraceEvent(now, "silence", "", details))

    def _reached(self, now: float) -> float:
        """How far what is said has come (s): until now, but for a tone that the speaker has not begun in time."""
        self._note_sounds()
        return self._overdue.reached(now)

    def _note_sounds(self) -> None:
        for started in self._speaker.started():
            self._overdue.begun(started, self._sounds.lengths[started.sound])
            self._note(started)

    def _note(self, started: Started) -> None:
        """A sound has begun: into the trace, with the latency where it is a reply."""
        at = started.position / SPEAK_RATE
        text = self._sounds.texts.get(started.sound, started.sound)
        details: dict[str, object] = {"sound": started.sound}
        if self._awaited and at >= self._awaited[1] and started.cue is not Cue.WAKE:
            details["latency_s"] = round(at - self._awaited[0], 3)
            self._awaited = None
        if self._own_voice:
            end = at + self._sounds.lengths[started.sound] / SPEAK_RATE
            self._own_voice.speaks(at, end, text, brief=started.cue not in (Cue.SAY, Cue.ASIDE))
        self._noted.append(TraceEvent(at, KINDS[started.cue], text, details))


def _first_sound(actions: list[Action]) -> float:
    """When the first sound is to begin (s); infinity without any."""
    starts = (sound.start for action in actions if isinstance(action, Play) for sound in action.sounds)
    return min(starts, default=float("inf")) / SPEAK_RATE
