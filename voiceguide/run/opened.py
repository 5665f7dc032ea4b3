"""What an opened sound device is to those who keep it: the ends of the flow, and signs of life."""

from typing import Protocol

from voiceguide.hear.microphone import Microphone
from voiceguide.speak.speaker import Speaker


class Opened(Protocol):
    """An opened device."""

    name: str
    blocks: int

    @property
    def active(self) -> bool:
        """False where its stream has ended."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class OpenedMicrophone(Opened, Microphone, Protocol):
    """A microphone that was opened."""

    @property
    def waits(self) -> bool:
        """True where the next frame would have to be waited for."""
        ...


class OpenedSpeaker(Opened, Speaker, Protocol):
    """A speaker that was opened."""

    underruns: int

    @property
    def reanchored(self) -> int:
        """How often it was found off its place."""
        ...

    @property
    def latency(self) -> float:
        """Seconds of its buffer."""
        ...

    def forget_clock(self) -> None:
        """What it told about its time until now was its beginning."""
        ...
