"""Nights in which nobody calls: how often it is woken all the same, and what listening costs. `scripts/bench night`.

The real listener and the real dialogue, in virtual time, hear what `soundscape` makes of a seed. Computing costs no
time there, so a seed gives the same night on every machine. The device's own voice is not in the room.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.recordings import SHARED
from tests.bench.soundscape import KINDS, SPEECH, Material, Piece, material, night
from tests.bench.user import cpu, memory
from tests.fakes import RecordingSpeaker
from voiceguide.guide.states import State
from voiceguide.hear.microphone import Microphone
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame
from voiceguide.run.clock import VirtualClock
from voiceguide.run.loop import Loop
from voiceguide.run.settings import Settings
from voiceguide.run.trace import Trace, TraceEvent
from voiceguide.run.wiring import Parts, build_loop, build_parts, build_session

NIGHT = 8.0
"""Hours of sleep: what "a night" is in the report."""

OUTCOMES = ("began", "spoke", "asked", "nothing")
"""What may come of a false alarm: a session; a sentence, and quiet again; the soft question; nothing that is heard."""

SOON = 1 / 3600
"""Hours within which a sentence is an answer."""


@dataclass(slots=True)
class Alarm:
    """Something that was taken for a phrase while nothing was going on."""

    hour: float
    noise: str
    """What was going on in the room."""
    text: str
    intent: str
    sure: bool
    outcome: str = "nothing"


@dataclass(slots=True)
class Result:
    """What came of some hours."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    """Of each kind of noise."""
    alarms: list[Alarm] = field(default_factory=list)
    within: int = 0
    """Phrases that were understood within the sessions that had begun."""
    memory: list[int] = field(default_factory=list)
    """MB, after each hour."""
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KINDS, 0.0))
    """Seconds of all processors for hearing and deciding, by kind of noise."""
    making: float = 0.0
    """The same for making the night."""
    wall: float = 0.0


class PieceMicrophone:
    """Hears one piece after another, each frame at its time.

    Args:
        pieces: the night.
        clock: is moved on by each frame.
        result: is told how long each kind lasts, and what it costs to make it and to hear it.

    """

    def __init__(self, pieces: Iterator[Piece], clock: VirtualClock, result: Result) -> None:
        self._pieces, self._clock, self._result = pieces, clock, result
        self._samples: NDArray[np.int16] = np.zeros(0, np.int16)
        self._position = self._index = 0
        self._since = time.process_time()
        self.noise = ""
        self.exhausted = False

    def read(self, timeout: float) -> AudioFrame | None:
        """The next 20 ms; None where the night is over."""
        if self._index >= len(self._samples):
            self._next_piece()
        if self.exhausted:
            return None
        frame = AudioFrame(self._samples[self._index : self._index + BLOCK], self._position / HEAR_RATE)
        self._position += BLOCK
        self._index += BLOCK
        self._clock.advance_to(self._position / HEAR_RATE)
        return frame

    def close(self) -> None:
        """Nothing to close."""

    def _next_piece(self) -> None:
        begin = time.process_time()
        if self.noise:
            self._result.cpu[self.noise] += begin - self._since
        piece = next(self._pieces, None)
        self._since = time.process_time()
        self._result.making += self._since - begin
        if piece is None or len(piece.samples) < BLOCK:
            self.exhausted = True
            return
        self._samples, self._index, self.noise = piece.samples[: len(piece.samples) // BLOCK * BLOCK], 0, piece.kind
        self._result.seconds[piece.kind] += len(self._samples) / HEAR_RATE


class Tally:
    """A trace that counts false alarms: whatever is understood while nothing is going on.

    Args:
        result: where to.
        noise: tells what is going on in the room.

    """

    def __init__(self, result: Result, noise: Callable[[], str]) -> None:
        self._result, self._noise = result, noise
        self._state = State.IDLE
        self._sure = True
        self._alarm: Alarm | None = None

    def write(self, event: TraceEvent) -> None:
        """Take note."""
        match event.kind:
            case "heard":
                self._sure, self._alarm = event.details["sure"], None
            case "intent" if self._state in (State.IDLE, State.CALLED):
                intent = event.details["intent"]
                self._alarm = Alarm(event.time / 3600, self._noise(), event.text, intent, self._sure)
                self._result.alarms.append(self._alarm)
            case "intent":
                self._result.within += 1
            case "state":
                self._enter(State(event.text))
            case "say" if (
                self._alarm and self._alarm.outcome == "nothing" and event.time / 3600 - self._alarm.hour < SOON
            ):
                self._alarm.outcome = "spoke"

    def _enter(self, state: State) -> None:
        self._state = state
        if self._alarm and state is State.CALLED:
            self._alarm.outcome = "asked"
        elif self._alarm and state is not State.IDLE:
            self._alarm.outcome = "began"
        self._alarm = None


BuildLoop = Callable[[VirtualClock, Microphone, Trace], Loop]


def listen(pieces: Iterator[Piece], build: BuildLoop, told: Callable[[Result], None]) -> Result:
    """Hear a night to its end; `told` is called with what came of it so far, after each hour."""
    clock, result = VirtualClock(stopwatch=lambda: 0.0), Result()
    microphone = PieceMicrophone(pieces, clock, result)
    loop = build(clock, microphone, Tally(result, lambda: microphone.noise))
    begin = time.perf_counter()
    while not microphone.exhausted:
        hour_ends = 3600.0 * (len(result.memory) + 1)
        loop.run(until=lambda: microphone.exhausted or clock.now() >= hour_ends)  # noqa: B023 - it ends before the next
        if clock.now() <= 3600.0 * len(result.memory):  # it was over with the hour before
            break
        result.memory.append(memory(os.getpid()))
        result.wall = time.perf_counter() - begin
        told(result)
    return result


def build(parts: Parts, clock: VirtualClock, microphone: Microphone, trace: Trace) -> Loop:
    """The real loop, with a speaker that only remembers."""
    return build_loop(parts, build_session(parts), clock, microphone, RecordingSpeaker(), trace)


def groups(results: Sequence[Result]) -> Iterator[tuple[str, set[str]]]:
    """Each kind of noise by itself, those without and with people, and all."""
    heard = {kind for kind in KINDS if any(result.seconds[kind] for result in results)}
    yield from ((kind, {kind}) for kind in KINDS if kind in heard)
    yield from (("all without speech", heard - SPEECH), ("all with speech", heard & SPEECH), ("all", heard))


def row(name: str, kinds: set[str], results: Sequence[Result]) -> str:
    """A row of the table: how long, what it cost, and what came of how many alarms in a night of it."""
    seconds = sum(result.seconds[kind] for result in results for kind in kinds)
    if not seconds:
        return f"| {name} | 0 | - | - | - | - | - |"
    cpu_seconds = sum(result.cpu[kind] for result in results for kind in kinds)
    outcomes = Counter(alarm.outcome for result in results for alarm in result.alarms if alarm.noise in kinds)
    cells = (f"{outcomes[outcome] * NIGHT * 3600 / seconds:.2f} ({outcomes[outcome]})" for outcome in OUTCOMES)
    return f"| {name} | {seconds / 3600:.1f} | {' | '.join(cells)} | {cpu_seconds / seconds:.4f} |"


def report(results: Sequence[Result]) -> Iterator[str]:
    """In Markdown."""
    yield f"| in {NIGHT:.0f} h of | hours | began | a sentence said | softly asked | nothing said | real-time factor |"
    yield "|---|---|---|---|---|---|---|"
    for name, kinds in groups(results):
        yield row(name, kinds, results)
    for alarm in (alarm for result in results for alarm in result.alarms):
        sure = "" if alarm.sure else ", half heard"
        yield f"\n{alarm.outcome} at {alarm.hour:.2f} h in {alarm.noise}: '{alarm.text}' ({alarm.intent}{sure})"
    yield f"\nunderstood within these sessions: {sum(result.within for result in results)}"
    for number, result in enumerate(results, 1):
        yield f"\nmemory after each hour of night {number} (MB): {', '.join(map(str, result.memory))}"
    hours = sum(sum(result.seconds.values()) for result in results) / 3600
    used, making = sum(sum(result.cpu.values()) for result in results), sum(result.making for result in results)
    yield f"\nfor an hour of sound: {used / hours:.1f} s of processor, and {making / hours:.1f} s to make it"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="scripts/bench night", description=__doc__)
    parser.add_argument("--hours", type=float, help=f"length of a night; one of 30, or with --nights {NIGHT:.0f}")
    parser.add_argument("--nights", type=int, default=1, help="how many, each of another seed")
    parser.add_argument("--no-speech", action="store_true", help="nobody is heard: no television, no talk in sleep")
    parser.add_argument("--seed", type=int, default=1, help="of the first night")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of recordings with a manifest.csv")
    parser.add_argument(
        "--half", choices=("report", "tune"), default="report", help="which half of voices and recordings"
    )
    parser.add_argument("--engine", default="auto", help="auto, vosk or sphinx")
    parser.add_argument("--json", type=Path, help="write all that was counted to this file")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes, each a night at a time")
    options = parser.parse_args(arguments)
    options.hours = options.hours or (NIGHT if options.nights > 1 else 30.0)
    return options


_parts: Parts | None = None
_sounds = Material()


def _prepare(options: argparse.Namespace) -> None:
    global _parts, _sounds
    settings = Settings.model_validate({"engine": options.engine})
    _parts = build_parts(settings, lambda _done, _of: None, lambda notice, _say=None: print(notice, file=sys.stderr))
    _sounds = material(options.data, options.half, speech=not options.no_speech)


def _play(seed: int, hours: float) -> Result:
    assert _parts

    def told(result: Result) -> None:
        outcomes = Counter(alarm.outcome for alarm in result.alarms)
        line = (
            f"night of seed {seed}: {sum(result.seconds.values()) / 3600:.1f} h, {dict(outcomes)}, {result.wall:.0f} s"
        )
        print(line, file=sys.stderr, flush=True)

    return listen(night(seed, 3600 * hours, _sounds), partial(build, _parts), told)


def main(arguments: Sequence[str]) -> None:
    """Hear the nights, and print Markdown."""
    options = parse(arguments)
    seeds = range(options.seed, options.seed + options.nights)
    play = partial(_play, hours=options.hours)
    jobs = min(options.jobs, options.nights)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (options,)) as pool:
        results = list(pool.map(play, seeds))
    machine = f"{os.cpu_count()} x {cpu()}, Python {platform.python_version()}"
    print(f"engine {options.engine}; {machine}; seeds {seeds[0]} to {seeds[-1]}; half: {options.half}\n")
    for line in report(results):
        print(line)
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=1), "utf-8")
