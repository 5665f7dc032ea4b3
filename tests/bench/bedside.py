"""A night stand in virtual time whose sound card, disk and machine fail as they like, for `scripts/soak`.

All that stands between the ears and the sound card is the real thing: loop, session, caretaker, speaker, mixer. The
recogniser is not: whoever listens here is told what was said.
"""

import errno
from collections.abc import Callable, Sequence
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.fakes import FakeSoundDevice, FakeStream
from voiceguide.content.library import Library
from voiceguide.errors import DeviceError
from voiceguide.guide.script import TONES
from voiceguide.hear.microphone import STALE
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, AudioFrame, Cue
from voiceguide.run.caretaker import DEAF
from voiceguide.speak.mixer import Mixer, _Voice

STEP = 0.04
"""Seconds of a frame of the microphone: nobody looks into it, so it need not be short."""

CARD = 0.02
"""Seconds of a block of the speaker."""

SENTENCE, TONE = SPEAK_RATE * 9 // 10, SPEAK_RATE // 10

LIFE = np.arange(round(STEP * HEAR_RATE), dtype=np.int16)


class Clips:
    """Sentences of 0.9 s, tones of 0.1 s."""

    def __init__(self, library: Library) -> None:
        self.lengths = {sound: SENTENCE for sound, _ in library.spoken()} | dict.fromkeys([*TONES, DEAF], TONE)
        self._samples = {n: np.full(n, 5000, np.int16) for n in (SENTENCE, TONE)}

    def samples(self, sound: str) -> NDArray[np.int16]:
        return self._samples[self.lengths[sound]]


class Card(FakeSoundDevice):
    """The sound card, whose clock is everybody's.

    Args:
        random: whatever is drawn.

    """

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.zero = self._due = self.time
        self.gone: set[str] = set()
        self.hung: set[str] = set()
        self.mute = False
        self.paused = 0.0
        """Seconds for which it will pause: the machine is busy."""

    def now(self) -> float:
        """Seconds since the start."""
        return self.time - self.zero

    def wait(self, seconds: float) -> None:
        """Let time pass: the card goes on."""
        end = self.time + seconds
        while self._due <= end:
            self.time = max(self._due, self.time)
            self._due += CARD
            if self.paused > 0:
                self.paused -= CARD
                self.underflow = True
            elif self._plays():
                self._call()
        self.time = end

    def OutputStream(self, **options: Any) -> FakeStream:  # noqa: N802 - the name in sounddevice
        self.wait(self.random.choice((0.01, 0.3, 2.0)))
        if "speaker" in self.gone:
            raise self.PortAudioError("Device unavailable", -9985)
        return super().OutputStream(**options)

    def ear(self, name: str | None) -> "Ear":
        """Open the microphone."""
        self.wait(self.random.choice((0.01, 0.3, 2.0)))
        if "microphone" in self.gone:
            raise DeviceError("no microphone")
        return Ear(self)

    def _plays(self) -> bool:
        stream = getattr(self, "stream", None)
        if stream and "speaker" in self.gone:
            stream.active = False
        return bool(stream and stream.active and "speaker" not in self.hung)

    def _call(self) -> None:
        frames = round(CARD * SPEAK_RATE)
        out = np.zeros((frames, self.stream.options["channels"]), np.int16)
        times = SimpleNamespace(currentTime=7.0, outputBufferDacTime=7.0 + self.latency)
        try:
            self.stream.options["callback"](out, frames, times, SimpleNamespace(output_underflow=self.underflow))
        except self.CallbackAbort:
            self.stream.active = False
        self.underflow = False


class Ear:
    """The microphone."""

    name = "ear"

    def __init__(self, card: Card) -> None:
        self._card = card
        self._next = card.now()

    @property
    def active(self) -> bool:
        return "microphone" not in self._card.gone

    @property
    def blocks(self) -> int:
        return round((self._next if "microphone" in self._card.hung else self._card.now()) / STEP)

    def read(self, timeout: float) -> AudioFrame | None:
        card = self._card
        if not self.active or "microphone" in card.hung:
            card.wait(timeout)
            if not self.active:
                raise DeviceError("microphone: gone silent")
            self._next = max(self._next, card.now() - timeout)
            return None
        while card.now() - self._next > STALE:
            self._next += STEP
        card.wait(max(self._next + STEP - card.now(), 0.0))
        self._next += STEP
        return AudioFrame(LIFE * 0 if card.mute else LIFE, self._next - STEP)

    def close(self) -> None:
        """Nothing to close."""


class Heard(Mixer):
    """The mixer, and when its sounds came out of the card."""

    def __init__(self, clips: Clips, card: Card) -> None:
        super().__init__(clips)
        self._card = card
        self.cues: list[tuple[float, Cue, int]] = []
        """Of presses and releases: when they were heard (s), which, and for when they were planned (samples)."""

    def _begin(self, voice: _Voice) -> None:
        super()._begin(voice)
        sound = voice.scheduled
        if sound.cue in (Cue.PRESS, Cue.RELEASE):
            into = (voice.position - self.position) / SPEAK_RATE + CARD
            self.cues.append((self._card.now() + self._card.latency + into, sound.cue, sound.start))


class Disk:
    """Where the timeline is written: mostly fast, sometimes slow, in the end perhaps full.

    Args:
        card: its time passes while somebody waits for the disk.
        full_at: when it is full (s).

    """

    def __init__(self, card: Card, full_at: float) -> None:
        self._card = card
        self.full_at = full_at
        self.lost = 0

    def write(self, data: bytes) -> int:
        if self._card.now() >= self.full_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self._card.random.random() < 0.01:
            self._card.wait(self._card.random.uniform(0.05, 2.5))
        return len(data)

    def give_up(self, _error: OSError) -> None:
        self.lost += 1


class Mishaps:
    """What goes wrong, and when it ends.

    Args:
        card: whose fate it is.

    """

    def __init__(self, card: Card) -> None:
        self._card = card
        self._random = card.random
        self._next = card.now() + 20
        self._mends: list[tuple[float, Callable[[], None]]] = []
        self.counts: dict[str, int] = {}

    def look(self) -> None:
        """See to what is due."""
        now = self._card.now()
        for mend in [mend for mend in self._mends if mend[0] <= now]:
            self._mends.remove(mend)
            mend[1]()
        if now < self._next:
            return
        self._next = now + self._random.expovariate(1 / 30)
        kind = self._random.choice(("pause", "pause", "gone", "hung", "mute"))
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "pause":
            self._card.paused = self._random.choice((0.02, 0.1, 0.4, 1.2))
            return
        self._harm(kind, now + self._random.choice((0.3, 1.5, 1.5, 5.0, 5.0, 5.0, 20.0, 20.0, 400.0)))

    def end(self) -> None:
        """All is well again."""
        for _, mend in self._mends:
            mend()
        self._mends.clear()
        self._next = self._card.now() + 20

    def _harm(self, kind: str, until: float) -> None:
        card = self._card
        if kind == "mute":
            card.mute = True
            self._mends.append((until, lambda: setattr(card, "mute", False)))
            return
        ends = self._random.choice((["microphone"], ["speaker"], ["microphone", "speaker"]))
        ill = card.gone if kind == "gone" else card.hung
        ill.update(ends)
        self._mends.append((until, lambda: ill.difference_update(ends)))


def planned(cues: Sequence[tuple[float, Cue, int]], cue: Cue) -> int:
    """How many of a kind were heard."""
    return sum(kind is cue for _, kind, _ in cues)
