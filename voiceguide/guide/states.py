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
    """What a trigger does: the name of a move (`plan.py`, `controls.py`), and the states it may lead to."""

    name: str
    to: tuple[State, ...]


_S = State
_HELD = (_S.ASK_PLACE, _S.STRETCH, _S.LOCATE, _S.PRESS, _S.CHECK, _S.AFTERCARE)
_BEGIN = Move("begin", (_S.STRETCH, _S.ASK_PLACE))
_RESTART = Move("start_over", (_S.STRETCH, _S.ASK_PLACE))
_MOVED = Move("moved", (_S.STRETCH, _S.ASK_PLACE))
_WORSE = Move("worse", (_S.STRETCH, _S.AFTERCARE))
_OTHER_LEG = Move("other_leg", (_S.STRETCH,))
_LOCATE = Move("locate", (_S.LOCATE, _S.AFTERCARE))
_NEXT_STEP = Move("next_step", (_S.LOCATE, _S.PRESS))
_LAST_STEP = Move("last_step", (_S.LOCATE,))
_CHECK = Move("check", (_S.CHECK,))
_NEXT_ROUND = Move("next_round", (_S.PRESS, _S.LOCATE, _S.AFTERCARE))
_AFTERCARE = Move("aftercare", (_S.AFTERCARE,))
_GOOD_NIGHT = Move("good_night", (_S.IDLE,))
_SLEEP = Move("sleep", (_S.IDLE,))
_PAUSE = Move("pause", (_S.PAUSED,))
_RESUME = Move("resume", _HELD)
_ALERT = Move("alert", (_S.ALERT,))
_NO_DANGER = Move("no_danger", (_S.IDLE, *_HELD))

_ALWAYS: dict[Trigger, Move] = {
    I.STOP: Move("stop", (_S.IDLE,)),
    I.SAFETY: Move("ask_safety", (_S.SAFETY_CHECK,)),
    I.RED_FLAG: _ALERT,
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
        I.GOODBYE: _GOOD_NIGHT,
        I.SYMPTOM: Move("symptom_again", (state, _S.STRETCH)),
        I.PAUSE: _PAUSE,
        I.START_OVER: _RESTART,
        I.BETTER: _AFTERCARE,
        Signal.TIME_LIMIT: Move("time_limit", (_S.ALERT,)),
    }


def _helping(state: State) -> dict[Trigger, Move]:
    """What makes sense while a muscle is being worked on."""
    return {
        **_awake(state),
        **_stay(state, I.SLOWER, I.FASTER, I.HOW_LONG),
        I.STILL: Move("keep_going", (state,)),
        I.WORSE: _WORSE,
        I.OTHER_LEG: _OTHER_LEG,
        I.MOVED: _MOVED,
        I.NEXT_POINT: Move("next_point", (_S.LOCATE, _S.AFTERCARE)),
    }


TABLE: Mapping[State, Mapping[Trigger, Move]] = {
    _S.IDLE: {
        **_ALWAYS,
        I.SYMPTOM: _BEGIN,
    },
    _S.ASK_PLACE: {
        **_awake(_S.ASK_PLACE),
        I.HELP: Move("repeat", (_S.ASK_PLACE,)),
        I.MOVED: _MOVED,
        I.PLACE: Move("choose_place", (_S.ASK_PLACE, _S.STRETCH)),
        Signal.ENDED: Move("no_place", (_S.ASK_PLACE, _S.STRETCH)),
        Signal.MISHEARD: Move("misheard", (_S.ASK_PLACE,)),
    },
    _S.STRETCH: {
        **_helping(_S.STRETCH),
        I.PLACE: Move("choose_place", (_S.STRETCH,)),
        I.NEXT: _LOCATE,
        I.FOUND: _LOCATE,
        I.NEXT_POINT: _LOCATE,
        Signal.ENDED: _LOCATE,
    },
    _S.LOCATE: {
        **_helping(_S.LOCATE),
        I.NEXT: _NEXT_STEP,
        I.FOUND: _NEXT_STEP,
        I.ON_POINT: Move("press", (_S.PRESS,)),
        I.CANT_FIND: Move("describe_again", (_S.LOCATE, _S.PRESS)),
        I.BACK: Move("previous_step", (_S.LOCATE,)),
        Signal.ENDED: _NEXT_STEP,
        Signal.MISHEARD: Move("misheard", (_S.LOCATE,)),
    },
    _S.PRESS: {
        **_helping(_S.PRESS),
        I.NEXT: _CHECK,
        I.CANT_FIND: _LAST_STEP,
        I.BACK: _LAST_STEP,
        Signal.ENDED: _CHECK,
    },
    _S.CHECK: {
        **_helping(_S.CHECK),
        I.YES: _AFTERCARE,
        I.NO: _NEXT_ROUND,
        I.STILL: _NEXT_ROUND,
        I.NEXT: _NEXT_ROUND,
        I.CANT_FIND: _LAST_STEP,
        I.BACK: _LAST_STEP,
        Signal.ENDED: Move("no_answer", (_S.CHECK, *_NEXT_ROUND.to)),
        Signal.MISHEARD: Move("misheard", (_S.CHECK,)),
    },
    _S.AFTERCARE: {
        **_ALWAYS,
        **_stay(_S.AFTERCARE, I.REPEAT, I.LOUDER, I.QUIETER),
        I.GOODBYE: _GOOD_NIGHT,
        I.BETTER: _GOOD_NIGHT,
        I.PAUSE: _PAUSE,
        I.SYMPTOM: _BEGIN,
        I.START_OVER: _RESTART,
        I.STILL: Move("cramp_again", (_S.STRETCH, _S.ASK_PLACE, _S.AFTERCARE)),
        I.WORSE: _WORSE,
        I.OTHER_LEG: _OTHER_LEG,
        I.MOVED: _MOVED,
        Signal.ENDED: _SLEEP,
    },
    _S.PAUSED: {
        **_ALWAYS,
        I.RESUME: _RESUME,
        I.NEXT: _RESUME,
        I.FOUND: _RESUME,
        I.START_OVER: _RESTART,
        I.SYMPTOM: _BEGIN,
        I.BETTER: _AFTERCARE,
        I.GOODBYE: _GOOD_NIGHT,
        Signal.ENDED: _SLEEP,
    },
    _S.SAFETY_CHECK: {
        **_ALWAYS,
        **_stay(_S.SAFETY_CHECK, I.REPEAT, I.LOUDER, I.QUIETER),
        I.SIGN: _ALERT,
        I.NO_SIGN: _NO_DANGER,
        I.NO: _NO_DANGER,
        I.RESUME: _NO_DANGER,
        Signal.ENDED: Move("no_danger_answer", (_S.SAFETY_CHECK, _S.ALERT, _S.IDLE)),
        Signal.MISHEARD: Move("misheard", (_S.SAFETY_CHECK,)),
    },
    _S.ALERT: {
        **_ALWAYS,
        **_stay(_S.ALERT, I.REPEAT, I.LOUDER, I.QUIETER),
        I.GOODBYE: _GOOD_NIGHT,
        Signal.ENDED: _SLEEP,
    },
}


def legal(state: State) -> frozenset[I]:
    """The intents that make sense in a state."""
    return frozenset(trigger for trigger in TABLE[state] if isinstance(trigger, I))
