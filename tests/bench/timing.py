"""scripts/bench timing: are the tones where they were scheduled? Recorded on the PulseAudio rig, in real time."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests import rig
from voiceguide import wav
from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.tones import tones

SEARCH = SPEAK_RATE * 45 // 100
"""Samples around its place in which a tone is looked for: less than half of the distance between two."""

JUMP = 6.0
"""Milliseconds from one tone to the next that are a stumble of the device."""


@dataclass(frozen=True, slots=True)
class Cues:
    """The tones of a run: where they were found (samples of the recording; -1: nowhere), and where scheduled."""

    found: NDArray[np.int64]
    scheduled: NDArray[np.int64]

    @property
    def errors(self) -> NDArray[np.float64]:
        """Milliseconds that each found tone is late, against the median."""
        there = self.found >= 0
        late = (self.found - self.scheduled)[there].astype(float)
        return (late - np.median(late)) * 1000 / SPEAK_RATE

    @property
    def lost(self) -> int:
        return int((self.found < 0).sum())

    @property
    def drift(self) -> float:
        """Milliseconds from the first tone to the last, of the line through all."""
        errors = self.errors
        slope = np.polyfit(np.arange(len(errors)), errors, 1)[0]
        return float(slope * (len(errors) - 1))

    @property
    def holds(self) -> NDArray[np.float64]:
        """Milliseconds by which each hold, from press to release, was longer than planned."""
        pairs = (self.found[:-1:2] >= 0) & (self.found[1::2] >= 0)
        longer = (self.found[1::2] - self.found[:-1:2]) - (self.scheduled[1::2] - self.scheduled[:-1:2])
        return longer[pairs] * 1000.0 / SPEAK_RATE


def locate(recording: NDArray[np.int16], scheduled: Sequence[tuple[int, str]]) -> Cues:
    """Find each tone by its correlation with the recording, from where the one before it was found."""
    shapes = {name: samples.astype(np.float32) for name, samples in tones().items()}
    loud = np.flatnonzero(np.abs(recording.astype(np.int32)) > 300)
    offset = int(loud[0]) - scheduled[0][0]
    found = []
    for start, name in scheduled:
        shape = shapes[name]
        first = max(start + offset - SEARCH, 0)
        window = recording[first : first + 2 * SEARCH + len(shape)].astype(np.float32)
        if len(window) < len(shape):
            found.append(-1)
            continue
        size = 1 << (len(window) + len(shape)).bit_length()
        spectrum = np.fft.rfft(window, size) * np.conj(np.fft.rfft(shape, size))
        likeness = np.fft.irfft(spectrum, size)[: len(window) - len(shape) + 1] / (shape @ shape)
        best = int(likeness.argmax())
        if likeness[best] < 0.5:
            found.append(-1)
            continue
        found.append(first + best)
        offset = first + best - start
    return Cues(np.array(found), np.array([start for start, _ in scheduled]))


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that never rest."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def measure(seconds: float, load: int, keep: Path | None = None) -> tuple[Cues, dict[str, object]]:
    """Play and record for so long, beside so many busy processes."""
    with tempfile.TemporaryDirectory() as folder, rig.PulseRig() as room:
        out, recording = Path(folder) / "out.json", Path(folder) / "spk.wav"
        command = [sys.executable, "-m", "tests.bench.metronome", str(seconds), out]
        with busy(load), room.recording(recording):
            player = subprocess.run(command, env=room.env, stderr=subprocess.PIPE, text=True)
        if player.returncode:
            *_, last = f"exit code {player.returncode}", *player.stderr.splitlines()
            sys.exit(f"bench: the player failed: {last}")
        result = json.loads(out.read_text("utf-8"))
        samples = wav.read(recording, SPEAK_RATE)
    if keep:
        keep.write_text(json.dumps(result), "utf-8")
    return locate(samples, result["scheduled"]), result


def row(name: str, cues: Cues, result: dict[str, object]) -> str:
    """A line of the table."""
    errors = np.abs(cues.errors)
    stumbles = int((np.abs(np.diff(cues.errors)) > JUMP).sum())
    figures = (
        f"{len(cues.found)}",
        f"{cues.lost}",
        f"{np.median(errors):.2f}",
        f"{np.percentile(errors, 95):.2f}",
        f"{errors.max():.2f}",
        f"{cues.drift:+.2f}",
        f"{cues.holds.min():+.2f}",
        f"{result['underruns']}",
        f"{result['reanchored']}",
        f"{stumbles}",
    )
    return f"| {name} | {' | '.join(figures)} |"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench timing", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each run (default: 10)")
    parser.add_argument("--load", type=int, nargs="?", const=os.cpu_count(), help="beside so many busy processes only")
    parser.add_argument("--keep", type=Path, help="write what the player told into this file, as JSON")
    options = parser.parse_args(arguments)
    rig.require_for_bench()
    loads = [0, os.cpu_count() or 2] if options.load is None else [options.load]
    print("| busy processes | tones | lost | error median (ms) | 95 % | max | drift (ms) | shortest hold (ms)"
          " | underruns | set anew | jumps |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for load in loads:
        print(row(str(load), *measure(options.minutes * 60, load, options.keep)), flush=True)
