"""What a person can mean: the intents, their slots, and the values of these that the code knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

NO_SLOTS: Mapping[str, str] = MappingProxyType({})


class IntentKind(StrEnum):
    """What a person can mean. The sentences for each are in `content/<lang>/phrases.yaml`."""

    SYMPTOM = "symptom"  # slots: place (absent: unclear which), side
    PLACE = "place"  # slots: place, side: an answer to "which?"
    BOTH = "both"  # both legs
    NOT_SURE = "not_sure"
    POSTURE = "posture"  # slots: posture
    OTHER_LEG = "other_leg"
    MOVED = "moved"  # slots: place, side
    NEXT = "next"  # go on, skip: "next", "skip this one"
    FOUND = "found"  # the movement is done: "found it", "got it", "ready"
    ON_POINT = "on_point"  # the point itself: "I'm on it", "that's tender"
    CANT_FIND = "cant_find"
    CANT_REACH = "cant_reach"
    CANT_FEEL = "cant_feel"  # "I can't feel it": the point, or the leg?
    REPEAT = "repeat"
    BACK = "back"
    NEXT_POINT = "next_point"
    START_OVER = "start_over"
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"
    WHISPER = "whisper"  # as quiet as a bed partner needs it
    PAUSE = "pause"
    RESUME = "resume"
    HOW_LONG = "how_long"
    WHICH_ROUND = "which_round"
    WHICH_POINT = "which_point"  # "what point is that"
    HELP = "help"
    BETTER = "better"
    STILL = "still"
    WORSE = "worse"
    YES = "yes"
    NO = "no"
    GROAN = "groan"  # "ow": no answer to anything
    GOODBYE = "goodbye"
    ROUTINE = "routine"  # slots: routine or point: a session by choice
    QUESTION = "question"  # slots: question, point, or history: a `Recall`
    MORE = "more"  # the long answer
    NO_SIGN = "no_sign"  # slots: flag: "my leg is not swollen"
    STOP = "stop"
    SAFETY = "safety"
    RED_FLAG = "red_flag"  # slots: flag
    SIGN = "sign"  # slots: flag: a red flag in one word, an answer to "which is it?"


URGENT = frozenset({IntentKind.STOP, IntentKind.SAFETY, IntentKind.RED_FLAG})
"""Makes sense in every state, and passes every gate that could eat it."""


class Slot(StrEnum):
    """The slots that an intent may carry."""

    PLACE = "place"
    SIDE = "side"
    FLAG = "flag"
    POSTURE = "posture"
    ROUTINE = "routine"
    POINT = "point"
    QUESTION = "question"
    HISTORY = "history"


class Recall(StrEnum):
    """What may be asked about the nights before."""

    COUNT = "count"  # how many cramps?
    LAST = "last"  # when was the last one?
    HELPED = "helped"  # what helped?


class Posture(StrEnum):
    """How somebody lies or sits."""

    LYING = "lying"
    SITTING = "sitting"


class Side(StrEnum):
    """Which leg; a prompt whose text has `{side}` is rendered once for each, and once without."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The other leg."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person meant."""

    kind: IntentKind
    slots: Mapping[str, str] = field(default_factory=lambda: NO_SLOTS)
    """Keys are `Slot` values."""
    text: str = ""
    """The words it was taken from."""

    @property
    def meaning(self) -> "Meaning":
        """The same for all words that mean the same."""
        return self.kind, frozenset(self.slots.items())


Meaning = tuple[IntentKind, frozenset[tuple[str, str]]]
"""An intent and its slots as one value that can be compared and hashed."""
