"""`voiceguide devices`."""

from collections.abc import Sequence
from typing import Any

import click

from voiceguide.cli.options import device_options, settings_options
from voiceguide.devices import Kind, portaudio
from voiceguide.run.settings import load_settings
from voiceguide.run.soundcheck import Listing, Reading, inventory, try_microphone, try_speaker, verdict

_WIDTH = 40
"""Characters of the meter, from -80 dBFS to full scale."""

_TITLES = {Kind.MICROPHONE: "Microphones", Kind.SPEAKER: "Speakers"}


@click.command("devices")
@click.option("--test", "test", is_flag=True, help="Plays two tones, then shows how loud the microphone hears.")
@click.option("--seconds", type=click.FloatRange(1, 600), default=5.0, help="How long it listens (default: 5).")
@device_options
@settings_options
def command(test: bool, seconds: float, **options: Any) -> None:
    """List microphones and speakers, and try those that are used (--test).

    A device is chosen by its number, its name or a part of it: --microphone and --speaker of `voiceguide run`, or
    `microphone:` and `speaker:` in the settings. A name is better: numbers change when devices are plugged in.
    """
    settings = load_settings(**options)
    show_devices(inventory(settings, portaudio()))
    if not test:
        return
    click.echo("Speaker: two tones, a rising and a falling one")
    try_speaker(settings)
    click.echo("Microphone: say something")
    readings = []
    for reading in try_microphone(settings, seconds):
        readings.append(reading)
        click.echo(bar(reading))
    click.echo(f"Microphone: {verdict(readings)}")


def show_devices(listings: Sequence[Listing]) -> None:
    """Print them, microphones first."""
    for kind, title in _TITLES.items():
        click.echo(title)
        lines = [_line(listing, kind) for listing in listings if listing.device.serves(kind)]
        for line in lines or ["    none -> connect one"]:
            click.echo(line)


def _line(listing: Listing, kind: Kind) -> str:
    """A star marks what is used."""
    mark = "*" if kind in listing.used else " "
    return f"  {mark} {listing.device.number:3d}  {listing.device.name}"


def bar(reading: Reading) -> str:
    """A reading of the meter: as long as it is loud."""
    length = max(0, min(_WIDTH, round((reading.level + 80) / 80 * _WIDTH)))
    note = "  zeros" if reading.dead else "  too loud" if reading.clipped else ""
    return f"  {'#' * length:<{_WIDTH}} {reading.level:6.1f} dBFS{note}"
