"""`voiceguide settings`."""

import json
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from voiceguide.cli.options import settings_options
from voiceguide.content.source import shown, unknown
from voiceguide.errors import UsageError
from voiceguide.run import editing
from voiceguide.run.catalogue import Key, by_name, explained, written
from voiceguide.run.documents import faults
from voiceguide.run.layers import Stack, typed
from voiceguide.run.rewrite import Changes, Rewrite
from voiceguide.run.settings import DOUBTFUL, Settings, forgiven, layered, settings_file, system_file

_KEYS = by_name(Settings)

_file = click.option("--settings", type=Path, metavar="FILE", help="A file to change in place of your own.")
_system = click.option("--system", is_flag=True, help="Changes the file for everyone on this computer.")


@click.group("settings")
def command() -> None:
    """Show, explain and change the settings: docs/settings.md."""


@command.command("show")
@click.argument("names", nargs=-1, metavar="[KEY...]")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@settings_options
def show(names: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Each setting, and where it was set: all of them, or those of a KEY or group."""
    found = layered(**options)
    rows = [(key.name, key.of(found.settings), found.origins.get(key.name, "default")) for key in _chosen(names)]
    if as_json:
        values = found.settings.model_dump(mode="json")
        click.echo(json.dumps({name: {"value": _within(values, name), "from": origin} for name, _, origin in rows}))
        return
    width = max(len(name) for name, _, _ in rows)
    for name, value, origin in rows:
        click.echo(f"{name:<{width}}  {written(value):<20}  {origin}")
    if not names:
        for path in dict.fromkeys((system_file(), options["settings"] or settings_file())):
            click.echo(f"file: {shown(path)}{'' if path.exists() else ' (not there)'}")


@command.command("explain")
@click.argument("names", nargs=-1, required=True, metavar="KEY...")
@settings_options
def explain(names: tuple[str, ...], **options: Any) -> None:
    """What a setting does: its unit, its range, its default, and what it is now."""
    found = layered(**options)
    for key in _chosen(names):
        for line in explained(key, _present(key, found)):
            click.echo(line)


@command.command("set", context_settings={"ignore_unknown_options": True})  # -0.5 is a value
@click.argument("name", metavar="KEY")
@click.argument("value", metavar="VALUE")
@_system
@_file
def set_(name: str, value: str, system: bool, settings: Path | None) -> None:
    """Write a setting into your file, if it is right and can be used here; the comments in the file stay."""
    key = _key(name)
    said = typed(key, value, name)
    if not value.strip():
        raise UsageError(f"{name}: must not be empty", f"voiceguide settings unset {name} takes it out of the file")
    if found := faults(said, Settings):
        raise UsageError(found[0].what, f"see voiceguide settings explain {name}")
    wanted = Settings.model_validate(said.data)
    if name in DOUBTFUL:
        others = forgiven(settings)[0].settings
        for _, what, remedy in _refused(others.having({name: key.of(wanted)}), [name]):
            raise UsageError(f"{name}: {what}", remedy)
    changes = wanted.model_dump(mode="json", exclude_unset=True)
    _write(key, changes, _path(system, settings), settings)


@command.command("unset")
@click.argument("name", metavar="KEY")
@_system
@_file
def unset(name: str, system: bool, settings: Path | None) -> None:
    """Take a setting out of your file again."""
    key = _key(name)
    changes: dict[str, Any] = {key.trail[-1]: None}
    for part in reversed(key.trail[:-1]):
        changes = {part: changes}
    _write(key, changes, _path(system, settings), settings)


@command.command("edit")
@_system
@_file
def edit(system: bool, settings: Path | None) -> None:
    """Open your file in $VISUAL or $EDITOR, and keep it only where nothing is wrong with it."""
    path = _path(system, settings)
    content = forgiven(None)[0].settings.content  # of another file, where this one has none

    def refused(settings: Settings, names: Collection[str]) -> Iterator[tuple[str, str, str]]:
        return _refused(settings.having({"content": settings.content or content}), names)

    changed = editing.edit(path, _open, _again, refused)
    click.echo(f"{shown(path)}: {'written' if changed else 'nothing has changed'}")


def _refused(settings: Settings, names: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """See `trial.refused`; of what else is here, nothing needs all that it brings with it."""
    from voiceguide.run.trial import refused

    return refused(settings, names)


def _open(path: Path) -> None:
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        raise UsageError(error.format_message(), "set EDITOR to an editor that is there") from None


def _again(problems: Sequence[str]) -> bool:
    """Ask, where somebody can answer."""
    for problem in problems:
        click.echo(problem, err=True)
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    try:
        return click.confirm("Edit it again? Else the file stays as it was", default=True, err=True)
    except click.Abort:
        return False


def _chosen(names: Iterable[str]) -> list[Key]:
    """The settings of some keys or groups, in their order; all, where none is named."""
    wanted = list(names) or [""]
    for name in wanted:
        if not any(_is_in(key, name) for key in _KEYS.values()):
            _key(name)
    return [key for key in _KEYS.values() if any(_is_in(key, name) for name in wanted)]


def _is_in(key: Key, name: str) -> bool:
    return not name or f"{key.name}.".startswith(f"{name}.")


def _key(name: str) -> Key:
    """The setting of a name.

    Raises:
        UsageError: there is none.

    """
    if name in _KEYS:
        return _KEYS[name]
    if inner := [key for key in _KEYS if key.startswith(f"{name}.")]:
        raise UsageError(f"'{name}' is a group", f"name one of: {', '.join(inner)}")
    raise UsageError(unknown("setting", name, _KEYS), "voiceguide settings show lists them all")


def _path(system: bool, settings: Path | None) -> Path:
    """The file to change."""
    if system and settings:
        raise UsageError("--system and --settings name two files", "leave one of them out")
    return system_file() if system else settings or settings_file()


def _write(key: Key, changes: Changes, path: Path, settings: Path | None) -> None:
    """Change a file, show what changes, and tell where another place has the last word."""
    rewrite = Rewrite.of(path, changes)
    for line in rewrite.diff:
        click.echo(line)
    if rewrite.diff:
        rewrite.write()
    click.echo(f"{shown(path)}: {'written' if rewrite.diff else 'nothing to change'}")
    found = layered(settings)
    origin = found.origins.get(key.name, "default")
    if not origin.startswith(f"{shown(path)}:"):
        click.echo(f"{key.name} is {_present(key, found)}")


def _present(key: Key, found: Stack[Settings]) -> str:
    return f"{written(key.of(found.settings))} ({found.origins.get(key.name, 'default')})"


def _within(values: Any, name: str) -> Any:
    for part in name.split("."):
        values = values[part]
    return values
