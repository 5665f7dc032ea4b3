"""`voiceguide prepare`."""

from typing import Any

import click

from voiceguide.cli.options import settings_options, voice_options
from voiceguide.cli.progress import notice, progress
from voiceguide.run.settings import cache_folder, load_settings
from voiceguide.run.wardrobe import prepare_clips
from voiceguide.run.wiring import load_library


@click.command("prepare")
@voice_options
@settings_options
def command(**options: Any) -> None:
    """Render all prompts of the content into the cache, so that a session never waits for speech."""
    settings = load_settings(**options)
    library = load_library(settings, notice)
    with progress("Preparing prompts") as report:
        wardrobe = prepare_clips(settings, library, report)
    count = sum(1 for _ in library.spoken()) * len(wardrobe)
    click.echo(f"{count} prompts are ready in {cache_folder()}")
