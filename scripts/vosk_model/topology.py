"""Phones, their numbers, and the hidden Markov model behind each: what acoustic model and graph must agree on.

A phone has one number for each place in a word (Kaldi's "word position dependent phones"), because libvosk finds the
ends of words by them. All places of a phone share one output of the network.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# fmt: off
PHONES = (
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
    "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
)
# fmt: on
"""ARPABET without stress, as in CMUdict."""

SILENCE = "SIL"
SILENCE_ID = 1
"""Phone number of silence; 0 is epsilon."""

PLACES = ("begin", "end", "internal", "singleton")
"""Places in a word, by Kaldi's names in word_boundary.int."""
BEGIN, END, INTERNAL, SINGLETON = range(4)

OUTPUTS = 1 + len(PHONES)
"""Outputs of the network: silence, then `PHONES`."""
PAUSE_ID = 2 + len(PLACES) * len(PHONES)
"""Phone number of a silence between the words of a phrase that is one word to the decoder: a phone inside a word."""
LAST_PHONE_ID = PAUSE_ID

STAY = 0.5
"""Probability of each phone's one state to go on for another 30 ms. Its true length is left to the network."""


@dataclass(frozen=True, slots=True)
class Transitions:
    """Kaldi's numbers of the two transitions of a phone, from 1."""

    stay: int
    leave: int


def phone_id(phone: str, place: int) -> int:
    """The number of a phone at a place in a word."""
    return 2 + len(PLACES) * PHONES.index(phone) + place


def output(phone: int) -> int:
    """Which output of the network tells how likely phone number `phone` is (Kaldi's pdf)."""
    return 0 if phone in (SILENCE_ID, PAUSE_ID) else 1 + (phone - 2) // len(PLACES)


def output_of(name: str) -> int:
    """The same by the phone's name."""
    return 0 if name == SILENCE else 1 + PHONES.index(name)


def transitions(phone: int) -> Transitions:
    """As Kaldi numbers them: two for each phone, in the order of the phones."""
    return Transitions(stay=2 * phone - 1, leave=2 * phone)


LAST_TRANSITION = transitions(LAST_PHONE_ID).leave


def log_probabilities() -> list[float]:
    """Natural logarithm of each transition's probability by its number; 0 is unused."""
    return [0.0] + [math.log(STAY), math.log(1 - STAY)] * LAST_PHONE_ID


def word_phones(sounds: Sequence[str], *, begins: bool = True, ends: bool = True) -> tuple[int, ...]:
    """The phone numbers of a word's pronunciation; of one inside a phrase, where it neither begins nor ends that."""
    first, last = 0 if begins else None, len(sounds) - 1 if ends else None
    places = {(True, True): SINGLETON, (True, False): BEGIN, (False, True): END, (False, False): INTERNAL}
    return tuple(phone_id(sound, places[at == first, at == last]) for at, sound in enumerate(sounds))
