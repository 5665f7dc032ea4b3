"""The microphone: 20 ms blocks from PortAudio, with the time at which they were in the air."""

import queue
import time
from collections import deque
from typing import Any, Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide.devices import Kind, find, listed, portaudio, remedy
from voiceguide.errors import DeviceError
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame

BLOCK_SECONDS = BLOCK / HEAR_RATE

BACKLOG = 100
"""Blocks that may wait to be read: 2 s."""

STALE = 0.5
"""Seconds after which a block is dropped: after a stall, old commands must not act late."""

STEADY = 15
"""Blocks that, where they arrive one by one, show that others were lost: what was held back comes all together."""

LOST = 5.0
"""Seconds without a callback after which a device has gone: PortAudio may tell nothing. Some need 2 to begin."""


class Microphone(Protocol):
    """Where frames come from."""

    def read(self, timeout: float) -> AudioFrame | None:
        """The next frame, waited for at most `timeout` seconds; None where nothing came.

        Raises:
            DeviceError: the device has vanished.

        """
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


class ArrivalClock:
    """From when blocks arrive to when they began; never goes back.

    A block can only arrive late, never early: the earliest arrivals tell the truth, and blocks that a stall held back
    keep their true times. Blocks that were lost show as lateness that lasts: of a little, in a while; of so much that
    all would be STALE, at once.
    """

    def __init__(self) -> None:
        self._next: float | None = None
        self._late: deque[float] = deque(maxlen=BACKLOG)
        self._arrivals: deque[float] = deque(maxlen=STEADY)

    def start(self, arrival: float) -> float:
        """When the block that arrived at `arrival` began, in seconds on the same clock."""
        earliest = arrival - BLOCK_SECONDS
        expected = earliest if self._next is None else self._next
        self._late.append(earliest - expected)
        self._arrivals.append(arrival)
        if lost := self._many_were_lost():
            self._late = deque(list(self._late)[-STEADY:], BACKLOG)
        shift = max(min(self._late), -BLOCK_SECONDS / 2)
        if shift < 0 or lost or len(self._late) == BACKLOG:
            self._late = deque((late - shift for late in self._late), BACKLOG)
            expected += shift
        self._next = expected + BLOCK_SECONDS
        return expected

    def _many_were_lost(self) -> bool:
        if self._late[-1] <= STALE / 2:  # nearly always
            return False
        one_by_one = self._arrivals[-1] - self._arrivals[0] >= 0.8 * (STEADY - 1) * BLOCK_SECONDS
        recent = list(self._late)[-STEADY:]
        return len(recent) == STEADY and one_by_one and min(recent) > STALE / 2


class DeviceMicrophone:
    """A sound device.

    Args:
        device: name, a part of it that no other has, or number; None: the default one.
        zero: what `time.monotonic()` was at the loop's time zero; frames are stamped on the loop's clock.
        sound: the module `sounddevice`, or what behaves like it; None: the module.

    Raises:
        DeviceError: no PortAudio, no such device, or it cannot be opened.

    """

    def __init__(self, device: str | int | None = None, zero: float = 0.0, sound: Any = None) -> None:
        self._sound = sound or portaudio()
        self._blocks: queue.Queue[tuple[float, bytes]] = queue.Queue(BACKLOG)
        self._rest = np.zeros(0, np.int16)
        self._clock = ArrivalClock()
        self._zero = zero
        self._last_callback = time.monotonic()
        self.overruns = 0
        """Blocks that were lost: by PortAudio, or because nobody read them."""
        self.blocks = 0
        """How many have come from the device."""
        number, self.name, own_rate = self._find(device)
        rate = self._rate(number, own_rate)
        self._resampler = None if rate == HEAR_RATE else soxr.ResampleStream(rate, HEAR_RATE, 1, dtype="int16")
        self._stream = self._open(number, rate)

    @property
    def active(self) -> bool:
        """False where PortAudio has ended the stream; a device may be gone nevertheless."""
        return bool(self._stream.active)

    @property
    def waits(self) -> bool:
        """True where the next frame has not come yet."""
        return len(self._rest) < BLOCK and self._blocks.empty()

    def read(self, timeout: float) -> AudioFrame | None:
        """See `Microphone`; frames older than STALE are dropped."""
        deadline = time.monotonic() + timeout
        while (arrival := self._fill(deadline)) is not None:
            samples, self._rest = self._rest[:BLOCK], self._rest[BLOCK:]
            start = self._clock.start(arrival)
            if time.monotonic() - start <= STALE:
                return AudioFrame(samples, start - self._zero)
        self._check_alive()
        return None

    def close(self) -> None:
        """See `Microphone`."""
        self._stream.close()

    def _fill(self, deadline: float) -> float | None:
        """Wait until there is a whole block; when its end arrived, None where it did not."""
        arrival = self._last_callback
        while len(self._rest) < BLOCK:
            try:
                arrival, data = self._blocks.get(timeout=max(deadline - time.monotonic(), 0.0))
            except queue.Empty:
                return None
            samples: NDArray[np.int16] = np.frombuffer(data, np.int16)
            if self._resampler:
                samples = self._resampler.resample_chunk(samples)
            self._rest = np.concatenate([self._rest, samples])
        return arrival

    def _callback(self, data: Any, _frames: int, _time: Any, status: Any) -> None:
        """On PortAudio's thread: copy and leave."""
        self._last_callback = time.monotonic()
        self.blocks += 1
        self.overruns += bool(status)
        try:
            self._blocks.put_nowait((self._last_callback, bytes(data)))
        except queue.Full:
            self.overruns += 1

    def _check_alive(self) -> None:
        if not self._stream.active or time.monotonic() - self._last_callback > LOST:
            remedy = "plug it in again, or choose another with --microphone"
            raise DeviceError(f"microphone '{self.name}': gone silent", remedy)

    def _find(self, device: str | int | None) -> tuple[int | None, str, float]:
        """Number (None: the default one), name, and the rate that it prefers."""
        if device is not None:
            found = find(listed(self._sound.query_devices()), Kind.MICROPHONE, device)
            return found.number, found.name, found.rate
        try:
            default = self._sound.query_devices(None, "input")
        except (ValueError, self._sound.PortAudioError):
            raise DeviceError("no default microphone", self._choices()) from None
        return None, str(default["name"]), float(default["default_samplerate"])

    def _choices(self) -> str:
        return remedy(listed(self._sound.query_devices()), Kind.MICROPHONE)

    def _rate(self, device: int | None, own: float) -> int:
        """HEAR_RATE where the device can, else its own."""
        try:
            self._sound.check_input_settings(device=device, channels=1, dtype="int16", samplerate=HEAR_RATE)
        except (ValueError, self._sound.PortAudioError):
            return round(own)
        return HEAR_RATE

    def _open(self, device: int | None, rate: int) -> Any:
        try:
            stream = self._sound.RawInputStream(
                samplerate=rate,
                blocksize=round(rate * BLOCK_SECONDS),
                device=device,
                channels=1,
                dtype="int16",
                callback=self._callback,
            )
            stream.start()
        except (ValueError, self._sound.PortAudioError) as error:
            raise DeviceError(
                f"microphone '{self.name}': cannot be opened ({error})", "close what uses it, or choose another"
            ) from None
        return stream
