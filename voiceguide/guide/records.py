"""What is to be written down of a session, whenever that has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from voiceguide.guide.states import HOLDING, State
from voiceguide.messages import Account, Outcome, Record, Standing

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

_QUIET = (State.IDLE, State.CALLED)
"""The states in which nobody is being led."""


class Recorder:
    """Remembers what was recorded, so that only what is new is recorded again."""

    def __init__(self) -> None:
        self._began = 0.0
        self._account: Account | None = None
        self._cautions: tuple[Mapping[str, float], float | None] = ({}, None)

    def adopt(self, began: float, account: Account) -> None:
        """A session that was recorded before the device went off: from now on it is the present one."""
        self._began, self._account = began, account

    def news(self, s: Session) -> Iterator[Record]:
        """What to record now."""
        known, account = self._account, account_of(s)
        cautions = (dict(s.cautions), s.overlong)
        if known and not known.over and s.began != self._began:  # another one has begun in its place
            yield self._record(s, self._began, ended(known))
            known = None
        if account and known and s.began == self._began:
            account = known if known.over else ended(account) if account.over else account
        elif account and account.over:
            account = None  # it was never under way
        if account and (account != known or s.began != self._began):
            self._began, self._account = s.began, account
            yield self._record(s, s.began, account)
        elif cautions != self._cautions:
            yield self._record(s, self._began, self._account)
        self._cautions = cautions

    @staticmethod
    def _record(s: Session, began: float, account: Account | None) -> Record:
        return Record(s.now, began, account, dict(s.cautions), s.overlong)


def account_of(s: Session) -> Account | None:
    """The present session; None where there is none."""
    p = s.progress
    if p.began is None and p.part is None:
        return None
    return Account(
        cramp=p.began is not None,
        place=p.place,
        side=p.side,
        routine=p.routine,
        pressed=tuple((point, rounds) for point, rounds in p.pressed.items() if rounds),
        answered=p.answered,
        nudged=p.nudged,
        outcome=p.outcome,
        standing=_standing(s),
    )


def ended(account: Account) -> Account:
    """It is over; where nobody said how it went, that is how it went."""
    return replace(account, outcome=account.outcome or Outcome.SILENT, standing=None)


def _standing(s: Session) -> Standing | None:
    if s.state is State.CUT_OFF and s.progress.cut:
        return s.progress.cut.account.standing
    state = s.held.state if s.state in HOLDING else s.state
    if state in _QUIET:
        return None
    p = s.progress
    return Standing(state.value, p.points, p.step, p.rounds, p.worse, s.state is State.SAFETY_CHECK)
