"""The command reference as a page of documentation, from the commands themselves."""

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
            text = command.get_help(click.Context(command, info_name=name, parent=context, terminal_width=100))
            parts.append(f"## {name}\n\n```\n{text}\n```\n")
    return "\n".join(parts)
