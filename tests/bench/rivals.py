"""Other cancellers, to compare with: they are told the true delay, and need `pip install pyaec livekit`."""

from collections.abc import Callable

import numpy as np
import soxr

from voiceguide.messages import BLOCK, HEAR_RATE, SPEAK_RATE, AudioFrame

Run = Callable[[AudioFrame, np.ndarray], tuple[AudioFrame, float]]


class _Late:
    """What is played, brought to HEAR_RATE and made late."""

    def __init__(self, delay: float) -> None:
        self._rest = np.zeros(max(round(delay * HEAR_RATE), 0), np.int16)
        self._resampler = soxr.ResampleStream(SPEAK_RATE, HEAR_RATE, 1, dtype="int16")

    def __call__(self, played: np.ndarray) -> np.ndarray:
        self._rest = np.concatenate([self._rest, self._resampler.resample_chunk(played)])
        if len(self._rest) < BLOCK:
            return np.zeros(BLOCK, np.int16)
        block, self._rest = self._rest[:BLOCK], self._rest[BLOCK:]
        return block


def speex(delay: float) -> Run:
    """Speex with a filter of 400 ms."""
    from pyaec import Aec

    canceller, late = Aec(BLOCK, 400 * HEAR_RATE // 1000, HEAR_RATE, False), _Late(delay - 0.015)

    def run(frame: AudioFrame, played: np.ndarray) -> tuple[AudioFrame, float]:
        rest = canceller.cancel_echo(frame.samples, late(played))
        return AudioFrame(np.array(rest, np.int16), frame.start), 0.0

    return run


def aec3(delay: float) -> Run:
    """WebRTC's AEC3."""
    from livekit import rtc

    module, late, size = rtc.AudioProcessingModule(echo_cancellation=True), _Late(delay - 0.02), HEAR_RATE // 100

    def run(frame: AudioFrame, played: np.ndarray) -> tuple[AudioFrame, float]:
        reference, out = late(played), []
        for first in range(0, BLOCK, size):
            part = rtc.AudioFrame(reference[first : first + size].tobytes(), HEAR_RATE, 1, size)
            module.process_reverse_stream(part)
            module.set_stream_delay_ms(20)
            heard = rtc.AudioFrame(frame.samples[first : first + size].tobytes(), HEAR_RATE, 1, size)
            module.process_stream(heard)
            out.append(np.frombuffer(heard.data, np.int16).copy())
        return AudioFrame(np.concatenate(out), frame.start), 0.0

    return run


RIVALS: dict[str, Callable[[float], Run]] = {"speex": speex, "aec3": aec3}
"""By name."""
