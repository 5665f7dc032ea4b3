"""The folder of clips: nobody removes any while somebody uses them, and what nobody uses any more goes.

All prompts are some 790 MB, and another voice, rate, engine or version makes others: a few of them fill a card. Several
voiceguides may share the folder, each with settings of its own: a service, and one in a terminal. One that has run for
months may read a clip for the first time, so no age tells that a clip is not in use. What tells it is a lock (flock(2),
shared) on the folder, which ends with its process however that ends. Only who has the folder alone removes anything,
and only what was not prepared for a week: who tries another voice, or plays the demo, goes back without waiting.
"""

import fcntl
import os
import re
import weakref
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

UNUSED = 7 * 86_400.0
"""Seconds after which a clip that was not prepared again is used no more."""

_NAME = re.compile(r"[0-9a-f]{32}\.wav(\.\d+\.part)?")
"""A clip, or the draft of one that was broken off; all else in the folder is somebody else's."""


class Hold:
    """As long as this object lives, no other process removes a clip.

    Args:
        folder: where clips are kept; made where it is missing. Where it can't be locked, nothing is removed.

    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None
        with suppress(OSError):  # who has something to keep there is told why it can't be
            folder.mkdir(parents=True, exist_ok=True)
            self._descriptor = descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            weakref.finalize(self, os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits while another one removes something

    def remove_unused(self, used: Collection[Path], now: float) -> int:
        """Remove old clips that are not among these, unless somebody else holds the folder; how many went.

        What can't be removed stays: that is no reason to end.

        Args:
            used: the clips of all profiles, which were prepared under this hold.
            now: seconds since 1970. A wrong clock costs no more than rendering clips again.

        """
        if self._descriptor is None:
            return 0
        removed = 0
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for path in self._clips(before=now - UNUSED):
                if path not in used:
                    with suppress(OSError):
                        path.unlink()
                        removed += 1
        except OSError:  # in use, or not to be read
            pass
        with suppress(OSError):  # one that asks for more and fails may have lost what it had
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        return removed

    def _clips(self, before: float) -> Iterator[Path]:
        """Those that were last prepared before a moment."""
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if (
                    _NAME.fullmatch(entry.name)
                    and entry.is_file(follow_symlinks=False)
                    and entry.stat().st_mtime < before
                ):
                    yield self._folder / entry.name
