"""Whom it hears, how fast, and what it takes for words that is none: `scripts/bench hearing`.

Latency is from the true end of the words to the decision, computing included. What is reported is the half of the
voices and speakers that nothing was chosen by (`--half tune` shows the other one).
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.bench.material import CONDITIONS, Item, bedroom, real_words, streams, talk
from tests.bench.outcomes import KINDS, Falses, Outcome, latencies, percent, report, share
from tests.bench.recordings import SHARED
from tests.bench.user import cpu, memory
from voiceguide.guide.states import State, legal
from voiceguide.hear.commit import CommitRule, CommitSettings
from voiceguide.hear.listener import Listener
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame
from voiceguide.run.ears import Ears, build_ears, build_listener
from voiceguide.run.settings import Settings
from voiceguide.run.wiring import load_library
from voiceguide.understand.match import Phrasebook

STREAM_STATES = (State.IDLE, State.CHECK, State.PRESS, State.ASK_PLACE)
"""In which states running speech, other words and noises are played."""

TALKERS = 5
"""Variations of each natural voice that talk."""

WAITS = (0.044, 0.064, 0.1, 0.16, 0.25, 0.5)
"""Seconds of silence before acting, for the curve."""

CURVED = tuple(condition for condition in CONDITIONS if condition.name in ("quiet", "fan 10 dB", "tv 10 dB"))

CLASSES: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "stop, safety, danger": ("stop", "safety", "red_flag"),
    "yes, no": ("yes", "no"),
    "better, still, worse": ("better", "still", "worse"),
    "a place": ("symptom", "place"),
}
"""Intents whose waiting is looked at together."""


class Bench:
    """Builds the ears once, and plays to them.

    Args:
        settings: which engine and model.
        waits: how long it waits before it acts; None: as it is built.

    """

    def __init__(self, settings: Settings, waits: CommitSettings | None = None) -> None:
        self.waits = waits
        self.library = load_library(settings)
        self.phrasebook = Phrasebook.of(self.library)
        self.ears: Ears = build_ears(settings, self.phrasebook)

    def listener(self, state: State) -> Listener:
        """A listener that has just come into a state."""
        listener = build_listener(self.ears, self.phrasebook, CommitRule(self.waits))
        listener.expect(state.value, legal(state))
        return listener

    def play(self, item: Item) -> Outcome:
        """One item."""
        listener, now = self.listener(item.state), legal(item.state)
        wanted = self.phrasebook.match(item.text, now)
        heard, latency, done = [], None, 0.0
        for frame in frames(item.samples):
            begin = time.process_time()
            accepted = [one.text for one in listener.feed(frame) if one.accepted]
            done = max(done, frame.end) + time.process_time() - begin  # what took too long makes the next frame late
            latency = done - item.end if accepted and not heard else latency
            heard += accepted
        intents = [self.phrasebook.match(text, now) for text in heard]
        same = [bool(intent and wanted and intent.meaning == wanted.meaning) for intent in intents]
        right = same == [True]
        return Outcome(
            item.text,
            item.state.value,
            item.voice,
            item.condition,
            heard[0] if heard else "",
            right,
            not all(same),
            latency if same[:1] == [True] else None,
            wanted.kind.value if wanted else "",
        )

    def listen_on(self, kind: str, samples: NDArray[np.int16], state: State) -> Falses:
        """A long recording in which nothing is meant for the device."""
        listener = self.listener(state)
        heard, unsure, begin = [], 0, time.process_time()
        for frame in frames(samples):
            for hypothesis in listener.feed(frame):
                if hypothesis.accepted:
                    heard.append(hypothesis.text)
                    unsure += not hypothesis.sure
        used = time.process_time() - begin
        return Falses(kind, state.value, len(samples) / HEAR_RATE, tuple(heard), unsure, used)


def frames(samples: NDArray[np.int16]) -> Iterator[AudioFrame]:
    """As a microphone gives them."""
    for first in range(0, len(samples) - BLOCK + 1, BLOCK):
        yield AudioFrame(samples[first : first + BLOCK], first / HEAR_RATE)


_bench: Bench | None = None


def _build(settings: Settings) -> None:
    global _bench
    _bench = Bench(settings)


def _run(task: Callable[[Bench], Any]) -> Any:
    assert _bench
    return task(_bench)


@dataclass(frozen=True, slots=True)
class _Play:
    item: Item

    def __call__(self, bench: Bench) -> Outcome:
        return bench.play(self.item)


@dataclass(frozen=True, slots=True)
class _Wait:
    """The same with another wait; None: as it is built."""

    silence: float | None
    task: "_Play | _Stream"

    def __call__(self, bench: Bench) -> Outcome | Falses:
        bench.waits = None
        if self.silence is not None:
            longer = max(CommitSettings().silence_if_continues, self.silence)
            bench.waits = CommitSettings(silence=self.silence, by_intent={}, silence_if_continues=longer)
        return self.task(bench)


@dataclass(frozen=True, slots=True)
class _Stream:
    kind: str
    samples: NDArray[np.int16]
    state: State

    def __call__(self, bench: Bench) -> Falses:
        return bench.listen_on(self.kind, self.samples, self.state)


def work(options: argparse.Namespace, bench: Bench) -> Iterator[Callable[[Bench], Any]]:
    """All that is to be played."""
    for item in real_words(options.data, options.half):
        yield _Play(item)
    for kind, samples in (*streams(options.data, options.half), *talk(options.half, TALKERS)):
        for state in STREAM_STATES:
            yield _Stream(kind, samples, state)
    for kind in KINDS:
        each = options.each if kind == "natural" else max(options.each // 3, 1)
        for item in bedroom(bench.library, options.half, kind, CONDITIONS, each):
            yield _Play(item)


def curve(options: argparse.Namespace, settings: Settings, bench: Bench) -> Iterator[str]:
    """What waiting longer before it acts brings, and what it costs."""
    words = [_Play(item) for item in real_words(options.data, options.half)]
    words += [_Play(item) for item in bedroom(bench.library, options.half, "natural", CURVED, options.each)]
    played = (*streams(options.data, options.half), *talk(options.half, TALKERS))
    speech = [_Stream(kind, samples, State.CHECK) for kind, samples in played]
    yield "\n| silence | class | intent right | wrong | median | p90 | p99 | false in check |\n" + "|---" * 8 + "|"
    for wait in (*WAITS, None):
        done = _all([_Wait(wait, task) for task in (*words, *speech)], options.jobs, settings)
        false = sum(len(one.heard) for one in done if isinstance(one, Falses))
        for name, kinds in CLASSES.items():
            found = [one for one in done if isinstance(one, Outcome) and (not kinds or one.intent in kinds)]
            if found:
                right = percent([one.right for one in found])
                yield f"| {wait or 'as built'} | {name} | {right} | {share(found)} | {latencies(found)} | {false} |"


def _all(tasks: Sequence[Callable[[Bench], Any]], jobs: int, settings: Settings) -> list[Any]:
    with get_context("fork").Pool(jobs, _build, (settings,)) as pool:
        return pool.map(_run, tasks, chunksize=4)


def silence(bench: Bench) -> str:
    """What listening costs in a quiet room."""
    quiet = np.random.default_rng(0).normal(0, 8, 60 * HEAR_RATE).astype(np.int16)
    found = bench.listen_on("quiet room", quiet, State.IDLE)
    return f"\nquiet room: {found.cpu / found.seconds:.4f} s of computing for a second of sound"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="scripts/bench hearing", description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of recordings with a manifest.csv")
    parser.add_argument("--engine", default="auto", help="auto, vosk or sphinx")
    parser.add_argument("--model", help="folder of a Vosk model")
    parser.add_argument("--half", choices=("report", "tune"), default="report", help="which half of the speakers")
    parser.add_argument("--each", type=int, default=100, help="utterances per condition (natural voices)")
    parser.add_argument("--json", type=Path, help="write every outcome to this file")
    parser.add_argument("--curve", action="store_true", help="only: how long to wait before acting")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Measure, and print Markdown."""
    options = parse(arguments)
    chosen = {"engine": options.engine, "model": options.model}
    settings = Settings.model_validate({name: value for name, value in chosen.items() if value})
    bench = Bench(settings)
    listening = memory(os.getpid())
    if not options.data.is_dir():
        print(f"no recordings in {options.data}: only synthetic voices are measured", file=sys.stderr)
    machine = f"{os.cpu_count()} x {cpu()}, Python {platform.python_version()}"
    print(f"{bench.ears.recognizer.name}; {machine}; half: {options.half}")
    if options.curve:
        for line in curve(options, settings, bench):
            print(line, flush=True)
        return
    tasks = list(work(options, bench))
    done = _all(tasks, options.jobs, settings)
    outcomes = [one for one in done if isinstance(one, Outcome)]
    streamed = [one for one in done if isinstance(one, Falses)]
    for line in report(outcomes, streamed):
        print(line)
    print(silence(bench))
    print(f"\nmemory: {listening} MB with all that listens, {memory(os.getpid())} MB with all that is played")
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in done], indent=0), "utf-8")
