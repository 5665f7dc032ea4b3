"""Archives of models, good and bad."""

import hashlib
import io
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from voiceguide.store.manifest import Offer


def crate(files: Iterable[tuple[str | zipfile.ZipInfo, bytes]], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive with these files, in their order."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", packed) as archive:
        warnings.simplefilter("ignore")  # of names that come twice, which is what some are made for
        for name, data in files:
            archive.writestr(name, data, packed)
    return buffer.getvalue()


def boxed(model: Mapping[str, bytes], folder: str = "model") -> list[tuple[str | zipfile.ZipInfo, bytes]]:
    """The files of a model in a folder."""
    return [(f"{folder}/{name}", data) for name, data in model.items()]


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """A link or a device."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def offer(address: str, data: bytes | None = None, name: str = "model", language: str = "en-US") -> Offer:
    """A model of which the list knows what `data` says; None: nothing."""
    size, sha256 = (len(data), hashlib.sha256(data).hexdigest()) if data is not None else (None, None)
    return Offer(name=name, language=language, address=address, size=size, sha256=sha256, license="Apache-2.0")


def left(folder: Path) -> set[str]:
    """All that is in a models folder, by path."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def no_waiting(_seconds: float) -> None:
    """For between two attempts."""


def no_progress(_done: int, _of: int) -> None:
    """For who does not look."""


class SmallDisk:
    """A disk that is full after so many bytes.

    Args:
        room: bytes that can be written.
        says: bytes that it says are free; None: the truth.
        error: what it raises then.

    """

    def __init__(self, room: int, says: int | None = None, error: Callable[[], OSError] | None = None) -> None:
        self.room = room
        self._says = says
        self._error = error or (lambda: OSError(28, "No space left on device"))

    def free(self, folder: Path) -> int:
        return self.room if self._says is None else self._says

    def open(self, path: Path, append: bool = False) -> BinaryIO:
        return _SmallFile(self, path, "ab" if append else "xb")

    def take(self, size: int) -> None:
        if size > self.room:
            raise self._error()
        self.room -= size


class _SmallFile(io.FileIO):
    def __init__(self, disk: SmallDisk, path: Path, mode: str) -> None:
        super().__init__(path, mode)
        self._disk = disk

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._disk.take(len(data))
        return super().write(data)
