"""What can go wrong in ways a user can mend, and the exit code of each.

An expected error is one line: where, what, what to do. Anything else that reaches the command line is a bug, and is
reported as one (exit code 70). `docs/errors.md` lists the codes for users.
"""

from collections.abc import Sequence
from pathlib import Path


class VoiceguideError(Exception):
    """An error the user can mend: one readable line, and a distinct exit code.

    Args:
        what: where and what, e.g. `"night.wav: not a WAV file"`.
        remedy: what to do about it, as an imperative; joined to `what` with an arrow.

    """

    exit_code = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f"{what} -> {remedy}" if remedy else what)


class UsageError(VoiceguideError):
    """An option, argument or setting that means nothing: an unknown engine, state, language, key."""

    exit_code = 2


class ContentError(VoiceguideError):
    """Faulty content files: all of their errors at once, one a line."""

    exit_code = 3

    def __init__(self, problems: Sequence[str], remedy: str = "") -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems), remedy)


class AudioFileError(VoiceguideError):
    """A recording that cannot be read, or a WAV that cannot be written."""

    exit_code = 4


class ModelError(VoiceguideError):
    """A recogniser, or its model, that is missing, incomplete or broken."""

    exit_code = 5


class DeviceError(VoiceguideError):
    """A microphone, speaker, light or button that is missing, busy or lost, or no library to reach it."""

    exit_code = 6


class VoiceError(VoiceguideError):
    """Text-to-speech that is missing, hangs or gives no sound.

    Args:
        what: see `VoiceguideError`.
        remedy: see there.
        voice: the name of the voice with which that was.

    """

    exit_code = 7

    def __init__(self, what: str, remedy: str = "", voice: str = "") -> None:
        super().__init__(what, remedy)
        self.voice = voice


class CacheError(VoiceguideError):
    """A folder for prepared clips or data that cannot be written."""

    exit_code = 8


class ScenarioError(VoiceguideError):
    """A transcript whose expectation was not met."""

    exit_code = 9


class DownloadError(VoiceguideError):
    """A model that does not come: no connection, or a server that has something else."""

    exit_code = 11


class JournalError(VoiceguideError):
    """A journal that cannot be read or written.

    Args:
        what: see `VoiceguideError`.
        remedy: see there.
        damaged: its content is the reason, not its place.

    """

    exit_code = 14

    def __init__(self, what: str, remedy: str = "", damaged: bool = False) -> None:
        super().__init__(what, remedy)
        self.damaged = damaged
        self.aside: Path | None = None
        """Where the damaged one was put, if that went well, but no new one could begin."""


EXIT_UNWELL = 10
"""Exit code of `voiceguide doctor` where something is wrong."""

EXIT_BUG = 70
"""Exit code for an unexpected error (`EX_SOFTWARE` of sysexits.h)."""

EXIT_INTERRUPTED = 130
"""Exit code after Ctrl-C (128 + SIGINT)."""
