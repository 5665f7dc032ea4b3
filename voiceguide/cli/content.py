"""`voiceguide content`: for those who write what is said and understood."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from voiceguide.cli.options import settings_options, voice_options
from voiceguide.cli.progress import progress
from voiceguide.content.lint import lint
from voiceguide.content.load import faults, find_content, read_all
from voiceguide.content.models import Models
from voiceguide.content.scaffold import KINDS, scaffold
from voiceguide.content.source import Problem, shown
from voiceguide.errors import ContentError, UsageError
from voiceguide.guide.states import State, legal
from voiceguide.intents import Side
from voiceguide.run import recital
from voiceguide.run.settings import Settings, cache_folder, load_settings
from voiceguide.run.statistics import statistics
from voiceguide.run.tour import walk
from voiceguide.run.trace import Transcript, clock
from voiceguide.run.wardrobe import voice_spec
from voiceguide.run.wiring import content_folders, load_library
from voiceguide.speak.clips import Clips
from voiceguide.speak.voice import EspeakVoice


@click.group("content")
def command() -> None:
    """For those who write what is said and understood: docs/content.md."""


@command.command("check")
@click.argument("folder", required=False, metavar="[DIR]")
@click.option("--json", "as_json", is_flag=True, help="For machines: errors and warnings with their places.")
@settings_options
def check(folder: str | None, as_json: bool, **options: Any) -> None:
    """All errors and warnings: of the content, with your own DIR above it.

    DIR is what --content takes: a folder with a folder for each language. Warnings alone are no failure.
    """
    if folder:
        options["content"] = folder
    errors, warnings = _problems(load_settings(**options))
    if as_json:
        found = {"errors": [*map(_fields, errors)], "warnings": [*map(_fields, warnings)]}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for line in (*errors, *(f"{warning} (warning)" for warning in warnings)):
            click.echo(line)
        click.echo(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    if errors:
        raise click.exceptions.Exit(ContentError.exit_code)


def _fields(problem: Problem) -> dict[str, str | int]:
    return {"path": problem.path, "line": problem.line, "column": problem.column, "what": problem.what}


def _problems(settings: Settings) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Errors and warnings; the warnings only where there are no errors."""
    from voiceguide.hear.sphinx import dictionary

    models = Models.of(read_all(*content_folders(settings)))
    if errors := faults(models):
        return tuple(errors), ()
    words = {word for word, _ in dictionary()}
    states = {state.value: legal(state) for state in State}
    return (), lint(models, words.__contains__, states)


def _count(found: tuple[Any, ...], what: str) -> str:
    return f"{len(found) or 'no'} {what}{'' if len(found) == 1 else 's'}"


@command.command("new")
@click.argument("kind", metavar="|".join(KINDS))
@click.argument("id_", metavar="ID")
@settings_options
def new(kind: str, id_: str, **options: Any) -> None:
    """Write a commented file that passes the check, into your own --content DIR."""
    settings = load_settings(**options)
    if kind not in KINDS:
        raise UsageError(f"unknown kind '{kind}'", f"use one of: {', '.join(KINDS)}")
    if settings.content is None:
        raise UsageError("where should it go?", "name a folder of your own with --content DIR")
    root = Path(settings.content).expanduser()
    folder = root / settings.language
    owners = read_all(*find_content(settings.language, root if folder.is_dir() else None)).owners()
    taken = {owner: Path(source.path) for owner, source in owners.items() if owner}
    for path in scaffold(kind, id_, folder, taken):
        click.echo(shown(path))
    click.echo(f"Next: edit it, then voiceguide content check {settings.content}", err=True)


@command.command("say")
@click.argument("id_", metavar="ID")
@click.option("--output", type=Path, metavar="WAV", help="Writes a file; else the speaker plays it.")
@click.option("--side", metavar="|".join(Side), help="As it is said of this leg.")
@click.option("--speaker", metavar="NAME|NUMBER", help="The device to speak with.")
@voice_options
@settings_options
def say(id_: str, output: Path | None, side: str | None, **options: Any) -> None:
    """Say a prompt (st-36/bend, check), or all prompts of a file (st-36)."""
    if side is not None and side not in set(Side):
        raise UsageError(f"unknown side '{side}'", f"use one of: {', '.join(Side)}")
    leg = Side(side) if side else None
    settings = load_settings(**options)
    library = load_library(settings)
    chosen = recital.prompts(library, id_)
    texts = recital.texts(library, chosen, leg)
    with progress("Preparing prompts") as report:
        clips = Clips.prepare(texts.items(), EspeakVoice(), voice_spec(settings, library), cache_folder(), report)
    timeline = recital.recital(library, clips, chosen, leg)
    for text in texts.values():
        click.echo(text)
    if output:
        recital.write(clips, timeline, output)
    else:
        recital.play(settings, clips, timeline)


@command.command("show")
@click.argument("id_", metavar="ID")
@settings_options
def show(id_: str, **options: Any) -> None:
    """Print a guide, routine, point, question or flag as it would be said, with its times.

    Nothing is played: the times are estimated from the length of the sentences.
    """
    settings = load_settings(**options)
    transcript = Transcript(click.echo)
    total = walk(load_library(settings), id_, transcript, settings.options())
    transcript.flush()
    click.echo(f"{clock(total)}  in all")


@command.command("stats")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@settings_options
def stats(as_json: bool, **options: Any) -> None:
    """Count what there is, and time each guide and routine."""
    figures = statistics(load_library(load_settings(**options)))
    if as_json:
        click.echo(json.dumps(asdict(figures), indent=2, ensure_ascii=False))
        return
    for what, count in figures.counts.items():
        click.echo(f"{count:6d}  {what}")
    for id_, seconds in figures.lengths.items():
        click.echo(f"{clock(seconds)}  {id_}")
