"""What a user notices, measured on this machine; the figures go to the README by hand, with the machine's name.

`scripts/bench` prints a Markdown table. Nothing here is asserted: absolute times are no matter for tests.
"""

import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests import own, rig
from tests.replies import CLIPS, Reply, reply, states
from voiceguide.run.wiring import Parts, build_parts

STARTS = 5


def cpu() -> str:
    """The processor, as Linux names it."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return names[0] if names else platform.machine()


def memory(pid: int) -> int:
    """Resident memory of a process and of those that it started, MB; what they share counts in each."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return own + sum(memory(int(child)) for child in children)


def starts() -> Iterator[tuple[float, int]]:
    """From calling `voiceguide run` to "Listening." (s), and the memory then (MB), on the virtual sound devices."""
    with rig.PulseRig() as room:
        for _ in range(STARTS):
            begin = time.perf_counter()
            command = [sys.executable, "-m", "voiceguide", "run", "--model", own.MODEL]
            with subprocess.Popen(command, env=room.env, stderr=subprocess.PIPE, text=True) as guide:
                for line in guide.stderr or ():
                    if line.startswith("Listening"):
                        break
                taken = time.perf_counter() - begin
                room.wait_for_listener()
                yield taken, memory(guide.pid)
                guide.send_signal(signal.SIGINT)


def prepared() -> float:
    """Rendering every prompt into an empty cache (s)."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        command = [sys.executable, "-m", "voiceguide", "prepare"]
        subprocess.run(command, env=os.environ | {"XDG_CACHE_HOME": folder}, check=True, capture_output=True)
        return time.perf_counter() - begin


def replies(parts: Parts) -> list[Reply]:
    """Every clip of the synthetic user, in every state in which it makes sense."""
    return [reply(parts, clip, state) for clip in CLIPS for state in states(clip)]


def rows() -> Iterator[tuple[str, str]]:
    """What is measured, and the figure."""
    parts = build_parts(own.SETTINGS, lambda _done, _of: None, print)
    all_replies = replies(parts)
    said = [r for r in all_replies if r.clip["intent"]]
    noise = [r for r in all_replies if not r.clip["intent"]]
    latencies = sorted(r.latency for r in said if r.latency is not None)
    yield "utterances understood, each state", f"{sum(r.right for r in said)} of {len(said)}"
    yield "ordinary speech acted on", f"{sum(bool(r.intents) for r in noise)} of {len(noise)}"
    tenths = statistics.quantiles(latencies, n=10)
    yield "end of words to first sample, median", f"{statistics.median(latencies):.2f} s"
    yield "the same, 90th percentile", f"{tenths[8]:.2f} s"
    yield "rendering all prompts, once", f"{prepared():.1f} s"
    if rig.missing():
        yield "start to listening, memory", rig.missing()
        return
    measured = list(starts())
    yield f"start to listening, median of {STARTS}", f"{statistics.median(taken for taken, _ in measured):.1f} s"
    yield "memory while listening (RSS)", f"{max(size for _, size in measured)} MB"


def main() -> None:
    """Print the table."""
    print(f"Measured on {os.cpu_count()} x {cpu()}, Python {platform.python_version()}, PocketSphinx.\n")
    print("| what | figure |\n|---|---|")
    for what, figure in rows():
        print(f"| {what} | {figure} |", flush=True)
