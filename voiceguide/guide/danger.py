"""The moves when something may not be safe: red flags, cautions, and the question which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.guide import enter
from voiceguide.guide.moves import Moves, slot
from voiceguide.guide.plan import good_night
from voiceguide.guide.states import HOLDING, WORKING, State
from voiceguide.messages import Intent, Slot

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()


@MOVES.add
def red_flag(s: Session, intent: Intent | None) -> State:
    """A red flag stops everything and says what to do; a caution changes the plan, and says why."""
    name = slot(intent, Slot.FLAG) or ""
    flag = s.library.flags[name]
    s.cautions[name] = s.now
    if flag.level.stops:
        s.play(s.script.alert(flag.say))
        return State.ALERT
    under = s.held.state if s.state in HOLDING else s.state
    if under in WORKING:
        return _replanned(s, flag.say)
    if s.state in (State.AFTERCARE, State.PAUSED, State.ALERT):
        s.answer(flag.say)
        return s.state
    s.play(s.script.asides(flag.say))
    return State.IDLE


def _replanned(s: Session, why: str) -> State:
    """Without the points that are not safe for this person."""
    present, *_ = *s.progress.points, ""
    s.progress.points = tuple(point for point in s.progress.points if s.safe(point))
    if s.state in WORKING and (not present or present in s.progress.points):
        s.answer(why)
        return s.state
    return enter.next_part(s, why) if s.progress.part else enter.stretch(s, why)


@MOVES.add
def not_so(s: Session, intent: Intent | None) -> State:
    """They take a caution back: with all points again."""
    if s.cautions.pop(slot(intent, Slot.FLAG) or "", None) is None:
        return s.state
    if s.progress.part:
        s.answer(Role.SAFETY_CLEAR)
        return s.state
    return enter.afresh(s, s.progress.place, s.progress.side, Role.SAFETY_CLEAR)


@MOVES.add
def ask_safety(s: Session, _: Intent | None) -> State:
    """They say "safety": which danger sign is it?"""
    return enter.ask_safety(s, Role.SAFETY_ASK)


@MOVES.add
def ask_feeling(s: Session, _: Intent | None) -> State:
    """They can't feel it: is it the point, or is the leg numb?"""
    return enter.ask_safety(s, Role.FEELING_ASK)


@MOVES.add
def no_danger(s: Session, _: Intent | None) -> State:
    """None of them, and none that was told before: on with what was interrupted."""
    for name in [name for name, flag in s.told().items() if flag.level.stops]:
        del s.cautions[name]
    if s.held.state in (State.IDLE, State.ALERT):
        return good_night(s, None)
    return enter.resume(s, Role.SAFETY_CLEAR)


@MOVES.add
def no_danger_answer(s: Session, _: Intent | None) -> State:
    """Nobody says which: ask again, then advise and stop."""
    s.progress.unanswered += 1
    if s.held.state is State.IDLE:  # a television, most likely: nobody is pressing anything
        return State.IDLE
    if s.progress.unanswered < 2:
        s.say(Role.SAFETY_ASK_AGAIN, wait=s.options.answer_wait)
        return State.SAFETY_CHECK
    s.play(s.script.alert(Role.SAFETY_UNANSWERED))
    return State.ALERT
