"""What `voiceguide doctor` finds on machines that are made up."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from voiceguide.run.board import Machine, call, examine_board
from voiceguide.run.findings import Finding, Verdict, healthy

NIGHT = 1_780_000_000.0
"""In May 2026."""

SYNCHRONIZED = {"run/systemd/timesync/synchronized": ""}
LOADED = "LoadState=loaded\nActiveState={}\nNRestarts={}\n"


def found(
    tmp_path: Path,
    files: Mapping[str, str] | None = None,
    programs: Mapping[str, str] | None = None,
    free: int = 10**10,
    now: float = NIGHT,
) -> dict[str, Finding]:
    """The findings of a machine with some files, and with programs that print something."""
    for name, text in (files or {}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    def run(command: Sequence[str]) -> str | None:
        return (programs or {}).get(command[0])

    machine = Machine(tmp_path, run, lambda _folder: free, lambda: now)
    findings = list(examine_board(machine, [tmp_path / "cache" / "voiceguide"]))
    assert len({each.name for each in findings}) == len(findings)
    assert all(each.remedy for each in findings if each.verdict is not Verdict.FINE)
    return {each.name: each for each in findings}


def test_a_machine_that_is_well_and_has_little(tmp_path: Path) -> None:
    findings = found(tmp_path)
    assert {name: (each.verdict, each.detail) for name, each in findings.items()} == {
        "disk": (Verdict.FINE, f"10000.0 MB free at {tmp_path}"),
        "storage": (Verdict.FINE, "no error was counted"),
        "clock": (Verdict.FINE, "2026-05-28 20:26 UTC; who set it is unknown"),
    }
    assert healthy(findings.values())


@pytest.mark.parametrize(
    ("free", "verdict"), [(10**9, Verdict.FINE), (400_000_000, Verdict.BETTER), (30_000_000, Verdict.WRONG)]
)
def test_a_disk_that_fills(tmp_path: Path, free: int, verdict: Verdict) -> None:
    assert found(tmp_path, free=free)["disk"].verdict is verdict


@pytest.mark.parametrize(
    ("files", "verdict", "detail"),
    [
        ({"sys/fs/ext4/mmcblk0p2/errors_count": "0\n"}, Verdict.FINE, "no error was counted"),
        ({"sys/fs/ext4/mmcblk0p2/errors_count": "3\n"}, Verdict.WRONG, "3 errors in the file system of mmcblk0p2"),
        ({"sys/fs/ext4/sda1/errors_count": "nonsense"}, Verdict.FINE, "no error was counted"),
        ({"sys/block/mmcblk0/device/life_time": "0x01 0x02\n"}, Verdict.FINE, "no error was counted"),
        ({"sys/block/mmcblk0/device/life_time": "\n"}, Verdict.FINE, "no error was counted"),
        (
            {"sys/block/mmcblk0/device/life_time": "0x01 0x09\n"},
            Verdict.BETTER,
            "mmcblk0 has lived through 80 to 90 % of its life",
        ),
        (
            {"sys/block/mmcblk0/device/life_time": "0x0b 0x09\n"},
            Verdict.WRONG,
            "mmcblk0 has lived through more than all of its life",
        ),
        ({"proc/mounts": "/dev/root / ext4 ro,noatime 0 0\n"}, Verdict.BETTER, "nothing can be written to /"),
        ({"proc/mounts": "/dev/root / ext4 rw,errors=remount-ro 0 0\nx\n"}, Verdict.FINE, "no error was counted"),
        (
            {"proc/mounts": "/dev/root / ext4 ro 0 0\n", "sys/fs/ext4/mmcblk0p2/errors_count": "1"},
            Verdict.WRONG,
            "1 errors in the file system of mmcblk0p2",
        ),
    ],
)
def test_a_card_that_fails(tmp_path: Path, files: dict[str, str], verdict: Verdict, detail: str) -> None:
    storage = found(tmp_path, files)["storage"]
    assert (storage.verdict, storage.detail) == (verdict, detail)


@pytest.mark.parametrize(
    ("millidegrees", "verdict"), [(45_000, Verdict.FINE), (72_000, Verdict.BETTER), (83_500, Verdict.WRONG)]
)
def test_heat(tmp_path: Path, millidegrees: int, verdict: Verdict) -> None:
    files = {"sys/class/thermal/thermal_zone0/temp": "30000\n"}
    files["sys/class/thermal/thermal_zone1/temp"] = f"{millidegrees}\n"
    heat = found(tmp_path, files)["temperature"]
    assert (heat.verdict, heat.detail) == (verdict, f"{millidegrees / 1000:.0f} degrees Celsius")


def test_a_sensor_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sys/class/thermal/thermal_zone0/temp").mkdir(parents=True)
    assert "temperature" not in found(tmp_path)


@pytest.mark.parametrize(
    ("bits", "verdict", "detail"),
    [
        ("0", Verdict.FINE, "enough voltage since the start"),
        ("50005", Verdict.WRONG, "too little voltage (now)"),
        ("50000", Verdict.BETTER, "too little voltage (since the start)"),
        ("80008", Verdict.BETTER, "it was made slower because of heat (now)"),
        ("60000", Verdict.BETTER, "it was made slower because of heat (since the start)"),
    ],
)
def test_the_power_of_a_raspberry_pi(tmp_path: Path, bits: str, verdict: Verdict, detail: str) -> None:
    file = {"sys/devices/platform/soc/soc:firmware/get_throttled": f"{bits}\n"}
    for at, (files, programs) in enumerate(((file, {}), ({}, {"vcgencmd": f"throttled=0x{bits}\n"}))):
        power = found(tmp_path / str(at), files, programs)["power"]
        assert (power.verdict, power.detail) == (verdict, detail)


@pytest.mark.parametrize(
    ("now", "files", "programs", "verdict", "detail"),
    [
        (1000.0, SYNCHRONIZED, {}, Verdict.WRONG, "1970-01-01 00:16 UTC, which cannot be"),
        (NIGHT, SYNCHRONIZED, {}, Verdict.FINE, "2026-05-28 20:26 UTC, set by the network"),
        (NIGHT, {}, {"timedatectl": "yes\n"}, Verdict.FINE, "2026-05-28 20:26 UTC, set by the network"),
        (
            NIGHT,
            {},
            {"timedatectl": "no\n"},
            Verdict.BETTER,
            "2026-05-28 20:26 UTC, not set by the network since the start",
        ),
    ],
)
def test_the_clock(
    tmp_path: Path, now: float, files: dict[str, str], programs: dict[str, str], verdict: Verdict, detail: str
) -> None:
    clock = found(tmp_path, files, programs, now=now)["clock"]
    assert (clock.verdict, clock.detail) == (verdict, detail)


@pytest.mark.parametrize(
    ("shown", "verdict", "detail"),
    [
        ("LoadState=not-found\nActiveState=inactive\n", Verdict.FINE, "not installed as one"),
        (LOADED.format("active", 0), Verdict.FINE, "active"),
        (LOADED.format("active", 7), Verdict.BETTER, "active, after 7 restarts"),
        (LOADED.format("active", 7) + "StatusText=Listening.\n", Verdict.BETTER, "active, after 7 restarts"),
        (
            LOADED.format("active", 0) + "StatusText=Deaf: no microphone 'USB'; it is tried again\n",
            Verdict.WRONG,
            "active, but Deaf: no microphone 'USB'; it is tried again",
        ),
        (LOADED.format("inactive", 0), Verdict.BETTER, "it is inactive"),
        (LOADED.format("failed", 5), Verdict.WRONG, "it has failed"),
    ],
)
def test_the_service(tmp_path: Path, shown: str, verdict: Verdict, detail: str) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    findings = found(tmp_path, programs={"systemctl": shown})
    assert (findings["service"].verdict, findings["service"].detail) == (verdict, detail)
    assert ("problems" in findings) is ("not-found" not in shown)


def test_its_last_problems(tmp_path: Path) -> None:
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    programs = {"systemctl": LOADED.format("active", 0), "journalctl": "microphone lost\n\nclock jumped\n"}
    problems = found(tmp_path, programs=programs)["problems"]
    assert (problems.verdict, problems.detail) == (Verdict.BETTER, "last: microphone lost; clock jumped")
    none = found(tmp_path, programs=programs | {"journalctl": "\n"})["problems"]
    assert (none.verdict, none.detail) == (Verdict.FINE, "none in the journal")
    unread = found(tmp_path, programs={"systemctl": programs["systemctl"]})["problems"]
    assert (unread.verdict, unread.detail) == (Verdict.FINE, "not looked for: this user may not read the journal")


def test_programs_that_are_there_or_not() -> None:
    assert call(["echo", "here"]) == "here\n"
    assert call(["false"]) is None
    assert call(["voiceguide-there-is-no-such-program"]) is None


def test_this_very_machine() -> None:
    findings = list(examine_board(Machine(), [Path.home()]))
    assert {"disk", "storage", "clock"} <= {each.name for each in findings}
