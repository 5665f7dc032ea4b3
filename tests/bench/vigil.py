"""Hours of nights on the PulseAudio rig, by one `voiceguide run` that is never started anew: for `scripts/soak`.

Somebody says what makes sense, and what does not, mostly over what the device is saying; now and then a device goes
and comes back. Once a minute memory, threads and open files of the program and of its recogniser are counted.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from tests import own, rig
from tests.bench.losses import LOSSES, Night, Recovery, lose
from tests.replies import AUDIO, CLIPS
from voiceguide import wav
from voiceguide.guide.states import State, legal
from voiceguide.messages import HEAR_RATE

STOP = "stop-slt.wav"
CLEAR = "left-calf-cramp-slt.wav"
"""A cramp that is not only half heard: what is, begins nothing for half an hour where nobody says yes."""

BEGINNINGS = [clip["file"] for clip in CLIPS if clip["intent"] == "symptom"]

LOSS_EVERY = 240.0
"""Seconds from one loss of a device to the next, about."""

TRIES = 3
"""How often somebody says it before it counts as not heard."""

CACHE = 30
"""MB that clips may take which were read lately."""

LEAST = 8
"""Minutes from which on growth can be told."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the program and its recogniser had, taken together."""

    minute: float
    memory: float
    """MB resident."""
    threads: int
    files: int

    @property
    def row(self) -> str:
        return f"| {self.minute:.0f} | {self.memory:.1f} | {self.threads} | {self.files} |"


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    samples: list[Sample] = field(default_factory=list)
    losses: list[Recovery] = field(default_factory=list)
    said: int = 0
    understood: int = 0
    over: int = 0
    """How often what was understood cut a sound."""
    sessions: int = 0
    faults: list[str] = field(default_factory=list)

    def growth(self) -> Iterator[tuple[str, float, float]]:
        """What, and its medians over the second and the last quarter."""
        quarter = len(self.samples) // 4
        for what in ("memory", "threads", "files"):
            values = [getattr(sample, what) for sample in self.samples]
            yield what, median(values[quarter : 2 * quarter]), median(values[-quarter:])

    def judge(self) -> None:
        """Find what is wrong."""
        if len(self.samples) >= LEAST:
            for what, before, after in self.growth():
                allowed = max(0.1 * before, CACHE) if what == "memory" else 0
                if after > before + allowed:
                    self.faults.append(f"{what} grew from {before:g} to {after:g}")
        self.faults += [f"not recovered: {one.loss.name}" for one in self.losses if not one.well]
        if self.said and not self.understood:
            self.faults.append("nothing was understood")


def processes(pid: int) -> Iterator[int]:
    """A process and those that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split():
        yield from processes(int(child))


def look(pid: int, minute: float) -> Sample:
    """Count."""
    memory, threads, files = 0, 0, 0
    for one in processes(pid):
        lines = Path(f"/proc/{one}/status").read_text("utf-8").splitlines()
        status = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
        memory += int(status["VmRSS"][0])
        threads += int(status["Threads"][0])
        files += len(list(Path(f"/proc/{one}/fd").iterdir()))
    return Sample(minute, memory / 1024, threads, files)


class Person:
    """Who lies there, and what happens around them.

    Args:
        room: the rig.
        night: what the program writes down.
        folder: for recordings.
        random: whatever is drawn.

    """

    def __init__(self, room: rig.PulseRig, night: Night, folder: Path, random: Random) -> None:
        self._room = room
        self._night = night
        self._folder = folder
        self._random = random
        self._order = list(LOSSES)
        self.outcome = Outcome()

    @property
    def state(self) -> State:
        """Where the dialogue is."""
        self._night.mark = 0
        states = [event["text"] for event in self._night.events() if event["kind"] == "state"]
        return State(states[-1]) if states else State.IDLE

    def speak(self) -> None:
        """Say something: a cramp in idle, mostly what makes sense else."""
        state, random = self.state, self._random
        kinds = {kind.value for kind in legal(state)}
        fitting = [clip["file"] for clip in CLIPS if clip["intent"] in kinds and clip["file"] not in BEGINNINGS]
        file = random.choice(CLIPS)["file"]
        if state is State.IDLE and random.random() < 0.9:
            file = random.choice((CLEAR, random.choice(BEGINNINGS)))
        elif state is not State.IDLE and random.random() < 0.8:
            file = random.choice(fitting)
        self.outcome.said += 1
        self.say(file)

    def say(self, file: str) -> None:
        """Play a clip to its end."""
        self._room.play(self._clip(file))

    def _clip(self, file: str) -> Path:
        """In the format that paplay reads."""
        path = self._folder / file
        if not path.exists():
            wav.write(path, wav.read(AUDIO / file, HEAR_RATE), HEAR_RATE)
        return path

    def lose(self) -> None:
        """A device goes and comes back; afterwards a cry for help must be heard: in idle, "stop" is not at times."""
        loss = self._order.pop(0)
        self._order.append(loss)
        self.end()
        recovery = lose(self._room, self._night, loss, self._clip(CLEAR))
        for _ in range(TRIES - 1):
            if not recovery.heard:
                recovery = Recovery(loss, recovery.noticed, recovery.back, self._heard(CLEAR))
        self.outcome.losses.append(recovery)

    def end(self) -> None:
        """Say "stop"; it must end."""
        for _ in range(TRIES):
            self.say(STOP)
            time.sleep(2.0)
            if self.state is State.IDLE:
                return
        self.outcome.faults.append(f"does not stop: in {self.state}")

    def count(self) -> None:
        """What came of all that was said."""
        self._night.mark = 0
        events = self._night.events()
        kinds = Counter(event["kind"] for event in events)
        self.outcome.understood = kinds["intent"]
        self.outcome.over = sum(event["kind"] == "silence" and "latency_s" in event for event in events)
        states = [event["text"] for event in events if event["kind"] == "state"]
        self.outcome.sessions = sum(state == State.IDLE for state in states[1:])

    def _heard(self, file: str) -> bool:
        self._night.now()
        self.say(file)
        return self._night.wait("intent", []) is not None


def keep(room: rig.PulseRig, folder: Path, minutes: float, random: Random) -> Outcome:
    """So many minutes of one program."""
    path, errors = folder / "night.jsonl", folder / "errors.txt"
    command = [sys.executable, "-m", "voiceguide", "run", "--model", own.MODEL, "--timeline", str(path)]
    with errors.open("w") as told, subprocess.Popen(command, env=room.env, stderr=told, text=True) as guide:
        try:
            room.wait_for_listener(60)
            time.sleep(4.0)
            person = Person(room, Night(path, guide), folder, random)
            _pass(person, guide, minutes)
        finally:
            ended = guide.poll()
            guide.terminate()  # Ctrl-C is ignored where this bench runs in the background
            guide.wait(30)
    outcome = person.outcome
    if ended is not None:
        outcome.faults.append(f"it ended by itself, with exit code {ended}")
    if "Traceback" in (text := errors.read_text("utf-8")):
        outcome.faults.append(text)
    person.count()
    outcome.judge()
    return outcome


def _pass(person: Person, guide: subprocess.Popen[str], minutes: float) -> None:
    """Let the time pass."""
    random, begin = person._random, time.monotonic()
    look_at, lose_at = 1.0, LOSS_EVERY / 2
    while (now := time.monotonic() - begin) < 60 * minutes and guide.poll() is None:
        if now >= 60 * look_at:
            person.outcome.samples.append(look(guide.pid, now / 60))
            print(person.outcome.samples[-1].row, flush=True)
            look_at += 1
        if now >= lose_at:
            person.lose()
            lose_at = now + LOSS_EVERY * random.uniform(0.7, 1.3)
        person.speak()
        time.sleep(random.choice((0.2, 0.5, 1.5, 4.0, 10.0)))
    if guide.poll() is None:
        person.end()


def watch(minutes: float, seed: int) -> Outcome:
    """See the module; prints as it goes."""
    print(f"\n{minutes:g} minutes on the rig, seed {seed}\n\n| minute | memory (MB) | threads | open files |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, rig.PulseRig() as room:
        outcome = keep(room, Path(folder), minutes, Random(seed))
    back = [one.back for one in outcome.losses if one.back is not None]
    print(f"\n{outcome.sessions} sessions; {outcome.said} things said, {outcome.understood} understood, of these")
    print(f"{outcome.over} where sounds were to come; {sum(one.well for one in outcome.losses)}", end=" ")
    print(f"of {len(outcome.losses)} losses recovered", end="")
    print(f", back after {sum(back) / len(back):.2f} s on average" if back else "")
    for what, before, after in outcome.growth() if len(outcome.samples) >= LEAST else ():
        print(f"{what}: {before:g} in the second quarter, {after:g} in the last one")
    return outcome
