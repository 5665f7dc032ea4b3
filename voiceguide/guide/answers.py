"""The moves of questions and their answers: short at first, more for who wants it, then on with what was going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.content.schema import Answer
from voiceguide.guide import enter, recall
from voiceguide.guide.moves import Moves, slot
from voiceguide.guide.progress import Progress
from voiceguide.guide.states import WORKING, State
from voiceguide.intents import Intent, Recall, Side, Slot

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()


@MOVES.add
def question(s: Session, intent: Intent | None) -> State:
    """A question, or what a point is."""
    if asked := slot(intent, Slot.HISTORY):
        return _say(s, *recall.answer(s, Recall(asked)))
    subject = slot(intent, Slot.QUESTION) or slot(intent, Slot.POINT) or ""
    answer = s.library.answer(subject)
    under = s.held.state if s.state is State.ANSWER else s.state
    if under in WORKING and subject in s.library.questions and s.library.questions[subject].then_asks:
        return enter.ask_safety(s, answer.brief, Role.FEELING_ASK)
    return _answer(s, answer)


@MOVES.add
def which_point(s: Session, _: Intent | None) -> State:
    """What the present point is."""
    return _answer(s, s.point.about) if s.progress.points else s.state


def _answer(s: Session, answer: Answer) -> State:
    """Shortly at first, and whether they want more."""
    more = (Role.MORE,) if answer.more else ()
    return _say(s, (answer.brief, *more), None, answer)


def _say(s: Session, words: tuple[str, ...], leg: Side | None, answer: Answer | None = None) -> State:
    """In one breath where there is no more to say, and all goes on; else what goes on is held meanwhile."""
    more = answer.more if answer else ()
    if not more and s.state not in (State.IDLE, State.ANSWER):
        s.tell(*words, side=leg)
        return s.state
    if s.state is State.IDLE:
        s.renew(Progress())
    if s.state is not State.ANSWER:
        s.hold()
    s.progress.answer = answer
    first = (Role.LET_GO,) if s.state is State.PRESS else ()
    s.say(*first, *words, wait=s.options.answer_wait if more else 0.0, side=leg)
    return State.ANSWER


@MOVES.add
def more(s: Session, _: Intent | None) -> State:
    """The long answer; after it, on with what was held."""
    answer, s.progress.answer = s.progress.answer, None
    if answer is None and s.timeline.pending(s.position):
        return s.state  # it is being said
    if answer is None or not answer.more:
        return back(s, None)
    s.say(*answer.more)
    return State.ANSWER


@MOVES.add
def back(s: Session, _: Intent | None) -> State:
    """On with what was held; quietly, where that was nothing."""
    if s.held.state is State.IDLE:
        s.play(s.script.silence(0))
        return State.IDLE
    return enter.resume(s)


@MOVES.add
def through(s: Session, intent: Intent | None) -> State:
    """It concerns what is held: back to that, and what it means there."""
    if s.held.state is State.IDLE or intent is None:
        return back(s, None)
    s.state = enter.resume(s)
    return s.make(intent.kind, intent)
