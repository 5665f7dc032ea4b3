"""`voiceguide devices`: what is listed, and what the meter tells."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import RecordingSpeaker
from voiceguide.devices import Kind
from voiceguide.errors import DeviceError
from voiceguide.messages import BLOCK, AudioFrame
from voiceguide.run.clock import VirtualClock
from voiceguide.run.settings import Settings
from voiceguide.run.soundcheck import Reading, beep, inventory, meter, verdict
from voiceguide.run.virtual import WavMicrophone


def sound(default: tuple[int, int] = (1, 0)) -> Any:
    devices = [
        {"name": "HDMI", "max_input_channels": 0, "max_output_channels": 2, "default_samplerate": 48_000.0},
        {"name": "USB mic", "max_input_channels": 1, "max_output_channels": 0, "default_samplerate": 44_100.0},
        {"name": "Speakerphone", "max_input_channels": 1, "max_output_channels": 2, "default_samplerate": 48_000.0},
    ]
    return SimpleNamespace(query_devices=lambda: devices, default=SimpleNamespace(device=default))


def clock() -> VirtualClock:
    return VirtualClock(stopwatch=lambda: 0.0)


def used(settings: Settings, default: tuple[int, int] = (1, 0)) -> dict[Kind, str]:
    return {kind: each.device.name for each in inventory(settings, sound(default)) for kind in each.used}


def test_the_default_devices_are_used_where_none_is_chosen() -> None:
    assert used(Settings()) == {Kind.MICROPHONE: "USB mic", Kind.SPEAKER: "HDMI"}
    assert used(Settings(), (-1, 9)) == {}


def test_what_was_chosen_is_used() -> None:
    both = Settings(microphone="phone", speaker="2")
    assert used(both) == {Kind.MICROPHONE: "Speakerphone", Kind.SPEAKER: "Speakerphone"}
    with pytest.raises(DeviceError, match="no microphone 'moon' -> use one of: 1 USB mic; 2 Speakerphone"):
        inventory(Settings(microphone="moon"), sound())


def read(samples: NDArray[np.int16], seconds: float = 1.0) -> list[Reading]:
    time = clock()
    return list(meter(WavMicrophone(samples, time), seconds, time))


def test_the_meter_gives_a_reading_every_quarter_of_a_second() -> None:
    sine = (3276.8 * np.sin(np.arange(32_000) / 5)).astype(np.int16)
    readings = read(sine)
    assert 3 <= len(readings) <= 4
    assert readings[0].level == pytest.approx(-23, abs=0.1)
    assert readings[0].peak == pytest.approx(-20, abs=0.1)
    assert not readings[0].dead
    assert verdict(readings) == "it hears"


@pytest.mark.parametrize(
    ("samples", "line"),
    [
        (np.zeros(32_000, np.int16), "nothing but zeros: it is muted, or not plugged in"),
        ((np.arange(32_000) % 3).astype(np.int16), "very faint -> turn it up, or speak to it while it listens"),
        (np.where(np.arange(32_000) % 9, 10, 32_767).astype(np.int16), "too loud: it distorts -> turn it down"),
    ],
)
def test_it_tells_what_to_do(samples: NDArray[np.int16], line: str) -> None:
    assert verdict(read(samples)) == line
    assert read(np.zeros(32_000, np.int16))[0].level == -100.0


def test_a_microphone_that_gives_nothing_is_an_error() -> None:
    time = clock()

    class Mute:
        def read(self, timeout: float) -> AudioFrame | None:
            time.advance_to(time.now() + timeout)
            return None

        def close(self) -> None:
            pass

    with pytest.raises(DeviceError, match="microphone: gives no sound -> check its plug"):
        list(meter(Mute(), 1.0, time))


def test_two_tones_are_played_to_their_end() -> None:
    time, speaker = clock(), RecordingSpeaker()
    beep(speaker, time, lambda seconds: time.advance_to(time.now() + seconds))
    assert [sound.sound for sound in speaker.played] == ["tone.press", "tone.release"]
    assert time.now() >= 2.0
    speaker.gone = True
    with pytest.raises(DeviceError):
        beep(speaker, time, lambda seconds: time.advance_to(time.now() + seconds))


def test_a_frame_is_a_reading() -> None:
    assert Reading.of([AudioFrame(np.full(BLOCK, 7, np.int16), 0.0)]).dead
