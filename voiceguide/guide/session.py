"""The session: events in, actions out, time as an argument. The moves say what a trigger does: see `moves.py`."""

from collections.abc import Callable, Iterator, Mapping
from math import inf

from voiceguide.content.library import Library
from voiceguide.content.schema import Guide, Point
from voiceguide.guide import answers, calls, controls, danger, going_on, plan, points
from voiceguide.guide.loudness import SOFTEST, WARNING, Loudness
from voiceguide.guide.past import Past
from voiceguide.guide.progress import Held, Progress
from voiceguide.guide.records import Recorder
from voiceguide.guide.script import Options, Script
from voiceguide.guide.states import TABLE, Signal, State, Trigger, legal
from voiceguide.guide.timeline import Timeline, samples
from voiceguide.intents import Intent, IntentKind, Side
from voiceguide.messages import SPEAK_RATE, Action, CutOff, Event, Heard, Hush, Listen, Play, Volume

REACTION = 0.4
"""Seconds that until one speaks about what one hears: "repeat" over the first word is for what came before."""

_MODULES = (plan, points, answers, calls, danger, controls, going_on)
MOVES = {name: move for module in _MODULES for name, move in module.MOVES.items()}


class Session:
    """One person, one device: from the first cry to good night, and again the next night.

    Args:
        library: the content.
        lengths: samples at SPEAK_RATE of each clip and tone, by sound id.
        options: the waiting times.
        past: tells what is remembered of other nights, as of now; None where nothing is kept.

    """

    def __init__(
        self,
        library: Library,
        lengths: Mapping[str, int],
        options: Options | None = None,
        past: Callable[[], Past | None] = lambda: None,
    ) -> None:
        self.equip(library, lengths, options or Options())
        self.state = State.IDLE
        self.progress = Progress()
        self.loudness = Loudness()
        """How loud it speaks; it outlives a session."""
        self.now = 0.0
        """The latest time told."""
        self.timeline = self.script.silence(0)
        self.held = Held(self.state, self.timeline, 0)
        self.cautions: dict[str, float] = {}
        """What was told that changes what is safe, by flag, and when; it outlives a session."""
        self.overlong: float | None = None
        """When a cramp was last found to have gone on for too long."""
        self.uncalled: float | None = None
        """When "did you call?" was last asked, if nobody said yes and nothing has begun since."""
        self._audible = -samples(self.options.awake)  # until when something sounded or will sound
        self._suspended: tuple[int, float] | None = None  # position in the timeline, and since when
        self.past = past
        self.lamented = False
        """True once it was told that the journal was damaged."""
        self.began = 0.0
        """When the present session began, or what is going on in place of one."""
        self.recorder = Recorder()
        self._stirred = False
        self._before: Timeline | None = None
        self._origin = 0
        self._actions: list[Action] = []
        self._began: float | None = None
        self._reached = inf  # until when all tones were heard, where the output is late

    def start(self) -> list[Action]:
        """What to do before the first event."""
        return [Listen(self.state, legal(self.state))]

    def equip(self, library: Library, lengths: Mapping[str, int], options: Options) -> None:
        """From now on this content with these waiting times; only in idle, and while nothing sounds."""
        self.library = library
        self.options = options
        self.script = Script(library, lengths, options)

    def adjust(self, level: float, steps: int) -> list[Action]:
        """Another level (dB), and the steps that were asked for at it, from now on."""
        self.loudness = Loudness(level, steps)
        self.raise_voice()
        return self._taken()

    def receive(self, event: Event, now: float, reached: float = inf) -> list[Action]:
        """What to do about an event that is known at `now` (s), where sound has come to `reached` (s) if it is late."""
        self.now, self._reached = max(now, self.now), reached
        self._began = event.began if isinstance(event, Heard) else None
        if isinstance(event, Heard):
            if self._suspended:  # who speaks now is here, however long the device has been away
                self._suspended = self._suspended[0], self.now
            self.progress.unanswered = 0
            self.progress.answered |= self.state not in (State.IDLE, State.CALLED)
            self._pull(self._trigger(event), event.intent)
        elif isinstance(event, CutOff):
            if self.state is State.IDLE:
                self.progress.cut = event
                self._pull(Signal.CUT_OFF)
        else:
            self._pull(Signal.MISHEARD)
        return self._taken()

    def tick(self, now: float) -> list[Action]:
        """What to do because time has passed; to be called at `deadline()`, harmless at any time."""
        self.now = max(now, self.now)
        due = [(at, signal) for signal, at in self._deadlines() if at <= self.now]
        if due:
            self._pull(min(due)[1])
        return self._taken()

    def deadline(self) -> float | None:
        """When `tick` is due next; None: not before something is heard."""
        return min((at for _, at in self._deadlines()), default=None)

    def suspend(self, now: float, since: float) -> list[Action]:
        """A sound device has gone: all stays as it was at `since` (seconds), until `carry_on`.

        What is heard meanwhile still counts, and is answered then. Where the other device goes, too, and has been
        silent for longer, it is as it was then.
        """
        self.now = max(now, self.now)
        position = max(samples(since) - self._origin, 0)
        if self._suspended is None:
            self._suspended = position, self.now
            self._hush()
        else:
            self._suspended = min(position, self._suspended[0]), self._suspended[1]
        return self._taken()

    def carry_on(self, now: float, *prompts: str) -> list[Action]:
        """The sound is back: some words, then all goes on; a sound that was cut is heard again from its start.

        Nothing is left to go on with in idle, or where nobody has spoken for so long that a pause would have ended, but
        for an alert.
        """
        self.now = max(now, self.now)
        if self._suspended is None:
            return []
        (position, since), self._suspended = self._suspended, None
        over = self.now - since > self.options.pause_limit and self.state is not State.ALERT
        if over and self.state is not State.IDLE:
            self.state = State.IDLE
            self.renew(Progress())
            self._actions.append(Listen(self.state, legal(self.state)))
        self._hush()
        if self.state is State.IDLE:
            self.play(self.script.silence(0))
        else:
            words = self.script.asides(*prompts, side=self.progress.side)
            self.play(self.timeline.without_asides(position, cut=True).inserted(position, words), position)
        return self._taken()

    def mention(self, now: float, prompt: str) -> list[Action]:
        """A sentence of the device's own, where nothing is going on and nothing sounds; elsewhere nothing happens."""
        self.now = max(now, self.now)
        if self.at_rest:
            self.play(self.script.asides(prompt))
        return self._taken()

    @property
    def at_rest(self) -> bool:
        """True where nothing is going on, and nothing sounds or is about to."""
        idle = self.state is State.IDLE and self._suspended is None
        return idle and not self.timeline.pending(self.position)

    # What the moves work with.

    @property
    def position(self) -> int:
        """Where in the present timeline we are, in samples."""
        if self._suspended:
            return self._suspended[0]
        return max(samples(min(self.now, self._reached)) - self._origin, 0)

    @property
    def meant(self) -> int:
        """Where in the present timeline somebody was who has just said something: before they began to speak."""
        if self._began is None:
            return self.position
        return max(0, min(self.position, samples(self._began - REACTION) - self._origin))

    @property
    def guide(self) -> Guide:
        """The guide of the place, or of the commonest place while it is unknown."""
        return self.library.guides[self.progress.place or self.library.skill.default_place]

    @property
    def point(self) -> Point:
        """The point that is being worked on."""
        return self.library.points[self.progress.points[0]]

    def say(self, *prompts: str, wait: float = 0.0, side: Side | None = None) -> None:
        """Sentences of a leg (None: the present one), then a wait (s, at the present tempo) until the state ends."""
        side = side or self.progress.side
        self.play(self.script.sentences(*prompts, side=side, wait=wait * self.progress.tempo))

    def play(self, timeline: Timeline, position: int = 0) -> None:
        """From now on this, from a position on; what was sounding or still to come is silenced."""
        self._note_told()
        if self.timeline.pending(self.position):
            self._hush()
        if self.options.lead_in and not self._suspended and timeline.pending(position) and self._asleep:
            timeline = timeline.inserted(position, self.script.lead_in())
        self.timeline = timeline
        self._origin, self._reached = samples(self.now) - position, inf
        if self._suspended:
            self._suspended = position, self._suspended[1]
            return
        sounds = timeline.schedule(self._origin, position)
        if sounds:
            self._actions.append(Play(sounds))
            self._audible = self._origin + max(sound.end for sound in timeline.sounds)

    def answer(self, prompt: str, tempo: float = 1.0, wait: float = 0.0) -> None:
        """A short answer in between; then all goes on, with what is still to come at another tempo.

        It goes on for at least `wait` seconds, so that there is time to say it again.
        """
        aside = self.script.asides(prompt, side=self.progress.side)
        after = self.position + aside.length
        timeline = self.timeline.inserted(self.position, aside).retimed(after, tempo)
        self.play(timeline.lasting(after + samples(wait)), self.position)

    def renew(self, progress: Progress) -> None:
        """Begin anew: what was heard until now counts for nothing."""
        self.progress = progress
        self.uncalled = None
        self._before, self.began = self.timeline, self.now
        self._stirred = True

    def record(self) -> None:
        """Let what has changed be written down."""
        self._actions.extend(self.recorder.news(self))

    def tell(self, *prompts: str, side: Side | None = None) -> None:
        """Sentences in between, as in `say`, which may be asked for again; then all goes on."""
        said = self.script.sentences(*prompts, side=side or self.progress.side)
        self.play(self.timeline.inserted(self.position, said), self.position)

    def hold(self) -> None:
        """Put aside what is going on."""
        self.held = Held(self.state, self.timeline, self.position)

    def once(self, prompt: str) -> tuple[str, ...]:
        """The prompt, until it has been heard to its end in this session."""
        self._note_told()
        return () if self.library.sound(prompt, self.progress.side) in self.progress.told else (prompt,)

    def last_said(self, prompt: str) -> bool:
        """True where the prompt is the sentence that is being heard, or was the last to be heard."""
        last = self.timeline.last_sentence(self.position)
        return last is not None and last.sound == self.library.sound(prompt, self.progress.side)

    def raise_voice(self, steps: int = 0) -> None:
        """Speak at the present loudness; or above it, or softly below it, in its steps and within its range."""
        self._actions.append(Volume(self._gain(self.state, steps)))

    # Mechanics.

    def _gain(self, state: State, steps: int = 0) -> float:
        return self.loudness.gain(steps, WARNING if state is State.ALERT else SOFTEST)

    @property
    def _asleep(self) -> bool:
        """Whether the output was quiet for so long that an amplifier may need a moment."""
        return samples(self.now) - self._audible >= samples(self.options.awake)

    def _hush(self) -> None:
        self._audible = min(self._audible, samples(self.now))
        if self._actions[-1:] != [Hush()]:
            self._actions.append(Hush())

    def _trigger(self, event: Heard) -> Trigger:
        """What is only likely is another trigger where anything may begin, but for "stop", which is harmless."""
        kind, here = event.intent.kind, TABLE[self.state]
        tentative = not event.sure and kind in here and kind is not IntentKind.STOP and Signal.HALF_HEARD in here
        return Signal.HALF_HEARD if tentative else kind

    def _deadlines(self) -> Iterator[tuple[Signal, float]]:
        """What will happen by itself in this state, and when."""
        if self._suspended:
            return
        times = {Signal.ENDED: (self._origin + self.timeline.length) / SPEAK_RATE}
        if self.progress.began is not None:
            times[Signal.TIME_LIMIT] = self.progress.began + self.options.time_limit
        yield from ((signal, at) for signal, at in times.items() if signal in TABLE[self.state])

    def _note_told(self) -> None:
        if self.timeline is not self._before:
            self.progress.told |= {sound.sound for sound in self.timeline.sounds if sound.end <= self.position}

    def make(self, trigger: Trigger, intent: Intent | None = None) -> State:
        """Look the trigger up in the table and make its move; the next state, or this one where it means nothing."""
        move = TABLE[self.state].get(trigger)
        return MOVES[move.name](self, intent) if move else self.state

    def _pull(self, trigger: Trigger, intent: Intent | None = None) -> None:
        self._stirred = True
        before = self.state
        state = self.make(trigger, intent)
        self.state = before
        if state is not self.state:
            self.state = state
            if self._gain(state) != self._gain(before):
                self.raise_voice()
            self._actions.append(Listen(state, legal(state)))

    def _taken(self) -> list[Action]:
        if self._stirred:
            self._stirred = False
            self.record()
        actions, self._actions, self._reached = self._actions, [], inf
        return actions
