"""scripts/bench losses: does it come back from every loss of a device, without a restart? On the PulseAudio rig."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import own, rig
from voiceguide import wav
from voiceguide.messages import HEAR_RATE

AUDIO = Path(__file__).parent.parent / "audio"
PATIENCE = 30.0
"""Seconds after which it has not come back."""

AWAY = 3.0
"""Seconds for which a device is away, after it was noticed."""

Room = rig.PulseRig


@dataclass(frozen=True, slots=True)
class Loss:
    """A way to lose a device."""

    name: str
    lost: tuple[str, ...]
    """What the program must notice."""
    harm: Callable[[Room], None]
    mend: Callable[[Room], None]


LOSSES = (
    Loss("microphone unplugged", ("microphone",), lambda r: r.unplug("mic"), lambda r: r.plug("mic")),
    Loss("microphone hangs", ("microphone",), lambda r: r.hang("mic"), lambda r: r.hang("mic", hung=False)),
    Loss("speaker hangs", ("speaker",), lambda r: r.hang("spk"), lambda r: r.hang("spk", hung=False)),
    Loss(
        "all hardware unplugged",
        ("microphone", "speaker"),
        lambda r: r.unplug("mic", "room", "spk", "void"),
        lambda r: r.plug("void", "spk", "room", "mic"),
    ),
    Loss("sound daemon killed", ("microphone", "speaker"), lambda r: r.end(kill=True), lambda r: r.start()),
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came of one loss, in seconds."""

    loss: Loss
    noticed: float | None
    """From the loss until it was noticed; None: never."""
    back: float | None
    """From when the device could be had again until it was back; None: never."""
    heard: bool
    """It understood what was said afterwards."""

    @property
    def well(self) -> bool:
        return self.noticed is not None and self.back is not None and self.heard


class Night:
    """The program's own timeline, while it is written."""

    def __init__(self, path: Path, guide: subprocess.Popen[str]) -> None:
        self._path = path
        self._guide = guide
        self._read = 0
        self._all: list[dict[str, str]] = []
        self.mark = 0

    def events(self) -> list[dict[str, str]]:
        """Since the mark."""
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._read)
                lines = file.read().rpartition(b"\n")[0]
            self._read += len(lines) + bool(lines)
            self._all += [json.loads(line) for line in lines.splitlines()]
        return self._all[self.mark :]

    def now(self) -> None:
        """Set the mark."""
        self.mark += len(self.events())

    def wait(self, kind: str, texts: Sequence[str]) -> float | None:
        """Seconds until events of a kind, with all these texts, are there since the mark; None: they never are."""
        begin = time.monotonic()
        while time.monotonic() < begin + PATIENCE and self._guide.poll() is None:
            seen = {event["text"] for event in self.events() if event["kind"] == kind}
            if seen and set(texts) <= seen:
                return time.monotonic() - begin
            time.sleep(0.02)
        return None


def lose(room: Room, night: Night, loss: Loss, words: Path) -> Recovery:
    """One loss, and what is said afterwards."""
    night.now()
    loss.harm(room)
    noticed = night.wait("lost", loss.lost)
    time.sleep(AWAY)
    loss.mend(room)
    back = night.wait("back", loss.lost)
    time.sleep(1.0)
    night.now()
    room.play(words)
    heard = night.wait("intent", []) is not None  # whatever it takes the words for in its present state
    time.sleep(2.0)  # so that the next loss hits what it says
    return Recovery(loss, noticed, back, heard)


def session(room: Room, folder: Path, count: int) -> list[Recovery]:
    """Many losses of one program that is never started anew."""
    words, path = folder / "words.wav", folder / "night.jsonl"
    wav.write(words, wav.read(AUDIO / "left-calf-cramp-slt.wav", HEAR_RATE), HEAR_RATE)
    command = [sys.executable, "-m", "voiceguide", "run", "--settings", own.QUIET, "--model", own.MODEL]
    command += ["--headphones", "--timeline", str(path)]
    found = []
    with subprocess.Popen(command, env=room.env, stderr=subprocess.DEVNULL, text=True) as guide:
        room.wait_for_listener()
        time.sleep(4.0)
        night = Night(path, guide)
        for number in range(count):
            found.append(lose(room, night, LOSSES[number % len(LOSSES)], words))
            print(row(number + 1, found[-1]), flush=True)
        guide.terminate()  # Ctrl-C is ignored where this bench runs in the background
        guide.wait(20)
    return found


def row(number: int, recovery: Recovery) -> str:
    """A line of the table."""
    noticed, back = (f"{s:.2f}" if s is not None else "never" for s in (recovery.noticed, recovery.back))
    return f"| {number} | {recovery.loss.name} | {noticed} | {back} | {'yes' if recovery.heard else 'NO'} |"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench losses", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="how many losses (default: 20)")
    options = parser.parse_args(arguments)
    rig.require_for_bench()
    print("| | loss | noticed after (s) | back after (s) | then hears |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, Room() as room:
        found = session(room, Path(folder), options.count)
    noticed = [each.noticed for each in found if each.noticed is not None]
    back = [each.back for each in found if each.back is not None]
    print(f"\n{sum(each.well for each in found)} of {len(found)} recovered without a restart", end="; ")
    print(f"noticed after {statistics.mean(noticed):.2f} s (max {max(noticed):.2f})", end=", ")
    print(f"back after {statistics.mean(back):.2f} s (max {max(back):.2f}) on average")
