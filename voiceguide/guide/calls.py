"""The moves when something was only half heard: ask softly whether they called, once, and then be quiet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from voiceguide.content.roles import Role
from voiceguide.guide.moves import Moves
from voiceguide.guide.progress import Progress
from voiceguide.guide.states import TABLE, State
from voiceguide.intents import Intent, IntentKind, Slot

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MOVES = Moves()
_SOFTLY = -3
"""Steps of 3 dB: about half as loud, for most likely nobody called, and somebody sleeps."""


@MOVES.add
def did_you_call(s: Session, intent: Intent | None) -> State:
    """Before anything begins. Not again for a while, where nobody said yes; a caution is not taken back by a maybe."""
    rested = s.uncalled is None or s.now - s.uncalled >= s.options.call_rest
    if not rested or cast(Intent, intent).kind not in TABLE[State.CALLED]:
        return State.IDLE
    s.renew(Progress(call=intent))
    s.uncalled = s.now
    s.raise_voice(_SOFTLY)
    s.say(Role.DID_YOU_CALL, wait=s.options.call_wait)
    return State.CALLED


@MOVES.add
def called(s: Session, intent: Intent | None) -> State:
    """They did: what was half heard, or what they say now, as if it had been sure at once."""
    told = _told(cast(Intent, s.progress.call), cast(Intent, intent))
    s.progress.call = s.uncalled = None
    s.state = not_called(s, None)
    return s.make(told.kind, told)


@MOVES.add
def not_called(s: Session, _: Intent | None) -> State:
    """Nobody did, or nobody says so: not another word."""
    s.play(s.script.silence(0))
    s.raise_voice()
    return State.IDLE


def _told(before: Intent, now: Intent) -> Intent:
    """A yes is for what was half heard; a cramp that is told more shortly keeps the place that was heard."""
    if now.kind in (IntentKind.YES, IntentKind.HELP):
        return before
    if now.kind is before.kind is IntentKind.SYMPTOM and Slot.PLACE not in now.slots:
        return replace(now, slots={**before.slots, **now.slots})
    return now
