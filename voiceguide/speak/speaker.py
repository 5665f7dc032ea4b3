"""The loudspeaker: a PortAudio stream whose callback renders the mixer.

Positions of scheduled sounds are on the loop's clock; the stream lags behind it by its buffer. All sounds are therefore
shifted by the same lead, the shortest with which a sound for "now" is still in time, and distances between sounds are
exact to the sample. `Anchor` keeps the lead true when the device stumbles.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any, Protocol

from voiceguide.devices import Kind, find, listed, portaudio, remedy
from voiceguide.errors import DeviceError
from voiceguide.messages import SPEAK_RATE, Played, ScheduledSound
from voiceguide.speak.anchor import Anchor
from voiceguide.speak.feed import Feed
from voiceguide.speak.mixer import Mixer, Started

LATENCY = 0.05
"""Seconds of buffer to ask for. With the least that devices offer (9 ms on PulseAudio) a busy machine stumbles."""

MARGIN = SPEAK_RATE * 3 // 1000
"""Samples from the decision that a sound is to begin now until it is scheduled."""

LONG_LATENCY = 0.06
"""Seconds of buffer beyond which aborting the stream is silent sooner (22-34 ms) than playing on."""

STUMBLE = 0.1
"""Seconds between two callbacks after which the device is somewhere else in the stream, most likely."""

LOST = 5.0
"""Seconds without a callback after which a device has gone: PortAudio tells nothing. Busy machines pause for 0.8."""

_CHECK_CABLE = "check its cable, or name another with --speaker"


class Speaker(Protocol):
    """Plays scheduled sounds."""

    def play(self, sounds: Sequence[ScheduledSound]) -> None:
        """Add sounds to what is scheduled; places on the loop's clock."""
        ...

    def hush(self) -> None:
        """Silence at once; what is scheduled is forgotten."""
        ...

    def set_gain(self, gain: float) -> None:
        """Factor on the amplitude of everything from now on."""
        ...

    def started(self) -> list[Started]:
        """The sounds that have begun since the last call; `position`: when they sound, on the loop's clock."""
        ...

    def rendered(self) -> list[Played]:
        """What was given to the device since the last call, and when it sounds on the loop's clock."""
        ...

    def check(self) -> None:
        """Raise DeviceError where the device has gone."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


class DeviceSpeaker:
    """A sound card.

    Args:
        mixer: what is played.
        zero: time zero of the loop on `clock`.
        device: name, a part of it that no other has, or number; None: the system's default.
        latency: seconds of buffer to ask for.
        backend: the module sounddevice, or what stands for it.
        clock: seconds, monotonic.

    Raises:
        DeviceError: no PortAudio, no such device, or it cannot be opened.

    """

    def __init__(
        self,
        mixer: Mixer,
        zero: float,
        device: str | int | None = None,
        latency: float = LATENCY,
        *,
        backend: ModuleType | Any | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mixer = mixer
        self._zero = zero
        self._clock = clock
        self._anchor = Anchor()
        self._observed: deque[tuple[int, int, int] | None] = deque(
            maxlen=256
        )  # None: it stumbled; from the callback to the main loop
        self._called = clock()
        self._bug: Exception | None = None
        self.underruns = 0
        """How often the device had nothing to play."""
        self._sd = backend or portaudio()
        self.blocks = 0
        """How many the device has asked for."""
        number, self.name, own_rate = self._find(device)
        self._rate, channels = self._shape(number, own_rate)
        self._feed = Feed(mixer, self._rate)
        try:
            self._stream = self._sd.OutputStream(
                samplerate=self._rate,
                channels=channels,
                device=number,
                dtype="int16",
                latency=latency,
                callback=self._callback,
            )
            self._start()
        except self._sd.PortAudioError as error:
            raise DeviceError(f"speaker: cannot be opened ({_reason(error)})", self._choices()) from None

    @property
    def latency(self) -> float:
        """Seconds of buffer between rendering and sound, as the device says."""
        return float(self._stream.latency)

    @property
    def active(self) -> bool:
        """False where PortAudio has ended the stream; a device may be gone nevertheless."""
        return bool(self._stream.active)

    @property
    def reanchored(self) -> int:
        """How often the device was found more than 12 ms off its place."""
        return self._anchor.moved

    def play(self, sounds: Sequence[ScheduledSound]) -> None:
        """Add sounds to what is scheduled; places on the loop's clock."""
        self._settle()
        if self._mixer.idle:
            self._anchor.align()
        lead = self._lead
        # Before the device has said anything: a sound for now is the next to be rendered.
        offset = self._anchor.guess(self._samples(self._clock()) + lead - self._feed.position)
        self._mixer.schedule(sounds, lead - offset)

    def hush(self) -> None:
        """Silence at once; what is scheduled is forgotten."""
        if self.latency <= LONG_LATENCY:
            self._mixer.hush(0)
            return
        self._stream.abort()
        self._mixer.clear()
        self._feed.restart()
        self.forget_clock()
        try:
            self._start()
        except self._sd.PortAudioError as error:
            raise DeviceError(f"speaker: lost ({_reason(error)})", _CHECK_CABLE) from None

    def set_gain(self, gain: float) -> None:
        """Factor on the amplitude of everything from now on."""
        self._mixer.gain = gain

    def started(self) -> list[Started]:
        """The sounds that have begun since the last call; `position`: when they sound, on the loop's clock."""
        self._settle()
        offset = self._anchor.offset or 0
        return [replace(started, position=started.position + offset) for started in self._mixer.started()]

    def rendered(self) -> list[Played]:
        """What was given to the device since the last call, and when it sounds on the loop's clock."""
        self._settle()
        offset = self._anchor.offset or 0
        return [replace(played, start=played.position + offset) for played in self._mixer.rendered()]

    def check(self) -> None:
        """Look whether the device is still there.

        Raises:
            DeviceError: it has gone.

        """
        self._settle()
        if self._bug:
            raise self._bug
        if not self._stream.active or self._clock() - self._called > LOST:
            raise DeviceError("speaker: lost", _CHECK_CABLE)

    def forget_clock(self) -> None:
        """Forget where the stream is in time: what the device said of it until now was its beginning."""
        self._observed.clear()
        self._anchor.restart()

    def close(self) -> None:
        """Let go of the device."""
        self._stream.abort()
        self._stream.close()

    @property
    def _lead(self) -> int:
        """Samples; before the device has been watched, its buffer and two blocks of a quarter (so it is with ALSA)."""
        return (self._anchor.lead or round(1.5 * self.latency * SPEAK_RATE)) + MARGIN

    def _samples(self, moment: float) -> int:
        """A time on the clock as a position."""
        return round((moment - self._zero) * SPEAK_RATE)

    def _start(self) -> None:
        self._called = self._clock()
        self._stream.start()

    def _settle(self) -> None:
        """Take over what the callback has observed."""
        for _ in range(len(self._observed)):
            observed = self._observed.popleft()
            if observed is None:
                self._anchor.stumbled()
            elif by := self._anchor.observe(*observed):
                self._mixer.shift(by, self._held(by))

    def _held(self, by: int) -> tuple[int, int] | None:
        """Where a press is being held, and by how much its release moves: as far as it does not shorten the hold."""
        pressed = self._mixer.pressed
        then = None if pressed is None else self._anchor.offset_at(pressed)
        if pressed is None or then is None or self._anchor.offset is None:
            return None
        return pressed, max(by, min(then - self._anchor.offset, 0))

    def _callback(self, out: Any, frames: int, times: Any, status: Any) -> None:
        """Runs in PortAudio's thread: it must not wait, and touches nothing that the main loop changes."""
        try:
            paused, self._called = self._called, self._clock()
            self.blocks += 1
            self.underruns += bool(status.output_underflow)
            if self._called - paused > STUMBLE:
                self._observed.append(None)
            if times.outputBufferDacTime > 0:  # 0 in the first callbacks
                ahead = times.outputBufferDacTime - times.currentTime
                position = self._feed.position
                offset = self._samples(self._called + ahead) - position
                # The sample after this block is the first that can still be changed.
                self._observed.append((position, offset, round((ahead + frames / self._rate) * SPEAK_RATE)))
            out[:] = self._feed.render(frames)[:, None]
        except Exception as bug:
            self._bug = bug  # raised again in the main loop, by `check`
            raise self._sd.CallbackAbort from bug

    def _find(self, device: str | int | None) -> tuple[int | None, str, int]:
        """Number (None: the default one), name, and the rate that it prefers."""
        if device is not None:
            found = find(listed(self._sd.query_devices()), Kind.SPEAKER, device)
            return found.number, found.name, int(found.rate)
        try:
            default = self._sd.query_devices(None, "output")
        except (ValueError, self._sd.PortAudioError):
            raise DeviceError("speaker: there is none", self._choices()) from None
        return None, str(default["name"]), int(default["default_samplerate"])

    def _shape(self, device: int | None, own_rate: int) -> tuple[int, int]:
        """Rate and channels that the device takes, ours if possible."""
        reason = ""
        for rate, channels in ((SPEAK_RATE, 1), (SPEAK_RATE, 2), (own_rate, 1), (own_rate, 2)):
            try:
                self._sd.check_output_settings(device, channels, "int16", samplerate=rate)
            except self._sd.PortAudioError as error:
                reason = _reason(error)
            else:
                return rate, channels
        raise DeviceError(f"speaker: cannot be opened ({reason})", self._choices())

    def _choices(self) -> str:
        """What to do where a device cannot be used."""
        return remedy(listed(self._sd.query_devices()), Kind.SPEAKER)


def _reason(error: Exception) -> str:
    return str(error.args[0] if error.args else error).splitlines()[0].rstrip(". ")
