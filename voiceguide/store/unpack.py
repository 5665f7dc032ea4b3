"""Unpacks the archive of a model as if somebody hostile had made it: looked through wholly before a file is written."""

import stat
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from voiceguide.errors import ModelError
from voiceguide.store.disk import Disk, check_space, megabytes, unwritten

_BLOCK = 1 << 20
_ENCRYPTED = 0x1
_REMEDY = "it is not installed; use another mirror"
_FORBIDDEN = set('\\:*?"<>|')
"""Besides what controls a terminal: with these, a name means something else on some system."""


@dataclass(frozen=True, slots=True)
class Limits:
    """More than any model of Vosk has."""

    files: int = 500
    size: int = 5_000_000_000
    """Bytes, of all files together."""
    times: float = 200.0
    """How much larger than the archive they may be."""
    depth: int = 8
    name: int = 100
    """Bytes of one part of a path."""


def unpack(archive: Path, into: Path, disk: Disk, limits: Limits | None = None) -> None:
    """Unpack the one folder that an archive holds.

    Args:
        archive: a ZIP file.
        into: becomes that folder; it must not be there yet. What was written is left there after an error.
        disk: where it is written.
        limits: of what is taken; None: the usual ones.

    Raises:
        ModelError: the archive is broken, or not safe to unpack.
        CacheError: there is no room, or it cannot be written.

    """
    try:
        with ZipFile(archive) as opened:
            places = _plan(archive, opened.infolist(), limits or Limits())
            check_space(disk, into.parent, sum(info.file_size for info in places.values()))
            for path, info in places.items():
                _extract(opened, info, into / path, disk)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, UnicodeError) as error:
        raise ModelError(f"{archive.name}: is no whole ZIP archive ({_plain(str(error))})", _REMEDY) from None


def _plan(archive: Path, infos: Sequence[ZipInfo], limits: Limits) -> Mapping[str, ZipInfo]:
    """Where each file goes, by path in the model's folder."""
    if faults := list(_faults(infos, archive.stat().st_size, limits)):
        raise ModelError(f"{archive.name}: {_plain(faults[0])}", _REMEDY)
    tops = {info.filename.split("/")[0] for info in infos}
    if len(tops) != 1 or not all("/" in info.filename for info in infos):
        raise ModelError(f"{archive.name}: must hold one folder with the model in it", _REMEDY)
    return {info.filename.split("/", 1)[1]: info for info in infos if not info.is_dir()}


def _faults(infos: Sequence[ZipInfo], packed: int, limits: Limits) -> Iterator[str]:
    """Why an archive is not unpacked."""
    if not infos:
        yield "holds nothing"
    if len(infos) > limits.files:
        yield f"holds {len(infos)} files, more than {limits.files}"
    size = sum(info.file_size for info in infos)
    if size > min(limits.size, packed * limits.times):
        yield f"would become {megabytes(size)}, too much for {megabytes(packed)}"
    for info in infos:
        yield from _faults_of(info, limits)
    yield from _collisions([info.filename for info in infos])


def _faults_of(info: ZipInfo, limits: Limits) -> Iterator[str]:
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    parts = name.removesuffix("/").split("/")
    if name.startswith("/"):
        yield f"'{name}' is an absolute path"
    elif ".." in parts:
        yield f"'{name}' leads out of its folder"
    elif "" in parts or "." in parts or info.orig_filename != name:
        yield f"'{name}' is no plain path"
    elif not name.isprintable() or _FORBIDDEN & set(name):
        yield f"'{name}' has characters that no name should have"
    elif len(parts) > limits.depth or max(len(part.encode()) for part in parts) > limits.name:
        yield f"'{name[:40]}...' is too long or too deep"
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR) > info.is_dir():
        yield f"'{name}' is a link or a device"
    elif info.flag_bits & _ENCRYPTED:
        yield f"'{name}' is encrypted"
    elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        yield f"'{name}' is packed in a way that Vosk's archives are not"


def _collisions(names: Sequence[str]) -> Iterator[str]:
    """Names that are the same one on some file system, and files that are folders of others."""
    seen: dict[str, str] = {}
    for name in names:
        plain = unicodedata.normalize("NFC", name.removesuffix("/")).casefold()
        if plain in seen:
            yield f"'{seen[plain]}' and '{name}' are the same name"
        seen[plain] = name
    for plain, name in seen.items():
        parts = plain.split("/")
        for end in range(1, len(parts)):
            above = seen.get("/".join(parts[:end]), "/")
            if not above.endswith("/"):
                yield f"'{above}' is a file, and a folder of '{name}'"


def _extract(opened: ZipFile, info: ZipInfo, path: Path, disk: Disk) -> None:
    """Write one file; zipfile checks its size and CRC."""
    with opened.open(info) as source:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with disk.open(path) as target:
                done = 0
                while block := source.read(_BLOCK):
                    done += len(block)
                    target.write(block)
        except OSError as error:
            raise unwritten(path, error) from None
    if done != info.file_size:
        raise BadZipFile(f"'{info.filename}' has {done} bytes instead of {info.file_size}")


def _plain(text: str) -> str:
    """Nothing that controls a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
