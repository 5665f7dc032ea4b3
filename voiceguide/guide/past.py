"""The nights before, and what they tell. Pure: what time it is, is part of what is given."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from voiceguide.messages import Account, CutOff, Outcome

NIGHT = timedelta(hours=12)
"""A night lasts from noon to noon: a cramp before and one after midnight are of the same one."""

SOON = timedelta(minutes=10)
"""For so long after the device went off it makes sense to go on with what was interrupted."""

AWAY = timedelta(seconds=10)
"""A device that was cut off was away for longer than this: it has to start."""

RECENT = timedelta(hours=6)
"""For so long something was "a few hours ago", whatever the calendar says."""

SLIP = timedelta(minutes=5)
"""What lies farther than this in the future shows that the clock is wrong."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A session, as it was kept."""

    number: int
    """1 for the first one that was ever kept."""
    account: Account
    began: datetime
    """Like the other times with the offset from UTC that held there and then."""
    seen: datetime
    """When it ended, or where it did not, when it was last under way."""

    @property
    def counts(self) -> bool:
        """True where it was a cramp, and somebody was there who had it."""
        return self.account.cramp and self.account.answered

    @property
    def may_go_on(self) -> bool:
        """True where it was a cramp, and has no end."""
        return self.account.cramp and not self.account.over

    @property
    def latest(self) -> datetime:
        """When it was certainly under way, by what the clock said then: a clock that is before this is wrong."""
        return max(self.began, self.seen)

    def heard(self) -> "Episode":
        """The same, after somebody has said a word."""
        return replace(self, account=replace(self.account, answered=True))

    @property
    def night(self) -> int:
        """Which night: consecutive nights have consecutive numbers."""
        return (self.began - NIGHT).toordinal()

    @property
    def eased_by(self) -> str:
        """The point that was pressed last, of one that eased; empty where it was the stretch alone."""
        return self.account.pressed[-1][0] if self.account.pressed else ""


@dataclass(frozen=True, slots=True)
class Past:
    """All that is remembered, at one moment."""

    episodes: tuple[Episode, ...]
    """In the order in which they began."""
    now: datetime
    damaged: bool = False
    """True where what there was could not be read, so that it begins anew."""
    cut: CutOff | None = None
    """What was cut off, nobody knows how long ago: whoever speaks now may be asked about it."""

    @property
    def muddled(self) -> bool:
        """True where something lies in the future: the clock is not set."""
        return any(episode.began > self.now + SLIP for episode in self.episodes)

    def count(self, days: int) -> int:
        """How many cramps there were within so many days."""
        return sum(1 for _ in self._within(days))

    def nights(self, days: int) -> int:
        """In how many nights there were cramps, within so many days."""
        return len({episode.night for episode in self._within(days)})

    def nudged(self, days: int) -> bool:
        """Whether they were advised to ask a doctor, within so many days."""
        since = self.now - timedelta(days=days)
        return any(episode.account.nudged and episode.began > since for episode in self.episodes)

    def last(self) -> Episode | None:
        """The last cramp that is over."""
        return next((each for each in reversed(self.episodes) if each.counts and each.account.over), None)

    def helped(self) -> tuple[str, int] | None:
        """With what a cramp eased most often (a point, or "" for the stretch alone), and how often; None: with nothing.

        Of two that did so equally often it is the one that did so last.
        """
        eased = [e.eased_by for e in reversed(self.episodes) if e.counts and e.account.outcome is Outcome.EASED]
        return Counter(eased).most_common(1)[0] if eased else None

    def _within(self, days: int) -> Iterator[Episode]:
        since = self.now - timedelta(days=days)
        return (episode for episode in self.episodes if episode.counts and episode.began > since)


def cut_off(episode: Episode, now: datetime) -> CutOff | None:
    """What to ask about a session that has no end; None where it is too late for that, or the clock is wrong."""
    soon = timedelta() <= now - episode.seen <= SOON and episode.began <= now
    return CutOff(episode.account, (now - episode.began).total_seconds()) if soon and episode.may_go_on else None


def undated(episode: Episode, on: timedelta) -> CutOff:
    """The same where nobody knows how long the device was off: the cramp is at least so old. `on`: since it is on."""
    return CutOff(episode.account, (episode.latest - episode.began + AWAY + on).total_seconds())
