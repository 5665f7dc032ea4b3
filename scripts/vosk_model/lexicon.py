"""Words, their pronunciations, and their numbers."""

from collections.abc import Iterable, Mapping, Sequence
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
        phrases: what shall be one word to the decoder, beside its single words, see `token`. Phrases of one word are
            none.

    Raises:
        ValueError: a word has no pronunciation.

    """

    def __init__(self, sounds: Mapping[str, Sequence[str]], phrases: Iterable[str] = ()) -> None:
        entries = {Entry(word, word_phones(phones.split())) for word, variants in sounds.items() for phones in variants}
        silent = set(sounds) - {entry.word for entry in entries}
        if silent:
            raise ValueError(f"no pronunciation: {', '.join(sorted(silent))}")
        self.entries = sorted(entries, key=lambda entry: (entry.phones, entry.word))
        self.sounds = sounds
        self.phrases = sorted({tuple(p.split()) for p in phrases if " " in p}, key=self._sounded)
        tokens = [token(phrase) for phrase in self.phrases]
        words = [*dict.fromkeys(entry.word for entry in self.entries), *tokens, UNKNOWN]
        self.numbers = {word: number for number, word in enumerate(words, start=1)}
        """0 is epsilon."""

    def _sounded(self, phrase: tuple[str, ...]) -> list[tuple[str, str]]:
        """What puts phrases with the same beginning, then those that sound alike, side by side."""
        return [(self.sounds[word][0], word) for word in phrase]


def token(phrase: Iterable[str]) -> str:
    """A phrase as one word."""
    return "_".join(phrase)
