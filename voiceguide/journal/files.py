"""The files of a journal: the database, its backups, and what was set aside because it was damaged."""

import fcntl
import os
import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from voiceguide.errors import JournalError
from voiceguide.journal.migrations import NEWEST, migrate, version_of

BUSY = 5.0
"""Seconds to wait for another process that is writing."""

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_COMPANIONS = ("", "-wal", "-shm")
"""What SQLite lays beside a database in WAL mode."""


def connect(path: Path) -> sqlite3.Connection:
    """The database, whole and of the newest version; made where it is missing, only for its owner to read.

    A commit is on the disk when it returns (`synchronous=FULL`): a power cut costs what was not yet committed.

    Raises:
        JournalError: it cannot be opened; `damaged` where its content is the reason.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise trouble(path, error) from None
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise trouble(path, error) from None
    except JournalError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check and upgrade."""
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA temp_store = MEMORY")  # else VACUUM leaves a copy elsewhere on the disk
    version = check(connection, path)
    if 0 < version < NEWEST:
        _back_up(connection, path.with_name(f"{path.stem}.backup-{version}{path.suffix}"))
    if version < NEWEST:
        migrate(connection)


def check(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a database that is whole and that this voiceguide knows.

    Raises:
        JournalError: it is damaged, or of a newer one.
        sqlite3.Error: it can't be read.

    """
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    if found != ["ok"]:
        raise damaged(path, str(found[0]))
    version = version_of(connection)
    if version > NEWEST:
        raise JournalError(f"{path}: written by a newer voiceguide", "upgrade voiceguide, or move the file away")
    return version


def damaged(path: Path, reason: str) -> JournalError:
    """Its content is the reason."""
    what = f"{path}: damaged ({' '.join(reason.split())})"
    return JournalError(what, "voiceguide run sets it aside, and begins a new one", damaged=True)


def trouble(path: Path, error: OSError | sqlite3.Error) -> JournalError:
    """What went wrong, in a line."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
        return damaged(path, str(error))
    else:
        reason = str(error)
    return JournalError(f"{path}: the journal cannot be used ({reason})", "check its folder, permissions and disk")


def _back_up(connection: sqlite3.Connection, path: Path) -> None:
    """A copy of the present state, before the tables change; whole or not there at all."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(new)) as copy:
        connection.backup(copy)
    new.replace(path)


def set_aside(path: Path, day: str) -> Path:
    """Rename a damaged database, so that a new one can begin; where it is now.

    Args:
        path: of the database.
        day: part of the new name, e.g. "2026-11-26".

    Raises:
        JournalError: it cannot be renamed.

    """
    endings = ("" if number == 1 else f"-{number}" for number in count(1))
    names = (f"{path.stem}.damaged-{day}{ending}{path.suffix}" for ending in endings)
    aside = next(place for place in (path.with_name(name) for name in names) if not place.exists())
    try:
        for companion in _COMPANIONS:
            present = Path(f"{path}{companion}")
            if present.exists():
                present.rename(f"{aside}{companion}")
    except OSError as error:
        raise trouble(path, error) from None
    return aside


def files_of(path: Path) -> list[Path]:
    """All that a database consists of while it is used, and what holds it for one device; they need not be there."""
    return [*(Path(f"{path}{companion}") for companion in _COMPANIONS), _lock(path)]


def damaged_copies(path: Path) -> list[Path]:
    """The databases that were set aside, in the order of their days."""
    return sorted(path.parent.glob(f"{path.stem}.damaged-*{path.suffix}"))


def leftovers(path: Path) -> list[Path]:
    """Backups, and what was set aside, with all that belongs to it."""
    return sorted(each for kind in ("backup", "damaged") for each in path.parent.glob(f"{path.stem}.{kind}-*"))


def erase(path: Path) -> None:
    """Remove a journal with all that belongs to it, whatever is in it.

    Raises:
        JournalError: a running voiceguide keeps it, which would go on writing into what is gone; or the files stay.

    """
    try:
        claim = Claim(path)
    except JournalError as error:
        raise JournalError(error.what, "end that one first (a service: sudo systemctl stop voiceguide)") from None
    try:
        for file in (*(Path(f"{path}{companion}") for companion in _COMPANIONS), *leftovers(path)):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise trouble(path, error) from None
    finally:
        claim.release()


def _lock(path: Path) -> Path:
    return path.with_name(f"{path.stem}.lock")


class Claim:
    """Holds the journal for one device: two would take each other's sessions for interrupted ones.

    Args:
        path: of the database.

    Raises:
        JournalError: another process holds it.

    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(_lock(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise trouble(path, error) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise JournalError(f"{path}: another voiceguide keeps it", "nothing is kept by this one") from None
        self._held = True

    def release(self) -> None:
        """Let others have it. The end of the process does so too."""
        if self._held:
            os.close(self._file)
        self._held = False
