"""What stands at a bedside: the sound devices, and all who look after them while the loop goes round."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from time import sleep

from voiceguide.content.library import Library
from voiceguide.errors import DeviceError
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.echo import OwnVoice
from voiceguide.hear.microphone import DeviceMicrophone
from voiceguide.hear.remote import RemoteRecognizer
from voiceguide.run.cards import Cards, restart_portaudio
from voiceguide.run.caretaker import Caretaker
from voiceguide.run.clock import MonotonicClock, local_time
from voiceguide.run.equipment import Equipment, Staff
from voiceguide.run.lifeline import Lifeline, SteadyMicrophone, SteadySpeaker
from voiceguide.run.notices import Herald, Notices
from voiceguide.run.panel import Fittings, Panel
from voiceguide.run.reload import Reload, on_hangup, terminal_gone
from voiceguide.run.service import Service
from voiceguide.run.settings import Settings, data_folder
from voiceguide.run.trace import Trace
from voiceguide.run.volume import VolumeMemory
from voiceguide.run.wardrobe import Wardrobe, prepare_clips
from voiceguide.run.wiring import Parts, build_keeper, build_loop, build_session, device, resume
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker


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
        equipment = build_equipment(parts, Staff(session, loop, mixer, parts.ears.judge), notices)
        caretaker = Caretaker(lifeline, loop, session, parts.library, trace, notices)
        herald = Herald(notices, loop, session, lifeline, greeting=settings.greeting, is_night=equipment.is_night)
        panel = Panel(fittings, loop, session, lifeline, caretaker, notices, clock.now())
        reload = Reload(settings, reread, equipment.take, notices, terminal_gone())

        def look_after() -> bool:
            """Never true: it ends by a signal, or by an error."""
            now = clock.now()
            for keeper in (caretaker, herald, panel, equipment):
                keeper.look(now)
            reload.look(equipment.quiet)
            service.look(now, lifeline)
            if isinstance(parts.ears.recognizer, RemoteRecognizer):
                parts.ears.recognizer.check()  # that it is gone must be known before somebody calls for help
            return False

        equipment.look(clock.now())
        with on_hangup(reload.ask):
            ready()
            if cut := resume(session, diary, settings, clock.now()):
                loop.tell(clock.now(), cut)
            loop.run(until=look_after)


def build_equipment(parts: Parts, staff: Staff, notices: Notices) -> Equipment:
    """What is exchanged while it runs, by the hour and by changed settings."""
    volume = VolumeMemory(data_folder() / "volume.json", notices)
    return Equipment(parts.settings, parts.library, parts.wardrobe, _prepare_quietly, staff, volume, local_time)


def _prepare_quietly(settings: Settings, library: Library) -> Wardrobe:
    return prepare_clips(settings, library, lambda *_: None)
