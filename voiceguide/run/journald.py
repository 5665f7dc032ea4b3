"""Lines for systemd's journal, each with its priority, where standard error leads there."""

import os
from collections.abc import Mapping
from enum import IntEnum


class Priority(IntEnum):
    """How much a line matters: the levels of syslog(3)."""

    ERROR = 3
    WARNING = 4
    INFO = 6


def in_journal(descriptor: int, environ: Mapping[str, str]) -> bool:
    """Whether a file descriptor leads to systemd's journal, which takes priorities; see systemd.exec(5)."""
    stream = environ.get("JOURNAL_STREAM", "")
    try:
        status = os.fstat(descriptor)
    except OSError:
        return False
    return stream == f"{status.st_dev}:{status.st_ino}"


def journal_lines(text: str, priority: Priority) -> str:
    """A text for the journal, each of its lines with the priority."""
    return "\n".join(f"<{priority:d}>{line}" for line in text.splitlines())
