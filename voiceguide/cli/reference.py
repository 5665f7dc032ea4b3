"""The command reference as a page of documentation, from the commands themselves."""

from collections.abc import Iterator

import click

from voiceguide.cli import COMMANDS, group

HEAD = """\
# Commands

Generated from the commands by `scripts/docs`; do not edit. Exit codes: [errors.md](errors.md).
"""


def page() -> str:
    """The whole page, in Markdown."""
    context = click.Context(group, info_name="voiceguide")
    parts = [HEAD]
    for name in COMMANDS:
        command = group.get_command(context, name)
        if command:
            parts += _sections(command, name, context)
    return "\n".join(parts)


def _sections(command: click.Command, name: str, parent: click.Context, above: str = "") -> Iterator[str]:
    """A section for a command, and one for each command of a group."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100)
    title = f"{above} {name}".strip()
    yield f"## {title}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for inner, subcommand in command.commands.items():
            yield from _sections(subcommand, inner, context, title)
