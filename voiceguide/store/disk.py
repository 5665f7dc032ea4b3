"""What is asked of a disk, so that a full one can be tried without filling one."""

import errno
import shutil
from pathlib import Path
from typing import BinaryIO, Protocol

from voiceguide.errors import CacheError


class Disk(Protocol):
    """Where archives and models are written."""

    def free(self, folder: Path) -> int:
        """Bytes that can still be written there."""
        ...

    def open(self, path: Path, append: bool = False) -> BinaryIO:
        """A new file, or the end of an old one. Raises OSError."""
        ...


class RealDisk:
    """That of the machine."""

    def free(self, folder: Path) -> int:
        """See `Disk`."""
        return shutil.disk_usage(folder).free

    def open(self, path: Path, append: bool = False) -> BinaryIO:
        """See `Disk`."""
        return path.open("ab" if append else "xb")


def check_space(disk: Disk, folder: Path, needed: int) -> None:
    """Find out before it is written.

    Raises:
        CacheError: there is less room than needed (bytes).

    """
    free = disk.free(folder)
    if free < needed:
        raise CacheError(f"{folder}: needs {megabytes(needed)}, and has {megabytes(free)} free", "free the disk")


def unwritten(path: Path, error: OSError) -> CacheError:
    """The error for what could not be written."""
    reason = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error.strerror or error)
    return CacheError(f"{path}: cannot be written ({reason})", "free the disk, or choose another place with --to")


def megabytes(size: float) -> str:
    """A size for people: `41.2 MB`."""
    return f"{size / 1e6:.1f} MB"
