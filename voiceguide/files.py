"""Files that are replaced as a whole: whoever reads one finds the old one or the new one, and never a half."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def draft_of(path: Path) -> Path:
    """Where this process writes what is to become a file: beside it, as only there a rename is one step."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which takes the place of `path` when the block has ended well; else nothing is left of it.

    Raises OSError.
    """
    draft = draft_of(path)
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # its name must never stand for half a file, not even after a power cut
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
