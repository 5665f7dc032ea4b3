"""Builds every object from the settings: the only place that does, with `ears` for those that hear."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.content.load import built_in, find_content, load
from voiceguide.content.roles import Role
from voiceguide.errors import ContentError, DeviceError, JournalError
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.hear.microphone import DeviceMicrophone, Microphone
from voiceguide.hear.recognizer import Recognizer
from voiceguide.hear.remote import RemoteRecognizer
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, Record
from voiceguide.run.cards import Cards, restart_portaudio
from voiceguide.run.caretaker import Caretaker
from voiceguide.run.clock import Clock, MonotonicClock, VirtualClock, local_time
from voiceguide.run.diary import wall_clock
from voiceguide.run.ears import Build, Ears, build_ears, build_here, build_listener
from voiceguide.run.equipment import Equipment, Staff
from voiceguide.run.keeper import Keeper
from voiceguide.run.lifeline import Lifeline, SteadyMicrophone, SteadySpeaker
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.night import Profile
from voiceguide.run.notices import Herald, Notice, Notices
from voiceguide.run.panel import Fittings, Panel
from voiceguide.run.reload import Reload, on_hangup, terminal_gone
from voiceguide.run.service import Service
from voiceguide.run.settings import Settings, data_folder, journal_file
from voiceguide.run.trace import Trace
from voiceguide.run.virtual import AFTERMATH, WavMicrophone, WavSpeaker
from voiceguide.run.volume import VolumeMemory
from voiceguide.run.wardrobe import Wardrobe, prepare_clips
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker, Speaker
from voiceguide.understand.match import Phrasebook


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
) -> Parts:
    """Everything that takes time, before the first block is listened to; `notice` is told what is replaced."""
    library = load_library(settings, lambda fault: notice(fault, Role.TROUBLE_CONTENT))
    phrasebook = build_phrasebook(settings, library)
    ears = build_ears(settings, phrasebook, build)  # first, as elsewhere it is built while clips are prepared
    if ears.spare:
        notice(f"{ears.hint}; {ears.recognizer.name} hears in its place", Role.TROUBLE_MODEL)
    return Parts(
        settings=settings,
        library=library,
        wardrobe=prepare_clips(settings, library, progress),
        phrasebook=phrasebook,
        ears=ears,
    )


def build_session(parts: Parts, keeper: Keeper | None = None) -> Session:
    """The dialogue, with what is kept of other nights."""
    past = keeper.past if keeper else lambda: None
    return Session(parts.library, parts.clips.lengths, parts.settings.options(), past)


def build_keeper(settings: Settings, notice: Callable[[str], None]) -> Keeper | None:
    """What keeps the journal; None where the user wants none, and where it can't be kept, which `notice` is told."""
    if not settings.journal:
        return None
    try:
        return Keeper(journal_file(), wall_clock, notice, settings.options().remember)
    except JournalError as error:
        notice(str(error))
        return None


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


def build_echo(settings: Settings) -> tuple[OwnVoice | None, EchoCanceller | None]:
    """What keeps the device from acting on its own words; nothing with headphones."""
    if settings.headphones:
        return None, None
    return OwnVoice(), EchoCanceller() if settings.echo_cancelling else None


def build_lifeline(settings: Settings, mixer: Mixer, clock: MonotonicClock) -> Lifeline:
    """The sound devices, which are opened now and kept open.

    Raises:
        DeviceError: one of them cannot be opened.

    """
    heard, spoken = device(settings.microphone), device(settings.speaker)
    microphone = SteadyMicrophone(
        lambda name: DeviceMicrophone(name or heard, clock.zero), clock, sleep, numbered=isinstance(heard, int)
    )
    try:
        speaker = SteadySpeaker(
            lambda name: DeviceSpeaker(mixer, clock.zero, name or spoken),
            clock,
            mixer,
            numbered=isinstance(spoken, int),
        )
    except DeviceError:
        microphone.close()
        raise
    return Lifeline(microphone, speaker, Cards(), restart_portaudio)


def run_devices(
    parts: Parts,
    trace: Trace,
    service: Service,
    ready: Callable[[], None],
    notices: Notices,
    reread: Callable[[], Settings],
) -> None:
    """The sound devices, until the process is told to end; `ready` is called when it listens.

    Args:
        parts: all that a session needs.
        trace: is told what happens.
        service: tells the service manager.
        ready: is called when it listens.
        notices: are told in a line when a device goes or comes back.
        reread: reads the settings again, on SIGHUP.

    """
    settings, clock, mixer = parts.settings, MonotonicClock(), Mixer(parts.clips)
    lifeline = build_lifeline(settings, mixer, clock)
    with ExitStack() as stack:
        microphone = stack.enter_context(closing(lifeline.microphone))
        speaker = stack.enter_context(closing(lifeline.speaker))
        fittings = stack.enter_context(closing(Fittings(settings.panel, clock.now, notices)))
        diary = build_keeper(settings, notices)
        if diary:
            stack.callback(diary.close)
        session = build_session(parts, diary)
        own_voice, echo = build_echo(settings)
        record = diary.record if diary else None
        loop = build_loop(parts, session, clock, microphone, speaker, trace, own_voice, echo, record)
        caretaker = Caretaker(lifeline, loop, session, parts.library, trace, notices)
        equipment = Equipment(
            settings,
            parts.library,
            parts.wardrobe,
            _prepare_quietly,
            Staff(session, loop, mixer, parts.ears.judge),
            VolumeMemory(data_folder() / "volume.json", notices),
            local_time,
        )
        herald = Herald(notices, loop, session, lifeline, greeting=settings.greeting, is_night=equipment.is_night)
        panel = Panel(fittings, loop, session, lifeline, caretaker, notices, clock.now())
        reload = Reload(settings, reread, equipment.take, notices, terminal_gone())

        def ended() -> bool:
            now = clock.now()
            for keeper in (caretaker, herald, panel):
                keeper.look(now)
            reload.look(equipment.quiet)
            equipment.look(now)
            service.look(now, lifeline)
            return _deaf(parts.ears.recognizer)

        equipment.look(clock.now())
        with on_hangup(reload.ask):
            ready()
            if diary and (cut := diary.resume(session, clock.now())):
                loop.tell(clock.now(), cut)
            loop.run(until=ended)


def _prepare_quietly(settings: Settings, library: Library) -> Wardrobe:
    return prepare_clips(settings, library, lambda *_: None)


def _deaf(recognizer: Recognizer) -> bool:
    """Never true: a recogniser that is gone is an error at once, not when somebody calls for help at last."""
    if isinstance(recognizer, RemoteRecognizer):
        recognizer.check()
    return False
