"""scripts/bench stopping: from the end of "stop" to silence, recorded on the PulseAudio rig, in real time.

A cramp is told; while the device says a sentence, a recording of "stop" is played into the virtual microphone. What
the microphone and the speaker play is recorded beside it. Counted from the last voiced sample of the word to the last
sample of the device that is not silence, before it confirms that it has stopped. The virtual room has no echo.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from tests import own, rig
from tests.bench.losses import Night
from tests.replies import AUDIO
from voiceguide import wav
from voiceguide.messages import HEAR_RATE

CRAMP = "left-calf-cramp-slt.wav"
STOPS = ("stop-slt.wav", "stop-rms.wav", "stop-awb.wav")

CHUNK = rig.RATE // 100 * 2
"""Bytes of 10 ms."""

SILENT = 33
"""Magnitude below which the speaker is silent: -60 dBFS."""

VOICED = 0.03
"""Of the word's peak: what is softer than -30 dB is not voiced any more."""

GAP = round(0.2 * rig.RATE)
"""Samples of silence that part two sounds: it confirms 0.25 s after it fell silent; within a sentence it is less."""


class Tape:
    """Records a source, with the time of each sample on `time.monotonic`.

    Args:
        env: the rig's.
        device: the source.

    """

    def __init__(self, env: Mapping[str, str], device: str) -> None:
        command = ["parec", f"--device={device}", "--raw", "--format=s16le", f"--rate={rig.RATE}", "--channels=1"]
        self._recorder = subprocess.Popen([*command, "--latency-msec=10"], env=dict(env), stdout=subprocess.PIPE)
        self._data = bytearray()
        self._arrivals: list[float] = []
        self._thread = threading.Thread(target=self._record, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._recorder.terminate()
        self._recorder.wait(10)
        self._thread.join(10)

    def between(self, start: float, end: float) -> tuple[NDArray[np.int16], float]:
        """The samples from one time to another, and the time of the first."""
        zero, data = self._zero(start, end), np.frombuffer(bytes(self._data[: len(self._data) // 2 * 2]), np.int16)
        first, last = (max(0, round((moment - zero) * rig.RATE)) for moment in (start, end))
        return data[first:last], zero + first / rig.RATE

    def _zero(self, start: float, end: float) -> float:
        """When the first sample was recorded: sound arrives late, never early, so by the earliest arrivals.

        Of those in a span: while a stream begins, the daemon gives out sound ahead of its time.
        """
        arrivals = np.array(self._arrivals)
        zeros = arrivals - (np.arange(len(arrivals)) + 1) * CHUNK / 2 / rig.RATE
        return float(np.min(zeros[(arrivals >= start) & (arrivals <= end)]))

    def _record(self) -> None:
        while data := self._recorder.stdout.read(CHUNK) if self._recorder.stdout else b"":
            self._data += data
            if len(data) == CHUNK:
                self._arrivals.append(time.monotonic())


@dataclass(frozen=True, slots=True)
class Stop:
    """What came of one "stop"."""

    file: str
    begin: float
    """When it began to be played, and when all was over (monotonic seconds)."""
    end: float
    heard: bool
    """It was understood."""
    alone: bool
    """Meanwhile no sentence began but the one that confirms it."""


def voiced(word: NDArray[np.int16]) -> int:
    """The position after the last voiced sample of a word."""
    frame = rig.RATE // 200
    levels = np.abs(word[: len(word) // frame * frame].reshape(-1, frame).astype(np.int32)).max(1)
    return int(np.flatnonzero(levels > VOICED * levels.max())[-1] + 1) * frame


def late(stop: Stop, room: Tape, speaker: Tape) -> float | None:
    """Seconds from the end of the word to silence; None: nothing sounded when the word ended."""
    word = wav.read(AUDIO / stop.file, rig.RATE)
    heard, zero = room.between(stop.begin, stop.end)
    likeness = fftconvolve(heard.astype(np.float64), word[::-1].astype(np.float64), "valid")
    spoken = zero + (int(likeness.argmax()) + voiced(word)) / rig.RATE
    said, zero = speaker.between(stop.begin, stop.end)
    loud = np.flatnonzero(np.abs(said.astype(np.int32)) > SILENT)
    parts = np.split(loud, np.flatnonzero(np.diff(loud) > GAP) + 1)
    over = [part for part in parts if len(part) and zero + part[0] / rig.RATE < spoken < zero + part[-1] / rig.RATE]
    return zero + float(over[0][-1]) / rig.RATE - spoken if over else None


def measure(count: int, seed: int) -> list[tuple[Stop, float | None]]:
    """Say "stop" so many times."""
    random, stops = Random(seed), list[Stop]()
    with tempfile.TemporaryDirectory() as folder, rig.PulseRig() as room:
        path = Path(folder) / "night.jsonl"
        files = {file: Path(folder) / file for file in (CRAMP, *STOPS)}
        for file, to in files.items():
            wav.write(to, wav.read(AUDIO / file, HEAR_RATE), HEAR_RATE)
        command = [sys.executable, "-m", "voiceguide", "run", "--model", own.MODEL, "--headphones", "--timeline"]
        with (
            subprocess.Popen([*command, str(path)], env=room.env, stderr=subprocess.DEVNULL) as guide,
            Tape(room.env, "room.monitor") as heard,
            Tape(room.env, "spk.monitor") as spoken,
        ):
            try:
                room.wait_for_listener(60)
                time.sleep(4.0)
                night = Night(path, guide)
                for number in range(count):
                    stops.append(_trial(room, night, files, STOPS[number % len(STOPS)], random))
            finally:
                guide.terminate()
                guide.wait(20)
        return [(stop, late(stop, heard, spoken) if stop.heard and stop.alone else None) for stop in stops]


def _trial(room: rig.PulseRig, night: Night, files: Mapping[str, Path], file: str, random: Random) -> Stop:
    night.now()
    room.play(files[CRAMP])
    night.wait("say", [])
    time.sleep(random.uniform(0.5, 2.0))
    night.now()
    begin = time.monotonic()
    room.play(files[file])
    time.sleep(2.0)
    events = night.events()
    heard = any(event.get("intent") == "stop" for event in events)
    if not heard:
        room.play(files[STOPS[0]])  # so that the next one begins anew
        time.sleep(2.0)
    alone = sum(event["kind"] == "say" for event in events) == 1
    return Stop(file, begin, time.monotonic(), heard, alone)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench stopping", description=__doc__)
    parser.add_argument("--count", type=int, default=24, help="how often (default: 24)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rig.require_for_bench()
    found = measure(options.count, options.seed)
    print('| "stop" | heard | measured | median (s) | p90 (s) | max (s) |\n|---|---|---|---|---|---|')
    for name in (*STOPS, "all"):
        mine = [(stop, seconds) for stop, seconds in found if name in (stop.file, "all")]
        times = [seconds for _, seconds in mine if seconds is not None]
        figures = [f"{np.percentile(times, share):.3f}" for share in (50, 90, 100)] if times else ["-"] * 3
        heard = f"{sum(stop.heard for stop, _ in mine)} of {len(mine)}"
        print(f"| {name} | {heard} | {len(times)} | {' | '.join(figures)} |")
