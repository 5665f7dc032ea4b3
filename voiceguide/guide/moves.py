"""What a move is, and how it is registered: what each trigger of the transition table does, by the name it has there.

A move is a function of the session and the intent (None where the trigger is a signal) that returns the next state.
The moves stand in `plan.py` (the way from the cramp to good night), `points.py` (finding and pressing), `answers.py`
(questions), `danger.py` (what may not be safe) and `controls.py` (what may come at any time).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from voiceguide.guide.states import State
from voiceguide.intents import Intent, Side, Slot

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

MoveFunction = Callable[["Session", Intent | None], State]


class Moves(dict[str, MoveFunction]):
    """Moves by name."""

    def add(self, function: MoveFunction) -> MoveFunction:
        """Register a move under its function's name."""
        self[function.__name__] = function
        return function


def slot(intent: Intent | None, name: Slot) -> str | None:
    """The value of a slot, where the intent has it."""
    return intent.slots.get(name) if intent else None


def side(intent: Intent | None) -> Side | None:
    """The leg that was named."""
    value = slot(intent, Slot.SIDE)
    return Side(value) if value else None
