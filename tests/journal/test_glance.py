"""A journal that is only looked at, where it can't be written or others write it."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.card import can_be_read_only, read_only
from tests.journal.test_store import episode, old, scribble
from voiceguide.errors import JournalError
from voiceguide.journal import glance
from voiceguide.journal.migrations import NEWEST
from voiceguide.journal.store import Journal

NOW = datetime(2024, 1, 10, 3, tzinfo=UTC)


@pytest.fixture
def journal(journal: Journal) -> Journal:
    """One with a session and a caution."""
    journal.begin(1, episode())
    journal.keep_cautions({"pregnant": NOW})
    return journal


def contents(path: Path) -> dict[str, bytes]:
    """All that could be changed; the index of the WAL notes who reads."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith("-shm")}


def test_what_another_process_writes_is_seen_and_left_alone(journal: Journal) -> None:
    before = contents(journal.path)
    assert glance.cautions(journal.path) == {"pregnant": NOW}
    assert glance.sessions(journal.path) == 1
    assert contents(journal.path) == before
    journal.keep_cautions({})
    assert glance.cautions(journal.path) == {}


def test_a_row_that_makes_no_sense_costs_no_other(journal: Journal) -> None:
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
        other.execute("INSERT INTO tonight VALUES ('thinners', 'rubbish')")
    assert glance.cautions(journal.path) == {"pregnant": NOW}


def test_it_hinders_nobody_from_erasing(journal: Journal) -> None:
    glance.sessions(journal.path)
    journal.forget_all()
    assert glance.sessions(journal.path) == 0


def test_where_no_index_can_be_made_it_is_read_without(journal: Journal) -> None:
    journal.close()
    journal.path.with_name("journal.sqlite3-shm").symlink_to("nowhere")
    with closing(sqlite3.connect(journal.path)) as usual, pytest.raises(sqlite3.OperationalError):
        usual.execute("SELECT * FROM tonight")
    assert glance.cautions(journal.path) == {"pregnant": NOW}
    assert glance.sessions(journal.path) == 1


@can_be_read_only
@pytest.mark.parametrize("cut", [False, True])
def test_a_card_that_became_read_only(journal: Journal, tmp_path: Path, cut: bool) -> None:
    """After a clean end all is in one file; after a power cut the last commits are in the WAL."""
    card = tmp_path / "card"
    if not cut:
        journal.close()
    shutil.copytree(journal.path.parent, card)
    assert len(list(card.iterdir())) == (3 if cut else 1)
    look = "from voiceguide.journal import glance; print(glance.cautions(card / 'journal.sqlite3'))"
    assert read_only(card, look) == str({"pregnant": NOW})


def test_nothing_is_made_where_there_is_none(path: Path) -> None:
    for look in (glance.cautions, glance.sessions):
        with pytest.raises(JournalError, match="unable to open database file"):
            look(path)
    assert not path.parent.exists()


@pytest.mark.parametrize("version", range(NEWEST))
def test_an_old_file_is_counted_and_stays_old(path: Path, version: int) -> None:
    if version:
        old(path, version)
    else:
        path.parent.mkdir()
        path.touch()
    before = contents(path)
    assert glance.sessions(path) == bool(version)
    with pytest.raises(JournalError, match="no such table: tonight"):
        glance.cautions(path)
    assert contents(path) == before


def test_a_newer_one_tells_its_cautions_and_no_number(journal: Journal) -> None:
    journal._connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    assert glance.cautions(journal.path) == {"pregnant": NOW}
    with pytest.raises(JournalError, match="written by a newer voiceguide"):
        glance.sessions(journal.path)


def test_damage_is_told_and_nothing_is_set_aside(path: Path) -> None:
    scribble(path)
    for look in (glance.cautions, glance.sessions):
        with pytest.raises(JournalError, match="file is not a database") as caught:
            look(path)
        assert caught.value.damaged
    assert list(contents(path)) == ["journal.sqlite3"]


@pytest.mark.parametrize("statement", ["UPDATE sessions SET outcome = 'eaten'", "UPDATE tonight SET told = 1e300"])
def test_what_no_voiceguide_wrote_is_damage(journal: Journal, statement: str) -> None:
    journal._connection.execute(statement)
    with pytest.raises(JournalError, match="holds what no voiceguide wrote") as caught:
        glance.sessions(journal.path)
    assert caught.value.damaged


def test_of_a_file_that_is_damaged_elsewhere_the_cautions_are_read(journal: Journal) -> None:
    journal._connection.execute("UPDATE sessions SET outcome = 'eaten'")
    assert glance.cautions(journal.path) == {"pregnant": NOW}
