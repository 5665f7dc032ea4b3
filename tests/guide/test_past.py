"""What the nights before tell, as of a moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from voiceguide.guide.past import Episode, Past, cut_off
from voiceguide.messages import Account, Outcome, Standing

NOW = datetime(2024, 1, 10, 3, tzinfo=UTC)  # a Wednesday


def episode(ago: float = 0.0, *, hours: float = 0.0, answered: bool = True, **details: object) -> Episode:
    """One that began some days and hours before NOW."""
    began = NOW - timedelta(days=ago, hours=hours)
    account = Account(cramp=True, place="calf", answered=answered, outcome=Outcome.EASED)
    account = Account(**{name: getattr(account, name) for name in account.__slots__} | details)
    return Episode(1, account, began, began + timedelta(minutes=5))


def past(*episodes: Episode, now: datetime = NOW) -> Past:
    return Past(episodes, now)


def test_only_cramps_at_which_somebody_spoke_are_counted() -> None:
    routine, nobody = episode(1, cramp=False), episode(1, answered=False)
    assert past(episode(8), episode(6.9), episode(1), routine, nobody).count(7) == 2


def test_a_night_lasts_from_noon_to_noon() -> None:
    before_midnight, after_midnight = episode(hours=3.5), episode(hours=1)
    assert past(before_midnight, after_midnight).nights(7) == 1
    assert past(before_midnight, after_midnight, episode(hours=20)).nights(7) == 2


def test_the_last_one_is_one_that_is_over() -> None:
    earlier, now = episode(2), episode(standing=Standing("press"))
    assert past(earlier, now).last() is earlier
    assert past(now).last() is None


def test_what_helped_is_what_was_done_last_where_it_eased() -> None:
    eased = [episode(3), episode(2, pressed=(("st-36", 1), ("gb-34", 2))), episode(1, pressed=(("gb-34", 1),))]
    assert past(*eased, episode(1, pressed=(("ki-1", 3),), outcome=Outcome.UNHELPED)).helped() == ("gb-34", 2)
    assert past(*eased[:2]).helped() == ("gb-34", 1)
    assert past(episode(1)).helped() == ("", 1)
    assert past(episode(1, outcome=Outcome.STOPPED)).helped() is None


def test_what_lies_in_the_future_shows_that_the_clock_is_wrong() -> None:
    assert past(episode(-1)).muddled
    assert not past(episode(-0.001), episode(3)).muddled


def test_the_advice_is_remembered_for_some_days() -> None:
    assert past(episode(6, nudged=True)).nudged(7)
    assert not past(episode(8, nudged=True), episode(1)).nudged(7)


def under_way(**details: object) -> Episode:
    return episode(standing=Standing("press", ("st-36",)), outcome=None, **details)


@pytest.mark.parametrize(("minutes", "offered"), [(-1, False), (0, True), (9.9, True), (10.1, False), (500_000, False)])
def test_what_was_cut_off_is_offered_within_ten_minutes(minutes: float, offered: bool) -> None:
    cut = under_way()
    found = cut_off(cut, cut.seen + timedelta(minutes=minutes))
    assert bool(found) is offered
    if found:
        assert found.age == pytest.approx(60 * (5 + minutes))
        assert found.account is cut.account


def test_a_session_that_is_over_or_by_choice_is_not_offered() -> None:
    assert cut_off(episode(), NOW + timedelta(minutes=6)) is None
    assert cut_off(under_way(cramp=False), NOW + timedelta(minutes=6)) is None


def test_a_clock_that_went_back_before_the_beginning_offers_nothing() -> None:
    cut = under_way()
    muddled = Episode(1, cut.account, cut.began, cut.began - timedelta(hours=1))
    assert cut_off(muddled, cut.began - timedelta(minutes=55)) is None


def test_times_of_different_zones_are_compared_as_moments() -> None:
    cut = under_way()
    there = timezone(timedelta(hours=5))
    assert cut_off(cut, (cut.seen + timedelta(minutes=1)).astimezone(there))
