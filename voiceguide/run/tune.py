"""Joins what `voiceguide tune` needs: recordings from files or from the devices, and the ears to hear them with."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.errors import AudioFileError, UsageError
from voiceguide.hear.listener import Listener
from voiceguide.hear.microphone import DeviceMicrophone
from voiceguide.hear.sphinx import SphinxRecognizer, pronunciations
from voiceguide.hear.variants import Fitter
from voiceguide.messages import HEAR_RATE
from voiceguide.run.clock import MonotonicClock
from voiceguide.run.ears import Ears, build_ears, build_listener
from voiceguide.run.interview import Interview, phrase_sound
from voiceguide.run.settings import HearingSettings, Settings, cache_folder
from voiceguide.run.tuning import Fit, Task, Weigh, fit, tasks
from voiceguide.run.wardrobe import voice_spec
from voiceguide.run.wiring import build_phrasebook, device
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker
from voiceguide.speak.voice import EspeakVoice
from voiceguide.understand.match import Phrasebook

Said = tuple[Task, NDArray[np.int16]]
"""What was to be said, and the recording of it: shape (n,), at HEAR_RATE."""


class Tuner:
    """Tunes the hearing of one language to one person.

    Args:
        settings: the present ones.
        library: the content.

    """

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings = settings
        self._library = library
        self._phrasebook = build_phrasebook(settings, library)
        self._other: tuple[HearingSettings, Ears, Phrasebook] | None = None
        self.tasks = tasks(library.skill.tuning.phrases, self._phrasebook)
        """What the person is to say."""

    @cached_property
    def _ears(self) -> Ears:
        return build_ears(self._settings, self._phrasebook)

    @property
    def about(self) -> str:
        """One line on the recogniser, for the user.

        Raises:
            ModelError: the recogniser that was asked for is missing or broken.

        """
        return self._ears.about

    def fit(self, said: Sequence[Said]) -> Fit:
        """The settings that suit the person who said these."""
        return fit(said, self._settings.hearing, self._phrasebook, self._hear_with, self._weigher())

    def _hear_with(self, hearing: HearingSettings) -> Callable[[], Listener]:
        """Recognisers are large: one beside that of the present settings is kept, the last."""
        ears, phrasebook = self._ears, self._phrasebook
        if hearing != self._settings.hearing:
            if self._other is None or self._other[0] != hearing:
                self._other = None
                settings = self._settings.model_copy(update={"hearing": hearing})
                phrasebook = build_phrasebook(settings, self._library)
                self._other = hearing, build_ears(settings, phrasebook), phrasebook
            _, ears, phrasebook = self._other
        return lambda: build_listener(ears, phrasebook)

    def _weigher(self) -> Weigh | None:
        """For PocketSphinx; a Vosk model says its words in its own ways."""
        if not isinstance(self._ears.recognizer, SphinxRecognizer):
            return None
        words = {word for task in self.tasks for word in task.phrase.split()}
        own = dict(self._phrasebook.pronunciations)
        for word, said in self._settings.hearing.pronunciations.items():
            own[word] = tuple(dict.fromkeys((*own.get(word, ()), *said)))
        return Fitter(pronunciations(words, own)).scores

    def prepare(self, progress: Callable[[int, int], None]) -> Clips:
        """All that is said aloud while tuning; `progress(done, of)` while missing clips are rendered."""
        words = self._library.skill.tuning
        wanted = {words.begin, words.say, words.again, words.thanks}
        texts = [(sound, text) for sound, text in self._library.spoken() if sound in wanted]
        texts += [(phrase_sound(number), task.phrase) for number, task in enumerate(self.tasks)]
        return Clips.prepare(texts, EspeakVoice(), voice_spec(self._settings, self._library), cache_folder(), progress)

    def ask(self, clips: Clips, listening: Callable[[Task], None]) -> Iterator[Said]:
        """Let the person say each phrase, with the sound devices; `listening` is called when it is their turn.

        Raises:
            DeviceError: a device is missing, busy or lost, or the microphone gives nothing but silence.

        """
        clock, settings = MonotonicClock(), self._settings
        with (
            closing(DeviceMicrophone(device(settings.microphone), clock.zero)) as microphone,
            closing(DeviceSpeaker(Mixer(clips), clock.zero, device(settings.speaker))) as speaker,
        ):
            interview = Interview(clock, microphone, speaker, clips.lengths, 2 * speaker.latency)
            yield from interview.ask(self.tasks, self._library.skill.tuning, listening)

    def read(self, paths: Sequence[Path]) -> list[Said]:
        """A recording for each task from files, or from a folder with one for each, by name.

        Raises:
            UsageError: there are more or fewer than phrases.
            AudioFileError: one cannot be read.

        """
        files = [file for path in paths for file in (_in_folder(path) if path.is_dir() else [path])]
        recordings = [wav.read(file, HEAR_RATE) for file in files]
        if len(files) != len(self.tasks):
            order = ", ".join(f'"{task.phrase}"' for task in self.tasks)
            what = f"{len(files)} {'recording' if len(files) == 1 else 'recordings'} for {len(self.tasks)} phrases"
            raise UsageError(what, f"give one for each, in this order: {order}")
        return list(zip(self.tasks, recordings, strict=True))

    def kept(self, folder: Path) -> list[Path]:
        """Where the recording of each task is kept, so that `read` finds them in the folder.

        Raises:
            AudioFileError: nothing can be written there.

        """
        width = len(str(len(self.tasks)))
        names = (_name(task.phrase) for task in self.tasks)
        paths = [folder / f"{number:0{width}d}-{name}.wav" for number, name in enumerate(names, start=1)]
        for path in paths:
            wav.check_writable(path)
        return paths


def _in_folder(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".wav")
    if not found:
        raise AudioFileError(f"{folder}: holds no .wav files", "record them with --keep, or name the files")
    return found


def _name(phrase: str) -> str:
    """A phrase as part of the name of a file: `cant-find-it`."""
    return "-".join("".join(char for char in word if char.isalnum()) for word in phrase.split())
