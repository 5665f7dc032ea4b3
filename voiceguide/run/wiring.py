"""Builds every object from the settings: the only place that does, with `ears` for those that hear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.content.load import built_in, find_content, load
from voiceguide.content.roles import Role
from voiceguide.errors import ContentError, JournalError, ModelError, UsageError, VoiceError
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.hear.microphone import Microphone
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, CutOff, Record
from voiceguide.run.clock import Clock, VirtualClock
from voiceguide.run.diary import Diary, wall_clock
from voiceguide.run.ears import Build, Ears, build_ears, build_here, build_listener
from voiceguide.run.fallback import Fallback
from voiceguide.run.keeper import Keeper, told_before
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.night import Profile
from voiceguide.run.notices import Notice
from voiceguide.run.settings import Settings, journal_file
from voiceguide.run.trace import Trace
from voiceguide.run.virtual import AFTERMATH, WavMicrophone, WavSpeaker
from voiceguide.run.wardrobe import Wardrobe, prepare_clips
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import Speaker
from voiceguide.understand.match import Phrasebook

_NO_LANGUAGE = UsageError, ContentError, OSError
"""What shows that there is no such language, or that its content is faulty; OSError: a folder that can't be listed."""


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
    return library.calling(settings.emergency_number)


def build_phrasebook(settings: Settings, library: Library) -> Phrasebook:
    """What people say, and how this person says it."""
    return Phrasebook.of(library, settings.hearing.pronunciations)


def _path(text: str) -> Path:
    return Path(text).expanduser()


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a session needs but the two ends."""

    settings: Settings
    library: Library
    wardrobe: Wardrobe
    phrasebook: Phrasebook
    ears: Ears

    @property
    def clips(self) -> Clips:
        """Those of the day."""
        return self.wardrobe[Profile.DAY]


def build_parts(
    settings: Settings,
    progress: Callable[[int, int], None],
    notice: Notice,
    build: Build = build_here,
    passable: Mapping[str, str] = MappingProxyType({}),
) -> Parts:
    """Everything that takes time, before the first block is listened to.

    Args:
        settings: what the user chose.
        progress: told how many of the missing clips are done, and how many there are.
        notice: is told what is replaced.
        build: makes the recogniser.
        passable: which settings may be passed over where they cannot be used, see `Fallback`; those of the result hold.

    Raises:
        VoiceguideError: something is missing or broken that nothing can replace.

    """
    chosen = Fallback(settings, passable, notice)

    def loaded(settings: Settings) -> Library:
        return load_library(settings, lambda fault: notice(fault, Role.TROUBLE_CONTENT))

    library = chosen.attempt(loaded, _NO_LANGUAGE, ["language"])
    phrasebook = build_phrasebook(chosen.settings, library)

    def hearing(settings: Settings) -> Ears:
        return build_ears(settings, phrasebook, build)

    # Before the clips, as elsewhere it is built while they are prepared
    ears = chosen.attempt(hearing, (ModelError,), ["model", "engine"])
    if ears.spare:
        notice(f"{ears.hint}; {ears.recognizer.name} hears in its place", Role.TROUBLE_MODEL)

    def dressed(settings: Settings) -> Wardrobe:
        return prepare_clips(settings, library, progress)

    wardrobe = chosen.attempt(dressed, (VoiceError,), ["voice", "night.voice"])
    ears.wait()
    return Parts(chosen.settings, library, wardrobe, phrasebook, ears)


def build_session(parts: Parts, keeper: Keeper | None = None) -> Session:
    """The dialogue, with what is kept of other nights."""
    past = keeper.past if keeper else lambda: None
    return Session(parts.library, parts.clips.lengths, parts.settings.options(), past)


def build_keeper(settings: Settings, notice: Notice) -> Keeper | None:
    """What keeps the journal; None where the user wants none, and where it can't be kept, which `notice` is told."""
    if not settings.journal:
        return None
    try:
        return Keeper(journal_file(), wall_clock, notice, settings.options().remember)
    except JournalError as error:
        notice(str(error), Role.TROUBLE_DISK)
        return None


def resume(session: Session, keeper: Keeper | None, settings: Settings, now: float) -> CutOff | None:
    """Tell a new session what was told of health this night (`now`: s); what was cut off a moment ago, if anything.

    Where no journal is kept (by this process, or any more), what one still holds of health counts: nothing may be
    pressed because of a card that can't be written.
    """
    if keeper:
        return keeper.resume(session, now)
    diary = Diary(wall_clock, settings.options().remember, cautions=told_before(journal_file()))
    return diary.resume(session, now)


def build_loop(
    parts: Parts,
    session: Session,
    clock: Clock,
    microphone: Microphone,
    speaker: Speaker,
    trace: Trace,
    own_voice: OwnVoice | None = None,
    echo: EchoCanceller | None = None,
    record: Callable[[Record], None] | None = None,
) -> Loop:
    """The loop between two ends."""
    return Loop(
        clock=clock,
        microphone=microphone,
        listener=build_listener(parts.ears, parts.phrasebook),
        phrasebook=parts.phrasebook,
        session=session,
        speaker=speaker,
        sounds=Sounds.of(parts.clips, parts.library),
        trace=trace,
        own_voice=own_voice,
        echo=echo,
        record=record,
    )


def run_files(
    parts: Parts,
    trace: Trace,
    recording: NDArray[np.int16],
    output: Path | None = None,
    stereo: bool = False,
    repeatable: bool = False,
) -> None:
    """A recording (at HEAR_RATE) as the microphone, a WAV as the speaker, in virtual time; `repeatable`: without work.

    Goes on after the end of the recording until the session has ended and all is silent. What was played is written
    in any case, also after Ctrl-C.
    """
    clock = VirtualClock(stopwatch=lambda: 0.0) if repeatable else VirtualClock()
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
