"""What stands at a bedside: the sound devices, and all who look after them while the loop goes round."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from time import sleep

from voiceguide.devices import portaudio
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
from voiceguide.run.tailor import Tailor
from voiceguide.run.trace import Trace
from voiceguide.run.volume import VolumeMemory
from voiceguide.run.wardrobe import prepare_clips
from voiceguide.run.wiring import Parts, build_keeper, build_loop, build_session, device, resume
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker

LOOK = 0.05
"""Seconds between two looks around at least, where nothing goes on; else each step of the loop has one. Shorter than
REST, so that there is one whenever the loop wakes up: the light has flashes of 0.15 s."""


def build_echo(settings: Settings) -> tuple[OwnVoice | None, EchoCanceller | None]:
    """What keeps the device from acting on its own words; nothing with headphones."""
    if settings.headphones:
        return None, None
    return OwnVoice(), EchoCanceller() if settings.echo_cancelling else None


def build_lifeline(settings: Settings, mixer: Mixer, clock: MonotonicClock, *, awaited: bool = False) -> Lifeline:
    """The sound devices, opened now and kept open; where they are `awaited`, what is missing is opened when it comes.

    Raises:
        DeviceError: one of them cannot be opened, and is not awaited; or there is no PortAudio.

    """
    cards = Cards()  # before PortAudio lists the devices: a card that comes in between has come since
    portaudio()  # without it no device would ever come
    heard, spoken = device(settings.microphone), device(settings.speaker)
    microphone = SteadyMicrophone(
        lambda name: DeviceMicrophone(name or heard, clock.zero),
        clock,
        sleep,
        numbered=isinstance(heard, int),
        awaited=awaited,
    )
    try:
        speaker = SteadySpeaker(
            lambda name: DeviceSpeaker(mixer, clock.zero, name or spoken),
            clock,
            mixer,
            numbered=isinstance(spoken, int),
            awaited=awaited,
        )
    except DeviceError:
        microphone.close()
        raise
    return Lifeline(microphone, speaker, cards, restart_portaudio)


class Bedside:
    """All who work while the sound devices are open.

    Args:
        parts: all that a session needs.
        trace: is told what happens.
        service: tells the service manager.
        notices: are told in a line when a device goes or comes back.
        reread: reads the settings again, on SIGHUP.
        stack: closes what is opened here.

    Raises:
        DeviceError: a device cannot be opened, and it does not run as a service, which waits for it.

    """

    def __init__(
        self,
        parts: Parts,
        trace: Trace,
        service: Service,
        notices: Notices,
        reread: Callable[[], Settings],
        stack: ExitStack,
    ) -> None:
        self._settings = settings = parts.settings
        mixer = Mixer(parts.clips)
        self._clock = clock = MonotonicClock()
        self._lifeline = lifeline = build_lifeline(settings, mixer, clock, awaited=service.managed)
        for end in (lifeline.microphone, lifeline.speaker):
            stack.enter_context(closing(end))
        fittings = stack.enter_context(closing(Fittings(settings.panel, clock.now, notices)))
        if diary := build_keeper(settings, notices):
            stack.callback(diary.close)
        self._session = session = build_session(parts, diary)
        self._loop = loop = build_loop(
            parts,
            session,
            clock,
            lifeline.microphone,
            lifeline.speaker,
            trace,
            *build_echo(settings),
            diary.record if diary else None,
        )
        tailor = stack.enter_context(closing(Tailor(prepare_clips)))
        staff = Staff(session, loop, mixer, parts.ears.judge)
        self._equipment = equipment = build_equipment(parts, staff, notices, tailor)
        caretaker = Caretaker(lifeline, loop, session, parts.library, trace, notices)
        herald = Herald(notices, loop, session, lifeline, greeting=settings.greeting, is_night=equipment.is_night)
        panel = Panel(fittings, loop, session, lifeline, caretaker, notices, clock.now())
        self._keepers = (caretaker, herald, panel, equipment)
        self._reload = Reload(settings, reread, equipment.take, notices, terminal_gone())
        self._service = service
        self._diary = diary
        self._recognizer = parts.ears.recognizer
        self._due = 0.0

    def run(self, ready: Callable[[], None]) -> None:
        """Go on until a signal or an error ends it; `ready` is called when it listens."""
        self._equipment.look(self._clock.now())
        with on_hangup(self._reload.ask):
            if not self._lifeline.microphone.missing:
                ready()
            if cut := resume(self._session, self._diary, self._settings, self._clock.now()):
                self._loop.tell(self._clock.now(), cut)
            self._loop.run(until=self._look_after)

    def _look_after(self) -> bool:
        """Never true: it ends by a signal, or by an error."""
        now = self._clock.now()
        self._lifeline.microphone.patient = calm = self._loop.calm
        if calm and now < self._due:
            return False
        self._due = now + LOOK
        if calm and self._diary and (cut := self._diary.reconsider(now)):
            self._loop.tell(now, cut)
        for keeper in self._keepers:
            keeper.look(now)
        self._reload.look(self._equipment.quiet)
        self._service.look(now, self._lifeline)
        if isinstance(self._recognizer, RemoteRecognizer):
            self._recognizer.check()  # that it is gone must be known before somebody calls for help
        return False


def run_devices(
    parts: Parts,
    trace: Trace,
    service: Service,
    ready: Callable[[], None],
    notices: Notices,
    reread: Callable[[], Settings],
) -> None:
    """The sound devices, until the process is told to end; see `Bedside`.

    Raises:
        DeviceError: see there.

    """
    with ExitStack() as stack:
        Bedside(parts, trace, service, notices, reread, stack).run(ready)


def build_equipment(parts: Parts, staff: Staff, notices: Notices, tailor: Tailor) -> Equipment:
    """What is exchanged while it runs, by the hour and by changed settings."""
    volume = VolumeMemory(data_folder() / "volume.json", notices)
    return Equipment(parts.settings, parts.library, parts.wardrobe, tailor.begin, staff, volume, local_time)
