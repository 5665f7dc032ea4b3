"""Stand-ins for what a test cannot have: a voice, a loudspeaker, a sound card.

They keep the same protocol as the real thing, so nothing is patched.
"""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceguide.errors import DeviceError, VoiceError
from voiceguide.hear.recognizer import Partial
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, Played, ScheduledSound
from voiceguide.speak.mixer import Started
from voiceguide.speak.voice import VoiceSpec


class ToneVoice:
    """A voice that makes tones: the longer the text, the longer the tone; words become bursts with pauses between.

    Args:
        broken: texts that raise VoiceError, as if the engine gave no sound.

    """

    version = "tones 1"

    def __init__(self, broken: Sequence[str] = ()) -> None:
        self.rendered: list[str] = []
        self._broken = broken

    def render(self, texts: Sequence[str], spec: VoiceSpec, on_done: Callable[[int], None]) -> list[NDArray[np.int16]]:
        clips = []
        for number, text in enumerate(texts, 1):
            if text in self._broken:
                raise VoiceError(f"text-to-speech gave no sound at '{text}'", "reword it")
            clips.append(self._speak(text, spec))
            self.rendered.append(text)
            on_done(number)
        return clips

    @staticmethod
    def _speak(text: str, spec: VoiceSpec) -> NDArray[np.int16]:
        """A burst of 40 ms a letter for each word, 100 ms of silence around it, faster at a higher rate."""
        letter = SPEAK_RATE * 40 // 1000 * 150 // spec.rate
        pause = np.zeros(SPEAK_RATE // 10, np.int16)
        parts = [pause]
        for word in text.split():
            angle = 2 * np.pi * 220 * np.arange(letter * len(word)) / SPEAK_RATE
            parts += [(12_000 * np.sin(angle)).astype(np.int16), pause]
        return np.concatenate(parts)


class RecordingSpeaker:
    """A speaker that only remembers what it was told; sounds begin where they are scheduled, as soon as they are."""

    def __init__(self) -> None:
        self.played: list[ScheduledSound] = []
        self.hushes = 0
        self.gain = 1.0
        self.closed = False
        self.gone = False
        self._started: list[Started] = []

    def play(self, sounds: Sequence[ScheduledSound]) -> None:
        self.played += sounds
        self._started += [Started(sound.sound, sound.cue, sound.start, sound.start) for sound in sounds]

    def hush(self) -> None:
        self.hushes += 1

    def set_gain(self, gain: float) -> None:
        self.gain = gain

    def started(self) -> list[Started]:
        started, self._started = self._started, []
        return started

    def rendered(self) -> list[Played]:
        return []

    def check(self) -> None:
        if self.gone:
            raise DeviceError("speaker: lost", "check its cable")

    def close(self) -> None:
        self.closed = True


class FakeStream:
    """A PortAudio stream whose callback is called by `FakeSoundDevice.run`."""

    def __init__(self, device: "FakeSoundDevice", options: dict[str, Any]) -> None:
        self.options = options
        self.latency = device.latency
        self.active = False
        self.aborts = 0

    def start(self) -> None:
        self.active = True

    def abort(self) -> None:
        self.active = False
        self.aborts += 1

    def close(self) -> None:
        self.active = False


class FakeSoundDevice:
    """What `speak.speaker` needs of the module sounddevice, with a clock of its own.

    Args:
        rates: sample rates that the device takes.
        latency: seconds of its buffer.
        names: the speakers there are.

    """

    class PortAudioError(Exception):
        pass

    class CallbackAbort(Exception):  # noqa: N818 - the name in sounddevice
        pass

    def __init__(
        self, rates: Sequence[int] = (48_000,), latency: float = 0.05, names: Sequence[str] = ("fake",)
    ) -> None:
        self.rates = rates
        self.latency = latency
        self.names = names
        self.time = 100.0
        self.delay = 0.0
        self.underflow = False
        self.heard: list[NDArray[np.int16]] = []

    def clock(self) -> float:
        return self.time

    def query_devices(self, device: str | int | None = None, kind: str | None = None) -> Any:
        if kind is None:
            rate = float(self.rates[0])
            return [{"name": name, "max_output_channels": 2, "default_samplerate": rate} for name in self.names]
        if not self.names:
            raise self.PortAudioError("Error querying device -1", -9996)
        return {"name": self.names[0], "default_samplerate": float(self.rates[0])}

    def check_output_settings(self, device: Any, channels: int, dtype: str, *, samplerate: int) -> None:
        if samplerate not in self.rates:
            raise self.PortAudioError("Error opening OutputStream: Invalid sample rate [PaErrorCode -9997]", -9997)

    def OutputStream(self, **options: Any) -> FakeStream:  # noqa: N802 - the name in sounddevice
        self.stream = FakeStream(self, options)
        return self.stream

    def run(self, blocks: int, frames: int = 480) -> None:
        """Let the device ask for some blocks, each at its time; it says that they sound after latency and delay."""
        for _ in range(blocks):
            out = np.zeros((frames, self.stream.options["channels"]), np.int16)
            times = SimpleNamespace(currentTime=7.0, outputBufferDacTime=7.0 + self.latency + self.delay)
            try:
                self.stream.options["callback"](out, frames, times, SimpleNamespace(output_underflow=self.underflow))
            except self.CallbackAbort:
                self.stream.active = False
                return
            self.heard.append(out)
            self.time += frames / self.stream.options["samplerate"]


class ScriptedRecognizer:
    """A recogniser that reads a script: for each utterance, from which second on it hears which words.

    Args:
        utterances: each a sequence of (seconds of sound it was fed, words so far).

    """

    name = "script"
    unknown_words = ()

    def __init__(self, *utterances: Sequence[tuple[float, str]]) -> None:
        self._utterances = list(utterances)
        self._now: Sequence[tuple[float, str]] = ()
        self._fed = 0.0
        self.strict: list[bool] = []
        """Of each utterance that began."""
        self.lengths: list[float] = []
        """Seconds that each utterance was fed."""

    def begin(self, strict: bool) -> None:
        self._now = self._utterances.pop(0) if self._utterances else ()
        self._fed = 0.0
        self.strict.append(strict)

    def feed(self, samples: NDArray[np.int16]) -> None:
        self._fed += len(samples) / HEAR_RATE

    def partial(self, silence: float) -> Partial:
        words = [text for since, text in self._now if since <= self._fed]
        return Partial(words[-1], 1.0) if words and words[-1] else Partial()

    def finish(self) -> Partial:
        self.lengths.append(self._fed)
        return self.partial(0.0)


def loud_is_speech(chunk: NDArray[np.int16]) -> float:
    """A voice detector for tests: whatever is loud is speech."""
    return float(np.abs(chunk).max() > 1000)
