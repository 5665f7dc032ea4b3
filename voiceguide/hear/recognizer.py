"""What the listener needs of a recogniser, whichever it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

LATER = (0.14, 0.36)
"""Seconds of silence after which what did not act is worth another try: the last sound has died away; and at last."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What an utterance sounds like so far."""

    text: str = ""
    """The words, while all of it fits the beginning of some phrase; empty where it does not."""
    confidence: float = 0.0
    """0 (a guess) to 1 (certain), on the recogniser's own scale."""
    others: Mapping[str, float] = field(default_factory=dict)
    """What else it may be: phrases and their confidences; empty where the recogniser cannot tell."""
    known: float | None = None
    """Natural logarithm of how much likelier all of this together is than unknown words; None where it cannot tell."""


class Recognizer(Protocol):
    """Hears the phrases it was made with, all of them at any time; which of them act is decided by the listener.

    The phrases that make no sense now serve as decoys: what is closer to one of them is not forced into another.
    """

    @property
    def name(self) -> str:
        """One line for the user: which recogniser, which version, which model."""
        ...

    @property
    def unknown_words(self) -> tuple[str, ...]:
        """Words of the phrases that it cannot hear; phrases with them are left out."""
        ...

    def begin(self, strict: bool) -> None:
        """An utterance begins; `strict`: what is not clearly a phrase is none, as nobody is in a dialogue with us."""
        ...

    def feed(self, samples: NDArray[np.int16]) -> None:
        """The next samples of the utterance, shape (n,), at HEAR_RATE; the first ones hold the pre-roll."""
        ...

    def partial(self, silence: float) -> Partial:
        """What it sounds like so far.

        Args:
            silence: seconds since the last voiced sample, less than before where somebody has gone on. While it is
                short nothing acts, so there need not be a confidence.

        """
        ...

    def finish(self) -> Partial:
        """The utterance has ended: what it sounded like."""
        ...
