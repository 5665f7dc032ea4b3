"""The echo stage, between microphone and gate: takes out of every frame what the device itself is playing. Pure.

Frames in, frames out, and beside them what was played, with its times. It finds how late the microphone hears the
loudspeaker, reads what was played at that place, and lets a Kalman filter learn the room between. Until it has learnt,
and after the device was moved, `converged` is false, and somebody else must see to it that the device does not act on
its own words.
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from voiceguide.hear.delay import EARLIEST, LATEST, WINDOW, DelayTracker, compare
from voiceguide.hear.kalman import Cancelled, KalmanFilter, KalmanSettings
from voiceguide.hear.reference import Reference, Sound
from voiceguide.hear.suppress import LATE, Suppressor, SuppressSettings
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame, Played


@dataclass(frozen=True, slots=True)
class EchoSettings:
    """Durations in seconds."""

    kalman: KalmanSettings = field(default_factory=KalmanSettings)
    suppress: SuppressSettings = field(default_factory=SuppressSettings)
    soft: float = 0.0
    """Share of the softened sound in what the recogniser hears; it hears more in what the filter leaves as it is."""
    margin: int = 80
    """Samples before the delay that was found with which the filter begins: rooms have no sharp beginning."""
    jump: int = 200
    """Samples that a frame may be off its time; more, and frames were lost."""
    astray: int = BLOCK
    """Samples that the microphone's count may be off its times before all places get other numbers."""
    compare_every: int = 25
    """Blocks."""
    slew: float = 0.08
    """Samples by which the delay may be mended in a block without the filter noticing."""
    leap: float = 2.0
    """Samples from which on it is mended at once."""
    memory: float = 0.98
    """Of the averages by which convergence is judged: a second."""
    learnt: float = 0.05
    """Converged, where no more of the echo than this may be left (power)."""
    unlearnt: float = 0.3
    """No more so, from here on."""
    forgotten: int = 3000
    """Blocks without echo after which it must prove itself again: clocks drift, and devices are moved."""
    blocks: int = 40
    """Nothing is judged by fewer blocks with echo than these."""
    wrong: float = 0.12
    """Share of the echo that was taken away and is in the rest, with either sign, from which on the room is another."""
    alike: float = 0.12
    """Correlation of both, from which on this is no chance."""


class EchoCanceller:
    """See the module; one stream of frames.

    Args:
        settings: None: the usual ones.

    """

    def __init__(self, settings: EchoSettings | None = None) -> None:
        self._is = settings or EchoSettings()
        self.reference = Reference()
        self.tracker = DelayTracker()
        self._filter = KalmanFilter(self._is.kalman)
        self._suppressor = Suppressor(self._is.suppress)
        self._at: int | None = None
        self._heard = np.zeros(WINDOW, np.float32)
        self._delay: float | None = None
        self._until_compare = self._is.compare_every
        self._told = 0
        self._renumbered = 0
        self._quiet = 0
        self.restarts = 0
        """How often the room had to be learnt anew."""
        self._sums = np.zeros(4)  # power of: the echo, what it shares with the rest, what may be left, the rest
        self._blocks = 0
        self.clean_since = inf
        """Since when (s, on the clock of the frames) what it gives out is free of the device's own voice."""

    @property
    def converged(self) -> bool:
        """Whether what it gives out is free of the device's own voice."""
        return self.clean_since < inf

    @property
    def heard(self) -> bool:
        """Whether the microphone was ever found to hear the loudspeaker: known in a second, however faint it is."""
        return self.tracker.agreed

    def play(self, played: Played) -> None:
        """What the loudspeaker was given, in order."""
        self.reference.add(played)

    def clean(self, frame: AudioFrame) -> AudioFrame:
        """The frame without the device's own voice, LATE samples later; frames follow each other."""
        at = self._place(frame.start)
        heard = (frame.samples / 32768).astype(np.float32)
        self._heard = np.concatenate([self._heard[BLOCK:], heard])
        self._until_compare -= 1
        if self.reference.end > at - LATEST - WINDOW:
            self._compare(at)
        rest, voice = self._cancel(at, heard)
        mixed = rest + np.float32(self._is.soft) * (voice - rest)
        return AudioFrame(_samples(mixed), frame.start - LATE / HEAR_RATE, None if voice is rest else _samples(voice))

    def _place(self, start: float) -> int:
        """The place of a frame's first sample, counted: times jump a little, and drift.

        Where frames were lost, the count goes on after them. Where it has drifted off the times, all places get other
        numbers, and so does the delay.
        """
        told = round(start * HEAR_RATE)
        lost = told - self._told - BLOCK
        if self._at is None:
            self._at = told
        elif abs(lost) > self._is.jump:
            self._at += lost
            self._heard[:] = 0
        elif abs(told - self._at) > self._is.astray:
            self._shift(told - self._at)
            self._at = told
        if self._renumbered != self.reference.renumbered:
            self._shift(self._renumbered - self.reference.renumbered)
            self._renumbered = self.reference.renumbered
        at, self._at, self._told = self._at, self._at + BLOCK, told
        return at

    def _shift(self, by: int) -> None:
        self.tracker.shift(by)
        self._delay = None if self._delay is None else self._delay + by

    def _compare(self, at: int) -> None:
        if self._until_compare > 0:
            return
        begin = at + BLOCK - WINDOW
        played = self.reference.span(begin - LATEST, WINDOW + LATEST - EARLIEST)
        if not played.any():
            return
        self._until_compare = self._is.compare_every
        self.tracker.observe(begin + WINDOW // 2, compare(self._heard, played))

    def _cancel(self, at: int, heard: Sound) -> tuple[Sound, Sound]:
        """See `Suppressor`."""
        if not self.tracker.known:
            return self._suppressor.through(heard)
        if self._delay is None:
            self._learn_from_memory(at)
        first = at - self._follow(at) + self._is.margin
        if first >= self.reference.end:
            played = np.zeros(BLOCK, np.float32)
            self._quiet += 1
            if self._quiet == self._is.forgotten:
                self._unproven()
        else:
            last = at + BLOCK - self._follow(at + BLOCK) + self._is.margin
            played = self.reference.read(first, last, BLOCK)
            self._quiet = 0
        if self._quiet > self._is.kalman.partitions + 1:
            return self._suppressor.through(heard)
        cancelled = self._filter.cancel(heard, played)
        self._judge(at, cancelled)
        return self._suppressor.suppress(cancelled)

    def _learn_from_memory(self, at: int) -> None:
        """Begin with what was heard before the delay was known."""
        self._follow(at)
        for begin in range(0, WINDOW - BLOCK, BLOCK):
            place = at - WINDOW + BLOCK + begin
            first = place - self.tracker.delay(place) + self._is.margin
            self._filter.cancel(self._heard[begin : begin + BLOCK], self.reference.read(first, first + BLOCK, BLOCK))

    def _follow(self, at: int) -> float:
        """The delay at a time, mended slowly, or at once where it is another."""
        wanted = self.tracker.delay(at)
        if self._delay is None:
            self._delay = wanted
        elif abs(wanted - self._delay) > self._is.leap:
            self._delay = wanted
            self._doubt()
        self._delay += float(np.clip(wanted - self._delay, -self._is.slew, self._is.slew))
        return self._delay

    def _judge(self, at: int, cancelled: Cancelled) -> None:
        """Whether the room is known: by the filter's own doubt, and by whether the rest still looks like the echo."""
        rest, taken = cancelled.rest, cancelled.echo
        echo = float(taken @ taken)
        now = np.array([echo, float(rest @ taken), float(cancelled.doubt.sum()) / BLOCK, float(rest @ rest)])
        if echo < 1e-4:  # -65 dB
            return
        self._sums = self._is.memory * self._sums + now
        self._blocks += 1
        echo, alike, left, power = self._sums
        if self._blocks < self._is.blocks:
            return
        another = abs(alike) > max(self._is.wrong * echo, self._is.alike * np.sqrt(echo * power))
        if another and (self.converged or left < self._is.learnt * echo):
            self.restarts += 1
            self._doubt()
        elif self.converged and left > self._is.unlearnt * echo:
            self.clean_since = inf
        elif not self.converged and left < self._is.learnt * echo:
            self.clean_since = at / HEAR_RATE

    def _doubt(self) -> None:
        """The room is another one, or may be."""
        self._filter.doubt()
        self._suppressor.restart()
        self._unproven()

    def _unproven(self) -> None:
        self._sums, self._blocks, self.clean_since = np.zeros(4), 0, inf


def _samples(sound: Sound) -> NDArray[np.int16]:
    samples: NDArray[np.int16] = (sound * 32768).round().clip(-32768, 32767).astype(np.int16)
    return samples
