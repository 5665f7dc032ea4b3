"""What several tests of this folder need."""

from collections.abc import Iterator

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin


@pytest.fixture
def header() -> Iterator[MockFactory]:
    """A GPIO header whose pins can be dimmed; nothing of it is left afterwards."""
    factory = MockFactory(pin_class=MockPWMPin)
    Device.pin_factory = factory
    yield factory
    factory.close()
    Device.pin_factory = None
