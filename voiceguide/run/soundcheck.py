"""For `voiceguide devices`: which sound devices there are, how loud the microphone hears, and a tone to be heard."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from time import sleep
from typing import Any

import numpy as np

from voiceguide.devices import Device, Kind, find, listed
from voiceguide.errors import DeviceError
from voiceguide.hear.levels import CLIPPED, FULL
from voiceguide.hear.microphone import DeviceMicrophone, Microphone
from voiceguide.messages import SPEAK_RATE, AudioFrame, Cue, ScheduledSound
from voiceguide.run.clock import Clock, MonotonicClock
from voiceguide.run.health import BEGIN
from voiceguide.run.settings import Settings
from voiceguide.run.wiring import device
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker, Speaker
from voiceguide.speak.tones import Tones

STEP = 0.25
"""Seconds of sound for each reading of the meter."""

FAINT = -60.0
"""dBFS of the loudest reading below which nobody has spoken, or the microphone is turned down."""

SILENCE = -100.0
"""dBFS of nothing at all."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A device, and what it is used for."""

    device: Device
    used: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Of the meter. Levels are in dB re full scale (dBFS)."""

    level: float
    """RMS."""
    peak: float
    clipped: float
    """Share of the samples that are as loud as can be, 0 to 1."""
    dead: bool
    """Every sample is the same."""

    @classmethod
    def of(cls, frames: list[AudioFrame]) -> "Reading":
        """Of one frame at least."""
        samples = np.concatenate([frame.samples for frame in frames]).astype(np.float64)
        rms, peak = float(np.sqrt(np.mean(samples**2))), float(np.abs(samples).max())
        clipped = float((np.abs(samples) >= FULL).mean())
        return cls(_decibels(rms), _decibels(peak), clipped, bool((samples == samples[0]).all()))


def inventory(settings: Settings, sound: Any) -> list[Listing]:
    """All devices, and which of them would be used.

    Args:
        settings: what the user chose.
        sound: the module `sounddevice`, or what behaves like it.

    Raises:
        DeviceError: what was chosen is not there; the message lists what is.

    """
    entries = list(sound.query_devices())
    devices = listed(entries)
    chosen = {kind: _chosen(devices, kind, settings, sound) for kind in Kind}
    return [Listing(each, tuple(kind for kind, number in chosen.items() if number == each.number)) for each in devices]


def _chosen(devices: list[Device], kind: Kind, settings: Settings, sound: Any) -> int:
    """The number of the device that is used; -1 where there is none."""
    wanted = device(settings.microphone if kind is Kind.MICROPHONE else settings.speaker)
    if wanted is not None:
        return find(devices, kind, wanted).number
    number = int(sound.default.device[0 if kind is Kind.MICROPHONE else 1])
    return number if 0 <= number < len(devices) else -1


def meter(microphone: Microphone, seconds: float, clock: Clock) -> Iterator[Reading]:
    """What a microphone hears, a reading each STEP seconds.

    Raises:
        DeviceError: it gives nothing, or was lost.

    """
    end: float | None = None  # of listening, which begins with the first block
    latest = clock.now() + BEGIN
    frames: list[AudioFrame] = []
    while clock.now() < (latest if end is None else end):
        if frame := microphone.read(0.1):
            end = clock.now() + seconds if end is None else end
            frames.append(frame)
        if frames and frames[-1].end - frames[0].start >= STEP:
            yield Reading.of(frames)
            frames = []
    if end is None:
        raise DeviceError("microphone: gives no sound", "check its plug, or choose another with --microphone")


def verdict(readings: list[Reading]) -> str:
    """What to do about a microphone, in a line."""
    if all(reading.dead for reading in readings):
        return "nothing but zeros: it is muted, or not plugged in"
    if max(reading.clipped for reading in readings) >= CLIPPED:
        return "too loud: it distorts -> turn it down"
    loudest = max(reading.level for reading in readings)
    if loudest < FAINT:
        return "very faint -> turn it up, or speak to it while it listens"
    return "it hears"


def beep(speaker: Speaker, clock: Clock, wait: Callable[[float], None]) -> None:
    """The tone for "press", and that for "release", to their end.

    Raises:
        DeviceError: the speaker was lost.

    """
    begin = round((clock.now() + 0.2) * SPEAK_RATE)
    release = begin + SPEAK_RATE * 6 // 10
    speaker.play([ScheduledSound(begin, "tone.press", Cue.PRESS), ScheduledSound(release, "tone.release", Cue.RELEASE)])
    end = clock.now() + 2.0
    while clock.now() < end:
        speaker.check()
        wait(0.05)


def try_speaker(settings: Settings) -> None:
    """Let the chosen speaker be heard.

    Raises:
        DeviceError: it cannot be opened, or was lost.

    """
    clock = MonotonicClock()
    with closing(DeviceSpeaker(Mixer(Tones()), clock.zero, device(settings.speaker))) as speaker:
        sleep(2.0)  # some devices take their time to begin
        beep(speaker, clock, sleep)


def try_microphone(settings: Settings, seconds: float) -> Iterator[Reading]:
    """Let the chosen microphone hear for so long.

    Raises:
        DeviceError: it cannot be opened, gives nothing, or was lost.

    """
    clock = MonotonicClock()
    with closing(DeviceMicrophone(device(settings.microphone), clock.zero)) as microphone:
        yield from meter(microphone, seconds, clock)


def _decibels(amplitude: float) -> float:
    return float(20 * np.log10(amplitude / 32768)) if amplitude else SILENCE
