"""Words, their pronunciations, and their numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.vosk_model.topology import word_phones

UNKNOWN = "[unk]"
"""The word for everything that is no word of the lexicon."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One pronunciation of a word."""

    word: str
    phones: tuple[int, ...]
    """Phone numbers, see `topology.word_phones`."""


class Lexicon:
    """Pronunciations in the order of a prefix tree, and words numbered in that order, UNKNOWN last.

    Args:
        sounds: by word, its variants in ARPABET.

    Raises:
        ValueError: a word has no pronunciation.

    """

    def __init__(self, sounds: Mapping[str, Iterable[str]]) -> None:
        entries = {Entry(word, word_phones(phones.split())) for word, variants in sounds.items() for phones in variants}
        silent = set(sounds) - {entry.word for entry in entries}
        if silent:
            raise ValueError(f"no pronunciation: {', '.join(sorted(silent))}")
        self.entries = sorted(entries, key=lambda entry: (entry.phones, entry.word))
        words = [*dict.fromkeys(entry.word for entry in self.entries), UNKNOWN]
        self.numbers = {word: number for number, word in enumerate(words, start=1)}
        """0 is epsilon."""
