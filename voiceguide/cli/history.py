"""`voiceguide history`."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import click

from voiceguide.errors import JournalError, UsageError
from voiceguide.guide.past import Episode
from voiceguide.journal import chart, export
from voiceguide.journal.figures import Bars, Figures, figures, place
from voiceguide.journal.files import erase, leftovers
from voiceguide.journal.store import Journal
from voiceguide.run.diary import wall_clock
from voiceguide.run.settings import journal_file

_WIDEST = 40
"""Characters of the longest bar."""


@click.group("history")
@click.option("--journal", type=Path, metavar="FILE", help="Another journal than your own, e.g. that of the service.")
@click.pass_context
def command(context: click.Context, journal: Path | None) -> None:
    """The cramps so far: when, where, and what helped. All of it is on this device only."""
    context.obj = journal or journal_file()


@contextmanager
def _opened(path: Path) -> Iterator[Journal]:
    """The journal, which other processes may be writing."""
    if not path.is_file():
        raise JournalError(f"{path}: no journal yet", "use voiceguide run, or name another one with --journal")
    with closing(Journal(path)) as journal:
        yield journal


def _episodes(path: Path) -> list[Episode]:
    with _opened(path) as journal:
        return [*journal.episodes().values()]


@command.command("list")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the last N.")
@click.pass_obj
def list_(path: Path, last: int | None) -> None:
    """Print a line for each session."""
    from rich.table import Table

    episodes = _episodes(path)
    if not episodes:
        click.echo("no sessions yet")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("number", "began", "minutes", "where", "points (rounds)", "ended"):
        table.add_column(name, justify="right" if name in ("number", "minutes") else "left", no_wrap=True)
    for each in episodes[-(last or len(episodes)) :]:
        table.add_row(*_row(each))
    _print(table)


def _row(episode: Episode) -> Iterator[str]:
    account = episode.account
    yield str(episode.number)
    yield f"{episode.began:%a %Y-%m-%d %H:%M}"
    yield f"{(episode.seen - episode.began).total_seconds() / 60:.1f}"
    yield place(episode)
    yield ", ".join(f"{point} ({rounds})" for point, rounds in account.pressed)
    silent = "" if account.answered else ", nobody answered"
    yield f"{(account.outcome or 'under way').replace('_', ' ')}{silent}"


@command.command("stats")
@click.pass_obj
def stats(path: Path) -> None:
    """Print how many cramps there were, where, and what helped."""
    counted = _figures(path)
    click.echo(f"{counted.cramps} cramps in {counted.nights} nights")
    click.echo(f"{counted.week} in the last 7 days, {counted.month} in the last 30")
    for bars in (counted.by_place, counted.eased_by, counted.by_outcome):
        click.echo(f"\n{bars.title}")
        for label, count in bars.rows:
            click.echo(f"{count:5d}  {label}")


def _figures(path: Path) -> Figures:
    return figures(_episodes(path), wall_clock().date())


@command.command("chart")
@click.option("--output", type=Path, metavar="SVG", help="Writes a picture (SVG) instead, for a browser.")
@click.pass_obj
def chart_(path: Path, output: Path | None) -> None:
    """Draw the nights of a month, the hours, the places, and what helped."""
    if output and output.suffix.lower() not in ("", ".svg"):
        raise UsageError(f"{output}: the picture is an SVG", f"call it {output.with_suffix('.svg').name}")
    counted = _figures(path)
    if output:
        _write(output, chart.svg(counted))
        click.echo(f"{output}: written")
        return
    for bars in counted.charts:
        click.echo(f"{bars.title}")
        for line in _bars(bars):
            click.echo(f"  {line}")
        click.echo()


def _bars(bars: Bars) -> Iterator[str]:
    """Bars that lie; of steps of time, those before the first and after the last one that counts are left out."""
    rows = [*bars.rows]
    if bars.each:
        counted = [number for number, (_, count) in enumerate(rows) if count]
        rows = rows[counted[0] : counted[-1] + 1] if counted else []
    if not rows:
        yield "nothing yet"
        return
    widest, most = max(len(label) for label, _ in rows), max(count for _, count in rows)
    unit = min(1.0, _WIDEST / most) if most > _WIDEST else 1.0
    for label, count in rows:
        yield f"{label:<{widest}}  {'█' * round(count * unit)}{f' {count}' if count else ''}"


@command.command("export")
@click.argument("kind", type=click.Choice(["csv", "json"]))
@click.option("--output", type=Path, metavar="FILE", help="Writes a file; else it is printed.")
@click.pass_obj
def export_(path: Path, kind: str, output: Path | None) -> None:
    """Write all sessions for other programs."""
    text = {"csv": export.as_csv, "json": export.as_json}[kind](_episodes(path))
    if output:
        _write(output, text)
        click.echo(f"{output}: written")
    else:
        click.echo(text, nl=False)


def _write(output: Path, text: str) -> None:
    output.write_text(text, encoding="utf-8")


@command.command("forget")
@click.option("--all", "all_", is_flag=True, help="Everything.")
@click.option("--session", type=int, metavar="NUMBER", help="One session, by its number in the list.")
@click.option("--before", metavar="DATE", help="All that began before a day: 2026-11-26.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def forget(path: Path, all_: bool, session: int | None, before: str | None, yes: bool) -> None:
    """Erase sessions for good: the file is written anew without them, and its backups are removed."""
    if sum((all_, session is not None, before is not None)) != 1:
        raise UsageError("forget what?", "give one of --all, --session NUMBER, --before DATE")
    day = _day(before) if before else None
    if all_ and _damaged(path):
        _ask(what := "the damaged journal", yes)
        erase(path)
        click.echo(f"{what} erased")
        return
    with _opened(path) as journal:
        chosen = _chosen(journal.episodes().values(), session, day)
        if session is not None and not chosen:
            raise UsageError(f"there is no session {session}", "see voiceguide history list")
        what = f"{len(chosen)} session{'' if len(chosen) == 1 else 's'}"
        _ask(what, yes)
        if all_:
            journal.forget_all()
        else:
            flags = [flag for flag, at in journal.cautions().items() if day and at.astimezone().date() < day]
            journal.forget([episode.number for episode in chosen], flags)
    click.echo(f"{what} erased")


def _damaged(path: Path) -> bool:
    """Whether it is, or nothing but what was set aside of it is there."""
    if not path.is_file():
        return bool(leftovers(path))
    try:
        Journal(path).close()
    except JournalError as error:
        if not error.damaged:
            raise
        return True
    return False


def _ask(what: str, yes: bool) -> None:
    """Whether it is meant, unless that was said."""
    if yes:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(f"{what} would be erased, and nobody can be asked", "give --yes")
    click.confirm(f"Erase {what} and all backups? This can't be undone.", abort=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no day", "write it as 2026-11-26") from None


def _chosen(episodes: Iterable[Episode], session: int | None, before: date | None) -> list[Episode]:
    if session is not None:
        return [each for each in episodes if each.number == session]
    return [each for each in episodes if before is None or each.began.date() < before]


def _print(table: object) -> None:
    """Onto a terminal in its width, elsewhere in full."""
    from rich.console import Console

    terminal = bool(sys.stdout and sys.stdout.isatty())
    Console(file=sys.stdout, width=None if terminal else 160, highlight=False).print(table)
