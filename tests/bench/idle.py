"""scripts/bench idle: what waiting costs, on the PulseAudio rig: memory, processor, and which files grow.

Nobody calls; the room has its noise (-72 dBFS). The program has its journal, and folders of its own.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests import own, rig
from tests.bench.user import cpu
from tests.bench.vigil import look, processes

ROWS = 12
"""How many lines are printed."""

SETTLED = 1.0
"""Minutes after which the start is over: what grows from then on is growth."""


def computing(pid: int) -> float:
    """Seconds of a processor that a process and those that it started have used."""
    ticks = 0
    for one in processes(pid):
        fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime, stime: proc_pid_stat(5), 14 and 15
    return ticks / os.sysconf("SC_CLK_TCK")


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of each file under a folder."""
    return {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*") if file.is_file()}


def wait(pid: int, minutes: float, folder: Path) -> list[str]:
    """So many minutes after the start; a row is printed now and then.

    Returns:
        What was found, as lines.

    """
    time.sleep(60 * SETTLED)
    begin, used, before = time.monotonic(), computing(pid), sizes(folder)
    first = last = look(pid, 0.0)
    shares = []
    print("| minute | memory (MB) | threads | open files | of a core since the row before |\n|---|---|---|---|---|")
    for row in range(1, ROWS + 1):
        start, spent = time.monotonic(), computing(pid)
        time.sleep(max(begin + 60 * minutes * row / ROWS - start, 0.0))
        shares.append((computing(pid) - spent) / (time.monotonic() - start))
        last = look(pid, (time.monotonic() - begin) / 60)
        print(f"{last.row} {shares[-1]:.1%} |", flush=True)
    whole = (computing(pid) - used) / (time.monotonic() - begin)
    grown = {name: size - before.get(name, 0) for name, size in sizes(folder).items() if size > before.get(name, 0)}
    return [
        f"memory: {first.memory:.1f} MB a minute after the start, {last.memory:.1f} at the end",
        f"processor: {whole:.1%} of a core, {min(shares):.1%} to {max(shares):.1%} from row to row",
        "files that grew: " + (", ".join(f"{name} by {by} bytes" for name, by in grown.items()) or "none"),
    ]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench idle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0, help="after the first one (default: 120)")
    options = parser.parse_args(arguments)
    rig.require_for_bench()
    print(f"{options.minutes:g} minutes on {os.cpu_count()} x {cpu()}, {platform.system()}\n")
    with tempfile.TemporaryDirectory() as home, rig.PulseRig() as room:
        folders = {f"XDG_{kind}_HOME": f"{home}/{kind.lower()}" for kind in ("DATA", "CONFIG", "STATE")}
        env = room.env | folders | {"VOICEGUIDE_JOURNAL": "true"}
        command = [sys.executable, "-m", "voiceguide", "run", "--settings", own.QUIET, "--model", own.MODEL]
        command += ["--timeline", f"{home}/night.jsonl"]
        with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as guide:
            try:
                room.wait_for_listener(60)
                found = wait(guide.pid, options.minutes, Path(home))
            finally:
                guide.terminate()  # Ctrl-C is ignored where this bench runs in the background
                guide.wait(30)
    print("", *found, f"load of this machine at the end: {os.getloadavg()[1]:.1f}", sep="\n")
