"""`voiceguide tune`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from voiceguide import wav
from voiceguide.cli.options import device_options, engine_options, settings_options, voice_options
from voiceguide.cli.progress import notice, progress
from voiceguide.content.source import shown
from voiceguide.errors import AudioFileError, DeviceError, UsageError
from voiceguide.messages import HEAR_RATE
from voiceguide.run import advice
from voiceguide.run.rewrite import Rewrite
from voiceguide.run.settings import load_settings, settings_file
from voiceguide.run.tune import Said, Tuner
from voiceguide.run.wiring import load_library


@click.command("tune")
@click.argument("files", nargs=-1, type=Path, metavar="[FILE.wav...|DIR]")
@click.option("--keep", type=Path, metavar="DIR", help="Keeps the recordings there; else nothing is recorded.")
@click.option("--dry-run", is_flag=True, help="Shows what would be written into the settings, and writes nothing.")
@device_options
@engine_options
@voice_options
@settings_options
def command(files: tuple[Path, ...], keep: Path | None, dry_run: bool, **options: Any) -> None:
    """Fit the hearing to you: says a few phrases, and you say each of them after it.

    Shows what was heard, tells what to do about the microphone, and writes into your settings how sure it must be
    (with PocketSphinx also how you say some words). Recordings may stand in for the microphone: one for each phrase in
    their order, or a folder of them.
    """
    if files and keep:
        raise UsageError("--keep is for the microphone", "leave it out: the files are there already")
    settings = load_settings(**options)
    path = options["settings"] or settings_file()
    # What can't be changed is told before the person has spoken.
    Rewrite.of(path, {"hearing": {"caution": settings.hearing.caution}})
    if not dry_run:
        wav.check_writable(path)
    tuner = Tuner(settings, load_library(settings, notice))
    said: Sequence[Said] = tuner.read(files) if files else []
    click.echo(f"Hearing with {tuner.about}", err=True)
    said = said or _ask(tuner, keep)
    click.echo("Trying what hears you best; this takes a while.", err=True)
    fit = tuner.fit(said)
    for line in advice.lines(fit.heard):
        click.echo(line)
    for line in advice.microphone(fit.reception):
        click.echo(f"Microphone: {line}")
    if not fit.spoken:
        kind = AudioFileError if files else DeviceError
        raise kind("nobody was heard, so the settings stay as they are", "see above, then try again")
    for line in advice.conclusions(fit):
        click.echo(line)
    write_settings(Rewrite.of(path, fit.changes(settings.hearing)), dry_run)


def _ask(tuner: Tuner, keep: Path | None) -> Sequence[Said]:
    """With the microphone and the speaker."""
    paths = tuner.kept(keep) if keep else []
    with progress("Preparing prompts") as report:
        clips = tuner.prepare(report)
    click.echo(f"Your recordings are kept in {keep}." if keep else "Nothing that you say is kept.", err=True)
    said: list[Said] = []
    for task, samples in tuner.ask(clips, lambda task: click.echo(f'Say: "{task.phrase}"', err=True)):
        if keep:
            wav.write(paths[len(said)], samples, HEAR_RATE)
        said.append((task, samples))
    return said


def write_settings(rewrite: Rewrite, dry_run: bool) -> None:
    """Show what changes, and change it."""
    if not rewrite.diff:
        click.echo(f"{shown(rewrite.path)}: nothing to change")
        return
    for line in rewrite.diff:
        click.echo(line)
    if dry_run:
        click.echo(f"{shown(rewrite.path)}: nothing is written (--dry-run)")
    else:
        rewrite.write()
        click.echo(f"{shown(rewrite.path)}: written")
