"""How each state is entered: what it says, and what it remembers. The moves decide which, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.guide import recall, safety
from voiceguide.guide.progress import Held, Progress
from voiceguide.guide.states import HOLDING, State
from voiceguide.intents import Side
from voiceguide.messages import Outcome

if TYPE_CHECKING:
    from voiceguide.guide.session import Session


def afresh(s: Session, place: str | None, leg: Side | None, *intro: str) -> State:
    """From the stretch, keeping what was told already and how much time has passed."""
    old = s.progress
    s.progress = Progress(
        began=s.now if old.began is None else old.began,
        place=place,
        side=leg,
        points=() if old.worse > 1 else safety.allowed(s, place),
        misheard=old.misheard,
        worse=old.worse,
        tempo=old.tempo,
        told=old.told,
        pressed=old.pressed,
        answered=old.answered,
        nudged=old.nudged,
    )
    return stretch(s, *intro)


def stretch(s: Session, *intro: str) -> State:
    """Help first: the stretch, the safety line, and the question where the place is not known closely."""
    options, guide = s.options, s.guide
    if s.progress.place is None:
        s.say(*intro, Role.STRETCH_ANY, *s.once(Role.SAFETY_LINE), Role.ASK_PLACE, wait=options.answer_wait)
        return State.ASK_PLACE
    if guide.ask and not s.progress.asked:
        s.say(*intro, guide.stretch, *s.once(Role.SAFETY_LINE), guide.ask, wait=options.answer_wait)
        return State.ASK_PLACE
    told = (*s.once(Role.SAFETY_LINE), guide.hold, *safety.reminders(s))
    s.say(*intro, guide.stretch, *told, wait=options.stretch_hold)
    return State.STRETCH


def where(s: Session) -> str:
    """The question where it is, once more."""
    return (s.guide.ask if s.progress.place else None) or Role.ASK_PLACE_AGAIN


def stretch_again(s: Session) -> State:
    """The stretch once more, where there is nothing to press."""
    s.progress.rounds += 1
    s.say(Role.STRETCH_AGAIN, s.guide.stretch, wait=s.options.stretch_hold)
    return State.STRETCH


def locate(s: Session, *intro: str) -> State:
    """To the point, from its first step."""
    s.progress.step = s.progress.tries = s.progress.rounds = 0
    once = (*s.once(Role.SAFETY_LINE), *s.once(Role.TRADITIONAL))
    s.say(*intro, *once, s.point.introduce, s.point.steps[0].say, wait=s.options.step_wait)
    return State.LOCATE


def step(s: Session, number: int, *intro: str) -> State:
    """One movement of the hand."""
    s.progress.step, s.progress.tries = number, 0
    s.say(*intro, s.point.steps[number].say, wait=s.options.step_wait)
    return State.LOCATE


def next_step(s: Session, *intro: str) -> State:
    """The next movement of the hand; after the last one, pressing."""
    if s.progress.step + 1 < len(s.point.steps):
        return step(s, s.progress.step + 1, *intro)
    return press(s, *intro, s.point.on_it)


def press(s: Session, *intro: str) -> State:
    """One round."""
    progress = s.progress
    progress.rounds += 1
    progress.pressed[s.point.id] = progress.pressed.get(s.point.id, 0) + 1
    intro = (*intro, Role.ROUND if progress.rounds == 1 else Role.ROUND_AGAIN)
    s.play(s.script.round(*intro, point=s.point.id, side=progress.side, tempo=progress.tempo))
    return State.PRESS


def check(s: Session, *intro: str) -> State:
    """Is it easing?"""
    s.say(*intro, Role.CHECK, wait=s.options.answer_wait)
    return State.CHECK


def next_point(s: Session, *farewell: str) -> State:
    """Leave this point for the next one; aftercare where none is left."""
    if s.progress.by_choice:
        return next_part(s)
    if not s.progress.points:
        return aftercare(s)
    s.progress.points = s.progress.points[1:]
    return locate(s, Role.SECOND_POINT) if s.progress.points else aftercare(s, *farewell)


def next_part(s: Session, *intro: str) -> State:
    """The next part of a session by choice that is safe for this person; its end where none is left."""
    progress = s.progress
    parts = [part for part in progress.parts if part.stretch or safety.is_safe(s, part.point or "")]
    if not parts:
        return aftercare(s, *intro)
    part, *rest = parts
    progress.part, progress.parts, progress.side, progress.rounds = part, tuple(rest), part.side, 0
    if part.point:
        progress.points = (part.point,)
        return locate(s, *intro)
    progress.place, progress.points = part.stretch, ()
    s.say(*intro, *s.once(Role.SAFETY_LINE), s.guide.stretch, *s.once(s.guide.hold), wait=part.seconds)
    return State.STRETCH


def aftercare(s: Session, *farewell: str) -> State:
    """Last advice, or the last words of a session by choice."""
    routine = s.progress.routine
    s.progress.parts = ()
    if not s.progress.by_choice:
        advice = Role.GENTLE_AFTERCARE if safety.told(s) else s.guide.aftercare
        farewell = (*farewell, advice, *recall.nudge(s), Role.GOOD_NIGHT)
    else:
        s.progress.outcome = s.progress.outcome or Outcome.DONE
        closing = s.library.routines[routine].close if routine and not safety.told(s) else Role.GOOD_NIGHT
        farewell = (*farewell, closing)
    s.say(*farewell, wait=s.options.answer_wait)
    return State.AFTERCARE


def give_up(s: Session) -> State:
    """It was made worse twice: no pressing any more."""
    s.progress.outcome = Outcome.WORSE
    s.say(Role.WORSE_AGAIN, wait=s.options.advice_wait)
    return State.AFTERCARE


def unhelped(s: Session) -> State:
    """All was tried, and it does not ease: no good night, but where to turn."""
    s.progress.outcome = Outcome.UNHELPED
    s.say(Role.STILL_CRAMPING, wait=s.options.advice_wait)
    return State.AFTERCARE


def unless_in_danger(s: Session, state: State) -> State:
    """A danger sign that was told earlier this night is asked for first; what was to begin is held meanwhile."""
    if not any(flag.level.lasts for flag in safety.told(s).values()):
        return state
    s.held = Held(state, s.timeline, s.position)
    s.say(Role.REMEMBERED, Role.SAFETY_ASK, wait=s.options.answer_wait)
    return State.SAFETY_CHECK


def ask_safety(s: Session, *words: str) -> State:
    """Is it safe to go on? What was going on is held meanwhile."""
    if s.state not in HOLDING:
        s.hold()
    s.progress.unanswered = 0
    s.say(*words, wait=s.options.answer_wait)
    return State.SAFETY_CHECK


def say_again(s: Session) -> State:
    """The last sentence once more; a hold that it interrupts goes on afterwards."""
    last = s.timeline.last_sentence(s.meant)
    if last and s.state is State.PRESS and s.timeline.sounding(s.position) is not last:
        s.play(s.timeline.inserted(s.position, s.script.sentence(last.sound)), s.position)
    else:
        s.play(s.timeline.without_asides(s.position), last.start if last else s.position)
    return s.state


def resume(s: Session, *words: str) -> State:
    """Go on with what was held, after some words: at the same sample of a round; else the last sentence again."""
    held = s.held
    pressing = held.state is State.PRESS
    at = held.position if pressing else held.timeline.sentence_start(held.position)
    first = s.script.asides(*words)
    timeline = held.timeline.without_asides(held.position).inserted(at, first)
    s.play(timeline, timeline.resume_at(at))
    return held.state
