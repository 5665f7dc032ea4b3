"""What was cut off, where the clock wakes with a time before that: how long ago it was, is not known at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.guide.reach import reach
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.guide.past import Episode
from voiceguide.guide.script import Options
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind as K
from voiceguide.messages import Account, CutOff, Outcome, Standing
from voiceguide.run.diary import Diary

BEGAN = datetime(2024, 1, 10, 3, tzinfo=UTC)
SEEN = BEGAN + timedelta(minutes=2)
TOKEN = 7
PRESSING = Account(cramp=True, place="calf", answered=True, standing=Standing("press", ("st-36",)))


class Device:
    """One that is on again, and whose clock says so many minutes less (or more) than when it was cut off."""

    def __init__(
        self, library: Library, minutes: float = -30, account: Account = PRESSING, seen: datetime = SEEN, **told: float
    ) -> None:
        self.talk = Talk(library, past=lambda: self.diary.past())
        self.base = SEEN + timedelta(minutes=minutes) - timedelta(seconds=3)
        self.talk.now = 3.0
        cautions = {flag: SEEN - timedelta(minutes=ago) for flag, ago in told.items()}
        self.diary = Diary(self.wall, Options().remember, {TOKEN: Episode(1, account, BEGAN, seen)}, cautions)
        self.written: dict[int, Episode] = {}
        self.tell(self.diary.resume(self.talk.session, 3.0))

    def wall(self) -> datetime:
        return self.base + timedelta(seconds=self.talk.now)

    def tell(self, cut: CutOff | None) -> None:
        if cut:
            self.talk._do(self.talk.session.receive(cut, self.talk.now))

    def wait(self, seconds: float) -> "Device":
        """So long, with a look once a second where nothing goes on."""
        for _ in range(round(seconds)):
            self.talk.wait(1)
            if self.talk.session.at_rest:
                cut, written = self.diary.reconsider(self.talk.now)
                self.written.update(written)
                self.tell(cut)
            self.note()
        return self

    def note(self) -> None:
        for each in self.talk.records:
            self.written.update(self.diary.note(each))
        self.talk.records.clear()

    def set(self, minutes: float) -> "Device":
        """From now on the clock says so many minutes more than when it was cut off."""
        self.base = SEEN + timedelta(minutes=minutes) - timedelta(seconds=self.talk.now)
        return self

    @property
    def known(self) -> list[tuple[Outcome | None, bool]]:
        return [(each.account.outcome, each.account.over) for each in self.diary.episodes.values()]


OPEN, CLOSED = [(None, False)], [(Outcome.CUT_OFF, True)]


def said(device: Device) -> list[str]:
    return device.talk.said(3)


def test_it_stays_open_and_nobody_is_disturbed(library: Library) -> None:
    device = Device(library).wait(500)
    assert (device.talk.state, said(device), device.known, device.written) == (State.IDLE, [], OPEN, {})


@pytest.mark.parametrize("minutes", [0.9, 5, 7.9])
def test_once_the_clock_was_set_it_asks_what_was_cut_off_a_moment_ago(library: Library, minutes: float) -> None:
    device = Device(library).wait(50).set(minutes).wait(2)
    assert device.talk.state is State.CUT_OFF
    assert said(device) == ["cut-off"]
    device.talk.hear(K.YES)
    device.wait(1)
    assert device.talk.state is State.LOCATE
    assert device.talk.session.progress.points == ("st-36",)
    assert [*device.written] == [TOKEN], "it goes on in the same row"


def test_it_asks_once(library: Library) -> None:
    device = Device(library).wait(50).set(5).wait(500)
    assert (said(device), device.known) == (["cut-off"], CLOSED)


@pytest.mark.parametrize("minutes", [10.1, 600])
def test_once_the_clock_says_that_it_is_too_late_it_is_over(library: Library, minutes: float) -> None:
    device = Device(library).wait(50).set(minutes).wait(2)
    assert (said(device), device.known) == ([], CLOSED)
    assert device.written == device.diary.episodes
    device.talk.mumble()
    assert said(device) == []


def test_where_it_is_never_set_it_is_over_after_ten_minutes(library: Library) -> None:
    device = Device(library).wait(600)
    assert device.known == OPEN
    device.wait(2)
    assert (said(device), device.known) == ([], CLOSED)
    assert device.written == device.diary.episodes


def test_a_clock_that_comes_to_that_time_by_itself_tells_nothing(library: Library) -> None:
    device = Device(library, minutes=-1).wait(300)
    assert device.wall() > SEEN
    assert (said(device), device.known) == ([], OPEN)


@pytest.mark.parametrize("minutes", [0.5, -0.5, -20, -300])
def test_a_clock_that_was_set_to_what_can_not_be_tells_nothing(library: Library, minutes: float) -> None:
    device = Device(library).wait(50).set(minutes).wait(300)
    assert (said(device), device.known) == ([], OPEN)
    assert device.wait(300).known == CLOSED


def test_somebody_who_speaks_is_asked(library: Library) -> None:
    device = Device(library).wait(60)
    device.talk.mumble()
    assert device.talk.state is State.CUT_OFF
    assert said(device) == ["cut-off"]
    device.wait(3).talk.hear(K.YES)
    device.wait(1)
    assert device.talk.state is State.LOCATE
    assert [*device.written] == [TOKEN]
    device.wait(3).talk.hear(K.BETTER)
    device.wait(60)
    assert device.known == [(Outcome.EASED, True)]


def test_whoever_does_not_answer_is_not_asked_again(library: Library) -> None:
    device = Device(library).wait(60)
    device.talk.mumble()
    device.wait(30).talk.mumble()
    device.set(3).wait(10)
    assert (said(device), device.known) == (["cut-off"], CLOSED)


@pytest.mark.parametrize("seen", [BEGAN, SEEN])
def test_the_cramp_is_at_least_as_old_as_can_be_known(library: Library, seen: datetime) -> None:
    device = Device(library, seen=seen).wait(60)
    cut = device.diary.past().cut
    assert cut
    assert cut.age == pytest.approx((seen - BEGAN).total_seconds() + 10 + 60)


def test_whoever_tells_a_cramp_is_helped_at_once(library: Library) -> None:
    device = Device(library).wait(60)
    device.talk.hear(K.SYMPTOM, place="foot")
    device.wait(1)
    assert device.talk.state is State.STRETCH
    assert device.known == [*CLOSED, *OPEN]
    assert device.written == device.diary.episodes
    device.set(3).wait(10)
    assert "cut-off" not in said(device)


def test_what_is_undecided_counts_as_over(library: Library) -> None:
    device = Device(library, minutes=-3).wait(10)
    past = device.diary.past()
    last = past.last()
    assert last
    assert (last.account.outcome, last.seen) == (Outcome.CUT_OFF, SEEN)
    assert past.count(7) == 1
    device.talk.hear(K.QUESTION, history="last")
    assert said(device)[0] == "last-recent"


@pytest.mark.parametrize("set_to", [None, 3.0])
def test_what_was_told_of_health_holds_meanwhile(library: Library, set_to: float | None) -> None:
    device = Device(library, pregnant=1).wait(60)
    if set_to:
        device.set(set_to).wait(2)
    else:
        device.talk.mumble()
    device.wait(3).talk.hear(K.YES)
    assert device.talk.state is State.STRETCH
    assert device.talk.session.progress.points == ()


def test_what_was_erased_is_not_offered(library: Library) -> None:
    device = Device(library).wait(60)
    device.diary.erase({}, {TOKEN})
    device.talk.mumble()
    device.set(3).wait(700)
    assert (said(device), device.written, device.known) == ([], {}, [])


def test_a_warning_is_given_again_at_once(library: Library) -> None:
    """It may be heard once too often, but never once too little."""
    account = reach(library, State.ALERT).records[-1].account
    assert account
    device = Device(library, account=account, **{"chest-pain": 0.1})
    assert device.talk.state is State.ALERT
    assert said(device)[:1] == ["safety/chest-pain"]
    device.wait(700)
    assert device.known == [(account.outcome, True)]


@pytest.mark.parametrize("account", [replace(PRESSING, cramp=False), replace(PRESSING, standing=None)])
def test_what_would_not_go_on_is_over(library: Library, account: Account) -> None:
    device = Device(library, account=account).wait(60)
    assert device.diary.offered is None
    assert all(over for _, over in device.known)
    device.talk.mumble()
    assert said(device) == []


def test_a_clock_that_was_set_back_in_the_session_tells_nothing_either(library: Library) -> None:
    """It was seen after the clock was set back, and begun before."""
    device = Device(library, minutes=-55, seen=BEGAN - timedelta(hours=1)).wait(60)
    assert (said(device), device.known) == ([], OPEN)
    assert device.set(1).wait(2).known == CLOSED


@pytest.mark.parametrize(("minutes", "offered"), [(-60, 2), (1, 2), (60, None)])
def test_of_several_the_last_one_may_go_on(minutes: float, offered: int | None) -> None:
    first, last = (Episode(number, PRESSING, BEGAN, SEEN) for number in (1, 2))
    diary = Diary(lambda: SEEN + timedelta(minutes=minutes), 60.0, {1: first, 2: last})
    assert diary.offered == offered
    assert diary.episodes[1].account.outcome is Outcome.CUT_OFF
