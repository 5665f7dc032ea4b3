"""Which sound devices there are, and which one is meant. Pure, but for `portaudio`: it is given what that lists."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import ModuleType
from typing import Any

from voiceguide.errors import DeviceError

_HARDWARE = re.compile(r" \(hw:\d+,\d+\)$")
"""What ALSA adds to the name of a card: the place where it happens to be."""


class Kind(StrEnum):
    """What a device is for; the value is its name in settings, options and messages."""

    MICROPHONE = "microphone"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Device:
    """One of the devices of this machine."""

    number: int
    name: str
    inputs: int
    """Channels that it records; 0: it is no microphone."""
    outputs: int
    """Channels that it plays; 0: it is no speaker."""
    rate: float
    """Samples per second that it prefers."""

    def serves(self, kind: Kind) -> bool:
        """True where it can be used as one."""
        return bool(self.inputs if kind is Kind.MICROPHONE else self.outputs)


@dataclass(frozen=True, slots=True)
class Pulse:
    """What came of an opened device until now."""

    active: bool
    """PortAudio has not ended the stream."""
    blocks: int
    """Callbacks."""
    lively: int
    """Those with life in them; of a speaker, all."""


def portaudio() -> ModuleType:
    """The module sounddevice, which needs the library PortAudio as soon as it is imported.

    Raises:
        DeviceError: there is no PortAudio.

    """
    try:
        import sounddevice
    except OSError:
        raise DeviceError("sound devices need PortAudio", "apt install libportaudio2, or use files") from None
    module: ModuleType = sounddevice
    return module


def listed(entries: Iterable[Mapping[str, Any]]) -> list[Device]:
    """The devices as `sounddevice.query_devices()` gives them."""
    return [
        Device(
            number,
            str(entry["name"]),
            int(entry.get("max_input_channels", 0)),
            int(entry.get("max_output_channels", 0)),
            float(entry.get("default_samplerate", 0)),
        )
        for number, entry in enumerate(entries)
    ]


def find(devices: Sequence[Device], kind: Kind, wanted: str | int) -> Device:
    """The device that is meant.

    Args:
        devices: all that there are.
        kind: what it is to be.
        wanted: its number, its name, or a part of its name that no other has, in whatever case.

    Raises:
        DeviceError: there is none such, or more than one.

    """
    fitting = [device for device in devices if device.serves(kind)]
    if isinstance(wanted, int):
        found = [device for device in fitting if device.number == wanted]
    else:
        name = wanted.casefold()
        found = [device for device in fitting if device.name.casefold() == name][:1]
        for part in (name, _HARDWARE.sub("", name)):  # a card that is plugged in again may get another number
            found = found or [device for device in fitting if part in device.name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise DeviceError(f"{kind} '{wanted}': {len(found)} devices have that name", f"use one of: {choices(found)}")
    what = f"no {kind} {wanted}" if isinstance(wanted, int) else f"no {kind} '{wanted}'{_near(wanted, fitting)}"
    raise DeviceError(what, remedy(devices, kind))


def remedy(devices: Sequence[Device], kind: Kind) -> str:
    """What to do where a device cannot be used: the choices."""
    fitting = [device for device in devices if device.serves(kind)]
    if fitting:
        return f"use one of: {choices(fitting)}"
    return "connect one, or use recordings: voiceguide run --input WAV --output WAV"


def choices(devices: Iterable[Device]) -> str:
    """Numbers and names."""
    return "; ".join(f"{device.number} {device.name}" for device in devices)


def _near(wanted: str, devices: Iterable[Device]) -> str:
    """Which name may be meant: as a whole, or one of its words."""
    by_word = {word.casefold(): device.name for device in devices for word in (*device.name.split(), device.name)}
    close = get_close_matches(wanted.casefold(), by_word, n=1)
    return f" (did you mean '{by_word[close[0]]}'?)" if close else ""
