"""What is known about a model that was fetched, in a file beside its folder; and whether it is still so."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from voiceguide.content.fields import Model
from voiceguide.errors import ModelError
from voiceguide.files import replacing
from voiceguide.store.manifest import Name, Sha256, Trust

_BLOCK = 1 << 20


class File(Model):
    """One file of a model."""

    size: int
    sha256: Sha256


class Record(Model):
    """Of one model."""

    name: Name
    language: str
    address: str
    license: str
    archive_size: int
    archive_sha256: Sha256
    trust: Trust
    files: dict[str, File]
    """By path in the folder; empty where the model was removed, and only its archive is remembered."""

    def speaks(self, language: str) -> bool:
        """True where it is of use for content of a language; BCP 47, whatever the region."""
        return self.language.split("-")[0].lower() == language.split("-")[0].lower()


def record_of(folder: Path) -> Path:
    """Where the record of a model is."""
    return folder.with_name(f"{folder.name}.json")


def read_record(folder: Path) -> Record | None:
    """The record of a model; None where it was not fetched.

    Raises:
        ModelError: it is damaged.

    """
    path = record_of(folder)
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        remedy = f"fetch the model again: voiceguide models fetch {folder.name}"
        raise ModelError(f"{path}: the record of the model is damaged", remedy) from None


def write_record(folder: Path, record: Record) -> None:
    """Write it as a whole, or not at all. Raises OSError."""
    with replacing(record_of(folder)) as file:
        file.write(record.model_dump_json(indent=1).encode())


def hashed(file: BinaryIO) -> str:
    """The SHA-256 of what is left of a file."""
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def hash_of(path: Path) -> str:
    """The SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashed(file)


def listing(folder: Path) -> dict[str, int]:
    """All files in a folder, links too, by path: their sizes."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            found[path.relative_to(folder).as_posix()] = path.lstat().st_size
    return found


def differences(folder: Path, record: Record, thorough: bool) -> Iterator[str]:
    """What is not as it was when the model came, a line each.

    Args:
        folder: the model.
        record: how it was.
        thorough: read all files; else only their names and sizes are compared.

    """
    there = listing(folder)
    for name, file in record.files.items():
        if name not in there:
            yield f"{name} is missing"
        elif there[name] != file.size:
            yield f"{name} has {there[name]} bytes instead of {file.size}"
        elif (folder / name).is_symlink():
            yield f"{name} is a link"
        elif thorough and hash_of(folder / name) != file.sha256:
            yield f"{name} has other contents"
    for name in sorted(there.keys() - record.files.keys()):
        yield f"{name} does not belong to it"


def check_unchanged(folder: Path, thorough: bool = False) -> Record | None:
    """The record of a model that is as it was when it came; None where it was not fetched.

    Raises:
        ModelError: it has changed; the message tells the first difference.

    """
    record = read_record(folder)
    if record is None:
        return None
    found = list(differences(folder, record, thorough))
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise ModelError(f"{folder}: {found[0]}{more}", f"fetch it again: voiceguide models fetch {_source(record)}")
    return record


def _source(record: Record) -> str:
    return record.name if record.trust is Trust.LIST else record.address
