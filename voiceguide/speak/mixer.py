"""Puts sounds at their places, exact to the sample. Pure: no clock, no device.

Two threads meet here without a lock. Whoever schedules only appends to a queue of commands; whoever renders (a sound
card's callback, which must never wait) takes from it, and alone owns all the rest; what has begun and what was rendered
come back through other queues. `deque.append` and `popleft` are atomic. Rendering reads no files: scheduling did.

A sound whose place is over already when its command is taken begins at once and whole, and all that was scheduled by
the same call moves with it: a press and its release keep their distance, and no tone is ever dropped.

Loudness: sounds add up, times the gain. Up to -3 dBFS, which no single clip exceeds, samples pass unchanged; what is
above is bent to stay below full scale, each sample by itself, so there is no clipping and nothing that pumps.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import SPEAK_RATE, Cue, Played, ScheduledSound

T = TypeVar("T")

FADE = SPEAK_RATE * 8 // 1000
"""Samples that it takes to fall silent."""

RAMP = SPEAK_RATE * 100 // 1000
"""Samples that it takes to change the gain while something sounds: heard at once, and no jump."""

RENDERED = 512
"""Blocks with sound that wait to be asked for: some seconds. Where nobody asks, the oldest are forgotten."""

KNEE = np.float32(10 ** (-3 / 20) * 32768)
"""Above this magnitude samples are bent."""

_ROOM = np.float32(32767) - KNEE
_FADE_OUT = ((1 + np.cos(np.pi * np.arange(1, FADE + 1) / FADE)) / 2).astype(np.float32)


class Sounds(Protocol):
    """Where samples come from."""

    def samples(self, sound: str) -> NDArray[np.int16]:
        """The sound at SPEAK_RATE, shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class Started:
    """A sound has begun."""

    sound: str
    cue: Cue
    scheduled: int
    """Its place as it was scheduled: samples at SPEAK_RATE."""
    position: int
    """Its true place."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A sound was cut short."""

    sound: str
    cue: Cue
    position: int
    """Where its fade begins."""


@dataclass(slots=True, order=True)
class _Voice:
    """A sound on its way. Ordered by place, then by age: the order of adding up must not depend on the block size."""

    position: int
    age: int
    scheduled: ScheduledSound = field(compare=False)
    samples: NDArray[np.int16] = field(compare=False)
    cut: int | None = field(compare=False, default=None)
    """Where it begins to fade."""

    @property
    def end(self) -> int:
        end = self.position + len(self.samples)
        return end if self.cut is None else min(end, self.cut + FADE)

    def add_to(self, mix: NDArray[np.float32], start: int) -> None:
        """Add the part of the sound that lies in `mix`, which begins at `start`."""
        first, last = max(self.position, start), min(self.end, start + len(mix))
        part: NDArray[np.int16] | NDArray[np.float32] = self.samples[first - self.position : last - self.position]
        if self.cut is not None and last > self.cut:
            faded = part.astype(np.float32)
            fade = max(first, self.cut)
            faded[fade - first :] *= _FADE_OUT[fade - self.cut : last - self.cut]
            part = faded
        mix[first - start : last - start] += part


class Mixer:
    """Renders scheduled sounds, block after block.

    Args:
        sounds: where samples come from.

    """

    def __init__(self, sounds: Sounds) -> None:
        self.sounds = sounds
        """May be exchanged: what is scheduled already stays as it was."""
        self._ages = count()
        self._gain = 1.0
        self._commands: deque[Callable[[], None]] = deque()
        self._started: deque[Started] = deque()
        self._stopped: deque[Stopped] = deque(maxlen=256)
        self._rendered: deque[Played] = deque(maxlen=RENDERED)
        # From here on, owned by whoever renders.
        self._position = 0
        self._waiting: list[_Voice] = []  # a heap
        self._sounding: list[_Voice] = []
        self._ramp = (0, 1.0, 1.0)  # where the gain began to change, from what, to what
        self._late = 0
        self._pressed: int | None = None

    @property
    def pressed(self) -> int | None:
        """Where the press tone began that no release has followed; None: they do not press."""
        return self._pressed

    @property
    def position(self) -> int:
        """The next sample to be rendered."""
        return self._position

    @property
    def late(self) -> int:
        """How many calls of `schedule` came too late for their first sound."""
        return self._late

    @property
    def idle(self) -> bool:
        """True where nothing sounds or is going to."""
        return not (self._commands or self._waiting or self._sounding)

    @property
    def gain(self) -> float:
        """Factor on amplitude; a new one is reached within RAMP, or at once where nothing sounds."""
        return self._gain

    @gain.setter
    def gain(self, gain: float) -> None:
        self._gain = gain
        self._commands.append(partial(self._change_gain, gain))

    def schedule(self, sounds: Iterable[ScheduledSound], offset: int = 0) -> None:
        """Add sounds to what is scheduled.

        Args:
            sounds: each with its place.
            offset: a sound's position in the stream minus its `start`.

        Raises:
            KeyError: no such sound.

        """
        voices = [
            _Voice(sound.start + offset, next(self._ages), sound, self.sounds.samples(sound.sound)) for sound in sounds
        ]
        if voices:
            self._commands.append(partial(self._add, voices))

    def hush(self, at: int) -> None:
        """Let all that is scheduled up to now fade out at a position (at once, where that is over), then forget it."""
        self._commands.append(partial(self._cut, at))

    def clear(self) -> None:
        """Forget everything without a fade: where the output was silenced by other means."""
        self._commands.append(self._forget)

    def shift(self, by: int, hold: tuple[int, int] | None = None) -> None:
        """Move everything that has not begun, later or (negative) earlier.

        Sounds keep their order, and a press its distance to its release; what would come too early for that moves less.

        Args:
            by: samples.
            hold: where the press began that is being held, and by how much its release moves; not at all, where another
                one has begun meanwhile.

        """
        self._commands.append(partial(self._move, by, hold))

    def started(self) -> list[Started]:
        """The sounds that have begun since the last call."""
        return _drain(self._started)

    def stopped(self) -> list[Stopped]:
        """The sounds that were cut short since the last call."""
        return _drain(self._stopped)

    def rendered(self) -> list[Played]:
        """All that was rendered since the last call and is not silence; both places are positions in the stream."""
        return _drain(self._rendered)

    def render(self, start: int, n: int) -> NDArray[np.int16]:
        """The next `n` samples, shape (n,); `start` is where the last call ended, 0 at first.

        Raises:
            ValueError: the position is another one.

        """
        if start != self._position:
            raise ValueError(f"rendering is at {self._position}, not at {start}")
        while self._commands:
            self._commands[0]()
            self._commands.popleft()  # only now, or `idle` could be true in between
        end = self._position = start + n
        while self._waiting and self._waiting[0].position < end:
            self._begin(heapq.heappop(self._waiting))
        if not self._sounding:
            return np.zeros(n, np.int16)
        mix = np.zeros(n, np.float32)
        for voice in self._sounding:
            voice.add_to(mix, start)
        self._sounding = [voice for voice in self._sounding if voice.end > end]
        mix *= self._gains(start, n)
        samples = _limit(mix)
        self._rendered.append(Played(samples, start, start))
        return samples

    def _begin(self, voice: _Voice) -> None:
        sound = voice.scheduled
        self._sounding.append(voice)
        if sound.cue in (Cue.PRESS, Cue.RELEASE):
            self._pressed = voice.position if sound.cue is Cue.PRESS else None
        self._started.append(Started(sound.sound, sound.cue, sound.start, voice.position))

    def _add(self, voices: list[_Voice]) -> None:
        lateness = self._position - min(voice.position for voice in voices)
        for voice in voices:
            voice.position += max(0, lateness)
            heapq.heappush(self._waiting, voice)
        self._late += lateness > 0

    def _cut(self, at: int) -> None:
        at = max(at, self._position)
        self._pressed = None  # what is heard next begins anew
        self._waiting = [voice for voice in self._waiting if voice.position < at]
        heapq.heapify(self._waiting)
        for voice in (*self._sounding, *self._waiting):
            if at < voice.end and (voice.cut is None or at < voice.cut):
                voice.cut = at
                self._stopped.append(Stopped(voice.scheduled.sound, voice.scheduled.cue, at))

    def _forget(self) -> None:
        self._cut(self._position)
        self._sounding.clear()

    def _move(self, by: int, hold: tuple[int, int] | None) -> None:
        free = self._position
        for held, group in _groups(sorted(self._waiting), self._pressed is not None):
            wanted = by
            if held:
                wanted = hold[1] if hold and hold[0] == self._pressed else max(by, 0)
            step = max(wanted, free - group[0].position)
            for voice in group:
                voice.position += step
            free = max(voice.end for voice in group)
        heapq.heapify(self._waiting)

    def _change_gain(self, gain: float) -> None:
        before = float(self._gains(self._position, 1)[0]) if self._sounding else gain
        self._ramp = (self._position, before, gain)

    def _gains(self, start: int, n: int) -> NDArray[np.float32]:
        """The gain at each sample: shape (n,), or (1,) where it does not change."""
        since, old, new = self._ramp
        if start >= since + RAMP:
            return np.array([new], np.float32)
        return np.interp(np.arange(start, start + n), (since, since + RAMP), (old, new)).astype(np.float32)


def _limit(mix: NDArray[np.float32]) -> NDArray[np.int16]:
    """As 16-bit samples; above KNEE along a hyperbola that begins with slope 1 and never reaches full scale.

    Only operations that IEEE 754 rounds exactly, so a sample does not depend on the block it is in.
    """
    magnitude = np.abs(mix)
    over = np.flatnonzero(magnitude > KNEE)
    if len(over):
        excess = (magnitude[over] - KNEE) / _ROOM
        mix[over] = np.copysign(KNEE + _ROOM * (excess / (1 + excess)), mix[over])
    return np.rint(mix).astype(np.int16)


def _groups(voices: list[_Voice], pressing: bool) -> Iterator[tuple[bool, list[_Voice]]]:
    """What must keep its distances, by rising place: from a press to its release; else each sound by itself.

    The first of each pair tells whether the press of the group has begun already.
    """
    held, group = pressing, list[_Voice]()
    for voice in voices:
        cue = voice.scheduled.cue
        if cue is Cue.PRESS and group:  # without a release
            yield held, group
            held, group = False, []
        group.append(voice)
        pressing = (pressing or cue is Cue.PRESS) and cue is not Cue.RELEASE
        if not pressing:
            yield held, group
            held, group = False, []
    if group:
        yield held, group


def _drain(queue: deque[T]) -> list[T]:
    return [queue.popleft() for _ in range(len(queue))]
