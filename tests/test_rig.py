"""The virtual room itself: what goes into it arrives."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.rig import PulseRig, require
from voiceguide import wav

RATE = 48_000
# silence around the tone: a stream loses its first 20 ms, and at its close what is still in the buffers
PLAY = """
import numpy, sounddevice
tone = 0.3 * numpy.sin(2 * numpy.pi * 1000 * numpy.arange(48_000) / 48_000)
sounddevice.play(numpy.pad(tone, 24_000).astype("float32"), 48_000, device="pulse", blocking=True)
"""
RECORD = """
import sys, sounddevice, soundfile
samples = sounddevice.rec(16_000, 16_000, 1, "int16", device="pulse", blocking=True)
soundfile.write(sys.argv[1], samples, 16_000)
"""


@pytest.fixture(scope="module")
def rig() -> Iterator[PulseRig]:
    require()
    with PulseRig() as rig:
        yield rig


def loudest_frequency(samples: NDArray[np.int16], rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


def test_what_a_program_plays_is_in_the_recording(rig: PulseRig, tmp_path: Path) -> None:
    with rig.recording(tmp_path / "spk.wav"):
        subprocess.run([sys.executable, "-c", PLAY], env=rig.env, check=True, timeout=30)
    heard = wav.read(tmp_path / "spk.wav", RATE)
    assert loudest_frequency(heard, RATE) == pytest.approx(1000, abs=5)
    assert np.abs(heard).max() == pytest.approx(0.3 * 32768, rel=0.05)
    loud = np.flatnonzero(np.abs(heard) > 1000)
    assert loud[-1] - loud[0] == pytest.approx(RATE, rel=0.01)


def test_what_is_played_into_the_room_is_at_the_microphone(rig: PulseRig, tmp_path: Path) -> None:
    tone = 8000 * np.sin(2 * np.pi * 440 * np.arange(RATE * 2) / RATE)
    wav.write(tmp_path / "tone.wav", tone.astype(np.int16), RATE)
    with subprocess.Popen([sys.executable, "-c", RECORD, tmp_path / "mic.wav"], env=rig.env) as recorder:
        rig.wait_for_listener()
        rig.play(tmp_path / "tone.wav")
        assert recorder.wait(30) == 0
    heard = wav.read(tmp_path / "mic.wav", 16_000)
    assert loudest_frequency(heard, 16_000) == pytest.approx(440, abs=5)
    assert np.abs(heard).max() == pytest.approx(8000, rel=0.05)


def test_a_condition_that_never_holds_is_an_error(rig: PulseRig) -> None:
    with pytest.raises(TimeoutError, match="waited in vain for the moon"):
        rig.wait_until(lambda: False, "the moon", seconds=0.1)


def test_the_daemon_is_gone_afterwards() -> None:
    require()
    with PulseRig() as rig:
        pass
    assert subprocess.run(["pactl", "info"], env=rig.env, capture_output=True).returncode != 0
