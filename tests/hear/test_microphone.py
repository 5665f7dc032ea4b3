"""The sound device's adapter, with a PortAudio that only pretends."""

from itertools import pairwise

import numpy as np
import pytest

from voiceguide.errors import DeviceError
from voiceguide.hear.microphone import BACKLOG, STEADY, ArrivalClock, DeviceMicrophone
from voiceguide.messages import BLOCK


class FakePortAudioError(Exception):
    pass


class FakeStream:
    def __init__(self, **options) -> None:
        self.options = options
        self.active = False

    def start(self) -> None:
        self.active = True

    def close(self) -> None:
        self.active = False

    def deliver(self, value: int = 5, status: bool = False) -> None:
        samples = np.full(self.options["blocksize"], value, np.int16)
        self.options["callback"](memoryview(samples.tobytes()), len(samples), None, status)


class FakeSound:
    """Behaves like the module `sounddevice` with two devices."""

    PortAudioError = FakePortAudioError

    def __init__(self, rates=(16_000, 48_000), names=("Built-in", "USB mic"), busy: bool = False) -> None:
        self._devices = [
            {"name": name, "max_input_channels": 1, "default_samplerate": float(rates[-1])} for name in names
        ]
        self._rates = rates
        self._busy = busy
        self.stream: FakeStream

    def query_devices(self, device=None, kind=None):
        if kind is None:
            return self._devices
        found = [d for n, d in enumerate(self._devices) if device in (None, n) or str(device) in d["name"]]
        if not found:
            raise FakePortAudioError("Error querying device -1") if device is None else ValueError(device)
        return found[0]

    def check_input_settings(self, samplerate, **_) -> None:
        if samplerate not in self._rates:
            raise FakePortAudioError("Invalid sample rate")

    def RawInputStream(self, **options) -> FakeStream:  # noqa: N802
        if self._busy:
            raise FakePortAudioError("Device unavailable")
        self.stream = FakeStream(**options)
        return self.stream


def test_blocks_become_frames() -> None:
    sound = FakeSound()
    microphone = DeviceMicrophone("USB", sound=sound)
    assert microphone.name == "USB mic"
    sound.stream.deliver(7)
    assert sound.stream.options["device"] == 1
    assert microphone.active
    assert microphone.blocks == 1
    frame = microphone.read(0.0)
    assert frame is not None
    assert frame.samples.tolist() == [7] * BLOCK
    assert microphone.read(0.0) is None


def test_frames_are_stamped_on_the_loops_clock() -> None:
    starts = []
    for zero in (0.0, 5000.0):
        sound = FakeSound()
        microphone = DeviceMicrophone(zero=zero, sound=sound)
        sound.stream.deliver()
        frame = microphone.read(0.0)
        assert frame is not None
        starts.append(frame.start)
    assert starts[0] - starts[1] == pytest.approx(5000.0, abs=60)


def test_another_rate_is_resampled() -> None:
    sound = FakeSound(rates=(48_000,))
    microphone = DeviceMicrophone(sound=sound)
    assert sound.stream.options["samplerate"] == 48_000
    assert sound.stream.options["blocksize"] == 960
    for _ in range(10):
        sound.stream.deliver(1000)
    heard = [frame for _ in range(10) if (frame := microphone.read(0.0))]
    assert len(heard) >= 8
    assert {len(frame.samples) for frame in heard} == {BLOCK}
    assert heard[-1].samples == pytest.approx(np.full(BLOCK, 1000), abs=5)


def test_overruns_are_counted() -> None:
    sound = FakeSound()
    microphone = DeviceMicrophone(sound=sound)
    sound.stream.deliver(status=True)
    for _ in range(BACKLOG + 4):
        sound.stream.deliver()
    assert microphone.overruns == 1 + 5


def test_a_device_that_has_vanished() -> None:
    sound = FakeSound()
    microphone = DeviceMicrophone(sound=sound)
    sound.stream.active = False
    with pytest.raises(DeviceError, match=r"microphone 'Built-in': gone silent -> plug it in again"):
        microphone.read(0.0)


def test_an_unknown_device_names_those_there_are() -> None:
    with pytest.raises(DeviceError) as error:
        DeviceMicrophone("Kitchen", sound=FakeSound())
    assert str(error.value) == "no microphone 'Kitchen' -> use one of: 0 Built-in; 1 USB mic"


def test_no_device_at_all() -> None:
    with pytest.raises(DeviceError, match="no default microphone -> connect one"):
        DeviceMicrophone(sound=FakeSound(names=()))


def test_a_busy_device() -> None:
    with pytest.raises(DeviceError, match=r"'Built-in': cannot be opened \(Device unavailable\) -> close what uses it"):
        DeviceMicrophone(sound=FakeSound(busy=True))


def test_closing_lets_go_of_the_device() -> None:
    sound = FakeSound()
    DeviceMicrophone(sound=sound).close()
    assert not sound.stream.active


def test_blocks_that_a_stall_held_back_keep_their_times() -> None:
    clock = ArrivalClock()
    arrivals = [0.02 * n for n in range(1, 51)] + [1.9] * 45 + [1.92]
    starts = [clock.start(arrival) for arrival in arrivals]
    assert starts[0] == pytest.approx(0.0)
    assert starts[60] == pytest.approx(60 * 0.02, abs=0.01)
    assert all(later > earlier for earlier, later in pairwise(starts))


@pytest.mark.parametrize("lost", [0.3, 0.55, 1.0, 3.0])
def test_where_many_blocks_were_lost_that_is_known_within_a_third_of_a_second(lost: float) -> None:
    clock = ArrivalClock()
    for n in range(1, 101):
        clock.start(0.02 * n)
    starts = [clock.start(0.02 * n + lost) for n in range(101, 301)]
    assert starts[STEADY:] == pytest.approx([0.02 * (n - 1) + lost for n in range(101 + STEADY, 301)], abs=0.001)
    assert all(later > earlier for earlier, later in pairwise(starts))


def test_blocks_that_were_held_back_are_no_loss_however_long_it_was() -> None:
    clock = ArrivalClock()
    arrivals = [0.02 * n if n <= 50 else max(0.02 * n, 3.0) for n in range(1, 301)]
    starts = [clock.start(arrival) for arrival in arrivals]
    assert starts == pytest.approx([0.02 * n for n in range(300)], abs=0.001)


def test_lost_blocks_are_caught_up_with() -> None:
    clock = ArrivalClock()
    for n in range(1, 51):
        clock.start(0.02 * n)
    late = [clock.start(0.02 * n + 1.0) for n in range(51, 501)]
    assert late[-1] == pytest.approx(0.02 * 499 + 1.0, abs=0.05)
