"""The moves after the device was off in the middle of a session: whether to go on with it, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from voiceguide.content.roles import Role
from voiceguide.guide import enter, safety
from voiceguide.guide.danger import urgency
from voiceguide.guide.moves import Moves
from voiceguide.guide.plan import good_night, time_limit
from voiceguide.guide.progress import Progress
from voiceguide.guide.states import WORKING, State
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import Account, CutOff, Outcome, Standing

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()
_AT_POINT = (State.LOCATE, State.PRESS, State.CHECK)


@MOVES.add
def offer(s: Session, _: Intent | None) -> State:
    """Shall we go on? Not where it had ended but for the good night; a warning that was cut off is given again."""
    cut = cast(CutOff, s.progress.cut)
    account, standing, began = cut.account, cast(Standing, cut.account.standing), s.now - cut.age
    s.renew(
        Progress(
            began=began,
            place=account.place,
            side=account.side,
            worse=standing.worse,
            pressed=dict(account.pressed),
            answered=account.answered,
            nudged=account.nudged,
            outcome=account.outcome,
            cut=cut,
        )
    )
    s.began = began
    s.recorder.adopt(began, account)
    warnings = [flag for flag in safety.told(s).values() if flag.level.stops]
    if standing.stage == State.ALERT and warnings:
        s.play(s.script.alert(min(warnings, key=lambda flag: urgency(flag.level)).say))
        return State.ALERT
    if standing.stage not in WORKING or not _known(s, account, standing):
        return not_now(s, None)
    s.say(Role.CUT_OFF, wait=s.options.answer_wait)
    return State.CUT_OFF


@MOVES.add
def spoken_to(s: Session, _: Intent | None) -> State:
    """Somebody speaks, and something was cut off, nobody knows how long ago: who is awake may be asked."""
    past = s.past()
    if past is None or past.cut is None:
        return State.IDLE
    s.progress.cut = past.cut
    return offer(s, None)


def _known(s: Session, account: Account, standing: Standing) -> bool:
    """False where the content is not any more what it was."""
    points = [s.library.points.get(name) for name in standing.points]
    return (account.place is None or account.place in s.library.guides) and all(
        point and not point.not_offered for point in points
    )


@MOVES.add
def go_on(s: Session, _: Intent | None) -> State:
    """From the beginning of what was going on: the fingers have to find their place again."""
    progress, began = s.progress, cast(float, s.progress.began)
    standing = cast(Standing, cast(CutOff, progress.cut).account.standing)
    progress.cut = None
    if s.now - began >= s.options.time_limit:
        return time_limit(s, None)
    progress.points = tuple(point for point in standing.points if safety.is_safe(s, point))
    state = enter.unless_in_danger(s, _taken_up(s, standing))
    if standing.checking and state is not State.SAFETY_CHECK:
        s.state = state
        return enter.ask_safety(s, Role.SAFETY_ASK)
    return state


def _taken_up(s: Session, standing: Standing) -> State:
    progress, stage = s.progress, State(standing.stage)
    if stage in _AT_POINT and progress.points and progress.points[0] == standing.points[0]:
        progress.rounds = standing.rounds - (stage is State.PRESS)
        last = len(s.point.steps) - 1
        progress.step = last if stage is State.PRESS else min(standing.step, last)
        return enter.check(s) if stage is State.CHECK else enter.step(s, progress.step)
    progress.asked = stage is not State.ASK_PLACE
    return enter.stretch(s)


@MOVES.add
def leave_off(s: Session, intent: Intent | None) -> State:
    """They don't want to, or it is better by now."""
    if cast(Intent, intent).kind is not IntentKind.BETTER:
        s.progress.outcome = Outcome.CUT_OFF
    return good_night(s, intent)


@MOVES.add
def not_now(s: Session, _: Intent | None) -> State:
    """Nobody answers, or there is nothing to go on with: quiet."""
    s.progress.outcome = s.progress.outcome or Outcome.CUT_OFF
    return State.IDLE


@MOVES.add
def instead(s: Session, intent: Intent | None) -> State:
    """Something else begins."""
    s.state = not_now(s, None)
    s.record()
    s.play(s.script.silence(0))
    return s.make(cast(Intent, intent).kind, intent)
