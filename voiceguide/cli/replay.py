"""`voiceguide replay`."""

from pathlib import Path
from typing import Any

import click

from voiceguide.cli.options import settings_options
from voiceguide.cli.progress import notice
from voiceguide.errors import ScenarioError
from voiceguide.run import scenario
from voiceguide.run.settings import load_settings
from voiceguide.run.trace import Traces, Transcript
from voiceguide.run.wiring import load_library


@click.command("replay")
@click.argument("files", nargs=-1, required=True, type=Path, metavar="FILE...")
@click.option("--transcript", is_flag=True, help="Print what is said.")
@settings_options
def command(files: tuple[Path, ...], transcript: bool, **options: Any) -> None:
    """Play transcripts in virtual time and check what they expect."""
    settings = load_settings(**options)
    library = load_library(settings, notice)
    scenarios = [scenario.read(path) for path in files]
    failures: list[str] = []
    for each in scenarios:
        try:
            scenario.play(each, library, settings.options(), Traces([Transcript(click.echo)] if transcript else []))
            click.echo(f"ok      {each.path}: {each.name}")
        except ScenarioError as error:
            failures.append(str(error))
            click.echo(f"FAILED  {each.path}: {each.name}")
    if failures:
        raise ScenarioError("\n".join(failures))
