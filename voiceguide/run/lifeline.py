"""Keeps the two sound devices: one that goes is opened anew, by name, until it is back. The rest never notices.

A thin shell: `health` decides. PortAudio lists the devices once; where the list may have changed it is started anew,
which costs the other device a second or two, so that is done only where sound cards came or went, or both are lost.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from voiceguide.devices import Kind, Pulse
from voiceguide.errors import DeviceError
from voiceguide.hear.levels import FULL
from voiceguide.hear.microphone import BLOCK_SECONDS
from voiceguide.messages import BLOCK, AudioFrame, Played, ScheduledSound
from voiceguide.run.cards import Cards
from voiceguide.run.clock import Clock
from voiceguide.run.health import Change, Clipping, Health
from voiceguide.run.opened import Opened, OpenedMicrophone, OpenedSpeaker
from voiceguide.speak.mixer import Mixer, Started

SHARE, RARELY = 0.1, 300.0
"""Where no sound card came or went, and both devices are away, PortAudio is let list them anew for a sound server that
may be back: after this share of the time for which they have been away, and at the latest after so many seconds. Each
time costs 12 KB for good, so every five seconds for weeks would fill the memory."""

HUSH = 50
"""Blocks of silence after a microphone went: what was said until then is over."""

REST = 0.08
"""Seconds for which frames may gather where nobody is in a hurry: most of what a quiet night costs is waking up."""

D = TypeVar("D", bound=Opened)
Open = Callable[[str | None], D]
"""Opens a device: given its name, or None for what was chosen at first. Raises DeviceError."""


class _Steady(Generic[D]):
    """A device, or its empty place.

    Args:
        open_: opens it.
        clock: the loop's.
        numbered: it was chosen by its number, which may be another's when it comes back: it is then opened by name.
        awaited: it may be missing at first; it is then lost, as if it had gone, and found when it comes.

    Raises:
        DeviceError: it cannot be opened for the first time, and is not awaited.

    """

    kind: Kind

    def __init__(self, open_: Open[D], clock: Clock, *, numbered: bool = False, awaited: bool = False) -> None:
        self._open = open_
        self._clock = clock
        self._numbered = numbered
        self._known: str | None = None
        self._device: D | None = None
        self.name = ""
        """As it is listed; empty as long as it is `missing`."""
        self.missing: DeviceError | None = None
        """Why it cannot be opened, until it is for the first time."""
        try:
            self._take()
        except DeviceError as error:
            if not awaited:
                raise
            self.missing = error
        self.health = Health(clock.now())

    def look(self, now: float) -> Change | None:
        """What is new about it."""
        device = self._device
        pulse = Pulse(device.active, device.blocks, self._lively(device)) if device else None
        return self.health.look(now, pulse)

    def reopen(self, now: float) -> None:
        """Try to open it; closed before."""
        try:
            self._take()
        except DeviceError as error:
            self.missing = self.missing and error
        self.health.opened(now)

    def close(self) -> None:
        """Let go of it."""
        device, self._device = self._device, None
        if device:
            device.close()

    def _take(self) -> None:
        self._device = device = self._open(self._known)
        self.name, self.missing = device.name, None
        self._known = device.name if self._numbered else None

    def _lively(self, device: D) -> int:
        return device.blocks


class SteadyMicrophone(_Steady[OpenedMicrophone]):
    """A microphone that comes back; see `Microphone`."""

    kind = Kind.MICROPHONE

    def __init__(
        self,
        open_: Open[OpenedMicrophone],
        clock: Clock,
        wait: Callable[[float], None],
        *,
        numbered: bool = False,
        awaited: bool = False,
    ) -> None:
        super().__init__(open_, clock, numbered=numbered, awaited=awaited)
        self._wait = wait
        self._alive = 0
        self._hushed = HUSH  # nothing was said yet
        self._clipping = Clipping()
        self.clips = False
        """True where it has begun to clip; who tells it makes it False."""
        self.patient = False
        """True where frames may gather for REST seconds: nobody speaks, and nothing sounds. What is said then is heard
        a moment later, and whole: long before it is over, nothing waits any more."""

    def read(self, timeout: float) -> AudioFrame | None:
        """See `Microphone`; for a second after it went, silence."""
        frame, lost = self._heard(timeout), self.health.lost
        if frame and not lost:
            self._hushed = 0
        elif frame is None and lost and self._hushed < HUSH:
            self._hushed += 1
            return AudioFrame(np.zeros(BLOCK, np.int16), self._clock.now() - BLOCK_SECONDS)
        return frame

    def _heard(self, timeout: float) -> AudioFrame | None:
        """A frame, or what is left of the device's own silence."""
        lost = self.health.lost
        wait = min(timeout, BLOCK_SECONDS) if lost and self._hushed < HUSH else timeout
        if self._device is None:
            self._wait(wait)
            return None
        if self.patient and self._device.waits:
            rest = min(REST, wait)
            self._wait(rest)
            wait -= rest
        try:
            frame = self._device.read(wait)
        except DeviceError:  # `health` finds out by itself
            return None
        if frame:
            self._alive += bool((frame.samples != frame.samples[0]).any())
            clipped = np.abs(frame.samples.astype(np.int32)) >= FULL
            self.clips |= self._clipping.feed(float(clipped.mean()))
        return frame

    def reopen(self, now: float) -> None:
        """Try to open it; closed before."""
        self._alive = 0
        super().reopen(now)

    def _lively(self, _device: OpenedMicrophone) -> int:
        return self._alive


class SteadySpeaker(_Steady[OpenedSpeaker]):
    """A speaker that comes back; see `Speaker`. What is to be played while it is away is not played later.

    Args:
        mixer: what it plays.

    """

    kind = Kind.SPEAKER

    def __init__(
        self,
        open_: Open[OpenedSpeaker],
        clock: Clock,
        mixer: Mixer,
        *,
        numbered: bool = False,
        awaited: bool = False,
    ) -> None:
        super().__init__(open_, clock, numbered=numbered, awaited=awaited)
        self._mixer = mixer
        self._latency = 0.0

    @property
    def heard_until(self) -> float:
        """When the last sound that was certainly heard ended, where it is lost; seconds of the loop."""
        return self.health.last_beat - self._latency

    @property
    def stumbles(self) -> dict[str, int]:
        """How often the present device ran dry, and how often it was found off its place."""
        if self._device is None:
            return {}
        return {"underruns": self._device.underruns, "reanchored": self._device.reanchored}

    def look(self, now: float) -> Change | None:
        """What is new about it."""
        if self._device and not self.health.lost:
            self._latency = self._device.latency
        change = super().look(now)
        if change is Change.BACK and self._device:
            self._device.forget_clock()
        return change

    def play(self, sounds: Sequence[ScheduledSound]) -> None:
        """Add sounds to what is scheduled; nothing where it is lost."""
        if self._device and not self.health.lost:
            self._device.play(sounds)

    def hush(self) -> None:
        """Silence at once; what is scheduled is forgotten."""
        if self._device is None or self.health.lost:
            self._mixer.clear()
            return
        with suppress(DeviceError):  # `health` finds out by itself
            self._device.hush()

    def set_gain(self, gain: float) -> None:
        """Factor on the amplitude of everything from now on."""
        self._mixer.gain = gain

    def started(self) -> list[Started]:
        """The sounds that have begun since the last call."""
        return self._device.started() if self._device else []

    def rendered(self) -> list[Played]:
        """What was given to the device since the last call."""
        return self._device.rendered() if self._device else []

    def check(self) -> None:
        """A lost speaker is no error here; a bug in its callback is raised."""
        if self._device:
            with suppress(DeviceError):
                self._device.check()


@dataclass(frozen=True, slots=True)
class News:
    """Something about a device."""

    kind: Kind
    change: Change


class Lifeline:
    """Both devices.

    Args:
        microphone: to hear with.
        speaker: to speak with.
        cards: whether the list of devices may have changed.
        restart: lets PortAudio list them anew; all devices are closed before.

    """

    def __init__(
        self, microphone: SteadyMicrophone, speaker: SteadySpeaker, cards: Cards, restart: Callable[[], None]
    ) -> None:
        self.microphone = microphone
        self.speaker = speaker
        self._cards = cards
        self._restart = restart
        self._restarted = -RARELY

    @property
    def whole(self) -> bool:
        """True where neither is lost."""
        return not (self.microphone.health.lost or self.speaker.health.lost)

    def look(self, now: float) -> list[News]:
        """What is new; and what is due is opened anew."""
        both = (self.microphone, self.speaker)
        news = [News(end.kind, change) for end in both if (change := end.look(now))]
        due = [end for end in both if end.health.due(now)]
        if due:
            again = any(end.health.attempts for end in due) and (self._cards.changed() or self._relists(now))
            affected = both if again else due
            for end in affected:
                end.close()
            if again:
                self._restarted = now
                self._restart()
            for end in affected:
                end.reopen(now)
        return news

    def _relists(self, now: float) -> bool:
        """Whether both are away, and it is time to look for a sound server that is back."""
        ends = (self.microphone.health, self.speaker.health)
        away = now - max(health.lost_at for health in ends)
        return all(health.ill for health in ends) and now - self._restarted >= min(away * SHARE, RARELY)
