"""For `voiceguide doctor`: the machine itself. Disk, card, heat, power, clock, service, and its last problems.

Everything that is read lies below a root folder, and every program is called through one function, so that a test can
be any machine. What a machine does not have is no finding.
"""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voiceguide.run.findings import Finding, Verdict
from voiceguide.run.service import LISTENING
from voiceguide.store.disk import megabytes

UNIT = "voiceguide"
"""The service, as systemd knows it."""

LITTLE, SCARCE = 1_000_000_000, 50_000_000
"""Free bytes below which there is a hint, and below which it is wrong: clips of another voice take 790 MB, those of the
night among them, and a model 150 while it comes."""

WARM, HOT = 70.0, 80.0
"""Degrees Celsius above which there is a hint, and from which on a Raspberry Pi is made slower."""

WORN, OUT = 0x09, 0x0B
"""Of `life_time` (JEDEC eMMC 5.0, EXT_CSD 268 and 269): 80 % of its life is over, and more than all of it."""

FIRST_YEAR = 2025
"""A clock that shows an earlier one was never set."""


def call(command: Sequence[str]) -> str | None:
    """What a program prints; None where it is not there, fails, or takes more than 5 s."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, errors="replace", check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


@dataclass(frozen=True, slots=True)
class Machine:
    """What is looked at."""

    root: Path = Path("/")
    """Where /sys, /proc and /run are."""
    call: Callable[[Sequence[str]], str | None] = call
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    """Bytes."""
    now: Callable[[], float] = time.time
    """Seconds since 1970."""

    def text(self, path: str) -> str | None:
        """What a file holds; None where it can't be read."""
        try:
            return (self.root / path).read_text("utf-8", "replace").strip()
        except OSError:
            return None

    def texts(self, pattern: str) -> Iterator[tuple[Path, str]]:
        """All files of a pattern that can be read, and what they hold."""
        for path in sorted(self.root.glob(pattern)):
            text = self.text(str(path.relative_to(self.root)))
            if text is not None:
                yield path, text


def examine_board(machine: Machine, folders: Sequence[Path]) -> Iterator[Finding]:
    """All that there is to find.

    Args:
        machine: what is looked at.
        folders: where something will be written; they need not be there yet.

    """
    yield _disk(machine, folders)
    yield _storage(machine)
    yield from _temperature(machine)
    yield from _power(machine)
    yield _clock(machine)
    yield from _service(machine)


def _disk(machine: Machine, folders: Sequence[Path]) -> Finding:
    there = {next(each for each in (folder, *folder.parents) if each.is_dir()) for folder in folders}
    free, where = min((machine.free(folder), folder) for folder in there)
    detail = f"{megabytes(free)} free at {where}"
    remedy = "free some: sudo apt clean; voiceguide models list"
    if free < LITTLE:
        return Finding("disk", Verdict.WRONG if free < SCARCE else Verdict.BETTER, detail, remedy)
    return Finding("disk", Verdict.FINE, detail)


def _storage(machine: Machine) -> Finding:
    """Signs that the card or disk fails."""
    found = sorted(_storage_faults(machine), key=lambda fault: fault.verdict is not Verdict.WRONG)
    return found[0] if found else Finding("storage", Verdict.FINE, "no error was counted")


def _storage_faults(machine: Machine) -> Iterator[Finding]:
    replace = "copy what you need, and replace the card or disk"
    for path, text in machine.texts("sys/fs/ext4/*/errors_count"):
        if _number(text):
            what = f"{text} errors in the file system of {path.parent.name}"
            yield Finding("storage", Verdict.WRONG, what, f"{replace}; sudo touch /forcefsck, and start it anew")
    for path, text in machine.texts("sys/block/mmcblk*/device/life_time"):
        worst = max((_number(part) for part in text.split()), default=0)
        if worst >= WORN:
            name = path.parent.parent.name
            used = "more than all" if worst >= OUT else f"{(worst - 1) * 10} to {worst * 10} %"
            verdict = Verdict.WRONG if worst >= OUT else Verdict.BETTER
            yield Finding("storage", verdict, f"{name} has lived through {used} of its life", replace)
    for line in (machine.text("proc/mounts") or "").splitlines():
        _, place, _, options, *_ = [*line.split(), "", "", "", ""]
        if place == "/" and "ro" in options.split(","):
            remedy = f"if nobody set it so, the card fails: {replace}"
            yield Finding("storage", Verdict.BETTER, "nothing can be written to /", remedy)


def _temperature(machine: Machine) -> Iterator[Finding]:
    degrees = [_number(text) / 1000 for _, text in machine.texts("sys/class/thermal/thermal_zone*/temp")]
    if degrees:
        warmest = max(degrees)
        verdict = Verdict.WRONG if warmest >= HOT else Verdict.BETTER if warmest >= WARM else Verdict.FINE
        remedy = "" if verdict is Verdict.FINE else "give it air, away from heating and blankets"
        yield Finding("temperature", verdict, f"{warmest:.0f} degrees Celsius", remedy)


def _power(machine: Machine) -> Iterator[Finding]:
    """Of a Raspberry Pi, whose firmware counts (vcgencmd get_throttled): bits 0 to 3 now, 16 to 19 since the start."""
    text = machine.text("sys/devices/platform/soc/soc:firmware/get_throttled")
    text = text or (machine.call(["vcgencmd", "get_throttled"]) or "").strip().partition("=")[2]
    if not text:
        return
    bits = _number(text if text.startswith("0x") else f"0x{text}")
    now, since = bits & 0xF, bits >> 16 & 0xF
    if (now | since) & 0x1:
        when = "now" if now & 0x1 else "since the start"
        verdict = Verdict.WRONG if now & 0x1 else Verdict.BETTER
        remedy = "use the power supply of the Raspberry Pi, and a short cable; take off what draws power"
        yield Finding("power", verdict, f"too little voltage ({when})", remedy)
    elif now | since:
        when = "now" if now else "since the start"
        remedy = "give it air, away from heating and blankets"
        yield Finding("power", Verdict.BETTER, f"it was made slower because of heat ({when})", remedy)
    else:
        yield Finding("power", Verdict.FINE, "enough voltage since the start")


def _clock(machine: Machine) -> Finding:
    shown = datetime.fromtimestamp(machine.now(), UTC)
    detail = f"{shown:%Y-%m-%d %H:%M} UTC"
    remedy = "set it: sudo timedatectl set-time 'YYYY-MM-DD HH:MM'; or connect it to a network once"
    if shown.year < FIRST_YEAR:
        return Finding("clock", Verdict.WRONG, f"{detail}, which cannot be", remedy)
    told = machine.call(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if (machine.root / "run/systemd/timesync/synchronized").exists() or (told or "").strip() == "yes":
        return Finding("clock", Verdict.FINE, f"{detail}, set by the network")
    if told is None:
        return Finding("clock", Verdict.FINE, f"{detail}; who set it is unknown")
    remedy = "look whether it is right; without a network a real-time clock keeps it"
    return Finding("clock", Verdict.BETTER, f"{detail}, not set by the network since the start", remedy)


def _service(machine: Machine) -> Iterator[Finding]:
    """The service of systemd, and what it complained about."""
    state = service_state(machine)
    if state is None:
        return
    if state.get("LoadState") != "loaded":
        yield Finding("service", Verdict.FINE, "not installed as one")
        return
    active, restarts = state.get("ActiveState", "unknown"), _number(state.get("NRestarts", "0"))
    status = state.get("StatusText") or LISTENING
    logs = f"journalctl -u {UNIT} -n 50"
    if active == "failed":
        yield Finding("service", Verdict.WRONG, "it has failed", f"{logs}; sudo systemctl restart {UNIT}")
    elif active != "active":
        yield Finding("service", Verdict.BETTER, f"it is {active}", f"sudo systemctl start {UNIT}")
    elif status != LISTENING:
        remedy = "plug it in, or choose another: sudo voiceguide devices"
        yield Finding("service", Verdict.WRONG, f"active, but {status}", remedy)
    elif restarts:
        yield Finding("service", Verdict.BETTER, f"active, after {restarts} restarts", logs)
    else:
        yield Finding("service", Verdict.FINE, "active")
    yield _problems(machine, logs)


def service_state(machine: Machine) -> dict[str, str] | None:
    """What systemd says of the service; None where there is no systemd."""
    if not (machine.root / "run/systemd/system").is_dir():
        return None
    told = machine.call(["systemctl", "show", UNIT, "--property=LoadState,ActiveState,NRestarts,StatusText"])
    return dict(line.split("=", 1) for line in (told or "").splitlines() if "=" in line)


def _problems(machine: Machine, logs: str) -> Finding:
    command = ["journalctl", "-u", UNIT, "-p", "warning", "-n", "5", "-o", "cat", "--no-pager", "--quiet"]
    told = machine.call(command)
    if told is None:
        return Finding("problems", Verdict.FINE, "not looked for: this user may not read the journal", logs)
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    if not lines:
        return Finding("problems", Verdict.FINE, "none in the journal")
    return Finding("problems", Verdict.BETTER, "last: " + "; ".join(lines), logs)


def _number(text: str) -> int:
    """A number, decimal or as 0x...; 0 where it is none."""
    try:
        return int(text, 0)
    except ValueError:
        return 0
