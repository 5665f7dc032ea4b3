"""`voiceguide models`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from voiceguide.cli.options import settings_options
from voiceguide.cli.progress import progress
from voiceguide.errors import ModelError, UsageError
from voiceguide.run import fetching
from voiceguide.run.settings import load_settings, settings_file
from voiceguide.store.disk import megabytes


@click.group("models")
def command() -> None:
    """Models that Vosk hears with, beside voiceguide's own: docs/models.md. Only `fetch` uses the network."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines: a list of objects, sizes in bytes.")
@settings_options
def show(as_json: bool, **options: Any) -> None:
    """What is here, what is used, and what can be fetched."""
    entries = fetching.entries(load_settings(**options))
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], indent=2, ensure_ascii=False))
        return
    width = max(len(entry.name) for entry in entries)
    for entry in entries:
        size = megabytes(entry.size or 0)
        click.echo(f"{entry.name:<{width}}  {entry.language:<20} {size:>8}  {entry.license:<18} {entry.state}")


@command.command("fetch")
@click.argument("what", metavar="NAME|ADDRESS|FILE.zip")
@click.option("--sha256", metavar="HEX", help="What the archive must be; for an ADDRESS or FILE.")
@click.option("--to", type=Path, metavar="DIR", help="The models folder (default: your own).")
@settings_options
def fetch(what: str, sha256: str | None, to: Path | None, **options: Any) -> None:
    """Fetch a model; it is used once you say so (use).

    It is loaded over https, and goes on where it broke off. NAME is one of the list; of other models give the ADDRESS,
    or an archive that you have brought yourself.
    """
    settings = load_settings(**options)
    with progress(f"Fetching {what}", in_bytes=True) as report:
        line = fetching.fetch(what, sha256, settings, fetching.shelf(to), report)
    click.echo(line)


@command.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
def verify(names: tuple[str, ...]) -> None:
    """Read all of each model, and compare it with what came; all models where none is named."""
    bad = False
    for name in names or fetching.here():
        try:
            click.echo(fetching.verify(name))
        except ModelError as error:
            click.echo(f"voiceguide: {error}", err=True)
            bad = True
    if bad:
        raise click.exceptions.Exit(ModelError.exit_code)


@command.command("use")
@click.argument("name", metavar="NAME|auto")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
@settings_options
def use(name: str, dry_run: bool, **options: Any) -> None:
    """Write into your settings which model is used; auto: the one that suits, voiceguide's own first of all."""
    from voiceguide.cli.tune import write_settings

    settings = load_settings(**options)
    write_settings(fetching.choose(name, settings, options["settings"] or settings_file()), dry_run)


@command.command("remove")
@click.argument("name", metavar="NAME")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--to", type=Path, metavar="DIR", help="The models folder (default: your own).")
@settings_options
def remove(name: str, yes: bool, to: Path | None, **options: Any) -> None:
    """Delete a model that is here."""
    settings, shelf = load_settings(**options), fetching.shelf(to)
    folder = shelf.removable(name)
    if not yes:
        if not (sys.stdin and sys.stdin.isatty()):
            raise UsageError("remove asks before it deletes, and nobody is there", "add --yes")
        click.confirm(f"Delete {folder}?", abort=True)
    fetching.remove(name, settings, shelf)
    click.echo(f"{name}: deleted")
