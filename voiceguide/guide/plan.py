"""The moves on the way from the cramp to good night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.schema import Role
from voiceguide.guide.moves import Moves, side, slot
from voiceguide.guide.progress import Progress
from voiceguide.guide.states import State
from voiceguide.messages import Intent, IntentKind, Side, Slot

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()
# Where it hurts.


@MOVES.add
def begin(s: Session, intent: Intent | None) -> State:
    """A cramp is told: help first, ask second."""
    began = s.now if s.state is State.IDLE else s.progress.began
    s.progress = Progress(began, slot(intent, Slot.PLACE), side(intent))
    return _stretch(s)


@MOVES.add
def start_over(s: Session, _: Intent | None) -> State:
    """From the stretch again, with what is known of the place."""
    return _afresh(s, s.progress.place, s.progress.side)


@MOVES.add
def symptom_again(s: Session, intent: Intent | None) -> State:
    """The cramp is told once more: another place or leg is news, the same one is a groan."""
    progress = s.progress
    if progress.place is None and not slot(intent, Slot.PLACE):
        progress.side = side(intent) or progress.side
        return say_again(s)
    place = slot(intent, Slot.PLACE) or progress.place
    leg = side(intent) or progress.side
    if place != progress.place:
        return _afresh(s, place, leg)
    if progress.side and leg is not progress.side:
        return _afresh(s, place, leg)
    progress.side = leg
    return keep_going(s, None)


@MOVES.add
def choose_place(s: Session, intent: Intent | None) -> State:
    """An answer to "which?", or a correction."""
    place = slot(intent, Slot.PLACE)
    if place and place != s.progress.place:
        return _afresh(s, place, side(intent) or s.progress.side)
    s.progress.side = side(intent) or s.progress.side
    return s.state if s.progress.place else say_again(s)


@MOVES.add
def no_place(s: Session, _: Intent | None) -> State:
    """Nobody says which muscle: ask once more, then take the commonest."""
    s.progress.unanswered += 1
    if s.progress.unanswered < 2:
        s.say(Role.ASK_PLACE_AGAIN, wait=s.options.answer_wait)
        return State.ASK_PLACE
    s.progress.unanswered = 0
    s.progress.place = s.library.skill.default_place
    return _stretch(s, Role.ASSUME_DEFAULT)


@MOVES.add
def other_leg(s: Session, _: Intent | None) -> State:
    """The same muscle of the other leg."""
    leg = s.progress.side
    return _afresh(s, s.guide.id, leg.other if leg else None, Role.OTHER_LEG)


@MOVES.add
def moved(s: Session, intent: Intent | None) -> State:
    """The cramp has gone elsewhere."""
    return _afresh(s, slot(intent, Slot.PLACE), side(intent) or s.progress.side)


def _afresh(s: Session, place: str | None, leg: Side | None, *intro: str) -> State:
    """From the stretch, keeping what was told already and how much time has passed."""
    old = s.progress
    s.progress = Progress(old.began, place, leg, misheard=old.misheard, worse=old.worse, tempo=old.tempo, told=old.told)
    return _stretch(s, *intro)


def _stretch(s: Session, *intro: str) -> State:
    """Help first: the stretch, the safety line, and the question where the place is unknown."""
    options = s.options
    if s.progress.place is None:
        s.say(*intro, Role.STRETCH_ANY, *s.once(Role.SAFETY_LINE), Role.ASK_PLACE, wait=options.answer_wait)
        return State.ASK_PLACE
    s.say(*intro, s.guide.stretch, *s.once(Role.SAFETY_LINE), s.guide.hold, wait=options.stretch_hold)
    return State.STRETCH


@MOVES.add
def keep_going(s: Session, _: Intent | None) -> State:
    """They tell what we know: a word of encouragement."""
    s.answer(Role.KEEP_GOING)
    return s.state


def say_again(s: Session) -> State:
    """The last sentence once more; a hold that it interrupts goes on afterwards."""
    last = s.timeline.last_sentence(s.position)
    if last and s.state is State.PRESS and s.timeline.sounding(s.position) is not last:
        s.play(s.timeline.inserted(s.position, s.script.sentence(last.sound)), s.position)
    else:
        s.play(s.timeline.without_asides(s.position), s.timeline.sentence_start(s.position))
    return s.state


# Finding the point.


@MOVES.add
def locate(s: Session, _: Intent | None) -> State:
    """On to the point, from its first step; aftercare where none is left."""
    return _locate(s)


def _locate(s: Session, *intro: str) -> State:
    if s.progress.point >= len(s.guide.points):
        return aftercare(s, None)
    s.progress.step = s.progress.tries = 0
    point = s.point
    once = (*s.once(Role.SAFETY_LINE), *s.once(Role.TRADITIONAL))
    s.say(*intro, *once, point.introduce, point.steps[0].say, wait=s.options.step_wait)
    return State.LOCATE


def _step(s: Session, step: int, *intro: str) -> State:
    s.progress.step, s.progress.tries = step, 0
    s.say(*intro, s.point.steps[step].say, wait=s.options.step_wait)
    return State.LOCATE


@MOVES.add
def next_step(s: Session, _: Intent | None) -> State:
    """The next movement of the hand; after the last one, pressing."""
    return _go_on(s)


def _go_on(s: Session, *intro: str) -> State:
    if s.progress.step + 1 < len(s.point.steps):
        return _step(s, s.progress.step + 1, *intro)
    return _press(s, *intro, s.point.on_it)


@MOVES.add
def previous_step(s: Session, _: Intent | None) -> State:
    """The movement before."""
    return _step(s, max(0, s.progress.step - 1))


@MOVES.add
def last_step(s: Session, intent: Intent | None) -> State:
    """Back from pressing to the last movement, in other words where it could not be found."""
    s.progress.rounds -= s.state is State.PRESS  # the round that was broken off does not count
    s.progress.step, s.progress.tries = len(s.point.steps) - 1, 0
    if intent and intent.kind is IntentKind.CANT_FIND:
        return describe_again(s, intent)
    return _step(s, s.progress.step)


@MOVES.add
def describe_again(s: Session, _: Intent | None) -> State:
    """Another description; after the second try, near enough is good, and on it goes."""
    s.progress.tries += 1
    if s.progress.tries > 1:
        return _go_on(s, Role.CLOSE_ENOUGH)
    s.say(s.point.steps[s.progress.step].again, wait=s.options.step_wait)
    return State.LOCATE


# Pressing.


@MOVES.add
def press(s: Session, _: Intent | None) -> State:
    """They are on it: how that must feel, and a round."""
    return _press(s, s.point.on_it)


def _press(s: Session, *intro: str) -> State:
    progress = s.progress
    progress.rounds += 1
    intro = (*intro, Role.ROUND if progress.rounds == 1 else Role.ROUND_AGAIN)
    s.play(s.script.round(*intro, point=s.point.id, side=progress.side, tempo=progress.tempo))
    return State.PRESS


@MOVES.add
def check(s: Session, _: Intent | None) -> State:
    """Is it easing?"""
    s.say(Role.CHECK, wait=s.options.answer_wait)
    return State.CHECK


@MOVES.add
def next_round(s: Session, _: Intent | None) -> State:
    """Another round, then another point, then aftercare."""
    if s.progress.rounds < s.options.rounds:
        return _press(s)
    return _next_point(s)


def _next_point(s: Session, *farewell: str) -> State:
    s.progress.point += 1
    s.progress.rounds = 0
    if s.progress.point < len(s.guide.points):
        return _locate(s, Role.SECOND_POINT)
    return _aftercare(s, *farewell)


@MOVES.add
def next_point(s: Session, _: Intent | None) -> State:
    """Leave this point for the next one."""
    return _next_point(s, Role.LAST_POINT)


@MOVES.add
def no_answer(s: Session, _: Intent | None) -> State:
    """Nobody says whether it eases: ask again, then go on, and end when the next question stays open too."""
    s.progress.unanswered += 1
    if s.progress.unanswered == 1:
        s.say(Role.CHECK_AGAIN, wait=s.options.answer_wait)
        return State.CHECK
    if s.progress.unanswered == 2:
        return next_round(s, None)
    return aftercare(s, None)


@MOVES.add
def worse(s: Session, _: Intent | None) -> State:
    """Ease off the stretch, or leave this point for it; the second time, stop pressing for good."""
    s.progress.worse += 1
    if s.progress.worse > 1:
        return _give_up(s)
    if s.state is State.STRETCH:
        s.answer(Role.EASE_OFF)
        return s.state
    s.progress.point += 1
    s.progress.rounds = 0
    return _stretch(s, Role.WORSE)


@MOVES.add
def cramp_again(s: Session, _: Intent | None) -> State:
    """It is still there at the end: from the beginning, unless it was made worse."""
    return _give_up(s) if s.progress.worse > 1 else _afresh(s, s.progress.place, s.progress.side)


def _give_up(s: Session) -> State:
    s.say(Role.WORSE_AGAIN, Role.GOOD_NIGHT, wait=s.options.answer_wait)
    return State.AFTERCARE


# The end.


@MOVES.add
def aftercare(s: Session, _: Intent | None) -> State:
    """Last advice."""
    return _aftercare(s)


def _aftercare(s: Session, *farewell: str) -> State:
    s.say(*farewell, s.guide.aftercare, Role.GOOD_NIGHT, wait=s.options.answer_wait)
    return State.AFTERCARE


@MOVES.add
def good_night(s: Session, _: Intent | None) -> State:
    """They say goodbye."""
    s.play(s.script.aside(Role.GOOD_NIGHT))
    return State.IDLE


@MOVES.add
def sleep(s: Session, _: Intent | None) -> State:
    """Quietly back to waiting."""
    return State.IDLE


@MOVES.add
def stop(s: Session, _: Intent | None) -> State:
    """Silence at once, then two words. Where nothing goes on, nothing is said: a television says "stop" too."""
    if s.state is State.IDLE and not s.timeline.pending(s.position):
        return State.IDLE
    s.play(s.script.aside(Role.STOPPED, before=s.options.stop_gap))
    return State.IDLE


@MOVES.add
def time_limit(s: Session, _: Intent | None) -> State:
    """No pressing any more; what to do instead."""
    s.say(Role.TIME_LIMIT, wait=s.options.alert_wait)
    return State.ALERT
