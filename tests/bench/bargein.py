"""Whom it hears while it speaks itself: `scripts/bench bargein`.

Every scene is about a minute of the device speaking without a pause that is worth the name. In its first six seconds
nobody else speaks; then a person says things that make sense in a session, over the device, one every few seconds.
Here the device is never silenced by what it hears, so that the echo goes on. A hit is what acted first of what was
heard while the person spoke, and means the same. What acted and was heard while nobody but the device spoke is false.
Latency is from the true end of the words to the decision, computing included. What is reported is the half of the
voices that nothing was chosen by (`--half tune` shows the other one).
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
import soxr

from tests.bench import rivals
from tests.bench.bedroom import Sound
from tests.bench.duplex import FIRST, Geometry, Scene, scene, seed_of
from tests.bench.hearing import Bench
from tests.bench.material import people
from tests.bench.user import cpu as processor
from tests.bench.voices import Half, Speaker, say_all
from voiceguide.guide.states import State, legal
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame, Played
from voiceguide.run.settings import Settings

DEVICES: dict[Half, tuple[Speaker, ...]] = {
    "tune": (Speaker("f1"), Speaker("m1"), Speaker("awb")),
    "report": (Speaker("f3"), Speaker("m7"), Speaker("kal16")),
}
"""Who speaks for the device."""

STATES = (State.ASK_PLACE, State.STRETCH, State.LOCATE, State.PRESS, State.CHECK, State.AFTERCARE, State.PAUSED)
"""Where somebody is being helped."""

WORDS = 12
"""Things that are said in a scene."""

RATIO = SPEAK_RATE // HEAR_RATE

SETS: dict[str, tuple[Geometry, ...]] = {
    "level": tuple(Geometry(ratio) for ratio in (10, 0, -5, -10, -15)),
    "room": tuple(Geometry(ratio, rt60) for rt60 in (0.2, 0.5, 0.6) for ratio in (10, 0, -5, -10)),
    "time": (
        *(Geometry(0, delay=delay) for delay in (0.02, 0.3)),
        *(Geometry(0, skew=skew) for skew in (50, 100)),
        *(Geometry(ratio, delay=0.3, skew=50) for ratio in (10, 0, -5, -10)),
    ),
    "loudspeaker": (Geometry(0, distortion=0.6), Geometry(-10, distortion=0.6), Geometry(0, moved=20.0)),
}
"""What is played."""


@dataclass(frozen=True, slots=True)
class Task:
    """One scene to be made and played."""

    geometry: Geometry
    half: Half
    number: int
    canceller: str = "kalman"
    alone: bool = False
    """Without the device: what could be heard at best."""
    silent: float = 0.0
    """Seconds for which nobody but the device speaks; 0: the person does."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of it."""

    task: Task
    meant: tuple[IntentKind, ...] = ()
    """What the person meant, each time."""
    hits: tuple[bool, ...] = ()
    misheard: tuple[str, ...] = ()
    """What was said and what acted instead, or nothing."""
    false: tuple[str, ...] = ()
    """What acted while nobody but the device spoke."""
    latencies: tuple[float, ...] = ()
    seconds: float = 0.0
    """Of the device's speech."""
    cpu: float = 0.0
    """Seconds of computing of the echo stage."""
    converged: float = 1.0
    """Share of the time after FIRST in which the stage trusted itself."""


@dataclass(frozen=True, slots=True)
class Acted:
    """What acted, when it was said, and when that was known."""

    start: float
    end: float
    known: float
    intent: Intent | None

    @property
    def text(self) -> str:
        """The words."""
        return self.intent.text if self.intent else "?"


Stage = Callable[[AudioFrame, np.ndarray], tuple[AudioFrame, float]]
"""From a frame and what was played meanwhile to the frame that is heard, and since when (s) that is free of echo."""


def kalman() -> Stage:
    """The stage that is part of voiceguide."""
    stage = EchoCanceller()

    def run(frame: AudioFrame, played: np.ndarray) -> tuple[AudioFrame, float]:
        at = round(frame.start * SPEAK_RATE)
        if played.any():
            stage.play(Played(played, at, at))
        return stage.clean(frame), stage.clean_since

    return run


def nothing() -> Stage:
    """No canceller."""
    return lambda frame, _: (frame, 0.0)


def stage(task: Task) -> Stage:
    """What stands between microphone and gate."""
    if task.canceller == "none" or task.alone:
        return nothing()
    return kalman() if task.canceller == "kalman" else rivals.RIVALS[task.canceller](task.geometry.delay)


_said: dict[Half, list[Sound]] = {}


def sentences(bench: Bench, half: Half) -> list[list[Sound]]:
    """What the device says, by each of its voices: every third sentence of the content."""
    texts = sorted(text for _, text in bench.library.spoken() if len(text) > 25)[::9]
    if half not in _said:
        _said[half] = say_all([(voice, text) for voice in DEVICES[half] for text in texts])
    return [_said[half][i * len(texts) : (i + 1) * len(texts)] for i in range(len(DEVICES[half]))]


def choices(bench: Bench) -> dict[State, dict[IntentKind, list[str]]]:
    """All that may be said, by the states in which it makes sense and by what it means."""
    found: dict[State, dict[IntentKind, list[str]]] = {state: {} for state in STATES}
    for text in dict.fromkeys(example.text for example in bench.library.examples):
        for state in STATES:
            if intent := bench.phrasebook.match(text, legal(state)):
                found[state].setdefault(intent.kind, []).append(text)
    return found


def draw(said: dict[State, dict[IntentKind, list[str]]], rng: np.random.Generator) -> tuple[str, State]:
    """A state, one of the meanings that make sense there, and one of its wordings: each as likely as the others."""
    state = STATES[int(rng.integers(len(STATES)))]
    kinds = sorted(said[state])
    texts = said[state][kinds[int(rng.integers(len(kinds)))]]
    return texts[int(rng.integers(len(texts)))], state


def make(bench: Bench, task: Task) -> tuple[Scene, list[State]]:
    """The scene of a task. The same words by the same people whatever the geometry is."""
    rng = np.random.default_rng(seed_of(task.half, task.number))
    voices = people(task.half, "natural")
    person, said = voices[int(rng.integers(len(voices)))], choices(bench)
    drawn = [] if task.silent else [draw(said, rng) for _ in range(WORDS)]
    words = [(text, sound) for (text, _), sound in zip(drawn, say_all([(person, t) for t, _ in drawn]), strict=True)]
    device = sentences(bench, task.half)[task.number % len(DEVICES[task.half])]
    made = scene(device, words, task.geometry, seed_of(task.half, task.number, "room"), task.silent)
    if task.alone:
        made = replace(made, heard=made.alone.round().clip(-32768, 32767).astype(np.int16))
    return made, [state for _, state in drawn]


def run(bench: Bench, task: Task) -> Result:
    """Make a scene and listen to it."""
    made, states = make(bench, task)
    now = State.CHECK
    listener, cleaner = bench.listener(now), stage(task)
    played = soxr.resample(made.played, HEAR_RATE, SPEAK_RATE)
    acted: list[Acted] = []
    cpu, trusted = 0.0, []
    turns = [said.start - 0.6 for said in made.said]
    for first in range(0, len(made.heard) - BLOCK + 1, BLOCK):
        begin = time.process_time()
        frame = AudioFrame(made.heard[first : first + BLOCK], first / HEAR_RATE)
        frame, clean_since = cleaner(frame, played[first * RATIO : (first + BLOCK) * RATIO])
        cpu += time.process_time() - begin
        trusted += [clean_since <= frame.start] if first >= FIRST * HEAR_RATE else []
        current = sum(turn <= frame.start for turn in turns)
        if current and states[current - 1] is not now:
            now = states[current - 1]
            listener.expect(now.value, legal(now))
        for one in listener.feed(frame):
            if one.accepted and clean_since <= one.start:
                known = (first + BLOCK) / HEAR_RATE + time.process_time() - begin
                acted.append(Acted(one.start, one.end, known, bench.phrasebook.match(one.text, legal(now))))
    return judged(bench, task, made, states, acted, cpu, float(np.mean(trusted)))


def judged(
    bench: Bench,
    task: Task,
    made: Scene,
    states: Sequence[State],
    acted: Sequence[Acted],
    cpu: float,
    trusted: float,
) -> Result:
    """Compare what acted with what was said."""
    meant, hits, misheard, latencies, rest = [], [], [], [], list(acted)
    for said, state in zip(made.said, states, strict=True):
        mine = [one for one in rest if one.start < said.end and said.start < one.end]
        rest = [one for one in rest if one not in mine]
        wanted = bench.phrasebook.match(said.text, legal(state))
        assert wanted, said.text  # it was drawn as what makes sense there
        hit = bool(mine and mine[0].intent and wanted.meaning == mine[0].intent.meaning)
        meant.append(wanted.kind)
        hits.append(hit)
        latencies += [mine[0].known - said.end] if hit else []
        misheard += [] if hit else [f"{said.text} -> {mine[0].text if mine else ''}"]
    seconds, false = len(made.heard) / HEAR_RATE, tuple(f"{one.text} {one.start:.1f}" for one in rest)
    return Result(task, tuple(meant), tuple(hits), tuple(misheard), false, tuple(latencies), seconds, cpu, trusted)


_bench: Bench | None = None


def _build(settings: Settings) -> None:
    global _bench
    _bench = Bench(settings)


def _run(task: Task) -> Result:
    assert _bench
    return run(_bench, task)


def report(results: Sequence[Result], verbose: bool) -> Iterator[str]:
    """A table, a line for each geometry."""
    yield "\n| user to echo, room | hits | wrong or false | false a minute | median | p90 | CPU | converged |"
    yield "|---" * 8 + "|"
    for name in dict.fromkeys(_name(one.task) for one in results):
        mine = [one for one in results if _name(one.task) == name]
        hits = [hit for one in mine for hit in one.hits]
        times = [late for one in mine for late in one.latencies]
        seconds = sum(one.seconds for one in mine)
        false = [text for one in mine for text in one.false]
        wrong = [text for one in mine for text in one.misheard if not text.endswith("-> ")]
        share = f"{sum(hits)} of {len(hits)} ({100 * np.mean(hits):.1f} %)" if hits else "-"
        speed = f"{np.median(times):.3f} | {np.percentile(times, 90):.3f}" if times else "- | -"
        cpu, trust = sum(one.cpu for one in mine) / seconds, np.mean([one.converged for one in mine])
        counts = f"{len(wrong)}, {len(false)} | {60 * len(false) / seconds:.2f}"
        yield f"| {name} | {share} | {counts} | {speed} | {cpu:.3f} | {100 * trust:.0f} % |"
        if verbose:
            yield f"  missed: {'; '.join(text for one in mine for text in one.misheard)}\n  false: {false}"


def by_meaning(results: Sequence[Result]) -> Iterator[str]:
    """A table over all geometries, a line for each meaning, the worst first."""
    hits: dict[IntentKind, list[bool]] = {}
    for one in results:
        for kind, hit in zip(one.meant, one.hits, strict=True):
            hits.setdefault(kind, []).append(hit)
    yield "\n| meaning | hits |"
    yield "|---" * 2 + "|"
    for kind, mine in sorted(hits.items(), key=lambda item: float(np.mean(item[1]))):
        yield f"| {kind} | {sum(mine)} of {len(mine)} ({100 * np.mean(mine):.0f} %) |"


def _name(task: Task) -> str:
    kind = "without the device" if task.alone else task.geometry.name
    return kind + (", nobody speaks" if task.silent else "") + ("" if task.canceller == "kalman" else task.canceller)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="scripts/bench bargein", description=__doc__)
    parser.add_argument("--half", choices=("tune", "report"), default="report", help="whose voices")
    parser.add_argument("--set", choices=(*SETS, "alone", "silent", "all"), default="all", help="which scenes")
    parser.add_argument("--scenes", type=int, default=9, help=f"scenes of {WORDS} utterances for each geometry")
    parser.add_argument("--only", type=float, nargs="*", help="these levels (user to echo, dB) alone")
    parser.add_argument("--minutes", type=float, default=60, help="how long nobody but the device speaks")
    parser.add_argument("--canceller", default="kalman", choices=("kalman", "none", *rivals.RIVALS))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="say what was missed")
    return parser.parse_args(arguments)


def tasks(options: argparse.Namespace) -> list[Task]:
    """All that is to be played."""
    found: list[Task] = []
    numbers = range(options.scenes)
    for name in SETS if options.set == "all" else (options.set,):
        for geometry in SETS.get(name, ()):
            if options.only is None or geometry.ratio in options.only:
                found += [Task(geometry, options.half, number, options.canceller) for number in numbers]
    if options.set in ("alone", "all"):
        found += [Task(Geometry(), options.half, number, alone=True) for number in numbers]
    if options.set in ("silent", "all"):
        each = 60 * options.minutes / 9
        places = [Geometry(ratio, rt60) for ratio in (10, 0, -10) for rt60 in (0.2, 0.35, 0.5)]
        for number, place in enumerate(places):
            found.append(Task(place, options.half, 1000 + number, options.canceller, silent=each))
    return found


def main(arguments: Sequence[str]) -> None:
    """See the module."""
    options = parse(arguments)
    print(f"{options.half}ing half; {processor()}\nscripts/bench bargein {' '.join(arguments)}")
    found = tasks(options)
    with get_context("fork").Pool(options.jobs, _build, (Settings(),)) as pool:
        results: list[Result] = []
        for result in pool.imap(_run, found):
            results.append(result)
            print(f"{len(results)} of {len(found)}", end="\r", file=sys.stderr)
    for line in (*report(results, options.verbose), *by_meaning(results)):
        print(line)
