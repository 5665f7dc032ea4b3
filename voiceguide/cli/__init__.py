"""The command line: one module per command, imported only when it is called.

All errors end here: what the user can mend is one line and its own exit code; Ctrl-C is quiet; anything else is a bug
and says so (`VOICEGUIDE_DEBUG=1` shows where).
"""

import io
import os
import sys
import traceback
from importlib import import_module
from types import MappingProxyType

import click

from voiceguide import __version__
from voiceguide.cli.progress import logs_to_journal, notice
from voiceguide.errors import EXIT_BUG, EXIT_INTERRUPTED, AudioFileError, UsageError, VoiceguideError
from voiceguide.run.journald import Priority

COMMANDS = MappingProxyType(
    {
        "run": "Listen and guide: with the sound devices, or from a WAV to a WAV.",
        "chat": "The same dialogue by typing, in virtual time.",
        "replay": "Play transcripts and check what they expect.",
        "hear": "Show what is heard in recordings.",
        "content": "For authors: check, new, say, show, stats.",
        "tune": "Fit the hearing to you: a few phrases, said after it.",
        "models": "Fetch other recogniser models, check and choose them.",
        "devices": "List microphones and speakers, and try them.",
        "prepare": "Render all prompts, so that a session never waits.",
        "settings": "Show, explain and change the settings.",
        "history": "The cramps so far: list, stats, chart, export, forget.",
        "doctor": "Check everything, and say what to do.",
    }
)
"""Name and short help of each command; its function is `command` in the module of that name."""


class _Lazy(click.Group):
    """A group that imports a command when it is used: `--help` and errors are quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"voiceguide.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS:
            raise UsageError(f"unknown command '{args[0]}'", f"use one of: {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, invoke_without_command=False)
@click.version_option(__version__, prog_name="voiceguide")
def group() -> None:
    """An offline voice that leads your fingers to an acupressure point when a leg cramps at night."""


def main() -> None:
    """Run a command, and turn what goes wrong into one line and an exit code."""
    sys.exit(call(sys.argv[1:]))


def call(arguments: list[str]) -> int:
    """Run a command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where it is closed
            stream.reconfigure(errors="replace")  # a terminal that knows no triangles still gets the words
    try:
        code = group.main(arguments, prog_name="voiceguide", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except VoiceguideError as error:
        return _fail(str(error), error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return UsageError.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "voiceguide"
        return _fail(f"{error.format_message()} -> see {path} --help", UsageError.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        what = f"{where}{error.strerror or error} -> check the path, its permissions and the disk"
        return _fail(what, AudioFileError.exit_code)
    except ImportError as error:
        return _fail(f"a part is missing: {error} -> run scripts/setup, or pip install voiceguide again", 1)
    except Exception as error:
        if os.environ.get("VOICEGUIDE_DEBUG"):
            raise
        return _fail(f"a bug: {_bug(error)} -> please report it; VOICEGUIDE_DEBUG=1 shows where", EXIT_BUG)


def _bug(error: Exception) -> str:
    """What went wrong; in the journal its place instead of its words, which may be somebody's."""
    kind = type(error).__name__
    if not logs_to_journal():
        return f"{kind}: {error}"
    *_, place = traceback.extract_tb(error.__traceback__)
    return f"{kind} in {os.path.basename(place.filename)}:{place.lineno}"


def _fail(message: str, code: int) -> int:
    notice(message, Priority.ERROR)
    return code
