"""Whether PortAudio's list of devices may be out of date, and how to renew it."""

import sys
from contextlib import suppress
from pathlib import Path

from voiceguide.devices import portaudio

CARDS = Path("/proc/asound/pcm")
"""Where Linux lists the sound cards."""


class Cards:
    """Whether sound cards came or went.

    Args:
        path: lists them on Linux; elsewhere they may always have changed.
        system: as `sys.platform`.

    """

    def __init__(self, path: Path = CARDS, system: str = sys.platform) -> None:
        self._path = path
        self._linux = system == "linux"
        self._known = self._read()
        self._came = False

    def changed(self) -> bool:
        """True where they are not what they were at the last call, as far as can be told; once more where one came.

        Linux lists a card a moment before udev lets others than root open it, and a sound server has it later still.
        """
        now = self._read()
        known, self._known = self._known, now
        came, self._came = self._came, not set(now.splitlines()) <= set(known.splitlines())
        return not self._linux or now != known or came

    def _read(self) -> str:
        try:
            return self._path.read_text("utf-8", "replace")
        except OSError:
            return ""  # no sound card, and none ever


def restart_portaudio() -> None:
    """Let PortAudio list the devices anew; every stream must be closed."""
    sounddevice = portaudio()
    with suppress(sounddevice.PortAudioError):
        sounddevice._terminate()
    with suppress(sounddevice.PortAudioError):
        sounddevice._initialize()
