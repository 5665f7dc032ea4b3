"""A WAV as the microphone, and a WAV as the speaker, in virtual time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame, Played, ScheduledSound
from voiceguide.run.clock import VirtualClock
from voiceguide.speak.mixer import Mixer, Started

AFTERMATH = 1.5
"""Seconds of silence to listen to after a recording: an utterance ends in it."""


class WavMicrophone:
    """Plays a recording as the microphone, and silence after it.

    Args:
        samples: shape (n,), mono, at HEAR_RATE.
        clock: is moved on by each block.

    """

    def __init__(self, samples: NDArray[np.int16], clock: VirtualClock) -> None:
        self._samples = samples
        self._clock = clock
        self._position = 0

    @property
    def exhausted(self) -> bool:
        """True where the recording is over."""
        return self._position >= len(self._samples)

    def read(self, timeout: float) -> AudioFrame:  # noqa: ARG002 - a recording never lets one wait
        """The next block, at the time at which it would have arrived."""
        block = self._samples[self._position : self._position + BLOCK]
        start = self._position / HEAR_RATE
        self._position += BLOCK
        self._clock.advance_to(self._position / HEAR_RATE)
        return AudioFrame(np.pad(block, (0, BLOCK - len(block))), start)

    def close(self) -> None:
        """Nothing to close."""


class WavSpeaker:
    """Writes down what a speaker would play, in virtual time.

    Args:
        mixer: renders the sounds.
        clock: tells how far the playing has come.

    """

    def __init__(self, mixer: Mixer, clock: VirtualClock) -> None:
        self._mixer = mixer
        self._clock = clock
        self._rendered = 0
        self._blocks: list[NDArray[np.int16]] = []

    def play(self, sounds: Sequence[ScheduledSound]) -> None:
        """Put sounds on the output."""
        self._catch_up()
        self._mixer.schedule(sounds)

    def hush(self) -> None:
        """Silence at once."""
        self._catch_up()
        self._mixer.hush(self._rendered)

    def set_gain(self, gain: float) -> None:
        """Louder or softer from now on."""
        self._catch_up()
        self._mixer.gain = gain

    def started(self) -> list[Started]:
        """The sounds that have begun since the last call."""
        self._catch_up()
        return self._mixer.started()

    def rendered(self) -> list[Played]:
        """What was played since the last call."""
        self._catch_up()
        return self._mixer.rendered()

    def check(self) -> None:
        """A WAV is never lost."""

    def samples(self) -> NDArray[np.int16]:
        """All that was played: shape (n,) at SPEAK_RATE."""
        self._catch_up()
        return np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)

    def close(self) -> None:
        """Nothing to close."""

    def _catch_up(self) -> None:
        """Render up to now."""
        missing = round(self._clock.now() * SPEAK_RATE) - self._rendered
        if missing > 0:
            self._blocks.append(self._mixer.render(self._rendered, missing))
            self._rendered += missing
