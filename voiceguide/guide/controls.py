"""The moves that may come at any time: pausing, another tempo, louder, help, being misheard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.guide import enter
from voiceguide.guide.moves import Moves
from voiceguide.guide.states import State
from voiceguide.intents import Intent
from voiceguide.messages import SPEAK_RATE

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()
_TEMPO_STEP = 1.25
_SLOWEST = 2.0
_FASTEST = 0.5
_WHISPER = -12.0
"""dB below the content's own level."""


@MOVES.add
def pause(s: Session, _: Intent | None) -> State:
    """Silence, with everything kept."""
    s.hold()
    s.play(s.script.silence(s.options.pause_limit))
    return State.PAUSED


@MOVES.add
def resume(s: Session, _: Intent | None) -> State:
    """Pressing goes on at the same sample; elsewhere the last sentence is heard again."""
    return enter.resume(s)


@MOVES.add
def repeat(s: Session, _: Intent | None) -> State:
    """The last sentence once more."""
    return enter.say_again(s)


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
    s.loudness.turn(1)
    s.raise_voice()
    s.answer(Role.LOUDER)
    return s.state


@MOVES.add
def quieter(s: Session, _: Intent | None) -> State:
    """Turn it down."""
    s.loudness.turn(-1)
    s.raise_voice()
    s.answer(Role.QUIETER)
    return s.state


@MOVES.add
def whisper(s: Session, _: Intent | None) -> State:
    """Turn it down as far as one still understands it; further, where it was further down already."""
    s.loudness.turn_down_to(_WHISPER)
    s.raise_voice()
    s.answer(Role.WHISPER)
    return s.state


@MOVES.add
def how_long(s: Session, _: Intent | None) -> State:
    """How long this hold or round takes; before a round, with the round."""
    left = (s.timeline.length - s.position) / SPEAK_RATE
    if s.state in (State.LOCATE, State.CHECK) and s.progress.points:
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
        return enter.say_again(s)
    elif s.progress.misheard == 2:
        s.answer(Role.MISHEARD_AGAIN, wait=s.options.answer_wait)
    return s.state
