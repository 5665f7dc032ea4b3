"""The transition table: all that can happen, in one place.

A trigger that a state does not list changes nothing there. The same table says which intents the recogniser may act on
(`legal`), and the diagram in `docs/dialogue.md` is generated from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voiceguide.messages import IntentKind as I


class State(StrEnum):
    """Where the dialogue is."""

    IDLE = "idle"  # quiet; the symptom is the wake word
    ASK_PLACE = "ask_place"  # which muscle?
    STRETCH = "stretch"  # the first help, held
    LOCATE = "locate"  # leading the fingers, step by step
    PRESS = "press"  # a round of presses and releases
    CHECK = "check"  # is it easing?
    AFTERCARE = "aftercare"  # last advice, good night
    PAUSED = "paused"  # held, to be resumed at the same sample
    SAFETY_CHECK = "safety_check"  # which danger sign is it?
    ALERT = "alert"  # all pressing stopped, said what to do


class Signal(StrEnum):
    """What happens without an intent."""

    ENDED = "ended"  # the timeline of the state has come to its end
    MISHEARD = "misheard"  # somebody spoke, but nothing that makes sense now
    TIME_LIMIT = "time_limit"  # the cramp has gone on for too long


Trigger = I | Signal


@dataclass(frozen=True, slots=True)
class Move:
    """What a trigger does: the name of a move (`moves.py`), and the states it may lead to."""

    name: str
    to: tuple[State, ...]


_S = State
_BACK_IN = (_S.IDLE, _S.ASK_PLACE, _S.STRETCH, _S.LOCATE, _S.PRESS, _S.CHECK, _S.AFTERCARE)

_ALWAYS: dict[Trigger, Move] = {
    I.STOP: Move("stop", (_S.IDLE,)),
    I.SAFETY: Move("ask_safety", (_S.SAFETY_CHECK,)),
    I.RED_FLAG: Move("alert", (_S.ALERT,)),
}
"""Legal in every state, and past every gate."""


def _stay(state: State, *kinds: I) -> dict[Trigger, Move]:
    """Triggers that are answered on the spot; the move has the intent's own name."""
    return {kind: Move(kind.value, (state,)) for kind in kinds}


def _awake(state: State) -> dict[Trigger, Move]:
    """What makes sense whenever a session is on."""
    return {
        **_ALWAYS,
        **_stay(state, I.REPEAT, I.LOUDER, I.QUIETER, I.HELP),
        I.GOODBYE: Move("good_night", (_S.IDLE,)),
        I.SYMPTOM: Move("begin", (_S.STRETCH, _S.ASK_PLACE)),
        I.PAUSE: Move("pause", (_S.PAUSED,)),
        I.START_OVER: Move("start_over", (_S.STRETCH, _S.ASK_PLACE)),
        I.BETTER: Move("aftercare", (_S.AFTERCARE,)),
        Signal.TIME_LIMIT: Move("time_limit", (_S.ALERT,)),
    }


def _helping(state: State) -> dict[Trigger, Move]:
    """What makes sense while a muscle is being worked on."""
    return {
        **_awake(state),
        **_stay(state, I.SLOWER, I.FASTER, I.HOW_LONG),
        I.STILL: Move("keep_going", (state,)),
        I.WORSE: Move("worse", (_S.STRETCH, _S.AFTERCARE)),
        I.OTHER_LEG: Move("other_leg", (_S.STRETCH,)),
        I.MOVED: Move("moved", (_S.STRETCH, _S.ASK_PLACE)),
        I.NEXT_POINT: Move("next_point", (_S.LOCATE, _S.AFTERCARE)),
    }


_AFTER_ROUND = (_S.PRESS, _S.LOCATE, _S.AFTERCARE)

TABLE: Mapping[State, Mapping[Trigger, Move]] = {
    _S.IDLE: {
        **_ALWAYS,
        I.SYMPTOM: Move("begin", (_S.STRETCH, _S.ASK_PLACE)),
    },
    _S.ASK_PLACE: {
        **_awake(_S.ASK_PLACE),
        I.PLACE: Move("choose_place", (_S.STRETCH,)),
        Signal.ENDED: Move("no_place", (_S.ASK_PLACE, _S.STRETCH)),
        Signal.MISHEARD: Move("misheard", (_S.ASK_PLACE,)),
    },
    _S.STRETCH: {
        **_helping(_S.STRETCH),
        I.PLACE: Move("choose_place", (_S.STRETCH,)),
        I.NEXT: Move("locate", (_S.LOCATE,)),
        Signal.ENDED: Move("locate", (_S.LOCATE,)),
    },
    _S.LOCATE: {
        **_helping(_S.LOCATE),
        I.NEXT: Move("next_step", (_S.LOCATE, _S.PRESS)),
        I.ON_POINT: Move("press", (_S.PRESS,)),
        I.CANT_FIND: Move("describe_again", (_S.LOCATE, _S.PRESS)),
        I.BACK: Move("previous_step", (_S.LOCATE,)),
        Signal.ENDED: Move("next_step", (_S.LOCATE, _S.PRESS)),
        Signal.MISHEARD: Move("misheard", (_S.LOCATE,)),
    },
    _S.PRESS: {
        **_helping(_S.PRESS),
        I.NEXT: Move("check", (_S.CHECK,)),
        I.CANT_FIND: Move("last_step", (_S.LOCATE,)),
        I.BACK: Move("last_step", (_S.LOCATE,)),
        Signal.ENDED: Move("check", (_S.CHECK,)),
    },
    _S.CHECK: {
        **_helping(_S.CHECK),
        I.YES: Move("aftercare", (_S.AFTERCARE,)),
        I.NO: Move("next_round", _AFTER_ROUND),
        I.STILL: Move("next_round", _AFTER_ROUND),
        I.NEXT: Move("next_round", _AFTER_ROUND),
        I.CANT_FIND: Move("last_step", (_S.LOCATE,)),
        I.BACK: Move("last_step", (_S.LOCATE,)),
        Signal.ENDED: Move("no_answer", (_S.CHECK, *_AFTER_ROUND)),
        Signal.MISHEARD: Move("misheard", (_S.CHECK,)),
    },
    _S.AFTERCARE: {
        **_awake(_S.AFTERCARE),
        I.STILL: Move("start_over", (_S.STRETCH,)),
        I.WORSE: Move("worse", (_S.STRETCH, _S.AFTERCARE)),
        I.OTHER_LEG: Move("other_leg", (_S.STRETCH,)),
        I.MOVED: Move("moved", (_S.STRETCH, _S.ASK_PLACE)),
        Signal.ENDED: Move("sleep", (_S.IDLE,)),
    },
    _S.PAUSED: {
        **_ALWAYS,
        I.RESUME: Move("resume", _BACK_IN),
        I.NEXT: Move("resume", _BACK_IN),
        I.START_OVER: Move("start_over", (_S.STRETCH, _S.ASK_PLACE)),
        I.SYMPTOM: Move("begin", (_S.STRETCH, _S.ASK_PLACE)),
        I.BETTER: Move("aftercare", (_S.AFTERCARE,)),
        I.GOODBYE: Move("good_night", (_S.IDLE,)),
        Signal.ENDED: Move("sleep", (_S.IDLE,)),
        Signal.TIME_LIMIT: Move("time_limit", (_S.ALERT,)),
    },
    _S.SAFETY_CHECK: {
        **_ALWAYS,
        **_stay(_S.SAFETY_CHECK, I.REPEAT, I.LOUDER, I.QUIETER),
        I.NO: Move("no_danger", _BACK_IN),
        I.RESUME: Move("no_danger", _BACK_IN),
        Signal.ENDED: Move("no_danger_answer", (_S.SAFETY_CHECK, _S.ALERT)),
        Signal.MISHEARD: Move("misheard", (_S.SAFETY_CHECK,)),
        Signal.TIME_LIMIT: Move("time_limit", (_S.ALERT,)),
    },
    _S.ALERT: {
        **_ALWAYS,
        **_stay(_S.ALERT, I.REPEAT, I.LOUDER, I.QUIETER),
        I.GOODBYE: Move("good_night", (_S.IDLE,)),
        Signal.ENDED: Move("sleep", (_S.IDLE,)),
    },
}


def legal(state: State) -> frozenset[I]:
    """The intents that make sense in a state."""
    return frozenset(trigger for trigger in TABLE[state] if isinstance(trigger, I))
