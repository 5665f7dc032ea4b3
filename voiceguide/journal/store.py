"""The journal: sessions in, nights out. It knows no clock and no thread; whoever has one calls it."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from voiceguide.errors import JournalError
from voiceguide.guide.past import Episode
from voiceguide.intents import Side
from voiceguide.journal.files import connect, damaged, leftovers, set_aside, trouble
from voiceguide.messages import Account, Outcome, Standing

_COLUMNS = "number, cramp, place, side, routine, answered, nudged, outcome, began, seen, zone, standing"


class Journal:
    """A database of sessions.

    Args:
        path: its file.
        day: given where a damaged file is to be set aside under a name with this day in it, and a new one begun.

    Raises:
        JournalError: it cannot be used; `damaged` where its content is the reason, and no day was given.

    """

    def __init__(self, path: Path, day: str | None = None) -> None:
        self.path = path
        self.aside: Path | None = None
        """Where the damaged one is that was there before."""
        try:
            self._open()
        except JournalError as error:
            if not error.damaged or day is None:
                raise
            self.aside = set_aside(path, day)
            self._open_new()

    def _open_new(self) -> None:
        try:
            self._open()
        except JournalError as error:
            error.aside = self.aside
            raise

    def _open(self) -> None:
        self._connection = connect(self.path)
        try:
            self.episodes()
            self.cautions()
        except JournalError:
            self.close()
            raise

    def close(self) -> None:
        """Put all into one file."""
        self._connection.close()

    def begin(self, token: int, episode: Episode) -> None:
        """A new session; a `token` is never used twice."""
        account = episode.account
        with self._transaction():
            self._connection.execute(
                "INSERT INTO sessions (token, cramp, answered, began, seen, zone) VALUES (?, ?, 0, 0, 0, 0)",
                (token, account.cramp),
            )
            self._fill(token, episode)

    def update(self, token: int, episode: Episode) -> bool:
        """How a session stands now; False where it was erased meanwhile."""
        with self._transaction():
            return self._fill(token, episode)

    def _fill(self, token: int, episode: Episode) -> bool:
        account, standing = episode.account, episode.account.standing
        found = self._connection.execute(
            "UPDATE sessions SET place = ?, side = ?, routine = ?, answered = ?, nudged = ?, outcome = ?, began = ?,"
            " seen = ?, zone = ?, standing = ? WHERE token = ? RETURNING number",
            (
                *(account.place, account.side, account.routine, account.answered, account.nudged, account.outcome),
                *(episode.began.timestamp(), episode.seen.timestamp(), _zone(episode.began)),
                *(json.dumps(asdict(standing)) if standing else None, token),
            ),
        ).fetchone()
        if found is None:
            return False
        self._connection.execute("DELETE FROM pressed WHERE session = ?", found)
        rows = [(*found, turn, point, rounds) for turn, (point, rounds) in enumerate(account.pressed)]
        self._connection.executemany("INSERT INTO pressed VALUES (?, ?, ?, ?)", rows)
        return True

    def touch(self, token: int, seen: datetime) -> None:
        """A session is still under way."""
        with self._transaction():
            self._connection.execute("UPDATE sessions SET seen = ? WHERE token = ?", (seen.timestamp(), token))

    def episodes(self) -> dict[int, Episode]:
        """All sessions by their tokens, in the order in which they began."""
        with self._guarded():
            return read_episodes(self._connection, self.path)

    def close_interrupted(self, besides: int | None) -> None:
        """Sessions without an end are over, but for one that may go on."""
        with self._transaction():
            self._connection.execute(
                "UPDATE sessions SET standing = NULL, outcome = coalesce(outcome, ?)"
                " WHERE standing IS NOT NULL AND token IS NOT ?",
                (Outcome.CUT_OFF, besides),
            )

    def keep_cautions(self, told: Mapping[str, datetime]) -> None:
        """What was told this night that changes what is safe, in place of what was kept of it."""
        with self._transaction():
            self._connection.execute("DELETE FROM tonight")
            rows = [(flag, at.timestamp()) for flag, at in told.items()]
            self._connection.executemany("INSERT INTO tonight VALUES (?, ?)", rows)

    def cautions(self) -> dict[str, datetime]:
        """What was kept by `keep_cautions`."""
        with self._guarded():
            return read_cautions(self._connection, self.path)

    def version(self) -> int:
        """Another number whenever another process has changed something."""
        with self._guarded():
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def forget(self, numbers: list[int], flags: Collection[str] = ()) -> None:
        """Erase sessions for good, and all backups with them: their bytes are in no file any more.

        Args:
            numbers: the sessions.
            flags: of what was told of health, what goes as well.

        Raises:
            JournalError: it is in use just now, or the disk is full or not to be written; it may be in part erased.

        """
        with self._transaction():
            self._connection.executemany("DELETE FROM sessions WHERE number = ?", [(number,) for number in numbers])
            self._connection.executemany("DELETE FROM tonight WHERE flag = ?", [(flag,) for flag in flags])
        self.scour()

    def forget_all(self) -> None:
        """Erase everything; see `forget`."""
        with self._transaction():
            for table in ("sessions", "tonight", "sqlite_sequence"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608
        self.scour()

    def scour(self) -> None:
        """Write the file anew without what was deleted, empty the log of changes, and remove backups."""
        with self._guarded():
            self._connection.execute("VACUUM")
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            for file in leftovers(self.path):
                file.unlink(missing_ok=True)
        if busy:
            raise JournalError(f"{self.path}: in use, so that traces are left", "do it again in a moment")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise trouble(self.path, error) from None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing."""
        with self._guarded():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()  # of nothing, where the disk is full: SQLite has done so
                raise


def read_episodes(connection: sqlite3.Connection, path: Path) -> dict[int, Episode]:
    """See `Journal.episodes`.

    Raises:
        JournalError: they are not what a voiceguide writes.
        sqlite3.Error: they can't be read.

    """
    pressed: dict[int, list[tuple[str, int]]] = {}
    for session, point, rounds in connection.execute(
        "SELECT session, point, rounds FROM pressed ORDER BY session, turn"
    ):
        pressed.setdefault(session, []).append((point, rounds))
    rows = connection.execute(f"SELECT token, {_COLUMNS} FROM sessions ORDER BY began, number")  # noqa: S608
    with _understood(path):
        return {token: _episode(row, tuple(pressed.get(row[0], ()))) for token, *row in rows}


def read_cautions(connection: sqlite3.Connection, path: Path) -> dict[str, datetime]:
    """See `Journal.cautions`; raises as `read_episodes` does."""
    rows = connection.execute("SELECT flag, told FROM tonight")
    with _understood(path):
        return {str(flag): datetime.fromtimestamp(float(told), UTC) for flag, told in rows}


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise damaged(path, f"it holds what no voiceguide wrote: {error}") from None


def _zone(moment: datetime) -> int:
    return int((moment.utcoffset() or timedelta()).total_seconds())


def _episode(row: list[object], pressed: tuple[tuple[str, int], ...]) -> Episode:
    number, cramp, place, side, routine, answered, nudged, outcome, began, seen, zone, standing = row
    there = timezone(timedelta(seconds=int(str(zone))))
    left = json.loads(str(standing)) if standing else None
    account = Account(
        cramp=bool(cramp),
        place=str(place) if place else None,
        side=Side(str(side)) if side else None,
        routine=str(routine) if routine else None,
        pressed=pressed,
        answered=bool(answered),
        nudged=bool(nudged),
        outcome=Outcome(str(outcome)) if outcome else None,
        standing=Standing(**{**left, "points": tuple(left["points"])}) if left is not None else None,
    )
    moments = (datetime.fromtimestamp(float(str(at)), there) for at in (began, seen))
    return Episode(int(str(number)), account, *moments)
