"""A bedroom in virtual time: what the real speaker plays comes to the real microphone through a room."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from tests.bench.bedroom import impulse_response
from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame
from voiceguide.run.clock import VirtualClock
from voiceguide.run.virtual import WavMicrophone
from voiceguide.speak.mixer import Mixer, Sounds

RATIO = SPEAK_RATE // HEAR_RATE
KEPT = 2 * SPEAK_RATE
"""Samples that are in the air at most."""


class Loudspeaker(Mixer):
    """A mixer whose output can be heard in the room for two seconds."""

    def __init__(self, sounds: Sounds) -> None:
        super().__init__(sounds)
        self.air = np.zeros(KEPT, np.int16)

    def render(self, start: int, n: int) -> NDArray[np.int16]:
        samples = super().render(start, n)
        self.air = np.concatenate([self.air, samples])[-KEPT:]
        return samples


class Room(WavMicrophone):
    """Hears the person, and the loudspeaker through the room.

    Args:
        person: what the microphone would hear without the device, shape (n,), int16.
        clock: is moved on by each block.
        loudspeaker: what is in the air.
        gain: of its direct sound (amplitude).
        delay: seconds until it is heard.
        rt60: seconds in which its reverberation falls by 60 dB; 0: there is none.
        skew: parts in a million by which the speaker's clock is slow.
        seed: where in the room.

    """

    def __init__(
        self,
        person: NDArray[np.int16],
        clock: VirtualClock,
        loudspeaker: Loudspeaker,
        gain: float,
        delay: float = 0.12,
        rt60: float = 0.0,
        skew: float = 0.0,
        seed: int = 1,
    ) -> None:
        super().__init__(person, clock)
        self._loudspeaker = loudspeaker
        self._delay = delay
        self._skew = skew * 1e-6
        self.response = gain * (impulse_response(rt60, 0.5, seed) if rt60 else np.ones(1))
        """From the loudspeaker to the microphone, shape (n,)."""

    def read(self, timeout: float) -> AudioFrame:
        frame = super().read(timeout)
        heard = len(self.response) + BLOCK - 1
        times = frame.start + np.arange(BLOCK - heard, BLOCK) / HEAR_RATE
        echo = fftconvolve(self._played((times * (1 - self._skew) - self._delay) * SPEAK_RATE), self.response, "valid")
        return AudioFrame((frame.samples + echo).round().clip(-32768, 32767).astype(np.int16), frame.start)

    def _played(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is in the air at some places of the stream: means of RATIO samples, as HEAR_RATE holds no more."""
        first = self._loudspeaker.position - KEPT
        smooth = np.convolve(self._loudspeaker.air, np.ones(RATIO) / RATIO, "same")
        return np.interp(places, first + np.arange(KEPT), smooth, left=0.0)
