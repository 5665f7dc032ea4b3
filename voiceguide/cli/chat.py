"""`voiceguide chat`."""

import re
import sys
from typing import Any

import click

from voiceguide.cli.options import settings_options
from voiceguide.cli.progress import notice
from voiceguide.run.rehearsal import Rehearsal
from voiceguide.run.settings import load_settings
from voiceguide.run.trace import Transcript, clock
from voiceguide.run.wiring import load_library

_WAIT = re.compile(r"\+\s*(\d+(?:\.\d+)?)")

_HELP = """\
Type what you would say ("left calf cramp"). +10 lets ten seconds pass, an empty line two.
Ctrl-D ends. Nothing is played: the times are those of the sentences."""


@click.command("chat")
@settings_options
def command(**options: Any) -> None:
    """Talk to the guide by typing, in virtual time: +10 lets ten seconds pass."""
    settings = load_settings(**options)
    transcript = Transcript(click.echo)
    rehearsal = Rehearsal(load_library(settings, notice), transcript, settings.options())
    terminal = bool(sys.stdin and sys.stdin.isatty())
    if terminal:
        click.echo(_HELP)
    while (line := _line(f"{clock(rehearsal.now)} > " if terminal else "")) is not None:
        _take(line.strip(), rehearsal)
        transcript.flush()


def _line(prompt: str) -> str | None:
    try:
        return input(prompt)
    except (EOFError, RuntimeError):  # RuntimeError: standard input is closed
        return None
    except UnicodeDecodeError:
        return ""


def _take(line: str, rehearsal: Rehearsal) -> None:
    """A line that was typed: words, or time."""
    if wait := _WAIT.fullmatch(line):
        rehearsal.advance(rehearsal.now + min(float(wait[1]), 3600.0))
    elif not line:
        rehearsal.advance(rehearsal.now + 2.0)
    elif not rehearsal.hear(line):
        click.echo(f'          (nothing that makes sense now: "{line}")')
