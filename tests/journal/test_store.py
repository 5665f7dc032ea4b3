"""The database: what goes in comes out, and what is erased is in no file any more."""

import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voiceguide.errors import JournalError
from voiceguide.guide.past import Episode
from voiceguide.intents import Side
from voiceguide.journal.files import Claim, damaged_copies, leftovers
from voiceguide.journal.migrations import MIGRATIONS, NEWEST, migrate, version_of
from voiceguide.journal.store import Journal
from voiceguide.messages import Account, Outcome, Standing

NOW = datetime(2024, 1, 10, 3, tzinfo=timezone(timedelta(hours=1)))


def episode(days: float = 0.0, **details: object) -> Episode:
    began = NOW - timedelta(days=days)
    return Episode(0, Account(**{"cramp": True, "outcome": Outcome.EASED, **details}), began, began)  # type: ignore[arg-type]


names = st.text("abcdefgh-1", min_size=1, max_size=8)
moments = st.integers(0, 4_000_000_000_000).map(lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
points = st.lists(names, max_size=3).map(tuple)
few = st.integers(0, 9)
standings = st.builds(Standing, names, points, few, few, few, st.booleans())
accounts = st.builds(
    Account,
    cramp=st.booleans(),
    place=st.none() | names,
    side=st.none() | st.sampled_from(Side),
    routine=st.none() | names,
    pressed=st.lists(st.tuples(names, st.integers(1, 9)), max_size=4, unique_by=lambda each: each[0]).map(tuple),
    answered=st.booleans(),
    nudged=st.booleans(),
    outcome=st.none() | st.sampled_from(Outcome),
    standing=st.none() | standings,
)
episodes = st.builds(Episode, st.just(1), accounts, moments, moments)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=episodes, then=episodes)
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, first: Episode, then: Episode) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite3"
    with closing(Journal(path)) as journal:
        journal.begin(7, first)
        assert journal.episodes() == {7: first}
        assert journal.update(7, then)
    with closing(Journal(path)) as journal:
        found = journal.episodes()[7]
        cramp = first.account.cramp  # what it is is known from the beginning
        assert (found.began, found.seen) == (then.began, then.seen)
        assert [getattr(found.account, name) for name in Account.__slots__ if name != "cramp"] == [
            getattr(then.account, name) for name in Account.__slots__ if name != "cramp"
        ]
        assert found.account.cramp is cramp


def test_the_time_of_day_is_that_of_the_place(journal: Journal) -> None:
    journal.begin(1, episode())
    assert journal.episodes()[1].began.isoformat() == "2024-01-10T03:00:00+01:00"


def test_sessions_come_in_the_order_in_which_they_began(journal: Journal) -> None:
    for token, days in ((5, 1), (6, 3), (7, 2)):
        journal.begin(token, episode(days))
    assert list(journal.episodes()) == [6, 7, 5]
    assert [each.number for each in journal.episodes().values()] == [2, 3, 1]


def test_a_session_without_an_end_is_closed_but_for_one(journal: Journal) -> None:
    for token in (1, 2):
        journal.begin(token, episode(outcome=None, standing=Standing("press")))
    journal.begin(3, episode(outcome=Outcome.DANGER, standing=Standing("alert")))
    journal.close_interrupted(besides=2)
    found = journal.episodes()
    assert [found[token].account.over for token in (1, 2, 3)] == [True, False, True]
    assert [found[token].account.outcome for token in (1, 3)] == [Outcome.CUT_OFF, Outcome.DANGER]
    journal.touch(2, NOW + timedelta(minutes=3))
    assert journal.episodes()[2].seen == NOW + timedelta(minutes=3)
    journal.close_interrupted(besides=None)
    assert journal.episodes()[2].account.over


def test_cautions_are_replaced(journal: Journal) -> None:
    journal.keep_cautions({"pregnant": NOW, "*": NOW})
    journal.keep_cautions({"diabetic": NOW})
    assert journal.cautions() == {"diabetic": NOW}


def test_it_is_for_its_owner_alone(journal: Journal, path: Path) -> None:
    journal.begin(1, episode())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_commit_is_on_the_disk_when_it_returns(journal: Journal) -> None:
    with closing(sqlite3.connect(journal.path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._connection.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_what_fails_in_the_middle_changes_nothing(journal: Journal) -> None:
    journal.begin(1, episode(place="calf"))
    with pytest.raises(JournalError, match="journal cannot be used"):
        journal.begin(1, episode(place="foot"))
    assert [each.account.place for each in journal.episodes().values()] == ["calf"]


# Erasing


def bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())


@pytest.mark.parametrize("way", ["one", "before", "all"])
def test_what_is_erased_is_in_no_file_any_more(path: Path, way: str) -> None:
    service = Journal(path)  # goes on meanwhile
    for number in range(60):
        service.begin(number, episode(place=f"place-that-was-{number}", pressed=(("point-that-was", 1),)))
    service.begin(999, episode(place="to-be-kept"))
    service.keep_cautions({"flag-that-was": NOW})
    (path.parent / "journal.backup-1.sqlite3").write_bytes(b"place-that-was-7")
    (path.parent / "journal.damaged-2024-01-01.sqlite3").write_bytes(b"place-that-was-8")
    assert b"place-that-was-50" in bytes_of(path)
    with closing(Journal(path)) as journal:
        if way == "all":
            journal.forget_all()
        else:
            journal.forget([each.number for each in journal.episodes().values() if each.account.place != "to-be-kept"])
    left = bytes_of(path)
    assert b"place-that-was" not in left
    assert b"point-that-was" not in left
    assert leftovers(path) == []
    if way == "all":
        assert b"flag-that-was" not in left
        assert b"to-be-kept" not in left
        assert service.episodes() == {}
    else:
        assert [each.account.place for each in service.episodes().values()] == ["to-be-kept"]
    assert service.update(5, episode(place="place-that-was-5")) is False
    assert b"place-that-was" not in bytes_of(path)
    service.close()


def test_who_reads_just_now_hinders_erasing_and_that_is_said(path: Path, journal: Journal) -> None:
    journal.begin(1, episode())
    journal._connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM sessions").fetchall()
        with pytest.raises(JournalError, match=r"in use, so that traces are left -> do it again in a moment"):
            journal.forget_all()


def test_others_are_noticed(path: Path, journal: Journal) -> None:
    before = journal.version()
    with closing(Journal(path)) as other:
        other.begin(1, episode())
    assert journal.version() != before


# Versions


def old(path: Path, version: int) -> None:
    """A file of an older voiceguide, with a session."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        migrate(database, version)
        database.execute(
            "INSERT INTO sessions (token, cramp, place, answered, outcome, began, seen, zone)"
            " VALUES (9, 1, 'calf', 1, 'eased', 1e9, 1e9, 0)"
        )


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_an_old_file_is_upgraded_and_kept_as_it_was(path: Path, version: int) -> None:
    old(path, version)
    with closing(Journal(path)) as journal:
        (found,) = journal.episodes().values()
        assert (found.account.place, found.account.nudged) == ("calf", False)
        journal.keep_cautions({"pregnant": NOW})
    (backup,) = leftovers(path)
    assert backup.name == f"journal.backup-{version}.sqlite3"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with closing(sqlite3.connect(backup)) as database:
        assert version_of(database) == version
        assert database.execute("SELECT place FROM sessions").fetchall() == [("calf",)]
    with closing(Journal(path)):
        assert leftovers(path) == [backup]


def test_an_upgrade_that_fails_leaves_all_as_it_was(path: Path) -> None:
    old(path, 1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE tonight (mine)")
    with pytest.raises(JournalError, match="table tonight already exists"):
        Journal(path)
    with closing(sqlite3.connect(path)) as database:
        assert version_of(database) == 1
        assert database.execute("SELECT place FROM sessions").fetchall() == [("calf",)]


def test_a_file_of_a_newer_voiceguide_is_left_alone(path: Path, journal: Journal) -> None:
    journal._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(JournalError, match=r"written by a newer voiceguide -> upgrade"):
        Journal(path, "2024-01-10")
    assert leftovers(path) == []


# Damage


def scribble(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no database at all, but long enough to be looked at as if it were one" * 40)


def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path: Path) -> None:
    scribble(path)
    with pytest.raises(JournalError, match=r"damaged \(file is not a database\) -> voiceguide run sets it aside"):
        Journal(path)
    for name in ("journal.damaged-2024-01-10.sqlite3", "journal.damaged-2024-01-10-2.sqlite3"):
        scribble(path)
        with closing(Journal(path, "2024-01-10")) as journal:
            assert journal.aside == path.with_name(name)
            assert journal.aside.read_bytes().startswith(b"no database")
            assert journal.episodes() == {}
    path.with_name("journal.damaged-2024-01-10-2.sqlite3").rename(
        path.with_name("journal.damaged-2024-01-10-3.sqlite3")
    )
    scribble(path)
    with closing(Journal(path, "2024-01-10")) as journal:
        assert journal.aside == path.with_name("journal.damaged-2024-01-10-2.sqlite3")


def test_a_page_in_the_middle_that_is_broken_is_found(path: Path) -> None:
    with closing(Journal(path)) as journal:
        for number in range(300):
            journal.begin(number, episode(place="calf"))
    content = bytearray(path.read_bytes())
    content[3 * 4096 : 5 * 4096] = b"\xa5" * 2 * 4096
    path.write_bytes(content)
    with closing(Journal(path, "2024-01-10")) as journal:
        assert journal.aside


@pytest.mark.parametrize(
    ("column", "value"),
    [("outcome", "eaten"), ("standing", "{"), ("standing", "{}"), ("zone", 10**9), ("began", 1e300), ("side", "up")],
)
def test_values_that_no_voiceguide_wrote_are_damage(path: Path, column: str, value: object) -> None:
    with closing(Journal(path)) as journal:
        journal.begin(1, episode())
        journal._connection.execute(f"UPDATE sessions SET {column} = ?", (value,))
    with pytest.raises(JournalError, match="holds what no voiceguide wrote"):
        Journal(path)
    with closing(Journal(path, "2024-01-10")) as journal:
        assert journal.aside


def test_a_caution_that_no_voiceguide_wrote_is_damage(path: Path) -> None:
    with closing(Journal(path)) as journal:
        journal.keep_cautions({"pregnant": NOW})
        journal._connection.execute("UPDATE tonight SET told = 1e300")
    with pytest.raises(JournalError, match="holds what no voiceguide wrote"):
        Journal(path)


def test_what_was_set_aside_is_found_without_what_belongs_to_it(path: Path) -> None:
    path.parent.mkdir()
    for name in ("damaged-2024-01-10.sqlite3", "damaged-2024-01-10.sqlite3-wal", "backup-1.sqlite3"):
        path.with_name(f"journal.{name}").touch()
    assert damaged_copies(path) == [path.with_name("journal.damaged-2024-01-10.sqlite3")]
    assert len(leftovers(path)) == 3


@pytest.mark.parametrize("where", ["file/journal.sqlite3", "/proc/voiceguide/journal.sqlite3", "/dev/null/j.sqlite3"])
def test_a_place_that_can_not_be_written_is_told(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match=r"cannot be used \(.+\) -> check its folder, permissions and disk"):
        Journal(tmp_path / where, "2024-01-10")
    with pytest.raises(JournalError, match="cannot be used"):
        Claim(tmp_path / where)


def test_what_can_not_be_set_aside_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    scribble(path)
    (tmp_path / "journal.sqlite3-wal").touch()
    (tmp_path / "journal.damaged-2024-01-10.sqlite3-wal").mkdir()
    with pytest.raises(JournalError, match=r"cannot be used \(Is a directory\)"):
        Journal(path, "2024-01-10")


def test_a_full_disk_is_told_and_harms_nothing(path: Path, journal: Journal) -> None:
    journal.begin(1, episode())
    (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match=r"database or disk is full"):
        journal.begin(2, episode(place="calf" * 9999))
    assert journal._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    journal._connection.execute("PRAGMA max_page_count = 1000000")
    journal.begin(1000, episode())


def test_one_device_keeps_it(path: Path) -> None:
    claim = Claim(path)
    with pytest.raises(JournalError, match="another voiceguide keeps it"):
        Claim(path)
    claim.release()
    Claim(path).release()
