"""A light and a push button at the GPIO header of a Raspberry Pi, through gpiozero, which is there with `[pi]`.

Whatever is wrong with them is one line, a `DeviceError`: the guide goes on without them.
"""

import warnings
from collections import deque
from collections.abc import Callable
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import Any

from voiceguide.errors import DeviceError

EXTRA = "run sudo scripts/install again; for yourself: pipx install --force '.[pi]' in the clone"
"""How what is beneath light and button is installed: `voiceguide[pi]`."""

_LEAVE = "leave panel.led and panel.button out of the settings"

DEBOUNCE = 0.02
"""Seconds for which a level must last: what is shorter is a spike that a wire caught, or a contact that bounces."""

REMEMBERED = 64
"""Edges of a button that are kept until they are taken; of a contact that chatters, the last ones."""

Edge = tuple[float, bool]
"""When (seconds of the loop's clock) a button was pressed (True) or let go (False)."""


def reach_header() -> bool:
    """Find out how pins are reached here; once, before the first pin. It is True.

    Raises:
        DeviceError: gpiozero or the library beneath it is missing, or there is no GPIO header.

    """
    try:
        import gpiozero
    except ImportError as error:
        raise DeviceError(f"panel: {error}", f"{EXTRA}; or {_LEAVE}") from None
    passed_over: list[warnings.WarningMessage] = []
    try:
        # lgpio makes a named pipe in the current folder when it is imported, and needs it only until it is opened
        with TemporaryDirectory() as folder, chdir(folder), warnings.catch_warnings(record=True) as passed_over:
            warnings.simplefilter("always")
            gpiozero.Device.ensure_pin_factory()
    except Exception as error:  # each library beneath has errors of its own
        why = str(passed_over[0].message).removeprefix("Falling back from ") if passed_over else error
        raise DeviceError(
            f"panel: no GPIO header can be reached ({why})",
            f"on a Raspberry Pi, {EXTRA}, and be in the group gpio; elsewhere {_LEAVE}",
        ) from None
    return True


class Light:
    """An LED between a pin and ground.

    Args:
        pin: its GPIO number (BCM).
        brightness: of its brightest, 0 to 1.

    Raises:
        DeviceError: there is no such pin, or it serves something else.

    """

    def __init__(self, pin: int, brightness: float) -> None:
        from gpiozero import LED, PWMLED, PinPWMUnsupported

        self._pin = pin
        self._brightness = brightness
        self._duty = 0.0
        try:
            self._led: Any = PWMLED(pin)
            self.dims = True
            """False where it knows on and off only, so `brightness` means nothing."""
        except PinPWMUnsupported:
            self._led = LED(pin)
            self.dims = False
        except Exception as error:  # each library beneath has errors of its own
            raise _unusable("led", pin, error) from None

    def show(self, level: float) -> bool:
        """Shine, from 0 (dark) to 1 (its brightness), which is True; costs nothing where that is what it does already.

        Raises:
            DeviceError: the pin cannot be written any more.

        """
        # lgpio's steps are of one per cent
        duty = round(level * self._brightness * 100) / 100 if self.dims else float(level > 0.5)
        if duty != self._duty:
            try:
                self._led.value = duty
            except Exception as error:
                raise _unusable("led", self._pin, error) from None
            self._duty = duty
        return True

    def close(self) -> None:
        """Dark, and the pin is free."""
        self._led.close()


class PushButton:
    """A button between a pin and ground.

    gpiozero tells its edges in a thread of its own: they are only written down there, and taken by the loop.

    Args:
        pin: its GPIO number (BCM).
        clock: the time of the loop; may be asked in any thread.

    Raises:
        DeviceError: there is no such pin, or it serves something else.

    """

    def __init__(self, pin: int, clock: Callable[[], float]) -> None:
        from gpiozero import Button

        self._edges: deque[Edge] = deque(maxlen=REMEMBERED)
        try:
            self._button: Any = Button(pin, pull_up=True, bounce_time=DEBOUNCE)
        except Exception as error:  # each library beneath has errors of its own
            raise _unusable("button", pin, error) from None
        self._button.when_pressed = lambda: self._edges.append((clock(), True))
        self._button.when_released = lambda: self._edges.append((clock(), False))
        if self._button.is_pressed:
            self._edges.append((clock(), True))

    def edges(self) -> list[Edge]:
        """The edges since the last call; the first one where it is pressed from the beginning."""
        taken = []
        while self._edges:
            taken.append(self._edges.popleft())
        return taken

    def close(self) -> None:
        """The pin is free."""
        self._button.close()


def _unusable(what: str, pin: int, error: Exception) -> DeviceError:
    return DeviceError(f"panel.{what}: GPIO {pin} cannot be used ({error})", "choose another pin in the settings")
