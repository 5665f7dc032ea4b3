"""What is told beside the result, on standard error: progress (a bar on a terminal, else plain lines) and notices."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from voiceguide.store.disk import megabytes


def notice(text: str) -> None:
    """Something the user should know, though it goes on."""
    click.echo(f"voiceguide: {text}", err=True)


@contextmanager
def progress(what: str, in_bytes: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, of), on standard error; it says nothing where nothing is to do."""
    if not (sys.stderr and sys.stderr.isatty()):
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
            click.echo(f"{self._what}: {megabytes(of) if self._in_bytes else of} to do", err=True)
        if done == of:
            click.echo(f"{self._what}: done", err=True)
        elif self._in_bytes and done * 10 // of > self._tenths:
            self._tenths = done * 10 // of
            click.echo(f"{self._what}: {self._tenths * 10} %", err=True)
