"""The transition table: all that can happen, in one place.

A trigger that a state does not list changes nothing there. The same table says which intents the recogniser may act on
(`legal`), and the diagram in `docs/dialogue.md` is generated from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voiceguide.intents import IntentKind as I


class State(StrEnum):
    """Where the dialogue is."""

    IDLE = "idle"  # quiet; the symptom is the wake word
    CALLED = "called"  # something was only half heard: did you call?
    CUT_OFF = "cut_off"  # the device was off for a moment: shall we go on?
    ASK_PLACE = "ask_place"  # which muscle?
    STRETCH = "stretch"  # the first help, held
    LOCATE = "locate"  # leading the fingers, step by step
    PRESS = "press"  # a round of presses and releases
    CHECK = "check"  # is it easing?
    AFTERCARE = "aftercare"  # last advice, good night
    ANSWER = "answer"  # a question was answered: more of it?
    PAUSED = "paused"  # held, to be resumed at the same sample
    SAFETY_CHECK = "safety_check"  # which danger sign is it?
    ALERT = "alert"  # all pressing stopped, said what to do


class Signal(StrEnum):
    """What happens without an intent."""

    ENDED = "ended"  # the timeline of the state has come to its end
    HALF_HEARD = "half_heard"  # something was said that may begin a session, but it is only likely
    CUT_OFF = "cut_off"  # the device was off for a moment, in the middle of a session
    MISHEARD = "misheard"  # somebody spoke, but nothing that makes sense now
    TIME_LIMIT = "time_limit"  # the cramp has gone on for too long


Trigger = I | Signal


@dataclass(frozen=True, slots=True)
class Move:
    """What a trigger does: the name of a move (see `moves.py`), and the states it may lead to."""

    name: str
    to: tuple[State, ...]


_S = State
WORKING = (_S.ASK_PLACE, _S.STRETCH, _S.LOCATE, _S.PRESS, _S.CHECK)
"""The states in which somebody is being helped."""

HOLDING = (_S.PAUSED, _S.SAFETY_CHECK, _S.ANSWER)
"""The states that hold another one, to which they lead back."""

_HELD = (*WORKING, _S.AFTERCARE)
_BEGIN = Move("begin", (_S.STRETCH, _S.ASK_PLACE, _S.SAFETY_CHECK))
_RESTART = Move("start_over", (_S.STRETCH, _S.ASK_PLACE, _S.LOCATE, _S.AFTERCARE))
_ROUTINE = Move("begin_routine", (_S.STRETCH, _S.LOCATE, _S.AFTERCARE, _S.ANSWER, _S.SAFETY_CHECK))
_MOVED = Move("moved", (_S.STRETCH, _S.ASK_PLACE))
_WORSE = Move("worse", (_S.STRETCH, _S.LOCATE, _S.AFTERCARE))
_OTHER_LEG = Move("other_leg", (_S.STRETCH, _S.ASK_PLACE, _S.LOCATE, _S.AFTERCARE))
_LOCATE = Move("locate", (_S.LOCATE, _S.CHECK, _S.STRETCH, _S.AFTERCARE))
_NEXT_STEP = Move("next_step", (_S.LOCATE, _S.PRESS))
_DESCRIBE = Move("describe_again", (_S.LOCATE, _S.PRESS))
_LAST_STEP = Move("last_step", (_S.LOCATE, _S.PRESS, _S.CHECK))
_NEXT_POINT = Move("next_point", (_S.LOCATE, _S.STRETCH, _S.AFTERCARE))
_CHECK = Move("check", (_S.CHECK, _S.PRESS, _S.STRETCH, _S.LOCATE, _S.AFTERCARE))
_NEXT_ROUND = Move("next_round", (_S.PRESS, _S.STRETCH, _S.LOCATE, _S.AFTERCARE))
_AFTERCARE = Move("aftercare", (_S.AFTERCARE,))
_GOOD_NIGHT = Move("good_night", (_S.IDLE,))
_SLEEP = Move("sleep", (_S.IDLE,))
_PAUSE = Move("pause", (_S.PAUSED,))
_RESUME = Move("resume", _HELD)
_BACK = Move("back", (_S.IDLE, *_HELD))
_MORE = Move("more", (_S.ANSWER, _S.IDLE, *_HELD))
_THROUGH = Move("through", (_S.IDLE, *_HELD, _S.PAUSED))
_FEELING = Move("ask_feeling", (_S.SAFETY_CHECK,))
_NO_DANGER = Move("no_danger", (_S.IDLE, *_HELD))


def _always(state: State) -> dict[Trigger, Move]:
    """Legal in every state, and past every gate."""
    changed: tuple[State, ...] = (_S.STRETCH, _S.ASK_PLACE, _S.LOCATE, _S.AFTERCARE, _S.IDLE)
    if state is _S.IDLE:
        changed = ()
    elif state in (_S.SAFETY_CHECK, _S.ANSWER):  # back to what was interrupted, where that is still safe
        changed = (*_HELD, _S.IDLE)
    return {
        I.STOP: Move("stop", (_S.IDLE,)),
        I.SAFETY: Move("ask_safety", (_S.SAFETY_CHECK,)),
        I.RED_FLAG: Move("red_flag", (_S.ALERT, *dict.fromkeys((*changed, state)))),
    }


def _stay(state: State, *kinds: I) -> dict[Trigger, Move]:
    """Triggers that are answered on the spot; the move has the intent's own name."""
    return {kind: Move(kind.value, (state,)) for kind in kinds}


def _question(state: State) -> Move:
    asks = (_S.SAFETY_CHECK,) if state in (*WORKING, _S.ANSWER) else ()
    return Move("question", tuple(dict.fromkeys((_S.ANSWER, state, *asks))))


def _awake(state: State) -> dict[Trigger, Move]:
    """What makes sense whenever a session is on."""
    return {
        **_always(state),
        **_stay(state, I.REPEAT, I.LOUDER, I.QUIETER, I.WHISPER, I.HELP, I.POSTURE, I.BOTH, I.GROAN),
        I.GOODBYE: _GOOD_NIGHT,
        I.SYMPTOM: Move("symptom_again", (state, _S.STRETCH, _S.ASK_PLACE, _S.SAFETY_CHECK)),
        I.QUESTION: _question(state),
        I.PAUSE: _PAUSE,
        I.START_OVER: _RESTART,
        I.BETTER: _AFTERCARE,
        I.NO_SIGN: Move("not_so", (state, _S.STRETCH, _S.ASK_PLACE)),
        Signal.TIME_LIMIT: Move("time_limit", (_S.ALERT,)),
    }


def _helping(state: State) -> dict[Trigger, Move]:
    """What makes sense while a muscle is being worked on."""
    return {
        **_awake(state),
        **_stay(state, I.SLOWER, I.FASTER, I.HOW_LONG),
        I.STILL: Move("keep_going", (state,)),
        I.NOT_SURE: Move("keep_going", (state,)),
        I.WORSE: _WORSE,
        I.OTHER_LEG: _OTHER_LEG,
        I.MOVED: _MOVED,
        I.NEXT_POINT: _NEXT_POINT,
        I.CANT_REACH: Move("cant_reach", (state, _S.LOCATE, _S.STRETCH, _S.AFTERCARE)),
    }


def _at_point(state: State) -> dict[Trigger, Move]:
    """What makes sense while a finger is on a point, or was a moment ago."""
    return {
        **_helping(state),
        I.CANT_FEEL: _FEELING,
        I.WHICH_POINT: Move("which_point", (_S.ANSWER, state)),
        I.WHICH_ROUND: Move("which_round", (state,)),
        I.CANT_FIND: _LAST_STEP,
        I.BACK: _LAST_STEP,
    }


_BEGINNINGS: dict[Trigger, Move] = {
    **_always(_S.IDLE),
    I.SYMPTOM: _BEGIN,
    I.ROUTINE: _ROUTINE,
    I.QUESTION: _question(_S.IDLE),
}


def _called() -> dict[Trigger, Move]:
    """Whatever begins something in idle begins it after the question too, or yes does."""
    begins = {kind: Move("called", move.to) for kind, move in _BEGINNINGS.items()}
    anything = Move("called", tuple(dict.fromkeys(target for move in begins.values() for target in move.to)))
    nothing = Move("not_called", (_S.IDLE,))
    return {
        **begins,
        I.YES: anything,
        I.HELP: anything,
        I.NO: nothing,
        I.GOODBYE: nothing,
        I.STOP: nothing,
        Signal.ENDED: nothing,
    }


def _cut_off() -> dict[Trigger, Move]:
    """Yes goes on with what was cut off, no ends it, and whatever begins something in idle begins it here too."""
    go_on = Move("go_on", (*WORKING, _S.SAFETY_CHECK, _S.ALERT))
    leave = Move("leave_off", (_S.IDLE,))
    return {
        **{kind: Move("instead", move.to) for kind, move in _BEGINNINGS.items()},
        **_stay(_S.CUT_OFF, I.REPEAT, I.LOUDER, I.QUIETER, I.WHISPER),
        I.YES: go_on,
        I.STILL: go_on,
        I.HELP: go_on,
        I.NO: leave,
        I.BETTER: leave,
        I.GOODBYE: leave,
        I.STOP: Move("stop", (_S.IDLE,)),
        Signal.ENDED: Move("not_now", (_S.IDLE,)),
    }


TABLE: Mapping[State, Mapping[Trigger, Move]] = {
    _S.IDLE: {
        **_BEGINNINGS,
        Signal.CUT_OFF: Move("offer", (_S.CUT_OFF, _S.ALERT, _S.IDLE)),
        I.NO_SIGN: Move("not_so", (_S.IDLE,)),
        Signal.HALF_HEARD: Move("did_you_call", (_S.CALLED, _S.IDLE)),
        Signal.MISHEARD: Move("spoken_to", (_S.IDLE, _S.CUT_OFF, _S.ALERT)),
    },
    _S.CALLED: _called(),
    _S.CUT_OFF: _cut_off(),
    _S.ANSWER: {
        **_always(_S.ANSWER),
        **_stay(_S.ANSWER, I.REPEAT, I.LOUDER, I.QUIETER, I.WHISPER),
        I.MORE: _MORE,
        I.YES: _MORE,
        I.NO: _BACK,
        I.NEXT: _BACK,
        I.FOUND: _BACK,
        I.RESUME: _BACK,
        I.GOODBYE: _GOOD_NIGHT,
        I.PAUSE: _THROUGH,
        I.BETTER: _THROUGH,
        I.WORSE: _THROUGH,
        I.QUESTION: _question(_S.ANSWER),
        I.SYMPTOM: _BEGIN,
        I.ROUTINE: _ROUTINE,
        Signal.ENDED: _BACK,
    },
    _S.ASK_PLACE: {
        **_awake(_S.ASK_PLACE),
        I.HELP: Move("repeat", (_S.ASK_PLACE,)),
        I.MOVED: _MOVED,
        I.NOT_SURE: Move("unsure", (_S.STRETCH,)),
        I.PLACE: Move("choose_place", (_S.ASK_PLACE, _S.STRETCH)),
        Signal.ENDED: Move("no_place", (_S.ASK_PLACE, _S.STRETCH)),
        Signal.MISHEARD: Move("misheard", (_S.ASK_PLACE,)),
    },
    _S.STRETCH: {
        **_helping(_S.STRETCH),
        I.PLACE: Move("choose_place", (_S.STRETCH, _S.ASK_PLACE)),
        I.NEXT: _LOCATE,
        I.FOUND: _LOCATE,
        I.NEXT_POINT: _LOCATE,
        Signal.ENDED: _LOCATE,
    },
    _S.LOCATE: {
        **_at_point(_S.LOCATE),
        I.NEXT: _NEXT_STEP,
        I.FOUND: _NEXT_STEP,
        I.ON_POINT: Move("press", (_S.PRESS,)),
        I.CANT_FIND: _DESCRIBE,
        I.NOT_SURE: _DESCRIBE,
        I.BACK: Move("previous_step", (_S.LOCATE,)),
        Signal.ENDED: _NEXT_STEP,
        Signal.MISHEARD: Move("misheard", (_S.LOCATE,)),
    },
    _S.PRESS: {
        **_at_point(_S.PRESS),
        I.NEXT: _CHECK,
        Signal.ENDED: _CHECK,
    },
    _S.CHECK: {
        **_at_point(_S.CHECK),
        I.YES: _AFTERCARE,
        I.NO: _NEXT_ROUND,
        I.STILL: _NEXT_ROUND,
        I.NEXT: _NEXT_ROUND,
        I.NOT_SURE: _NEXT_ROUND,
        Signal.ENDED: Move("no_answer", (_S.CHECK, *_NEXT_ROUND.to)),
        Signal.MISHEARD: Move("misheard", (_S.CHECK,)),
    },
    _S.AFTERCARE: {
        **_always(_S.AFTERCARE),
        **_stay(_S.AFTERCARE, I.REPEAT, I.LOUDER, I.QUIETER, I.WHISPER),
        I.GOODBYE: _GOOD_NIGHT,
        I.BETTER: _GOOD_NIGHT,
        I.PAUSE: _PAUSE,
        I.SYMPTOM: _BEGIN,
        I.START_OVER: _RESTART,
        I.ROUTINE: _ROUTINE,
        I.QUESTION: _question(_S.AFTERCARE),
        I.NO_SIGN: Move("not_so", (_S.AFTERCARE,)),
        I.STILL: Move("cramp_again", (_S.STRETCH, _S.ASK_PLACE, _S.AFTERCARE)),
        I.WORSE: _WORSE,
        I.OTHER_LEG: _OTHER_LEG,
        I.MOVED: _MOVED,
        Signal.ENDED: _SLEEP,
    },
    _S.PAUSED: {
        **_always(_S.PAUSED),
        **_stay(_S.PAUSED, I.LOUDER, I.QUIETER, I.WHISPER, I.HELP),
        I.RESUME: _RESUME,
        I.WORSE: _THROUGH,
        I.NO_SIGN: Move("not_so", (_S.PAUSED,)),
        I.NEXT: _RESUME,
        I.FOUND: _RESUME,
        I.START_OVER: _RESTART,
        I.SYMPTOM: _BEGIN,
        I.BETTER: _AFTERCARE,
        I.GOODBYE: _GOOD_NIGHT,
        Signal.ENDED: _SLEEP,
    },
    _S.SAFETY_CHECK: {
        **_always(_S.SAFETY_CHECK),
        **_stay(_S.SAFETY_CHECK, I.REPEAT, I.LOUDER, I.QUIETER, I.WHISPER),
        I.SIGN: Move("red_flag", (_S.ALERT, *_HELD, _S.IDLE)),
        I.NO_SIGN: Move("not_that", (_S.SAFETY_CHECK,)),
        I.YES: Move("it_is_numb", (_S.ALERT, _S.SAFETY_CHECK)),
        I.NO: _NO_DANGER,
        I.CANT_FIND: Move("only_the_spot", (_S.SAFETY_CHECK, *_NO_DANGER.to)),
        I.RESUME: _NO_DANGER,
        Signal.ENDED: Move("no_danger_answer", (_S.SAFETY_CHECK, _S.ALERT, _S.IDLE)),
        Signal.MISHEARD: Move("misheard", (_S.SAFETY_CHECK,)),
    },
    _S.ALERT: {
        **_always(_S.ALERT),
        **_stay(_S.ALERT, I.REPEAT, I.LOUDER, I.QUIETER, I.WHISPER),
        Signal.ENDED: _SLEEP,
    },
}


def legal(state: State) -> frozenset[I]:
    """The intents that make sense in a state."""
    return frozenset(trigger for trigger in TABLE[state] if isinstance(trigger, I))
