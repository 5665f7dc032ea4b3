"""The speaker, on a sound card that only exists in time."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import FakeSoundDevice
from voiceguide.errors import DeviceError
from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import LOST, MARGIN, DeviceSpeaker
from voiceguide.speak.tones import tones


class Shelf:
    def samples(self, sound: str) -> NDArray[np.int16]:
        return tones()[sound]


def open_speaker(card: FakeSoundDevice, **options: Any) -> DeviceSpeaker:
    return DeviceSpeaker(Mixer(Shelf()), card.time, backend=card, clock=card.clock, **options)


def now(device: FakeSoundDevice) -> int:
    """Position on a clock whose zero is at 100 s."""
    return round((device.time - 100) * SPEAK_RATE)


def press(start: int) -> ScheduledSound:
    return ScheduledSound(start, "tone.press", Cue.PRESS)


def onsets(device: FakeSoundDevice) -> list[int]:
    """Where tones begin in what the device was given, in its frames."""
    samples = np.abs(np.concatenate(device.heard)[:, 0].astype(int))
    loud = np.flatnonzero(samples > 100)
    return [int(at) for at, gap in zip(loud, np.diff(loud, prepend=-SPEAK_RATE), strict=True) if gap > 2000]


def test_a_sound_for_now_is_the_first_that_can_be_changed_and_its_true_time_is_told() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(150)
    start = now(device)
    speaker.play([press(start)])
    device.run(20)
    (started,) = speaker.started()
    assert started.scheduled == start
    assert started.position == start + round(0.06 * SPEAK_RATE) + MARGIN
    assert speaker.started() == []


def test_distances_are_exact_within_and_between_calls() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(150)
    start = now(device)
    speaker.play([press(start), press(start + 48_000)])
    device.run(7)
    speaker.play([press(start + 96_001)])
    device.run(300)
    assert np.diff(onsets(device)).tolist() == [48_000, 48_001]


def test_before_the_device_says_anything_a_sound_comes_at_once() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    speaker.play([press(now(device))])
    device.run(20)
    assert onsets(device)[0] < 480


def test_after_a_stumble_later_sounds_are_brought_forward() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(150)
    start = now(device)
    speaker.play([press(start + 200_000)])
    device.time += 0.05  # nothing was asked for: an underrun
    device.underflow = True
    for _ in range(60):
        device.run(10)
        speaker.check()
    (started,) = speaker.started()
    assert started.position - started.scheduled == pytest.approx(round(0.06 * SPEAK_RATE) + MARGIN, abs=2)
    assert speaker.reanchored == 1
    assert speaker.underruns == 600


def test_a_hush_with_a_short_buffer_fades() -> None:
    device = FakeSoundDevice(latency=0.05)
    speaker = open_speaker(device)
    device.run(150)
    speaker.play([press(now(device))])
    device.run(6)
    speaker.hush()
    device.run(30)
    assert device.stream.aborts == 0
    heard = np.concatenate(device.heard)
    assert heard[156 * 480 : 156 * 480 + 384].any()
    assert not heard[156 * 480 + 384 :].any()


def test_a_hush_with_a_long_buffer_empties_it_and_the_next_sound_comes() -> None:
    device = FakeSoundDevice(latency=0.2)
    speaker = open_speaker(device)
    device.run(150)
    speaker.play([press(now(device))])
    device.run(6)
    speaker.hush()
    speaker.play([press(now(device) + 960)])
    assert device.stream.aborts == 1
    assert device.stream.active
    before = len(device.heard)
    device.run(60)
    after = np.concatenate(device.heard[before:])
    assert np.flatnonzero(np.abs(after) > 100)[0] == pytest.approx(960, abs=480)
    speaker.check()


def test_a_hush_of_a_lost_device_is_an_error() -> None:
    device = FakeSoundDevice(latency=0.2)
    speaker = open_speaker(device)

    def fail() -> None:
        raise device.PortAudioError("Error starting stream: Device unavailable [PaErrorCode -9985]", -9985)

    device.stream.start = fail  # type: ignore[method-assign]
    with pytest.raises(DeviceError, match=r"speaker: lost \(Error starting stream: Device unavailable"):
        speaker.hush()


def test_the_gain_is_the_mixers() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(150)
    speaker.set_gain(0.0)
    speaker.play([press(now(device) + 4800)])
    device.run(60)
    assert not np.concatenate(device.heard).any()


def test_a_device_that_stops_is_lost() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(10)
    speaker.check()
    device.stream.active = False
    with pytest.raises(DeviceError, match="speaker: lost -> check its cable"):
        speaker.check()


def test_a_device_that_falls_silent_is_lost() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(10)
    device.time += LOST + 0.1
    with pytest.raises(DeviceError, match="speaker: lost"):
        speaker.check()


def test_a_bug_in_the_callback_surfaces_in_the_main_loop() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(1)
    speaker.play([press(0)])
    device.stream.options["callback"] = lambda out, frames, times, status: speaker._callback(
        None, frames, times, status
    )
    device.run(1)
    with pytest.raises(TypeError):
        speaker.check()


def test_a_stereo_device_gets_the_same_on_both_sides() -> None:
    class Stereo(FakeSoundDevice):
        def check_output_settings(self, device: Any, channels: int, dtype: str, *, samplerate: int) -> None:
            if channels == 1:
                raise self.PortAudioError("Invalid number of channels", -9998)

    device = Stereo()
    speaker = open_speaker(device)
    speaker.play([press(0)])
    device.run(30)
    heard = np.concatenate(device.heard)
    assert heard.shape[1] == 2
    assert heard.any()
    assert heard[:, 0].tolist() == heard[:, 1].tolist()


def test_a_device_with_another_rate_is_served_at_its_own() -> None:
    device = FakeSoundDevice(rates=[44_100])
    speaker = open_speaker(device)
    device.run(150, frames=441)
    start = now(device)
    speaker.play([press(start), press(start + 48_000)])
    device.run(200, frames=441)
    assert np.diff(onsets(device))[0] == pytest.approx(44_100, abs=1)
    first, second = speaker.started()
    assert second.position - first.position == 48_000
    assert first.position - start == pytest.approx(round(0.06 * SPEAK_RATE) + MARGIN, abs=2)


def test_an_unknown_device_lists_those_there_are() -> None:
    with pytest.raises(DeviceError) as error:
        open_speaker(FakeSoundDevice(names=["USB Audio", "HDMI"]), device="moon")
    assert str(error.value) == ("no speaker 'moon' -> use one of: 0 USB Audio; 1 HDMI")


def test_a_device_is_opened_by_a_part_of_its_name() -> None:
    device = FakeSoundDevice(names=["HDMI", "USB Audio"])
    speaker = open_speaker(device, device="usb")
    assert device.stream.options["device"] == 1
    assert speaker.name == "USB Audio"
    device.run(3)
    assert speaker.blocks == 3
    assert speaker.active


def test_no_device_at_all_is_told() -> None:
    with pytest.raises(DeviceError, match="speaker: there is none -> connect one, or use recordings"):
        open_speaker(FakeSoundDevice(names=[]))


def test_a_device_that_takes_no_rate_is_told() -> None:
    device = FakeSoundDevice(rates=[8000])
    device.check_output_settings = lambda *a, **k: (_ for _ in ()).throw(device.PortAudioError("busy"))  # type: ignore[method-assign]
    with pytest.raises(DeviceError, match=r"speaker: cannot be opened \(busy\) -> use one of: 0 fake"):
        open_speaker(device)


def test_a_device_that_cannot_be_opened_is_told() -> None:
    class Busy(FakeSoundDevice):
        def OutputStream(self, **options: Any) -> Any:  # noqa: N802
            raise self.PortAudioError("Error opening OutputStream: Device unavailable [PaErrorCode -9985]", -9985)

    with pytest.raises(DeviceError, match=r"speaker: cannot be opened \(Error opening OutputStream"):
        open_speaker(Busy())


def test_closing_lets_go() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    speaker.close()
    assert not device.stream.active


def test_a_callback_without_dac_time_tells_nothing() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    out = np.zeros((480, 1), np.int16)
    times = SimpleNamespace(currentTime=7.0, outputBufferDacTime=0.0)
    device.stream.options["callback"](out, 480, times, SimpleNamespace(output_underflow=False))
    speaker.check()
    assert speaker._anchor.offset is None


def test_without_portaudio_the_package_and_the_remedy_are_named() -> None:
    script = """
import sys
class NoPortAudio:
    def find_spec(self, name, path=None, target=None):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
sys.meta_path.insert(0, NoPortAudio())
from voiceguide.errors import DeviceError
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker
try:
    DeviceSpeaker(Mixer(None), 0.0)
except DeviceError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.stdout == "sound devices need PortAudio -> apt install libportaudio2, or use files\n"


def test_what_was_given_to_the_device_is_told_with_its_time_and_its_count() -> None:
    device = FakeSoundDevice()
    speaker = open_speaker(device)
    device.run(150)
    speaker.play([press(now(device))])
    device.run(20)
    (started,) = speaker.started()
    played = speaker.rendered()
    offset = played[0].start - played[0].position
    assert {one.start - one.position for one in played} == {offset}
    assert played[0].start <= started.position < played[0].start + len(played[0].samples)
    heard = np.concatenate(device.heard)[played[0].position :][: len(played[0].samples), 0]
    assert np.array_equal(heard, played[0].samples)
    assert speaker.rendered() == []
