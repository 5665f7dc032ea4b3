"""Lets a person say phrases after the device, and records each: with a microphone and a speaker."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from voiceguide.content.language import Tuning
from voiceguide.errors import DeviceError
from voiceguide.guide.timeline import Score
from voiceguide.hear.gate import Gate
from voiceguide.hear.microphone import Microphone
from voiceguide.messages import SPEAK_RATE, AudioFrame
from voiceguide.run.clock import Clock
from voiceguide.run.tuning import Task
from voiceguide.speak.speaker import Speaker

PATIENCE = 0.1
"""Seconds to wait for a block from the microphone before looking at the clock again."""

GAP = 0.35
"""Seconds after a sentence of the device: its room goes silent."""

WAIT = 7.0
"""Seconds for which a person may think before they speak."""

VOICE = 0.15
"""Voiced seconds of the shortest phrase: less is a click."""


def phrase_sound(number: int) -> str:
    """The id of the clip that says a phrase, counted from 0."""
    return f"tuning@{number}"


class Interview:
    """Speaks and records in turns.

    Args:
        clock: of the two devices.
        microphone: is read all the time, so that nothing old is heard.
        speaker: says the prompts.
        lengths: samples at SPEAK_RATE of each clip, by sound id: prompts, and phrases as `phrase_sound`.
        lag: seconds from the time for which a sound is scheduled to when it is in the air.
        gate: makes what finds the voice; one for each recording.

    """

    def __init__(
        self,
        clock: Clock,
        microphone: Microphone,
        speaker: Speaker,
        lengths: Mapping[str, int],
        lag: float = 0.0,
        gate: Callable[[], Gate] = Gate,
    ) -> None:
        self._clock = clock
        self._microphone = microphone
        self._speaker = speaker
        self._lengths = lengths
        self._lag = lag
        self._gate = gate

    def ask(
        self, tasks: Sequence[Task], words: Tuning, listening: Callable[[Task], None]
    ) -> Iterator[tuple[Task, NDArray[np.int16]]]:
        """Each task with its recording, shape (n,) at HEAR_RATE, as soon as it is there.

        A phrase that nobody says is asked for once more; the second recording counts then, whatever is in it.

        Args:
            tasks: what is to be said.
            words: what is said around it.
            listening: is called when it is the person's turn.

        Raises:
            DeviceError: a device is lost, or the microphone gives nothing but silence.

        """
        self._say(words.begin)
        for number, task in enumerate(tasks):
            self._say(words.say, phrase_sound(number))
            listening(task)
            samples, spoken = self._record()
            if len(samples) and (samples == samples[0]).all():
                raise DeviceError(
                    "the microphone gives nothing but silence",
                    "unmute it (alsamixer, pavucontrol), or choose another with --microphone",
                )
            if not spoken:
                self._say(words.again, phrase_sound(number))
                listening(task)
                samples, _ = self._record()
            yield task, samples
        self._say(words.thanks)

    def _say(self, *sounds: str) -> None:
        """To the end; what the microphone hears meanwhile is nobody's."""
        begin = round(self._clock.now() * SPEAK_RATE)
        timeline = Score(self._lengths).say(sounds, GAP).timeline()
        self._speaker.play(timeline.schedule(begin))
        end = (begin + timeline.length) / SPEAK_RATE + self._lag
        while self._clock.now() < end:
            self._speaker.check()
            self._microphone.read(PATIENCE)

    def _record(self) -> tuple[NDArray[np.int16], bool]:
        """From now to the end of the next utterance, or as long as patience lasts; whether somebody spoke."""
        gate, begin = self._gate(), self._clock.now()
        heard: list[AudioFrame] = []
        spoken = False
        while not spoken and (gate.is_open or self._clock.now() < begin + WAIT):
            self._speaker.check()
            frame = self._microphone.read(PATIENCE)
            if frame and frame.start >= begin:
                heard.append(frame)
                spoken = gate.feed(frame).closed and gate.voiced_seconds >= VOICE
        return np.concatenate([frame.samples for frame in heard] or [np.zeros(0, np.int16)]), spoken
