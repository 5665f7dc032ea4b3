"""The moves when something may not be safe: red flags, cautions, and the question which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.content.schema import Level
from voiceguide.guide import enter, safety
from voiceguide.guide.moves import Moves, slot
from voiceguide.guide.plan import good_night
from voiceguide.guide.states import HOLDING, WORKING, State
from voiceguide.intents import Intent, IntentKind, Slot
from voiceguide.messages import Outcome

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()


@MOVES.add
def red_flag(s: Session, intent: Intent | None) -> State:
    """A red flag stops everything and says what to do; a caution changes the plan, and says why."""
    name = slot(intent, Slot.FLAG) or ""
    flag = s.library.flags[name]
    worst = min((urgency(told.level) for told in safety.told(s).values()), default=len(Level))
    s.cautions[name] = s.now
    if s.state is State.ALERT and urgency(flag.level) > worst:
        s.tell(flag.say)  # the warning that is being given goes on
        return State.ALERT
    if flag.level.stops:
        if not flag.level.lasts:
            s.overlong = s.now
        s.progress.outcome = Outcome.DANGER
        s.play(s.script.alert(flag.say))
        return State.ALERT
    return _replanned(s, flag.say)


def urgency(level: Level) -> int:
    """0 for the most urgent."""
    return list(Level).index(level)


def _replanned(s: Session, why: str) -> State:
    """Without the points that are not safe for this person; on with the rest."""
    present, *_ = *s.progress.points, ""
    s.progress.points = tuple(point for point in s.progress.points if safety.is_safe(s, point))
    under = s.held.state if s.state in HOLDING else s.state
    if under in WORKING and present and present not in s.progress.points:
        return enter.next_part(s, why) if s.progress.part else enter.stretch(s, why)
    if s.state in (State.ANSWER, State.SAFETY_CHECK) and under is not State.IDLE:
        return enter.resume(s, why)
    if under is State.IDLE:
        s.play(s.script.asides(why))
        return State.IDLE
    s.tell(why)
    return s.state


@MOVES.add
def not_so(s: Session, intent: Intent | None) -> State:
    """They take a caution back: with all points again."""
    before = safety.allowed(s, s.progress.place)
    if s.cautions.pop(slot(intent, Slot.FLAG) or "", None) is None:
        return s.state
    if s.state in WORKING and not s.progress.by_choice and safety.allowed(s, s.progress.place) != before:
        return enter.afresh(s, s.progress.place, s.progress.side, Role.SAFETY_CLEAR)
    s.answer(Role.SAFETY_CLEAR)
    return s.state


@MOVES.add
def ask_safety(s: Session, _: Intent | None) -> State:
    """They say "safety": which danger sign is it?"""
    return enter.ask_safety(s, Role.SAFETY_ASK)


@MOVES.add
def ask_feeling(s: Session, _: Intent | None) -> State:
    """They can't feel it: is it the point, or is the leg numb?"""
    return enter.ask_safety(s, Role.FEELING_ASK)


def _ask_again(s: Session) -> State:
    s.say(Role.SAFETY_ASK_AGAIN, wait=s.options.answer_wait)
    return State.SAFETY_CHECK


@MOVES.add
def not_that(s: Session, intent: Intent | None) -> State:
    """One sign is denied: that leaves the others."""
    s.cautions.pop(slot(intent, Slot.FLAG) or "", None)
    return _ask_again(s)


@MOVES.add
def it_is_numb(s: Session, _: Intent | None) -> State:
    """Yes to "is the leg numb?"; which of the signs it is, "yes" does not tell."""
    if s.last_said(Role.FEELING_ASK):
        return red_flag(s, Intent(IntentKind.SIGN, {Slot.FLAG: s.library.skill.numbness}))
    return _ask_again(s)


@MOVES.add
def only_the_spot(s: Session, _: Intent | None) -> State:
    """It is the point that can't be felt, not the leg; to "which is it?" that is no answer."""
    if s.last_said(Role.FEELING_ASK):
        return no_danger(s, None)
    return _ask_again(s)


@MOVES.add
def no_danger(s: Session, _: Intent | None) -> State:
    """None of them, and none that was told before: on with what was interrupted."""
    for name in [name for name, flag in safety.told(s).items() if flag.level.stops]:
        del s.cautions[name]
    s.progress.outcome = None
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
        return _ask_again(s)
    s.progress.outcome = Outcome.DANGER
    s.play(s.script.alert(Role.SAFETY_UNANSWERED))
    return State.ALERT
