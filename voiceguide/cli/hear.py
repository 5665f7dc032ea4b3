"""`voiceguide hear`."""

from pathlib import Path
from typing import Any

import click

from voiceguide.cli.options import engine_options, settings_options
from voiceguide.cli.progress import notice
from voiceguide.errors import AudioFileError, UsageError
from voiceguide.guide.states import State
from voiceguide.run.ears import build_ears, build_listener
from voiceguide.run.settings import load_settings
from voiceguide.run.trace import clock
from voiceguide.run.transcribe import Utterance, transcribe
from voiceguide.run.wiring import build_phrasebook, load_library


@click.command("hear")
@click.argument("files", nargs=-1, required=True, type=Path, metavar="FILE.wav...")
@click.option("--state", default=State.IDLE.value, metavar="NAME", help="What the dialogue is waiting for.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per utterance.")
@engine_options
@settings_options
def command(files: tuple[Path, ...], state: str, as_json: bool, **options: Any) -> None:
    """Show what is heard in recordings; any rate, width and number of channels."""
    if state not in set(State):
        raise UsageError(f"unknown state '{state}'", f"use one of: {', '.join(State)}")
    settings = load_settings(**options)
    phrasebook = build_phrasebook(settings, load_library(settings, notice))
    ears = build_ears(settings, phrasebook)
    click.echo(f"Hearing with {ears.about}", err=True)
    failures: list[str] = []
    for file in files:
        # A new listener for each file: what was heard in one must not tell on the next.
        listener = build_listener(ears, phrasebook)
        try:
            utterances = list(transcribe(file, State(state), listener, phrasebook))
        except AudioFileError as error:
            failures.append(str(error))
            continue
        for utterance in utterances:
            click.echo(utterance.json() if as_json else _words(utterance))
        if not utterances and not as_json:
            click.echo(f"{file}: nobody speaks")
    if failures:
        raise AudioFileError("\n".join(failures))


def _words(utterance: Utterance) -> str:
    h, intent = utterance.hypothesis, utterance.intent
    slots = "".join(f" {name}={value}" for name, value in intent.slots.items()) if intent else ""
    meaning = f"{intent.kind}{slots}" if intent else "nothing that makes sense now"
    when = f"{clock(h.start).strip()}-{clock(h.end).strip()}"
    return f'{utterance.file}: {when} "{h.text}" -> {meaning} ({h.confidence:.2f}, {utterance.latency:.2f} s)'
