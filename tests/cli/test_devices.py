"""`voiceguide devices`, on the virtual sound card where there is one."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.rig import PulseRig, require


@pytest.fixture(scope="module")
def rig() -> Iterator[PulseRig]:
    require()
    with PulseRig() as rig:
        yield rig


def devices(rig: PulseRig, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voiceguide", "devices", *arguments]
    return subprocess.run(command, env=rig.env, capture_output=True, text=True, timeout=60)


def test_it_lists_them_and_marks_what_is_used(rig: PulseRig) -> None:
    listed = devices(rig, "--microphone", "pulse")
    assert listed.returncode == 0, listed.stderr
    microphones, speakers = listed.stdout.split("Speakers\n")
    assert [line.split() for line in microphones.splitlines()] == [
        ["Microphones"],
        ["*", "0", "pulse"],
        ["1", "default"],
    ]
    assert ["*", "1", "default"] in [line.split() for line in speakers.splitlines()]


def test_it_tries_both(rig: PulseRig) -> None:
    tried = devices(rig, "--test", "--seconds", "1.5")
    assert tried.returncode == 0, tried.stderr
    assert "Speaker: two tones" in tried.stdout
    assert tried.stdout.count("dBFS") >= 1
    assert tried.stdout.splitlines()[-1] == "Microphone: very faint -> turn it up, or speak to it while it listens"


@pytest.mark.parametrize("option", ["--microphone", "--speaker"])
def test_a_slip_of_the_pen_is_one_line(rig: PulseRig, option: str) -> None:
    failed = devices(rig, option, "defualt")
    assert failed.returncode == 6
    told = failed.stderr.splitlines()[-1]
    assert told == (
        f"voiceguide: no {option.removeprefix('--')} 'defualt' (did you mean 'default'?) -> "
        "use one of: 0 pulse; 1 default"
    )
