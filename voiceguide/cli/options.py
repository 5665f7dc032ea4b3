"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from voiceguide.run.settings import Engine

F = TypeVar("F", bound=Callable[..., Any])


def settings_options(function: F) -> F:
    """`--settings`, `--language`, `--content`: as keyword arguments, for `load_settings`."""
    for option in (
        click.option("--content", metavar="DIR", help="A folder of your own content, above the built-in one."),
        click.option("--language", metavar="NAME", help="A language of the content (default: en)."),
        click.option("--settings", type=Path, metavar="FILE", help="Settings to use in place of your own file."),
    ):
        function = option(function)
    return function


def engine_options(function: F) -> F:
    """`--engine` and `--model`."""
    names = "|".join(Engine)
    for option in (
        click.option("--model", metavar="DIR", help="A Vosk model folder."),
        click.option("--engine", metavar=names, help="The recogniser; auto: Vosk, else PocketSphinx."),
    ):
        function = option(function)
    return function


def voice_options(function: F) -> F:
    """`--voice` and `--rate`."""
    for option in (
        click.option("--rate", type=click.IntRange(80, 300), metavar="WPM", help="How fast it speaks, words a minute."),
        click.option("--voice", metavar="NAME", help="An espeak-ng voice, e.g. en-us or en-gb+f3."),
    ):
        function = option(function)
    return function


def device_options(function: F) -> F:
    """`--microphone` and `--speaker`."""
    for option in (
        click.option("--speaker", metavar="NAME|NUMBER", help="The device to speak with: see voiceguide devices."),
        click.option("--microphone", metavar="NAME|NUMBER", help="The device to listen with: see voiceguide devices."),
    ):
        function = option(function)
    return function
