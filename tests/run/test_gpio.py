"""Pins through gpiozero, driven high and low in its mock factory."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPin, MockPWMPin

from voiceguide.content.roles import Role
from voiceguide.errors import DeviceError
from voiceguide.run.gpio import EXTRA, REMEMBERED, Light, PushButton, reach_header
from voiceguide.run.panel import Fittings
from voiceguide.run.settings import PanelSettings

LED, BUTTON = 17, 27


pytestmark = pytest.mark.usefixtures("header")


class BrokenPin(MockPWMPin):
    """A pin that fails as soon as it is to shine."""

    def _set_state(self, value: float) -> None:
        if value:
            raise RuntimeError("GPIO not allocated")
        super()._set_state(value)


class HeldPin(MockPWMPin):
    """A pin that is connected to ground."""

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        self.drive_low()


class Told(list[tuple[str, Role | None]]):
    """What was told."""

    def __call__(self, text: str, say: Role | None = None, about: Path | str = "") -> None:
        self.append((text, say))

    def over(self, say: Role, about: Path | str = "") -> None:
        raise AssertionError("a pin that cannot be used is given up")


def states(pin: Any) -> list[float]:
    return [change.state for change in pin.states]


def test_a_light_shines_as_bright_as_was_chosen_in_steps_of_a_per_cent(header: MockFactory) -> None:
    light = Light(LED, 0.1)
    assert light.dims
    for level in (0.0, 1.0, 1.0, 0.52, 0.48, 0.0):
        light.show(level)
    assert states(header.pin(LED)) == [0.0, 0.1, 0.05, 0.0]
    light.show(1.0)
    light.close()
    assert header.pin(LED).state == 0


def test_a_pin_that_cannot_be_dimmed_is_on_or_off(header: MockFactory) -> None:
    header.pin_class = MockPin
    light = Light(LED, 0.1)
    assert not light.dims
    for level in (0.3, 0.6, 1.0, 0.4):
        light.show(level)
    assert states(header.pin(LED)) == [False, True, False]


def test_a_pin_that_fails_later_is_one_line(header: MockFactory) -> None:
    header.pin_class = BrokenPin
    light = Light(LED, 0.1)
    with pytest.raises(DeviceError, match=r"^panel.led: GPIO 17 cannot be used \(GPIO not allocated\) -> choose"):
        light.show(1.0)


@pytest.mark.parametrize(("make", "name"), [(lambda: Light(99, 0.1), "led"), (lambda: PushButton(99, float), "button")])
def test_a_wrong_pin_is_one_line(make: Any, name: str) -> None:
    with pytest.raises(DeviceError, match=rf"^panel.{name}: GPIO 99 cannot be used \(.*\) -> choose another pin"):
        make()


def test_a_press_in_another_thread_is_taken_by_the_loop_with_its_time(header: MockFactory) -> None:
    times = iter([1.0, 1.2, 5.0])
    button = PushButton(BUTTON, lambda: next(times))
    assert button.edges() == []
    pin = header.pin(BUTTON)

    def press() -> None:
        pin.drive_low()
        pin.drive_high()
        pin.drive_low()

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(press).result()
    assert button.edges() == [(1.0, True), (1.2, False), (5.0, True)]
    assert button.edges() == []
    button.close()
    PushButton(BUTTON, float).close()


def test_a_button_that_is_down_from_the_beginning_says_so(header: MockFactory) -> None:
    header.pin_class = HeldPin
    assert PushButton(BUTTON, lambda: 3.0).edges() == [(3.0, True)]


def test_of_a_contact_that_chatters_the_last_edges_are_kept(header: MockFactory) -> None:
    button = PushButton(BUTTON, float)
    for _ in range(REMEMBERED):
        header.pin(BUTTON).drive_low()
        header.pin(BUTTON).drive_high()
    assert len(button.edges()) == REMEMBERED


def test_without_gpiozero_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    told = Told()
    Fittings(PanelSettings(led=LED), float, told)
    ((line, say),) = told
    assert line.startswith("panel: ")
    assert "gpiozero" in line
    assert line.endswith(f"-> {EXTRA}; or leave panel.led and panel.button out of the settings")
    assert say is Role.TROUBLE_PANEL


@pytest.mark.parametrize("factory", ["nonsense", "native", None])
def test_a_machine_without_a_header_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, factory: str | None
) -> None:
    if Path("/dev/gpiochip0").exists():
        pytest.skip("this machine has a GPIO header")
    Device.pin_factory = None
    if factory:
        monkeypatch.setenv("GPIOZERO_PIN_FACTORY", factory)
    else:
        monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    told = Told()
    fittings = Fittings(PanelSettings(led=LED, button=BUTTON), float, told)
    assert (fittings.light, fittings.button) == (None, None)
    ((line, say),) = told
    assert line.startswith("panel: no GPIO header can be reached (")
    assert "\n" not in line
    assert say is Role.TROUBLE_PANEL
    assert os.listdir() == [], "lgpio's pipe is not left in the folder"
    fittings.show(1.0)
    fittings.close()


def test_a_disk_without_room_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(DeviceError, match=r"^panel: no GPIO header can be reached \(.*No such file or directory"):
        reach_header()


def test_who_has_neither_needs_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    told = Told()
    fittings = Fittings(PanelSettings(), float, told)
    fittings.show(1.0)
    fittings.close()
    assert told == []


def test_one_that_cannot_be_used_leaves_the_other(header: MockFactory) -> None:
    taken = PushButton(BUTTON, float)
    told = Told()
    fittings = Fittings(PanelSettings(led=LED, button=BUTTON), float, told)
    assert fittings.button is None
    assert fittings.light
    assert [line.partition(" (")[0] for line, _ in told] == ["panel.button: GPIO 27 cannot be used"]
    fittings.close()
    taken.close()
    again = Fittings(PanelSettings(led=LED, button=BUTTON), float, told)
    assert again.light
    assert again.button
    assert len(told) == 1


def test_a_light_that_is_not_dimmed_is_told_and_one_that_fails_is_given_up(header: MockFactory) -> None:
    told = Told()
    header.pin_class = MockPin
    Fittings(PanelSettings(led=LED), float, told).close()
    assert told == [(f"panel.led: GPIO 17 is on or off only, not dimmed -> {EXTRA}", None)]
    header.pin_class = BrokenPin
    header.pins.clear()
    fittings = Fittings(PanelSettings(led=LED), float, told)
    fittings.show(1.0)
    fittings.show(0.5)
    assert fittings.light is None
    assert len(told) == 2


def test_a_header_that_is_there_is_reached() -> None:
    assert reach_header()
