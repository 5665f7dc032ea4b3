"""Brings a talk into each state, the way a night would."""

from collections.abc import Callable, Mapping

from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind as K

WAYS: Mapping[State, Callable[[Talk], Talk]] = {
    State.IDLE: lambda talk: talk,
    State.CALLED: lambda talk: talk.half_hear(K.SYMPTOM, place="calf").wait(3),
    State.CUT_OFF: lambda talk: talk.cut_off(WAYS[State.LOCATE](Talk(talk.session.library))).wait(2),
    State.ASK_PLACE: lambda talk: talk.hear(K.SYMPTOM).wait(4),
    State.STRETCH: lambda talk: talk.hear(K.SYMPTOM, place="calf").wait(6),
    State.LOCATE: lambda talk: talk.hear(K.SYMPTOM, place="calf").until(State.LOCATE).wait(6),
    State.PRESS: lambda talk: WAYS[State.LOCATE](talk).hear(K.ON_POINT).wait(5),
    State.CHECK: lambda talk: WAYS[State.PRESS](talk).until(State.CHECK).wait(2),
    State.AFTERCARE: lambda talk: WAYS[State.CHECK](talk).hear(K.BETTER).wait(2),
    State.PAUSED: lambda talk: WAYS[State.PRESS](talk).hear(K.PAUSE).wait(2),
    State.ANSWER: lambda talk: WAYS[State.PRESS](talk).hear(K.QUESTION, question="magnesium").wait(2),
    State.SAFETY_CHECK: lambda talk: WAYS[State.PRESS](talk).hear(K.SAFETY).wait(2),
    State.ALERT: lambda talk: WAYS[State.PRESS](talk).hear(K.RED_FLAG, flag="chest-pain").wait(2),
}


def reach(library: Library, state: State) -> Talk:
    """A talk in the state."""
    talk = WAYS[state](Talk(library))
    assert talk.state is state
    return talk
