"""The moves on the way from the cramp to good night: where it hurts, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.content.schema import Part
from voiceguide.guide import enter, safety
from voiceguide.guide.answers import question
from voiceguide.guide.moves import Moves, side, slot
from voiceguide.guide.progress import Progress
from voiceguide.guide.states import WORKING, State
from voiceguide.intents import Intent, IntentKind, Slot
from voiceguide.messages import Outcome

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()


# Where it hurts.


@MOVES.add
def begin(s: Session, intent: Intent | None) -> State:
    """A cramp is told: help first, ask second."""
    place, old = slot(intent, Slot.PLACE), s.progress
    if s.state is not State.IDLE and not old.by_choice:  # the same one, told once more
        return enter.afresh(s, place or old.place, side(intent) or old.side)
    s.renew(Progress(s.now, place, side(intent), points=safety.allowed(s, place)))
    return enter.unless_in_danger(s, enter.stretch(s))


@MOVES.add
def start_over(s: Session, _: Intent | None) -> State:
    """From the stretch again, with what is known of the place; a session by choice from its first part."""
    progress = s.progress
    if not progress.by_choice:
        return enter.afresh(s, progress.place, progress.side)
    if progress.part is None:  # nothing of it was safe
        return s.state
    routine = progress.routine
    progress.parts = s.library.routines[routine].parts if routine else (progress.part,)
    return enter.next_part(s)


@MOVES.add
def symptom_again(s: Session, intent: Intent | None) -> State:
    """The cramp is told once more: another place or leg is news, the same one is a groan."""
    progress = s.progress
    place = slot(intent, Slot.PLACE) or progress.place
    leg = side(intent) or progress.side
    if progress.by_choice:  # until now there was none
        return begin(s, intent)
    if place != progress.place or (place and progress.side and leg is not progress.side):
        return enter.afresh(s, place, leg)
    progress.side = leg
    return enter.say_again(s) if s.state is State.ASK_PLACE else keep_going(s, None)


@MOVES.add
def choose_place(s: Session, intent: Intent | None) -> State:
    """An answer to "which?", or a correction."""
    place = slot(intent, Slot.PLACE)
    if s.progress.by_choice:
        return s.state
    if place and place != s.progress.place:
        return enter.afresh(s, place, side(intent) or s.progress.side)
    s.progress.side = side(intent) or s.progress.side
    return enter.say_again(s) if s.state is State.ASK_PLACE else s.state


@MOVES.add
def no_place(s: Session, _: Intent | None) -> State:
    """Nobody says which muscle: ask once more, then take the commonest."""
    s.progress.unanswered += 1
    if s.progress.unanswered < 2:
        s.say(enter.where(s), wait=s.options.answer_wait)
        return State.ASK_PLACE
    return unsure(s, None)


@MOVES.add
def unsure(s: Session, _: Intent | None) -> State:
    """They don't know: the commonest muscle, or what is right for all parts of the one that was told."""
    progress = s.progress
    progress.unanswered = 0
    progress.asked = True
    if progress.place:
        return enter.stretch(s)
    progress.place = s.library.skill.default_place
    progress.points = safety.allowed(s, progress.place)
    return enter.stretch(s, Role.ASSUME_DEFAULT)


@MOVES.add
def both(s: Session, _: Intent | None) -> State:
    """Both legs: one at a time. A question that is open is asked again."""
    if s.state is State.ASK_PLACE:
        s.say(Role.ONE_AT_A_TIME, enter.where(s), wait=s.options.answer_wait)
    else:
        s.answer(Role.ONE_AT_A_TIME)
    return s.state


@MOVES.add
def posture(s: Session, intent: Intent | None) -> State:
    """They tell how they lie or sit: how to go about it like that."""
    at_point = s.progress.points and s.state in (State.LOCATE, State.PRESS, State.CHECK)
    postures = s.point.postures if at_point else s.guide.postures
    s.tell(next(prompt for kind, prompt in postures.items() if kind == slot(intent, Slot.POSTURE)))
    return s.state


@MOVES.add
def other_leg(s: Session, _: Intent | None) -> State:
    """The same muscle of the other leg."""
    leg = s.progress.side.other if s.progress.side else None
    part = s.progress.part
    if part:
        s.progress.parts = (part.model_copy(update={"side": leg}), *s.progress.parts)
        return enter.next_part(s, Role.OTHER_LEG)
    return enter.afresh(s, s.guide.id, leg, Role.OTHER_LEG)


@MOVES.add
def moved(s: Session, intent: Intent | None) -> State:
    """The cramp has gone elsewhere."""
    return enter.afresh(s, slot(intent, Slot.PLACE), side(intent) or s.progress.side)


@MOVES.add
def keep_going(s: Session, _: Intent | None) -> State:
    """They tell what we know: a word of encouragement."""
    s.answer(Role.KEEP_GOING)
    return s.state


@MOVES.add
def groan(s: Session, _: Intent | None) -> State:
    """It hurts; on with what helps."""
    return s.state


# A session by choice.


@MOVES.add
def begin_routine(s: Session, intent: Intent | None) -> State:
    """Stretches and points without a cramp: a routine, or one point by its name."""
    if s.state is State.ANSWER and s.held.state in WORKING:  # first the cramp
        return enter.resume(s)
    name, point = slot(intent, Slot.ROUTINE), slot(intent, Slot.POINT)
    if point and s.library.points[point].not_offered:
        return question(s, intent)
    s.renew(Progress(routine=name, parts=(Part(point=point),) if point else ()))
    words: tuple[str, ...] = ()
    if name:
        routine = s.library.routines[name]
        s.progress.parts = routine.parts
        if all(safety.is_safe(s, part.point) for part in routine.parts if part.point):  # else it would promise too much
            words = (routine.introduce,)
    return enter.unless_in_danger(s, enter.next_part(s, *words, *safety.reminders(s)))


# The end.


@MOVES.add
def aftercare(s: Session, _: Intent | None) -> State:
    """They say that it is better: last advice."""
    s.progress.outcome = Outcome.DONE if s.progress.by_choice else Outcome.EASED
    return enter.aftercare(s)


@MOVES.add
def cramp_again(s: Session, _: Intent | None) -> State:
    """It is still there at the end: from the beginning, unless it was made worse."""
    return enter.give_up(s) if s.progress.worse > 1 else enter.afresh(s, s.progress.place, s.progress.side)


@MOVES.add
def good_night(s: Session, intent: Intent | None) -> State:
    """They say goodbye, or that it is better by now."""
    if intent and intent.kind is IntentKind.BETTER and not s.progress.by_choice:
        s.progress.outcome = Outcome.EASED
    s.progress.outcome = s.progress.outcome or Outcome.GOODBYE
    s.play(s.script.asides(Role.GOOD_NIGHT))
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
    s.progress.outcome = s.progress.outcome or Outcome.STOPPED
    s.play(s.script.asides(Role.STOPPED, before=s.options.stop_gap))
    return State.IDLE


@MOVES.add
def time_limit(s: Session, _: Intent | None) -> State:
    """No pressing any more; what to do instead."""
    s.overlong = s.now
    s.progress.outcome = Outcome.TOO_LONG
    s.say(Role.TIME_LIMIT, wait=s.options.alert_wait)
    return State.ALERT
