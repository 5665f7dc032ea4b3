"""The moves that may come at any time: danger, pausing, another tempo, being misheard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.schema import Role
from voiceguide.guide.moves import Moves, slot
from voiceguide.guide.plan import good_night, say_again
from voiceguide.guide.states import State
from voiceguide.guide.timeline import Timeline
from voiceguide.messages import SPEAK_RATE, Intent, Slot

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()
_TEMPO_STEP = 1.25
_SLOWEST = 2.0
_FASTEST = 0.5


# Danger.


@MOVES.add
def alert(s: Session, intent: Intent | None) -> State:
    """A red flag: stop everything, say what to do."""
    s.play(s.script.alert(s.library.flags[slot(intent, Slot.FLAG) or ""].say))
    return State.ALERT


@MOVES.add
def ask_safety(s: Session, _: Intent | None) -> State:
    """They say "safety": which danger sign is it?"""
    if s.state not in (State.PAUSED, State.SAFETY_CHECK):
        s.hold()
    s.progress.unanswered = 0
    s.say(Role.SAFETY_ASK, wait=s.options.answer_wait)
    return State.SAFETY_CHECK


@MOVES.add
def no_danger(s: Session, _: Intent | None) -> State:
    """None of them: on with what was interrupted."""
    if s.held.state in (State.IDLE, State.ALERT):
        return good_night(s, None)
    return _go_on(s, s.script.aside(Role.SAFETY_CLEAR))


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


# At any time.


@MOVES.add
def pause(s: Session, _: Intent | None) -> State:
    """Silence, with everything kept."""
    s.hold()
    s.play(s.script.silence(s.options.pause_limit))
    return State.PAUSED


@MOVES.add
def resume(s: Session, _: Intent | None) -> State:
    """Pressing goes on at the same sample; elsewhere the last sentence is heard again."""
    return _go_on(s, s.script.silence(0))


def _go_on(s: Session, first: Timeline) -> State:
    held = s.held
    pressing = held.state is State.PRESS
    at = held.position if pressing else held.timeline.sentence_start(held.position)
    timeline = held.timeline.without_asides(held.position).inserted(at, first)
    s.play(timeline, timeline.resume_at(at))
    return held.state


@MOVES.add
def repeat(s: Session, _: Intent | None) -> State:
    """The last sentence once more."""
    return say_again(s)


@MOVES.add
def slower(s: Session, _: Intent | None) -> State:
    """All that is still to come takes longer."""
    return _retime(s, Role.SLOWER, _TEMPO_STEP)


@MOVES.add
def faster(s: Session, _: Intent | None) -> State:
    """All that is still to come takes less long."""
    return _retime(s, Role.FASTER, 1 / _TEMPO_STEP)


def _retime(s: Session, role: Role, factor: float) -> State:
    tempo = max(_FASTEST, min(_SLOWEST, s.progress.tempo * factor))
    s.answer(role, tempo / s.progress.tempo)
    s.progress.tempo = tempo
    return s.state


@MOVES.add
def louder(s: Session, _: Intent | None) -> State:
    """Turn it up."""
    s.set_loudness(s.loudness + 1)
    s.answer(Role.LOUDER)
    return s.state


@MOVES.add
def quieter(s: Session, _: Intent | None) -> State:
    """Turn it down."""
    s.set_loudness(s.loudness - 1)
    s.answer(Role.QUIETER)
    return s.state


@MOVES.add
def how_long(s: Session, _: Intent | None) -> State:
    """How long this hold or round takes; before a round, with the round."""
    left = (s.timeline.length - s.position) / SPEAK_RATE
    if s.state in (State.LOCATE, State.CHECK):
        left += s.library.dose(s.point.id).seconds * s.progress.tempo
    s.answer(s.script.remaining(left))
    return s.state


@MOVES.add
def help(s: Session, _: Intent | None) -> State:  # noqa: A001 - named as the intent
    """What can be said."""
    s.answer(Role.HELP, wait=s.options.answer_wait)
    return s.state


@MOVES.add
def misheard(s: Session, _: Intent | None) -> State:
    """Ask for it again once, then say what can be said, then be quiet and go on with the plan."""
    if s.timeline.sounding(s.position):
        return s.state
    s.progress.misheard += 1
    if s.progress.misheard == 1:
        s.answer(Role.MISHEARD, wait=s.options.answer_wait)
    elif s.progress.misheard == 2 and s.state in (State.ASK_PLACE, State.SAFETY_CHECK):
        return say_again(s)
    elif s.progress.misheard == 2:
        s.answer(Role.MISHEARD_AGAIN, wait=s.options.answer_wait)
    return s.state
