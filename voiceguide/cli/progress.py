"""What is told beside the result, on standard error: progress (a bar on a terminal, else plain lines) and notices."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


def notice(text: str) -> None:
    """Something the user should know, though it goes on."""
    click.echo(f"voiceguide: {text}", err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, of), on standard error; it says nothing where nothing is to do."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield _Lines(what)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


class _Lines:
    """A line at the beginning and one at the end."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = False

    def __call__(self, done: int, of: int) -> None:
        if not self._begun:
            self._begun = True
            click.echo(f"{self._what}: {of} to do", err=True)
        if done == of:
            click.echo(f"{self._what}: done", err=True)
