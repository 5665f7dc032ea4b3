"""What people say: hassil templates, expanded into the phrases that the recogniser listens for and that are matched.

The syntax is that of Home Assistant's sentences: `[optional]`, `(one|of these)`, `{list}`, `{list:slot}`, `<rule>`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, permutations
from types import MappingProxyType
from typing import cast

from hassil.expression import Alternative, Expression, ListReference, Permutation, RuleReference, TextChunk
from hassil.expression import Sequence as Chain
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from voiceguide.content.phrasing import Phrases
from voiceguide.intents import NO_SLOTS, IntentKind, Meaning

MOST = 500
"""Phrases of one template: more is a slip of the pen, and would drown the recogniser."""

Said = tuple[str, Mapping[str, str]]
"""Words, and the slots they fill."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing a person may say, and what it means."""

    text: str
    """Normalised, see `normalise`."""
    intent: IntentKind
    slots: Mapping[str, str] = field(default_factory=lambda: NO_SLOTS)

    @property
    def meaning(self) -> Meaning:
        """As of the intent."""
        return self.intent, frozenset(self.slots.items())


def normalise(text: str) -> str:
    """Lower case, words separated by one space, no punctuation but apostrophes inside words ("can't")."""
    plain = unicodedata.normalize("NFC", text).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return " ".join(_WORD.findall(plain))


def expand(phrases: Phrases) -> tuple[Phrase, ...]:
    """All phrases of a language, each meaning of a text once, in the order of the file."""
    found: dict[tuple[str, object], Phrase] = {}
    for intent, sentences in phrases.intents.items():
        for group in sentences.data:
            for template in group.sentences:
                for text, slots in expand_template(template, phrases):
                    phrase = Phrase(text, intent, MappingProxyType({**group.slots, **slots}))
                    found.setdefault((text, phrase.meaning), phrase)
    return tuple(found.values())


def expand_template(template: str, phrases: Phrases) -> tuple[Said, ...]:
    """What one template stands for, normalised.

    Raises:
        ValueError: brackets that don't match, an unknown list or rule, a rule that needs itself, or more than `MOST`
            phrases; the message says which.

    """
    try:
        said = tuple(islice(_expand(_parse(template), phrases, ()), MOST + 1))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if len(said) > MOST:
        raise ValueError(f"stands for more than {MOST} phrases")
    return tuple((normalise(text), slots) for text, slots in said)


def _parse(template: str) -> Expression:
    try:
        return parse_sentence(template).expression
    except (ParseError, AssertionError):
        raise ValueError("brackets that don't match, or are empty") from None


def _expand(expression: Expression, phrases: Phrases, within: tuple[str, ...]) -> Iterator[Said]:
    """Lazily: a template may stand for more phrases than there is memory."""
    match expression:
        case TextChunk():
            yield expression.original_text, NO_SLOTS
        case Alternative():
            for item in expression.items:
                yield from _expand(item, phrases, within)
        case Permutation():
            for order in permutations(expression.items):
                yield from _chain(order, phrases, within)
        case Chain():
            yield from _chain(expression.items, phrases, within)
        case ListReference():
            yield from _values(expression, phrases, within)
        case _:  # the only kind left
            yield from _rule(cast(RuleReference, expression).rule_name, phrases, within)


def _chain(items: Sequence[Expression], phrases: Phrases, within: tuple[str, ...]) -> Iterator[Said]:
    if not items:
        yield "", NO_SLOTS
        return
    for head, slots in _expand(items[0], phrases, within):
        for tail, more in _chain(items[1:], phrases, within):
            yield head + tail, {**slots, **more}


def _values(reference: ListReference, phrases: Phrases, within: tuple[str, ...]) -> Iterator[Said]:
    if reference.list_name not in phrases.lists:
        raise ValueError(f"unknown list {{{reference.list_name}}}")
    for value in phrases.lists[reference.list_name].values:
        for text, _ in _expand(_parse(value.said), phrases, _deeper(within, f"{{{reference.list_name}}}")):
            yield text, {reference.slot_name: value.meant}


def _rule(name: str, phrases: Phrases, within: tuple[str, ...]) -> Iterator[Said]:
    if name not in phrases.expansion_rules:
        raise ValueError(f"unknown rule <{name}>")
    yield from _expand(_parse(phrases.expansion_rules[name]), phrases, _deeper(within, f"<{name}>"))


def _deeper(within: tuple[str, ...], name: str) -> tuple[str, ...]:
    if name in within:
        raise ValueError(f"{name} needs itself")
    return (*within, name)
