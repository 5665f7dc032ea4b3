"""A journal that is only looked at: by who can't write it, or must not disturb who does. Nothing in it is changed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from voiceguide.journal.files import BUSY, check, trouble
from voiceguide.journal.migrations import NEWEST
from voiceguide.journal.store import read_cautions, read_episodes

_UNSHARED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)


def cautions(path: Path) -> dict[str, datetime]:
    """What was told of health, as `Journal.cautions` gives it: as much as can be read, and makes sense.

    Raises:
        JournalError: nothing can be read, or it is not there.

    """
    found: dict[str, datetime] = {}
    with _looked_into(path) as database:
        rows = database.execute("SELECT flag, told FROM tonight")
        with suppress(sqlite3.Error):  # damaged further on
            for flag, told in rows:
                with suppress(ValueError, TypeError, OverflowError):
                    found[str(flag)] = datetime.fromtimestamp(float(told), UTC)
    return found


def sessions(path: Path) -> int:
    """How many sessions are kept, of a journal that is whole.

    Raises:
        JournalError: it can't be read, or was written by a newer voiceguide; `damaged` where it is not whole.

    """
    with _looked_into(path) as database:
        version = check(database, path)
        if version == NEWEST:
            read_cautions(database, path)
            return len(read_episodes(database, path))
        return int(database.execute("SELECT count(*) FROM sessions").fetchone()[0]) if version else 0


@contextmanager
def _looked_into(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(_connected(path)) as database:
            yield database
    except (sqlite3.Error, OSError) as error:
        raise trouble(path, error) from None


def _connected(path: Path) -> sqlite3.Connection:
    """To be read only.

    Those who use a database in WAL mode share an index beside it. Where it can't be made (the card is read-only, the
    disk is full), nobody can be writing, and `immutable` reads without it. That does not show what a power cut left in
    the WAL, but then the index lies there too, and the first way works.
    """
    try:
        return _tried(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _UNSHARED:
            raise
    return _tried(path, "mode=ro&immutable=1")


def _tried(path: Path, how: str) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", BUSY, isolation_level=None, uri=True)
    try:
        database.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # nothing is opened before
    except sqlite3.Error:
        database.close()
        raise
    return database
