"""The journal while the device runs: written beside the loop, whatever the disk does."""

import multiprocessing
import queue
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bench import cuts
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.errors import JournalError
from voiceguide.guide.past import Episode
from voiceguide.guide.script import Options
from voiceguide.intents import IntentKind as K
from voiceguide.journal import glance
from voiceguide.journal.store import Journal
from voiceguide.messages import Account, Outcome, Record, Standing
from voiceguide.run.keeper import Keeper, told_before

NOW = datetime(2024, 1, 10, 3, tzinfo=UTC)
PRESSING = Account(cramp=True, place="calf", answered=True, standing=Standing("press", ("st-36",)))
OVER = Account(cramp=True, place="calf", answered=True, outcome=Outcome.EASED)


class Wall:
    """A clock on the wall that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **time: float) -> None:
        self.now += timedelta(**time)


class Bedroom:
    """Keepers of one journal, one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wall = Wall()
        self.notices: list[str] = []
        self.said: list[Role | None] = []
        self.ended: list[Role] = []
        self.told: queue.Queue[str] = queue.Queue()
        self.keepers: list[Keeper] = []

    def __call__(self, text: str, say: Role | None = None, about: Path | str = "") -> None:
        """A notice."""
        self.notices.append(text)
        self.said.append(say)
        self.told.put(text)

    def over(self, say: Role, about: Path | str = "") -> None:
        assert about == self.path
        self.ended.append(say)

    def start(self, beat: float = 600.0) -> Keeper:
        keeper = Keeper(self.path, self.wall, self, Options().remember, beat)
        self.keepers.append(keeper)
        return keeper

    def kept(self) -> list[Episode]:
        with closing(Journal(self.path)) as journal:
            return [*journal.episodes().values()]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for the other thread; for a minute at most."""
        for _ in range(6000):
            if holds():
                return
            with suppress(queue.Empty):
                queue.Queue[None]().get(timeout=0.01)
        raise AssertionError("it never happens")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Bedroom]:
    room = Bedroom(tmp_path / "journal.sqlite3")
    yield room
    for keeper in room.keepers:
        keeper.close()


def record(account: Account | None, at: float = 0.0, began: float = 0.0, **cautions: float) -> Record:
    return Record(at, began, account, cautions, None)


def test_what_is_recorded_is_kept_and_known(room: Bedroom) -> None:
    keeper = room.start()
    keeper.record(record(PRESSING, at=10, began=4))
    room.wall.on(minutes=3)
    keeper.record(record(OVER, at=190, began=4))
    keeper.record(record(OVER, at=500, began=400))
    assert [each.account for each in keeper.past().episodes] == [OVER, OVER]
    keeper.close()
    first, second = room.kept()
    assert (first.account, first.began, first.seen) == (OVER, NOW - timedelta(seconds=6), room.wall.now)
    assert second.began == room.wall.now - timedelta(seconds=100)
    assert room.notices == []


def test_a_session_that_was_cut_off_is_taken_up_in_the_same_row(room: Bedroom, library: Library) -> None:
    keeper = room.start()
    keeper.record(record(PRESSING, at=100, began=40, pregnant=90.0))
    keeper.close()
    room.wall.on(minutes=2)
    keeper, talk = room.start(), Talk(library)
    cut = keeper.resume(talk.session, 5.0)
    assert cut
    assert (cut.account, cut.age) == (PRESSING, 180.0)
    assert talk.session.cautions == {"pregnant": 5.0 - 130.0}
    room.wall.on(seconds=15)
    keeper.record(record(OVER, at=20, began=5.0 - 180.0))
    keeper.close()
    (kept,) = room.kept()
    assert (kept.account, kept.began) == (OVER, NOW - timedelta(seconds=60))


def test_what_was_cut_off_long_ago_is_closed(room: Bedroom, library: Library) -> None:
    room.start().record(record(PRESSING))
    room.keepers[0].close()
    room.wall.on(minutes=11)
    keeper = room.start()
    assert keeper.resume(Talk(library).session, 0.0) is None
    assert [each.account.outcome for each in keeper.past().episodes] == [Outcome.CUT_OFF]
    keeper.close()
    assert [each.account.outcome for each in room.kept()] == [Outcome.CUT_OFF]


def test_while_nobody_has_decided_it_is_offered_again(room: Bedroom, library: Library) -> None:
    room.start().record(record(PRESSING))
    room.keepers[0].close()
    for minutes, offered in ((4, True), (4, True), (4, False)):
        room.wall.on(minutes=minutes)
        keeper = room.start(beat=0.01)
        assert bool(keeper.resume(Talk(library).session, 0.0)) is offered
        keeper.close()


def test_a_session_under_way_is_noted_with_each_beat(room: Bedroom, library: Library) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(PRESSING))
    room.wall.on(minutes=20)
    room.until(lambda: [each.seen for each in room.kept()] == [room.wall.now])
    keeper.close()
    assert room.start().resume(Talk(library).session, 0.0)


def test_while_the_clock_is_wrong_it_stays_open_over_further_power_cuts(room: Bedroom, library: Library) -> None:
    room.start().record(record(PRESSING, at=60))
    room.keepers[0].close()
    before = room.kept()
    for _ in range(3):
        room.wall.on(minutes=-10)
        keeper = room.start(beat=0.01)
        assert keeper.resume(Talk(library).session, 5.0) is None
        keeper.record(record(None, at=8, pregnant=8.0))
        room.until(lambda: set(told_before(room.path)) == {"pregnant"})
        assert keeper.reconsider(9.0) is None
        keeper.close()
        assert room.kept() == before, "and is not noted as under way"
    room.wall.on(minutes=32)
    keeper = room.start()
    assert keeper.resume(Talk(library).session, 5.0)


def test_once_the_clock_was_set_it_is_offered_and_else_closed(room: Bedroom, library: Library) -> None:
    room.start().record(record(PRESSING, at=60))
    room.keepers[0].close()
    room.wall.on(minutes=-30)
    keeper = room.start()
    keeper.resume(Talk(library).session, 5.0)
    room.wall.on(minutes=35)
    assert keeper.reconsider(20.0)
    keeper.close()
    room.wall.on(minutes=-30)
    keeper = room.start()
    keeper.resume(Talk(library).session, 5.0)
    room.wall.on(hours=9)
    assert keeper.reconsider(20.0) is None
    room.until(lambda: [each.account.outcome for each in room.kept()] == [Outcome.CUT_OFF])


@pytest.mark.parametrize("hours", [-100, -0.5])
def test_a_clock_that_went_back_offers_nothing_and_forgets_no_caution(
    room: Bedroom, library: Library, hours: float
) -> None:
    keeper = room.start()
    keeper.record(Record(10.0, 0.0, PRESSING, {"pregnant": 5.0, "gone": 5.0}, 6.0))
    keeper.close()
    room.wall.on(hours=hours)
    session = Talk(library).session
    assert room.start().resume(session, 3.0) is None
    assert (session.cautions, session.overlong) == ({"pregnant": 3.0}, 3.0)


def test_a_clock_that_is_set_in_a_session_moves_its_beginning(room: Bedroom) -> None:
    keeper = room.start()
    keeper.record(record(PRESSING, at=60, began=0))
    room.wall.now = NOW + timedelta(days=900)
    keeper.record(record(OVER, at=90, began=0))
    (known,) = keeper.past().episodes
    assert known.began == room.wall.now - timedelta(seconds=90)


def test_what_was_told_of_health_is_kept_for_a_night(room: Bedroom, library: Library) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(None, at=10, pregnant=10.0))
    with closing(Journal(room.path)) as journal:
        room.until(lambda: set(journal.cautions()) == {"pregnant"})
        room.wall.on(hours=7)
        session = Talk(library).session
        keeper.resume(session, 0.0)
        assert session.cautions == {"pregnant": -7 * 3600.0}
        room.wall.on(hours=2)
        room.until(lambda: journal.cautions() == {})


def test_what_others_erase_is_known_no_more(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(OVER, at=0, began=0))
    keeper.record(record(PRESSING, at=100, began=50))
    room.until(lambda: len(room.kept()) == 2)
    with closing(Journal(room.path)) as journal:
        journal.forget_all()
    room.until(lambda: keeper.past().episodes == ())
    keeper.record(record(OVER, at=200, began=50))
    assert keeper.past().episodes == ()
    keeper.record(record(OVER, at=500, began=400))
    keeper.close()
    assert len(room.kept()) == 1


def test_what_was_told_of_health_counts_on_where_others_erase(room: Bedroom) -> None:
    """Who erases may be another one than who must not be pressed; docs/history.md says so."""
    keeper = room.start(beat=0.01)
    keeper.record(record(OVER, at=0, began=0, pregnant=0.0))
    with closing(Journal(room.path)) as journal:
        room.until(lambda: set(journal.cautions()) == {"pregnant"})
        journal.forget_all()
        room.until(lambda: keeper.past().episodes == ())
        room.until(lambda: journal.cautions() == {"pregnant": NOW})
        room.wall.on(hours=9)
        room.until(lambda: journal.cautions() == {})


def test_two_devices_do_not_share_it(room: Bedroom) -> None:
    room.start()
    with pytest.raises(JournalError, match="another voiceguide keeps it"):
        room.start()


def test_what_can_not_be_opened_is_not_claimed(tmp_path: Path) -> None:
    room = Bedroom(tmp_path / "journal.sqlite3")
    with closing(Journal(room.path)) as journal:
        journal._connection.execute("PRAGMA user_version = 99")
    for _ in range(2):
        with pytest.raises(JournalError, match="newer voiceguide"):
            room.start()


def test_a_damaged_one_is_set_aside_and_said_once(room: Bedroom) -> None:
    room.path.write_bytes(b"nothing" * 1000)
    keeper = room.start()
    keeper.record(record(OVER))
    keeper.close()
    name = "journal.damaged-2024-01-10.sqlite3"
    assert room.notices == [f"{room.path}: damaged; it is kept as {name}, and a new one begins"]
    assert room.said == [Role.JOURNAL_DAMAGED]
    assert keeper.past().damaged
    assert len(room.kept()) == 1


def full(room: Bedroom, keeper: Keeper) -> sqlite3.Connection:
    """Let the disk be full for the keeper: it can write nothing while another one writes and never ends."""
    keeper._journal._connection.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(room.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    return other


def test_a_disk_that_fails_is_told_once_and_what_waits_is_written_later(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    room.until(lambda: not keeper._waiting)
    with closing(full(room, keeper)) as other:
        for began in range(80):
            keeper.record(record(OVER, at=100 + began, began=began))
        room.told.get(timeout=60)
        assert len(keeper.past().episodes) == 80
        room.until(lambda: len(keeper._waiting.episodes) == 80)
        assert room.notices == [
            f"{room.path}: the journal cannot be used (database is locked) -> check its folder, permissions and disk"
        ]
        assert room.ended == []
        other.execute("ROLLBACK")
    room.until(lambda: bool(room.ended))
    assert len(room.kept()) == 80
    assert room.notices[1:] == [f"{room.path}: the journal is written again"]
    assert room.said == [Role.TROUBLE_DISK, None]
    assert room.ended == [Role.TROUBLE_DISK]


def test_a_disk_that_fails_again_is_told_again(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    room.until(lambda: not keeper._waiting)
    with closing(full(room, keeper)) as other:
        for turn in (1, 2):
            keeper.record(record(OVER, at=turn * 10, began=0))
            room.until(lambda turn=turn: room.said.count(Role.TROUBLE_DISK) == turn)
            other.execute("ROLLBACK")
            room.until(lambda turn=turn: len(room.ended) == turn)
            other.execute("BEGIN IMMEDIATE")


def test_a_disk_that_hangs_delays_nobody(room: Bedroom) -> None:
    """The loop hands over and asks while the thread waits for the disk."""
    keeper = room.start()
    room.until(lambda: not keeper._waiting)
    keeper._journal._connection.execute("PRAGMA busy_timeout = 60000")
    with closing(sqlite3.connect(room.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        keeper.record(record(PRESSING))
        room.until(lambda: not keeper._waiting)  # the thread has taken it, and hangs
        for number in range(100):
            keeper.record(record(OVER, at=number))
        assert keeper.past().episodes[0].account == OVER
        assert keeper._thread.is_alive()
        other.execute("ROLLBACK")


@contextmanager
def eaten(path: Path) -> Iterator[None]:
    """A row holds what no voiceguide wrote; who did it keeps the file open."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE sessions SET outcome = 'eaten'")
        other.commit()
        yield


def test_damage_that_is_found_later_begins_a_new_one_with_all_that_is_known(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(OVER, at=10, began=0))
    room.until(lambda: len(room.kept()) == 1)
    with eaten(room.path):
        pass
    room.told.get(timeout=60)
    room.told.get(timeout=60)
    room.until(lambda: len(room.kept()) == 1)
    assert [each.account.outcome for each in room.kept()] == [Outcome.EASED]
    assert "holds what no voiceguide wrote" in room.notices[0]
    assert "a new one begins" in room.notices[1]
    assert len(room.notices) == 2
    assert room.said == [None, Role.JOURNAL_DAMAGED]
    assert not keeper.past().damaged


def test_what_was_told_of_health_is_in_the_new_one_too(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(OVER, at=10, began=0, pregnant=10.0))
    room.until(lambda: set(told_before(room.path)) == {"pregnant"})
    with eaten(room.path):
        pass
    room.until(lambda: Role.JOURNAL_DAMAGED in room.said)
    room.until(lambda: set(glance.cautions(room.path)) == {"pregnant"})


def test_what_was_told_of_health_outlasts_damage_elsewhere_in_the_file(room: Bedroom, library: Library) -> None:
    keeper = room.start()
    keeper.record(record(OVER, at=10, began=0, pregnant=10.0))
    keeper.close()
    with eaten(room.path):
        pass
    keeper, session = room.start(), Talk(library).session
    keeper.resume(session, 3.0)
    keeper.close()
    assert room.said == [Role.JOURNAL_DAMAGED]
    assert session.cautions == {"pregnant": 3.0}
    assert set(glance.cautions(room.path)) == {"pregnant"}


def test_what_was_told_of_health_is_read_where_the_rest_can_not_be(room: Bedroom) -> None:
    assert told_before(room.path) == {}
    keeper = room.start()
    keeper.record(record(None, at=10, pregnant=10.0))
    room.until(lambda: not keeper._waiting)
    keeper.close()
    assert told_before(room.path) == {"pregnant": NOW}
    room.path.rename(room.path.with_name("journal.damaged-2024-01-10.sqlite3"))
    room.path.write_bytes(b"nothing" * 1000)
    assert told_before(room.path) == {"pregnant": NOW}, "of what was set aside"


def test_what_was_told_of_health_outlasts_a_power_cut_after_the_file_was_set_aside(room: Bedroom) -> None:
    keeper = room.start()
    keeper.record(record(None, at=10, pregnant=10.0))
    room.until(lambda: not keeper._waiting)
    keeper.close()
    room.path.rename(room.path.with_name("journal.damaged-2024-01-10.sqlite3"))
    room.start().close()
    with closing(Journal(room.path)) as journal:
        assert [*journal.cautions()] == ["pregnant"]


def test_what_was_erased_stays_so_where_the_old_file_can_be_read_after_all(room: Bedroom) -> None:
    keeper = room.start()
    keeper.record(record(OVER, at=10, began=4))
    keeper.close()
    with closing(Journal(room.path)) as journal:
        journal.forget_all()
    keeper._begin_anew()
    keeper._journal.close()
    assert keeper._waiting.episodes == {}
    assert keeper.past().episodes == ()


def test_of_two_files_the_latest_counts(room: Bedroom) -> None:
    for name, at in (("damaged-2024-01-10", NOW), ("damaged-2024-01-10-2", NOW - timedelta(hours=1))):
        with closing(Journal(room.path.with_name(f"journal.{name}.sqlite3"))) as journal:
            journal.keep_cautions({"pregnant": at})
    assert told_before(room.path) == {"pregnant": NOW}


def test_damage_that_can_not_be_set_aside_is_told_once_and_tried_again(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(OVER, at=10, began=0))
    room.until(lambda: len(room.kept()) == 1)
    room.path.with_name("journal.damaged-2024-01-10.sqlite3-wal").mkdir()
    room.path.with_name("journal.damaged-2024-01-10.sqlite3-shm").mkdir()
    with eaten(room.path):
        room.told.get(timeout=60)
        keeper.record(record(OVER, at=20, began=0))
        room.told.get(timeout=60)
        for companion in ("wal", "shm"):
            room.path.with_name(f"journal.damaged-2024-01-10.sqlite3-{companion}").rmdir()
        room.until(lambda: bool(room.ended))
        keeper.close()
    assert "holds what no voiceguide wrote" in room.notices[0]
    assert "cannot be used (Is a directory)" in room.notices[1]
    assert room.said == [None, Role.TROUBLE_DISK, None]
    assert [each.account for each in room.kept()] == [OVER]


@contextmanager
def card_full() -> Iterator[None]:
    """No file of this process can grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_no_new_one_can_begin_all_is_kept_until_one_can(room: Bedroom) -> None:
    keeper = room.start(beat=0.01)
    keeper.record(record(OVER, at=10, began=0))
    room.until(lambda: len(room.kept()) == 1)
    with eaten(room.path), card_full():
        for _ in range(3):
            room.told.get(timeout=60)
    assert "a new one begins" in room.notices[1]
    assert "cannot be used" in room.notices[2]
    assert room.said == [None, Role.JOURNAL_DAMAGED, Role.TROUBLE_DISK]
    room.until(lambda: bool(room.ended) and [each.account for each in room.kept()] == [OVER])
    assert keeper.past().episodes[0].account == OVER


def test_where_no_new_one_can_begin_at_the_start_the_damage_is_said(room: Bedroom) -> None:
    room.path.write_bytes(b"no database" * 100)
    with card_full(), pytest.raises(JournalError, match="cannot be used"):
        room.start()
    assert room.said == [Role.JOURNAL_DAMAGED]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_a_random_moment_it_is_whole_and_offers_what_is_right(
    library: Library, tmp_path: Path, seed: int
) -> None:
    """The same as `scripts/bench cuts`, which does it 50 times."""
    assert cuts.cut(library, seed, tmp_path).faults == ()


def test_the_thread_of_a_session_goes_through_a_night(room: Bedroom, library: Library) -> None:
    """What a session records, and what it is asked the next day."""
    keeper = room.start()
    talk = Talk(library, past=keeper.past).hear(K.SYMPTOM, place="calf").wait(5).hear(K.BETTER).wait(60)
    for each in talk.records:
        keeper.record(each)
    talk.hear(K.QUESTION, history="count")
    assert talk.said(60)[-1] == "cramps-one"
