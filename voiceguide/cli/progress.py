"""What is told beside the result, on standard error: progress (a bar on a terminal, else plain lines) and notices."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from voiceguide.run.journald import Priority, in_journal, journal_lines
from voiceguide.store.disk import megabytes


def on_terminal() -> bool:
    """Whether a person sees standard error now."""
    return bool(sys.stderr and sys.stderr.isatty())


def logs_to_journal() -> bool:
    """Whether standard error is systemd's journal, as for a service."""
    return in_journal(2, os.environ)


def tell(text: str, priority: Priority = Priority.INFO) -> None:
    """A line on standard error; in the journal it has its priority. Where it can't be written, no more is lost."""
    with suppress(OSError):
        click.echo(journal_lines(text, priority) if logs_to_journal() else text, err=True)


def notice(text: str, priority: Priority = Priority.WARNING) -> None:
    """Something the user should know; the journal knows from whom it is."""
    tell(text if logs_to_journal() else f"voiceguide: {text}", priority)


@contextmanager
def progress(what: str, in_bytes: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, of), on standard error; it says nothing where nothing is to do."""
    if not on_terminal():
        yield _Lines(what, in_bytes)
        return
    from rich.console import Console
    from rich.progress import DownloadColumn, Progress, TransferSpeedColumn

    more = (DownloadColumn(), TransferSpeedColumn()) if in_bytes else ()
    with Progress(*Progress.get_default_columns(), *more, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


class _Lines:
    """A line at the beginning and one at the end; of bytes, one for each tenth."""

    def __init__(self, what: str, in_bytes: bool) -> None:
        self._what = what
        self._in_bytes = in_bytes
        self._tenths = 0
        self._begun = False

    def __call__(self, done: int, of: int) -> None:
        if not self._begun:
            self._begun = True
            tell(f"{self._what}: {megabytes(of) if self._in_bytes else of} to do")
        if done == of:
            tell(f"{self._what}: done")
        elif self._in_bytes and done * 10 // of > self._tenths:
            self._tenths = done * 10 // of
            tell(f"{self._what}: {self._tenths * 10} %")
