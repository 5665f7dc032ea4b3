"""The moves of finding a point and pressing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.guide import enter
from voiceguide.guide.moves import Moves
from voiceguide.guide.plan import keep_going
from voiceguide.guide.states import State
from voiceguide.intents import Intent, IntentKind

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()


# Finding the point.


@MOVES.add
def locate(s: Session, _: Intent | None) -> State:
    """From the stretch to the point; where there is none, does the stretch help?"""
    if s.progress.part:
        return enter.next_part(s)
    if s.progress.points:
        return enter.locate(s)
    return enter.check(s, *(s.once(s.guide.no_points) if s.guide.no_points else ()))


@MOVES.add
def next_step(s: Session, _: Intent | None) -> State:
    """The next movement of the hand; after the last one, pressing."""
    return enter.next_step(s)


@MOVES.add
def previous_step(s: Session, _: Intent | None) -> State:
    """The movement before."""
    return enter.step(s, max(0, s.progress.step - 1))


@MOVES.add
def last_step(s: Session, intent: Intent | None) -> State:
    """Back from pressing to the last movement, in other words where it could not be found."""
    if not s.progress.points:
        return enter.say_again(s)
    if s.state is State.PRESS:  # the round that was broken off does not count
        s.progress.rounds -= 1
        s.progress.pressed[s.point.id] -= 1
    s.progress.step, s.progress.tries = len(s.point.steps) - 1, 0
    if intent and intent.kind is IntentKind.CANT_FIND:
        return describe_again(s, intent)
    return enter.step(s, s.progress.step)


@MOVES.add
def describe_again(s: Session, _: Intent | None) -> State:
    """Another description; after the second try, near enough is good, and on it goes."""
    s.progress.tries += 1
    if s.progress.tries > 1:
        return enter.next_step(s, Role.CLOSE_ENOUGH)
    s.say(s.point.steps[s.progress.step].again, wait=s.options.step_wait)
    return State.LOCATE


@MOVES.add
def cant_reach(s: Session, _: Intent | None) -> State:
    """Another way to this point; where there is none, the point for who can't reach the leg."""
    points = s.progress.points
    if not points:
        return keep_going(s, None)
    another_way = s.point.out_of_reach
    if s.state is not State.STRETCH and another_way and s.once(another_way) and not s.last_said(another_way):
        s.progress.step, s.progress.tries = len(s.point.steps) - 1, 0
        s.say(another_way, wait=s.options.step_wait)
        return State.LOCATE
    beyond = s.library.skill.beyond_reach
    if beyond == points[0]:
        return enter.next_point(s)
    left = points if s.state is State.STRETCH else points[1:]
    s.progress.points = (beyond, *(point for point in left if point != beyond))
    return enter.locate(s)


# Pressing.


@MOVES.add
def press(s: Session, _: Intent | None) -> State:
    """They are on it: how that must feel, and a round."""
    return enter.press(s, s.point.on_it)


@MOVES.add
def check(s: Session, _: Intent | None) -> State:
    """After a round: is it easing? Without a cramp, the next round or part."""
    part = s.progress.part
    if part is None:
        return enter.check(s)
    return enter.press(s) if s.progress.rounds < part.rounds else enter.next_part(s)


@MOVES.add
def next_round(s: Session, intent: Intent | None) -> State:
    """Another round, then another point, then where to turn; aftercare, where nobody says that it hurts."""
    if s.progress.points and s.progress.rounds < s.options.rounds:
        return enter.press(s)
    if not s.progress.points and s.progress.rounds + 1 < s.options.rounds:
        return enter.stretch_again(s)
    if intent and intent.kind in (IntentKind.NO, IntentKind.STILL) and len(s.progress.points) < 2:
        return enter.unhelped(s)
    return enter.next_point(s)


@MOVES.add
def next_point(s: Session, _: Intent | None) -> State:
    """Leave this point for the next one."""
    return enter.next_point(s, Role.LAST_POINT)


@MOVES.add
def no_answer(s: Session, _: Intent | None) -> State:
    """Nobody says whether it eases: ask again, then go on, and end when the next question stays open too."""
    s.progress.unanswered += 1
    if s.progress.unanswered == 1:
        s.say(Role.CHECK_AGAIN, wait=s.options.answer_wait)
        return State.CHECK
    if s.progress.unanswered == 2:
        return next_round(s, None)
    return enter.aftercare(s)


@MOVES.add
def worse(s: Session, _: Intent | None) -> State:
    """Ease off the stretch, or leave this point for it; the second time, stop pressing for good."""
    s.progress.worse += 1
    if s.progress.worse > 1:
        return enter.give_up(s)
    if s.state is State.STRETCH:
        s.answer(Role.EASE_OFF)
        return s.state
    if s.progress.by_choice and s.state is not State.AFTERCARE:
        return enter.next_part(s, Role.LEAVE_POINT)
    if s.progress.by_choice:
        return enter.give_up(s)
    s.progress.points, s.progress.rounds = s.progress.points[1:], 0
    return enter.stretch(s, Role.WORSE)


@MOVES.add
def which_round(s: Session, _: Intent | None) -> State:
    """The first, the second ..."""
    if not s.progress.points:
        return s.state
    rounds = s.library.skill.rounds
    s.answer(rounds[min(max(1, s.progress.rounds), len(rounds)) - 1])
    return s.state
