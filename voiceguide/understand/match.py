"""From words to what was meant: whole phrases only, and only those that make sense now."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from voiceguide.content.library import Library
from voiceguide.content.templates import Phrase, expand, normalise
from voiceguide.intents import URGENT, Intent, IntentKind

__all__ = ["Phrase", "Phrasebook", "normalise"]


class Phrasebook:
    """All phrases of a language: the one source for the recogniser's grammar and for the matching. Immutable.

    Args:
        phrases: their texts are normalised. Where two with the same words make sense at once, the first counts;
            `content.lint` finds them.
        pronunciations: by word, ARPABET variants for the words that the recogniser lacks or that people say otherwise.
        picks: by word, the only ARPABET variants that this person says; other words are as they are for all.

    """

    def __init__(
        self,
        phrases: Iterable[Phrase],
        pronunciations: Mapping[str, tuple[str, ...]] | None = None,
        picks: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.phrases = tuple(sorted(phrases, key=lambda phrase: phrase.intent not in URGENT))
        self.pronunciations = MappingProxyType(dict(pronunciations or {}))
        self.picks = MappingProxyType(dict(picks or {}))
        self._by_text: dict[str, list[Phrase]] = {}
        self._longer: dict[str, list[Phrase]] = {}
        for phrase in self.phrases:
            self._by_text.setdefault(phrase.text, []).append(phrase)
            words = phrase.text.split()
            for count in range(1, len(words)):
                self._longer.setdefault(" ".join(words[:count]), []).append(phrase)

    @classmethod
    def of(cls, library: Library, picks: Mapping[str, tuple[str, ...]] | None = None) -> "Phrasebook":
        """The phrases of a language's content; `picks` as for a `Phrasebook`."""
        return cls(expand(library.phrases), library.phrases.pronunciations, picks)

    def match(self, text: str, legal: Collection[IntentKind]) -> Intent | None:
        """What `text` means among the intents that make sense now; None where it is no whole phrase of theirs."""
        phrase = self._find(normalise(text), legal)
        return Intent(phrase.intent, phrase.slots, text) if phrase else None

    def texts(self, legal: Collection[IntentKind]) -> frozenset[str]:
        """The phrases that act now."""
        return frozenset(phrase.text for phrase in self.phrases if phrase.intent in legal)

    def words(self) -> frozenset[str]:
        """Every word of every phrase."""
        return frozenset(word for text in self._by_text for word in text.split())

    def continues(self, text: str, legal: Collection[IntentKind]) -> bool:
        """True where more words may follow that change the meaning, so that acting now would be hasty.

        "cramp" continues ("cramp in my foot"); "stop" does not, though "stop it" is a phrase: it means the same.
        """
        said = normalise(text)
        now = self._find(said, legal)
        return any(
            phrase.intent in legal and (now is None or phrase.meaning != now.meaning)
            for phrase in self._longer.get(said, ())
        )

    def begins(self, text: str, legal: Collection[IntentKind]) -> bool:
        """True where more words may follow, whatever they mean."""
        return any(phrase.intent in legal for phrase in self._longer.get(normalise(text), ()))

    def _find(self, normal: str, legal: Collection[IntentKind]) -> Phrase | None:
        return next((phrase for phrase in self._by_text.get(normal, ()) if phrase.intent in legal), None)
