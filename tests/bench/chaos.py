"""Nights in virtual time on a night stand that fails as it likes, for `scripts/soak`.

A night is a night stand and some sessions: somebody says whatever comes to their mind, mostly what makes sense, often
over what the device is saying; devices go and come back, the machine and the disk pause, the disk is full. Each night
has a seed of its own, so that `scripts/soak --minutes 0 --virtual 1 --seed SEED` plays it again.
"""

import gc
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import inf
from pathlib import Path
from random import Random

from tests.bench.bedside import STEP, Card, Clips, Disk, Heard, Mishaps
from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load
from voiceguide.guide.session import Session
from voiceguide.guide.states import State, legal
from voiceguide.hear.echo import OwnVoice
from voiceguide.intents import IntentKind
from voiceguide.messages import Action, AudioFrame, Cue, Event, Hypothesis
from voiceguide.messages import Heard as Said
from voiceguide.run.cards import Cards
from voiceguide.run.caretaker import Caretaker
from voiceguide.run.lifeline import Lifeline, SteadyMicrophone, SteadySpeaker
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.trace import Timeline, TraceEvent, Traces
from voiceguide.speak.speaker import DeviceSpeaker
from voiceguide.understand.match import Phrasebook

SESSIONS = 10
"""Of a night."""

WAY_OUT = 2000.0
"""Seconds of silence after which every session is over: a pause and ten minutes of pressing take less."""

SLACK = 0.005
"""Seconds that a hold may seem shorter: two blocks are told apart no better where the card pauses."""


PATIENT = (
    *(IntentKind.SLOWER, IntentKind.FASTER, IntentKind.HOW_LONG, IntentKind.LOUDER, IntentKind.QUIETER),
    *(IntentKind.HELP, IntentKind.REPEAT, IntentKind.PAUSE, IntentKind.QUESTION, IntentKind.GROAN),
    *(IntentKind.WHICH_ROUND, IntentKind.POSTURE, IntentKind.STILL, IntentKind.NOT_SURE),
)
"""What is said while pressing by those who go on with it."""

ONWARD = (IntentKind.ON_POINT, IntentKind.NEXT, IntentKind.RESUME)
"""The same, elsewhere."""

Sayings = Mapping[State, Mapping[IntentKind, Sequence[str]]]
"""What makes sense, by state and by what it means."""


class Fault(AssertionError):  # noqa: N818 - what is looked for
    """Something that must not be."""


class Watched(Session):
    """A session that looks whether its rounds are heard."""

    def __init__(self, library: Library, clips: Clips, heard: Heard) -> None:
        self._heard_cues = heard
        self._round_on: tuple[object, ...] = ()
        self._first_cue = 0
        self._least_tempo = 1.0
        self.rounds = 0
        """That went to their end."""
        super().__init__(library, clips.lengths)

    def tick(self, now: float) -> list[Action]:
        before, timeline, round_ = self.state, self.timeline, self._present()
        actions = super().tick(now)
        if before is State.PRESS and self._present() != round_ and self.state is not State.ALERT:
            tones = Counter(sound.cue for sound in timeline.sounds)
            self._judge(tones[Cue.PRESS], tones[Cue.RELEASE])
        self._follow()
        return actions

    def receive(self, event: Event, now: float, reached: float = inf) -> list[Action]:
        actions = super().receive(event, now, reached)
        if isinstance(event, Said) and event.intent.kind is IntentKind.STOP and self.state is not State.IDLE:
            raise Fault(f"stop does not stop: in {self.state}")
        self._follow()
        return actions

    def _present(self) -> tuple[object, ...]:
        return (self.progress, self.progress.points, self.progress.rounds) if self.state is State.PRESS else ()

    def _follow(self) -> None:
        """Take note of a new round; one that is held is the same afterwards."""
        present = self._present()
        if present and not _same(present, self._round_on):
            self._round_on, self._first_cue, self._least_tempo = (
                present,
                len(self._heard_cues.cues),
                self.progress.tempo,
            )
        self._least_tempo = min(self._least_tempo, self.progress.tempo)

    def _judge(self, presses: int, releases: int) -> None:
        cues = self._heard_cues.cues[self._first_cue :]
        kinds = Counter(cue for _, cue, _ in cues)
        if kinds[Cue.PRESS] < presses or kinds[Cue.RELEASE] < releases:
            raise Fault(f"lost cues: {kinds} of {presses} presses, {releases} releases")
        point, pressed = self._round_on[1][0], None  # type: ignore[index]
        hold = next(beat.seconds for beat in self.library.dose(point).beats if beat.cue == "press") * self._least_tempo
        for at, cue, _ in cues:
            if cue is Cue.PRESS:
                pressed = at if pressed is None else pressed
            elif pressed is not None:
                if at - pressed < hold - SLACK:
                    raise Fault(f"a hold of {at - pressed:.3f} s instead of {hold:.3f}")
                pressed = None
        self.rounds += 1


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return bool(other) and one[0] is other[0] and one[1:] == other[1:]


class Person:
    """Who lies there, as the listener that hears them.

    Args:
        random: whatever they do.
        said: what can be said, by state.

    """

    def __init__(self, random: Random, said: Sayings) -> None:
        self._random = random
        self._said = said
        self._state = State.IDLE
        self._next = 1.0
        self.patient = False
        """They let it press them."""
        self.begins = False
        """They have a cramp: in idle they say so."""
        self.talks = True
        self.stops = False
        """All that they say is "stop"."""
        self.utterances = 0

    def expect(self, state: str, legal: frozenset[IntentKind]) -> None:
        self._state = State(state)

    @property
    def hearing(self) -> bool:
        return self._random.random() < 0.2

    def feed(self, frame: AudioFrame) -> list[Hypothesis]:
        now = frame.start + STEP
        if now < self._next or not (self.talks or self.stops):
            return []
        random = self._random
        gaps = (0.3, 1.0, 3.0, 8.0, 20.0, *((60.0,) if self._state is State.PRESS else ()))
        self._next = now + random.choice(gaps) * random.uniform(0.5, 1.5)
        if self._state is State.IDLE and not self.begins:
            return []
        self.utterances += 1
        start = now - random.uniform(0.4, 1.2)
        mumbled = not self.stops and random.random() < 0.1
        confidence = 1.0 if self.stops else random.random()
        return [Hypothesis(self._words(), confidence, start, now - 0.1, not mumbled, random.random() < 0.8)]

    def _words(self) -> str:
        random, state = self._random, self._state
        if self.stops:
            return "stop"
        said = self._said[random.choice(list(State)) if random.random() < 0.1 else state]
        kinds: list[IntentKind] = [kind for kind in said if kind is not IntentKind.STOP]
        if self.patient and state is State.PRESS:
            kinds = [kind for kind in PATIENT if kind in said]
        elif self.patient and random.random() < 0.7:
            kinds = [
                kind for kind in (IntentKind.ON_POINT, IntentKind.NEXT, IntentKind.RESUME) if kind in said
            ] or kinds
        return random.choice(said[random.choice(kinds)])


class Night:
    """A night stand, and who lies beside it.

    Args:
        library: the content.
        phrasebook: what is understood.
        said: what can be said, by state.
        seed: of all that is drawn.

    """

    def __init__(self, library: Library, phrasebook: Phrasebook, said: Sayings, seed: int) -> None:
        self.random = Random(seed)
        self.events: Counter[str] = Counter()
        self.card = card = Card(self.random)
        clips = Clips(library)
        self.heard = Heard(clips, card)
        self.session = Watched(library, clips, self.heard)
        self.person = Person(self.random, said)
        self.mishaps = Mishaps(card)
        self.disk = Disk(card, self.random.choice((1e9, 1e9, 1e9, self.random.uniform(0, 1000))))
        trace = Traces([Timeline(self.disk, self.disk.give_up), self])
        microphone = SteadyMicrophone(card.ear, card, card.wait)
        speaker = SteadySpeaker(self._speaker, card, self.heard)
        lifeline = Lifeline(microphone, speaker, Cards(Path("no-cards"), "linux"), lambda: card.wait(1.0))
        self.loop = Loop(
            clock=card,
            microphone=microphone,
            listener=self.person,  # type: ignore[arg-type]
            phrasebook=phrasebook,
            session=self.session,
            speaker=speaker,
            sounds=Sounds(clips.lengths, dict(library.spoken())),
            trace=trace,
            own_voice=OwnVoice() if self.random.random() < 0.5 else None,
        )
        self.caretaker = Caretaker(lifeline, self.loop, self.session, library, trace, lambda _line: None)

    def write(self, event: TraceEvent) -> None:
        """Count it."""
        self.events[event.kind] += 1

    def _speaker(self, name: str | None) -> DeviceSpeaker:
        return DeviceSpeaker(self.heard, self.card.zero, name, backend=self.card, clock=self.card.clock)

    def play(self) -> None:
        """One session, from the first cry until all is quiet.

        Raises:
            Fault: something that must not be.

        """
        self.heard.cues.clear()
        self.session._first_cue = 0
        person, random = self.person, self.random
        person.begins = person.talks = True
        person.patient = random.random() < 0.8
        person.stops = False
        self._until(lambda: self.session.state is not State.IDLE, "nothing begins")
        person.begins = False
        end = self.card.now() + random.choice((10, 40, 150, 400, 400))
        self._until(lambda: self.card.now() >= end or self.session.state is State.IDLE, "time stands still")
        person.talks, person.stops = False, random.random() < 0.7
        self._until(lambda: self.session.state is State.IDLE and self.loop.silent, "it has no way out")
        person.stops = False
        if self.disk.lost > 1:
            raise Fault("a full disk was told more than once")

    def _until(self, condition: Callable[[], bool], fault: str) -> None:
        begin = self.card.now()
        while not condition():
            if self.card.now() - begin > WAY_OUT:
                raise Fault(f"{fault}: {self.session.state} for {WAY_OUT:.0f} s")
            self.mishaps.look()
            self.caretaker.look(self.card.now())
            self.loop.step()


def sayings(library: Library, phrasebook: Phrasebook) -> Sayings:
    """What makes sense in each state."""
    found: dict[State, dict[IntentKind, list[str]]] = {state: {} for state in State}
    for text in sorted({example.text for example in library.examples}):
        for state in State:
            if intent := phrasebook.match(text, legal(state)):
                found[state].setdefault(intent.kind, []).append(text)
    return found


def memory() -> float:
    """Resident, MB."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def grown(rows: Sequence[tuple[float, int, int]]) -> list[str]:
    """What has grown between the first third of (memory, objects, threads) and the end, beyond chance."""
    if len(rows) < 6:
        return []
    (memory_, objects, threads), last = rows[len(rows) // 3], rows[-1]
    found = []
    if last[0] > memory_ + max(10.0, 0.05 * memory_):
        found.append(f"memory grew from {memory_:.0f} to {last[0]:.0f} MB")
    if last[1] > 1.02 * objects:
        found.append(f"objects grew from {objects} to {last[1]}")
    if last[2] > threads:
        found.append(f"threads grew from {threads} to {last[2]}")
    return found


def nights(count: int, seed: int) -> list[str]:
    """So many sessions; the faults. Prints as it goes."""
    library = load(*find_content("en"))
    phrasebook = Phrasebook.of(library)
    said = sayings(library, phrasebook)
    print(f"{count} sessions in virtual time, first seed {seed}\n")
    print("| sessions | hours | said | rounds | press, release | mishaps | memory (MB) | objects | threads |")
    print("|---|---|---|---|---|---|---|---|---|")
    faults: list[str] = []
    rows: list[tuple[float, int, int]] = []
    total: Counter[str] = Counter()
    every = max(1, count // SESSIONS // 10)
    for number in range(-(-count // SESSIONS)):
        night = Night(library, phrasebook, said, seed + number)
        try:
            for _ in range(min(SESSIONS, count - number * SESSIONS)):
                night.play()
                total["sessions"] += 1
        except Exception as error:  # a crash is what is looked for
            print(f"seed {seed + number}: {error!r}", flush=True)
            faults.append(f"seed {seed + number}: {''.join(traceback.format_exception(error)[-3:])}")
        total.update(
            seconds=round(night.card.now()),
            said=night.person.utterances,
            rounds=night.session.rounds,
            press=night.events["cue press"],
            release=night.events["cue release"],
            mishaps=sum(night.mishaps.counts.values()),
        )
        del night
        if number % every == every - 1:
            gc.collect()
            rows.append((memory(), len(gc.get_objects()), threading.active_count()))
            print(_row(total, rows[-1]), flush=True)
    return faults + grown(rows)


def _row(total: Counter[str], row: tuple[float, int, int]) -> str:
    cells = (
        f"{total['sessions']}",
        f"{total['seconds'] / 3600:.1f}",
        f"{total['said']}",
        f"{total['rounds']}",
        f"{total['press']}, {total['release']}",
        f"{total['mishaps']}",
        f"{row[0]:.0f}",
        f"{row[1]}",
        f"{row[2]}",
    )
    return f"| {' | '.join(cells)} |"
