"""Builds every object from the settings: the only place that does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.content.load import built_in, find_content, load
from voiceguide.errors import ContentError, ModelError, UsageError
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.hear.commit import CommitRule
from voiceguide.hear.echo import OwnVoice
from voiceguide.hear.judge import FittedJudge, Judge
from voiceguide.hear.listener import Listener
from voiceguide.hear.microphone import DeviceMicrophone, Microphone
from voiceguide.hear.recognizer import Recognizer
from voiceguide.hear.remote import RecognizerProcess, RemoteRecognizer
from voiceguide.hear.second import Looker, SecondLook
from voiceguide.hear.sphinx import SphinxRecognizer
from voiceguide.hear.vosk import VoskRecognizer
from voiceguide.messages import HEAR_RATE, SPEAK_RATE
from voiceguide.models import candidates, check_model, find_model, probe
from voiceguide.run.clock import Clock, MonotonicClock, VirtualClock
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.settings import Engine, Settings, cache_folder, model_folders
from voiceguide.run.trace import Trace
from voiceguide.run.virtual import AFTERMATH, WavMicrophone, WavSpeaker
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker, Speaker
from voiceguide.speak.voice import EspeakVoice, VoiceSpec
from voiceguide.understand.match import Phrasebook

Build = Callable[..., Recognizer]
"""Makes a recogniser: given its class, and the arguments of that."""

_MODELS = " or ".join(f"{folder}/" for folder in model_folders())


@dataclass(frozen=True, slots=True)
class Ears:
    """The recogniser, and whether it could be better."""

    recognizer: Recognizer
    hint: str = ""
    """What to do to be heard better, whatever words the recogniser knows."""
    judge: Judge | None = None
    """Weighs what the recogniser hears; None: it rejects by itself."""
    looker: Looker | None = None
    """A second look at short phrases."""

    @property
    def advice(self) -> str:
        """What to do to be heard better; empty where nothing is. A recogniser elsewhere is waited for."""
        return "; ".join(filter(None, (_lacking(self.recognizer.unknown_words), self.hint)))

    @property
    def about(self) -> str:
        """One line for the user."""
        return "; ".join(filter(None, (self.recognizer.name, self.advice)))


def content_folders(settings: Settings) -> tuple[Path, ...]:
    """Where the content of the chosen language is: the built-in one, and the user's own above it."""
    return find_content(settings.language, _path(settings.content) if settings.content else None)


def load_library(settings: Settings, notice: Callable[[str], None] | None = None) -> Library:
    """The content of the chosen language.

    Args:
        settings: what the user chose.
        notice: where it is given, faulty content of the user's own is refused, and the built-in one is used: a device
            at the bedside must not be silent because of it. It is told what is wrong.

    Raises:
        ContentError: faulty content, and no `notice` or no built-in content in its place.
        UsageError: there is no such language.

    """
    try:
        library = load(*content_folders(settings))
    except (ContentError, OSError) as error:  # OSError: a folder that can't be listed
        if settings.content is None or notice is None or not (built_in() / settings.language).is_dir():
            raise
        notice(f"{error}\n-> {settings.content} is passed over until it is mended; the built-in content is used")
        library = load(*find_content(settings.language))
    return library.calling(settings.emergency_number) if settings.emergency_number else library


def build_phrasebook(settings: Settings, library: Library) -> Phrasebook:
    """What people say, and how this person says it."""
    return Phrasebook.of(library, settings.hearing.pronunciations)


def _path(text: str) -> Path:
    return Path(text).expanduser()


def voice_spec(settings: Settings, library: Library) -> VoiceSpec:
    """The content's voice, with the user's wishes above it."""
    voice = library.skill.voice
    return VoiceSpec(settings.voice or voice.name, settings.rate or voice.rate)


def prepare_clips(settings: Settings, library: Library, progress: Callable[[int, int], None]) -> Clips:
    """All prompts as sound; `progress(done, of)` while missing ones are rendered."""
    return Clips.prepare(library.spoken(), EspeakVoice(), voice_spec(settings, library), cache_folder(), progress)


def engine(settings: Settings) -> Engine:
    """The engine that was asked for.

    Raises:
        UsageError: there is no such engine.

    """
    if settings.engine not in set(Engine):
        raise UsageError(f"unknown engine '{settings.engine}'", f"use one of: {', '.join(Engine)}")
    return Engine(settings.engine)


def build_here(make: Callable[..., Recognizer], *arguments: Any) -> Recognizer:
    """A recogniser in this process: cheap to start, and sound waits while it decodes."""
    return make(*arguments)


@contextmanager
def elsewhere() -> Iterator[Build]:
    """Recognisers, one at a time, in a process that starts now and ends with the block: sound never waits for them."""
    with closing(RecognizerProcess()) as process:
        yield process.build


def build_ears(settings: Settings, phrasebook: Phrasebook, build: Build = build_here) -> Ears:
    """The recogniser: Vosk where a model is found or asked for, else PocketSphinx, which needs none.

    Raises:
        ModelError: what was asked for is missing or broken; what was merely found is passed over, with advice.
            Elsewhere than here, what was asked for may be found broken later, when the recogniser is asked anything.

    """
    match engine(settings):
        case Engine.SPHINX:
            return _sphinx(settings, phrasebook, build)
        case Engine.VOSK:
            return _vosk(settings, phrasebook, build)
        case Engine.AUTO:
            if settings.model:
                return _vosk(settings, phrasebook, build)
    advice = f"Vosk may hear you better: put its small English model into {_MODELS}"
    if next(candidates(model_folders()), None):
        try:
            ears = _vosk(settings, phrasebook, build)
            ears.about  # noqa: B018 - asked now, while another recogniser can take its place
            return ears
        except ModelError as error:
            advice = str(error)
    return _sphinx(settings, phrasebook, build, advice)


def _vosk(settings: Settings, phrasebook: Phrasebook, build: Build) -> Ears:
    model = find_model(_path(settings.model) if settings.model else None, model_folders())
    if model is None:
        for incomplete in candidates(model_folders()):
            check_model(incomplete)  # tells what is missing
        raise ModelError(f"engine vosk: no model in {_MODELS}", "put one there, or use --engine sphinx")
    probe(model, cache_folder())
    return Ears(build(VoskRecognizer, phrasebook, model))


def _sphinx(settings: Settings, phrasebook: Phrasebook, build: Build, hint: str = "") -> Ears:
    return Ears(
        build(SphinxRecognizer, phrasebook),
        hint,
        FittedJudge.of("sphinx", settings.hearing.caution),
        SecondLook(),
    )


def _lacking(words: Sequence[str]) -> str:
    if not words:
        return ""
    few = ", ".join(words[:5])
    return f"it does not know {few}" + (f" and {len(words) - 5} words more" if len(words) > 5 else "")


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a session needs but the two ends."""

    settings: Settings
    library: Library
    clips: Clips
    phrasebook: Phrasebook
    ears: Ears


def build_parts(
    settings: Settings,
    progress: Callable[[int, int], None],
    notice: Callable[[str], None],
    build: Build = build_here,
) -> Parts:
    """Everything that takes time, before the first block is listened to; for `notice` see `load_library`."""
    library = load_library(settings, notice)
    phrasebook = build_phrasebook(settings, library)
    ears = build_ears(settings, phrasebook, build)  # first, as elsewhere it is built while clips are prepared
    return Parts(
        settings=settings,
        library=library,
        clips=prepare_clips(settings, library, progress),
        phrasebook=phrasebook,
        ears=ears,
    )


def build_session(parts: Parts) -> Session:
    """The dialogue."""
    return Session(parts.library, parts.clips.lengths, parts.settings.options())


def build_loop(
    parts: Parts,
    session: Session,
    clock: Clock,
    microphone: Microphone,
    speaker: Speaker,
    trace: Trace,
    own_voice: OwnVoice | None = None,
) -> Loop:
    """The loop between two ends."""
    return Loop(
        clock=clock,
        microphone=microphone,
        listener=build_listener(parts.ears, parts.phrasebook),
        phrasebook=parts.phrasebook,
        session=session,
        speaker=speaker,
        sounds=Sounds(parts.clips.lengths, dict(parts.library.spoken())),
        trace=trace,
        own_voice=own_voice,
    )


def run_files(
    parts: Parts, trace: Trace, recording: NDArray[np.int16], output: Path | None = None, stereo: bool = False
) -> None:
    """A recording (at HEAR_RATE) as the microphone, a WAV as the speaker, in virtual time.

    Goes on after the end of the recording until the session has ended and all is silent. What was played is written
    in any case, also after Ctrl-C.
    """
    clock = VirtualClock()
    microphone = WavMicrophone(np.pad(recording, (0, round(AFTERMATH * HEAR_RATE))), clock)
    speaker = WavSpeaker(Mixer(parts.clips), clock)
    session = build_session(parts)
    loop = build_loop(parts, session, clock, microphone, speaker, trace)
    try:
        loop.run(until=lambda: microphone.exhausted and session.state is State.IDLE and loop.silent)
    finally:
        if output:
            guide = speaker.samples()
            wav.write(output, side_by_side(recording, guide) if stereo else guide, SPEAK_RATE)


def side_by_side(recording: NDArray[np.int16], guide: NDArray[np.int16]) -> NDArray[np.int16]:
    """Two channels at SPEAK_RATE: the microphone (given at HEAR_RATE) left, the guide right; shape (n, 2)."""
    left = soxr.resample(recording, HEAR_RATE, SPEAK_RATE)
    both = np.zeros((max(len(left), len(guide)), 2), np.int16)
    both[: len(left), 0] = left
    both[: len(guide), 1] = guide
    return both


def device(choice: str | None) -> str | int | None:
    """A device as it was chosen: a number is one."""
    return int(choice) if choice and choice.isdecimal() else choice


def run_devices(parts: Parts, trace: Trace, ready: Callable[[], None]) -> None:
    """The sound devices, until the process is told to end; `ready` is called when it listens."""
    clock, settings = MonotonicClock(), parts.settings
    with closing(DeviceMicrophone(device(settings.microphone), clock.zero)) as microphone:
        mixer = Mixer(parts.clips)
        with closing(DeviceSpeaker(mixer, clock.zero, device(settings.speaker))) as speaker:
            own_voice = None if settings.headphones else OwnVoice()
            loop = build_loop(parts, build_session(parts), clock, microphone, speaker, trace, own_voice)
            ready()
            loop.run(until=lambda: _deaf(parts.ears.recognizer))


def _deaf(recognizer: Recognizer) -> bool:
    """Never true: a recogniser that is gone is an error at once, not when somebody calls for help at last."""
    if isinstance(recognizer, RemoteRecognizer):
        recognizer.check()
    return False


def build_listener(ears: Ears, phrasebook: Phrasebook, rule: CommitRule | None = None) -> Listener:
    """Gate, recogniser, second look and decision; `rule` as for a `Listener`."""
    return Listener(ears.recognizer, phrasebook, rule=rule, judge=ears.judge, looker=ears.looker)
