"""What the light shows, and what the button means, for who has no screen, and eyes and hands for nothing.

The loop itself draws the light, step by step: where the one stands still, so does the other. `gpio` has the pins.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import cos, tau
from types import MappingProxyType
from typing import TypeVar

from voiceguide.content.roles import Role
from voiceguide.errors import DeviceError
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.intents import Intent, IntentKind
from voiceguide.run.caretaker import Caretaker
from voiceguide.run.gpio import EXTRA, Edge, Light, PushButton, reach_header
from voiceguide.run.lifeline import Lifeline
from voiceguide.run.loop import Loop
from voiceguide.run.notices import Notice, Notices
from voiceguide.run.settings import PanelSettings

T = TypeVar("T")


class Mood(StrEnum):
    """What the light tells."""

    LISTENING = "listening"  # all is well, and nothing is going on
    WAITING = "waiting"  # in a session, for a word or a hand
    THINKING = "thinking"  # somebody speaks, and it makes out what is said
    SPEAKING = "speaking"  # a sentence, or the cues of a round
    DEAF = "deaf"  # the microphone has gone
    ERROR = "error"  # the speaker has gone, or something else is the matter


FLASH, APART = 0.15, 0.45
"""Seconds that a flash lasts, and from one to the next: even with a step of the loop in 0.1 s each of them is seen."""

FLASHES: Mapping[Mood, tuple[int, float]] = MappingProxyType(
    {Mood.LISTENING: (1, 10.0), Mood.DEAF: (2, 3.0), Mood.ERROR: (3, 10.0)}
)
"""How many flashes, every so many seconds: a bedroom stays dark between them."""

SWELLS: Mapping[Mood, float] = MappingProxyType({Mood.WAITING: 4.0, Mood.SPEAKING: 1.0})
"""Seconds from dark to dark: as calm breath goes, or faster, as syllables do."""

MEANT: Mapping[State, IntentKind] = MappingProxyType(
    {
        State.IDLE: IntentKind.SYMPTOM,
        State.CALLED: IntentKind.YES,
        State.CUT_OFF: IntentKind.YES,
        State.PAUSED: IntentKind.RESUME,
    }
)
"""What the button says where nothing is going on: "leg cramp", "yes", "go on". Everywhere else it says "stop"."""

REST = 0.5
"""Seconds for which the button must have been left alone before a press counts: two quick ones are one."""

MOST, WITHIN = 6, 60.0
"""Presses that count in so many seconds, at most: more are those of a contact that is worn, until it has rested."""

STUCK = 60.0
"""Seconds after which a button that is held down is stuck, or something lies on it."""

_BUTTON = "panel.button"


def level(mood: Mood, seconds: float) -> float:
    """How the light shines, 0 to 1 of its brightness, so many seconds after the mood began."""
    if mood in SWELLS:
        return (1 - cos(tau * seconds / SWELLS[mood])) / 2
    if mood in FLASHES:
        count, period = FLASHES[mood]
        number, into = divmod(seconds % period, APART)
        return float(number < count and into < FLASH)
    return 1.0


class Contact:
    """Tells the presses that somebody meant from what a contact does that bounces, is worn, or is stuck. Pure.

    Args:
        now: when it is looked at first; all times are seconds of the loop's clock.

    """

    def __init__(self, now: float) -> None:
        self._last = now
        """When the last edge was; who holds it down from the beginning has not pressed it."""
        self._held: float | None = None
        """Since when it is held down."""
        self._counted: deque[float] = deque(maxlen=MOST)
        self.worn = False
        """True while it presses itself: nothing counts until it has rested."""

    def look(self, edges: Sequence[Edge], now: float) -> bool:
        """True where it was pressed in earnest, given the edges since the last look; several are one."""
        pressed = False
        for at, down in edges:
            rested = at - self._last
            self._last = at
            self._held = at if down else None
            self.worn = self.worn and rested < WITHIN
            pressed |= down and rested >= REST
        self.worn = self.worn and now - self._last < WITHIN
        if not pressed:
            return False
        self.worn = self.worn or (len(self._counted) == MOST and now - self._counted[0] < WITHIN)
        self._counted.append(now)
        return not self.worn

    def stuck(self, now: float) -> bool:
        """True where it has been held down for so long that nobody means it."""
        return self._held is not None and now - self._held >= STUCK


class Fittings:
    """The light and the button, as far as there are any.

    Args:
        chosen: their pins.
        clock: the time of the loop; may be asked in any thread.
        notice: is told what cannot be used; it goes on without.

    """

    def __init__(self, chosen: PanelSettings, clock: Callable[[], float], notice: Notice) -> None:
        self.light: Light | None = None
        self.button: PushButton | None = None
        self._notice = notice
        led, button = chosen.led, chosen.button
        if (led is None and button is None) or not self._tried(reach_header):
            return
        if button is not None:
            self.button = self._tried(lambda: PushButton(button, clock))
        if led is not None:
            self.light = self._tried(lambda: Light(led, chosen.brightness))
        if self.light and not self.light.dims:
            notice(f"panel.led: GPIO {led} is on or off only, not dimmed -> {EXTRA}")

    def show(self, brightness: float) -> None:
        """Let the light shine, 0 to 1; where that fails it is given up."""
        light = self.light
        if light and not self._tried(lambda: light.show(brightness)):
            self.light = None

    def close(self) -> None:
        """Dark, and the pins are free."""
        for fitting in (self.light, self.button):
            if fitting:
                fitting.close()

    def _tried(self, use: Callable[[], T]) -> T | None:
        """What it gives; None where it cannot be used, which is told."""
        try:
            return use()
        except DeviceError as error:
            self._notice(str(error), Role.TROUBLE_PANEL)
            return None


class Panel:
    """Light and button, looked at once in each step of the loop.

    Args:
        fittings: the pins.
        loop: is told what the button means.
        session: whose state decides what that is.
        lifeline: the devices.
        caretaker: answers where the device is deaf.
        notices: whether anything is the matter; is told where something is with the button.
        now: the time (s).

    """

    def __init__(
        self,
        fittings: Fittings,
        loop: Loop,
        session: Session,
        lifeline: Lifeline,
        caretaker: Caretaker,
        notices: Notices,
        now: float,
    ) -> None:
        self._fittings = fittings
        self._loop = loop
        self._session = session
        self._lifeline = lifeline
        self._caretaker = caretaker
        self._notices = notices
        self._contact = Contact(now)
        self._told: set[str] = set()
        self._mood = Mood.LISTENING
        self._since = now

    def look(self, now: float) -> None:
        """Do what the button means, and draw the light of `now` (seconds)."""
        if self._fittings.button:
            self._feel(self._fittings.button.edges(), now)
        mood = self._present()
        if mood is not self._mood:
            self._mood, self._since = mood, now
        self._fittings.show(level(mood, now - self._since))

    def _feel(self, edges: Sequence[Edge], now: float) -> None:
        if self._contact.look(edges, now):
            self._press(now)
        elif self._contact.worn:
            self._tell("presses itself, and is not listened to until it rests for a minute -> check button and wires")
        elif self._contact.stuck(now):
            self._tell("has been held down for a minute -> free it, or check its wires")
        elif self._told:
            self._told.clear()
            self._notices.over(Role.TROUBLE_PANEL, _BUTTON)

    def _tell(self, what: str) -> None:
        """Once; it may be true for long."""
        if what not in self._told:
            self._told.add(what)
            self._notices(f"{_BUTTON}: {what}", Role.TROUBLE_PANEL, _BUTTON)

    def _press(self, now: float) -> None:
        state = self._session.state
        if state in MEANT and self._lifeline.microphone.health.lost:
            self._caretaker.answer(now)  # whoever begins a session must be heard in it
        else:
            self._loop.receive(Intent(MEANT.get(state, IntentKind.STOP)))

    def _present(self) -> Mood:
        if self._lifeline.microphone.health.lost:
            return Mood.DEAF
        if self._lifeline.speaker.health.lost:
            return Mood.ERROR
        if not self._loop.silent:
            return Mood.SPEAKING
        if self._loop.hearing:
            return Mood.THINKING
        if self._session.state is not State.IDLE:
            return Mood.WAITING
        return Mood.ERROR if self._notices.trouble else Mood.LISTENING
