"""What is remembered of sessions while the device runs, on the calendar: the loop only counts seconds."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from voiceguide.guide.past import SOON, Episode, Past, cut_off, undated
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.messages import CutOff, Outcome, Record

OVERLONG = "*"
"""In place of a flag: when a cramp had gone on for too long."""

SAME = timedelta(seconds=5)
"""A clock that says otherwise by more than this was set meanwhile: what it said before was wrong."""


def wall_clock() -> datetime:
    """What time it is here."""
    return datetime.now(UTC).astimezone()


def _interrupted(episode: Episode) -> Episode:
    """Without an end, that was the end."""
    account = episode.account
    if account.over:
        return episode
    return replace(episode, account=replace(account, standing=None, outcome=account.outcome or Outcome.CUT_OFF))


class Diary:
    """The sessions of one device, those of earlier runs included.

    One that was cut off a moment ago may go on. Many devices have no clock of their own, and wake with a time before
    the one at which they were cut off: then nobody knows how long ago that was, and it stays undecided. Once the clock
    was set, it is known; ten minutes later it is too late, whatever the clock says. Until then somebody who speaks may
    be asked (`Past.cut`), and a warning is given again at once.

    Args:
        wall: what time it is, with the offset from UTC.
        remember: seconds for which what was told of health is kept.
        episodes: those of earlier runs, by their tokens.
        cautions: what was told of health in earlier runs, by flag or OVERLONG.
        damaged: True where more was known, and is lost.

    """

    def __init__(
        self,
        wall: Callable[[], datetime],
        remember: float,
        episodes: Mapping[int, Episode] | None = None,
        cautions: Mapping[str, datetime] | None = None,
        damaged: bool = False,
    ) -> None:
        self._wall, self._remember, self._damaged = wall, timedelta(seconds=remember), damaged
        self.cautions = self.recent(cautions or {})
        """What was told of health this night."""
        now, before = wall(), episodes or {}
        cuts = {token: cut_off(each, now) for token, each in before.items() if each.may_go_on}
        cuts = {token: cut for token, cut in cuts.items() if cut or now < before[token].latest}
        self.offered: int | None = next(reversed(cuts), None)
        """The token of what was cut off a moment ago, or nobody knows when, until somebody has decided about it."""
        self.episodes: Mapping[int, Episode] = {
            token: episode if token == self.offered else _interrupted(episode) for token, episode in before.items()
        }
        """What is known, by token."""
        self._resumed = self._latest = 0.0
        self._cut = None if self.offered is None else cuts[self.offered]  # None while it is undecided
        self._tokens: dict[float, int] = {}  # by when the session began, on the loop's clock
        self._erased: set[int] = set()

    def resume(self, session: Session, now: float) -> CutOff | None:
        """Tell a new session what was told of health this night (`now`: s); what was cut off a moment ago, if anything.

        A time that lies in the future, as the clock went wrong, counts from now on.
        """
        wall, self._resumed, self._latest = self._wall(), now, now
        told = {flag: now - max(0.0, (wall - at).total_seconds()) for flag, at in self.cautions.items()}
        session.overlong = told.pop(OVERLONG, None)
        session.cautions |= {flag: at for flag, at in told.items() if flag in session.library.flags}
        left = self._undecided()
        if left and left.account.standing and left.account.standing.stage == State.ALERT:
            self._cut = undated(left, self._on)
        return self._cut

    def reconsider(self, now: float) -> tuple[CutOff | None, dict[int, Episode]]:
        """What turns out to have been cut off a moment ago (`now`: s), and what is to be written as it is over."""
        self._latest = now
        left = self._undecided()
        if left is None:
            return None, {}
        wall = self._wall()
        if wall - self._on >= left.latest:  # the clock was set: what it says of when this run began can be true
            self._cut = cut_off(left, wall)
        elif self._on <= SOON:
            return None, {}
        return self._cut, {} if self._cut else self._close()

    def note(self, record: Record) -> dict[int, Episode]:
        """Take note of how a session stands; what is to be written, by token."""
        now = self._wall()
        told = {**record.cautions, **({} if record.overlong is None else {OVERLONG: record.overlong})}
        self.cautions = self.recent({flag: now - timedelta(seconds=record.at - at) for flag, at in told.items()})
        if record.account is None or (token := self._token(record.began)) in self._erased:
            return {}
        began = now - timedelta(seconds=record.at - record.began)
        known = self.episodes.get(token)
        if known and abs(known.began - began) < SAME:
            began = known.began
        episode = Episode(known.number if known else 0, record.account, began, now)
        self.episodes = {**self.episodes, token: episode}
        if token != self.offered:
            return {**self._close(), token: episode}
        self.offered = None
        return {token: episode}

    def past(self) -> Past:
        """What is remembered, as of now. What is undecided counts as over: it most likely is."""
        left = self._undecided()
        known = (_interrupted(each) if each is left else each for each in self.episodes.values())
        episodes = sorted(known, key=lambda episode: episode.began)
        return Past(tuple(episodes), self._wall(), self._damaged, undated(left, self._on) if left else None)

    def erase(self, kept: Mapping[int, Episode], written: set[int]) -> None:
        """Only these are kept of those that were written: the others were erased, and are known no more."""
        self._erased |= written - kept.keys()
        unwritten = {token: each for token, each in self.episodes.items() if token not in written}
        self.episodes = {**kept, **unwritten}

    def recent(self, cautions: Mapping[str, datetime]) -> dict[str, datetime]:
        """Those that still count."""
        now = self._wall()
        return {flag: at for flag, at in cautions.items() if now - at < self._remember}

    @property
    def _on(self) -> timedelta:
        """For how long the device is on, as far as it is known."""
        return timedelta(seconds=self._latest - self._resumed)

    def _undecided(self) -> Episode | None:
        """What was cut off, nobody knows how long ago; None as well where it was erased meanwhile."""
        return self.episodes.get(self.offered) if self.offered is not None and self._cut is None else None

    def _close(self) -> dict[int, Episode]:
        """What was cut off does not go on any more; what is to be written."""
        token, self.offered = self.offered, None
        if token is None or token not in self.episodes:
            return {}
        closed = {token: _interrupted(self.episodes[token])}
        self.episodes = {**self.episodes, **closed}
        return closed

    def _token(self, began: float) -> int:
        if began not in self._tokens:
            taken_over = began < self._resumed and self.offered is not None  # it began before this program did
            self._tokens[began] = self.offered if taken_over and self.offered is not None else secrets.randbits(53)
        return self._tokens[began]
