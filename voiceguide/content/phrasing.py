"""The shapes of what is understood: templates by intent, and examples of what people say."""

from typing import Annotated

from pydantic import Field

from voiceguide.content.fields import Model, Templates
from voiceguide.intents import IntentKind


class Sentences(Model):
    """Templates with one meaning (the format of Home Assistant's intents)."""

    sentences: Annotated[Templates, Field(min_length=1)]
    slots: dict[str, str] = {}


class IntentSentences(Model):
    """All sentences of one intent."""

    data: Annotated[tuple[Sentences, ...], Field(min_length=1)]


class ListValue(Model):
    """A value of a slot list: what is said, what it means."""

    said: Annotated[str, Field(alias="in")]
    meant: Annotated[str, Field(alias="out")]


class SlotList(Model):
    """The values that a `{slot}` in a template may take."""

    values: Annotated[tuple[ListValue, ...], Field(min_length=1)]


class Phrases(Model):
    """`phrases.yaml`: what people say, as hassil templates."""

    language: str
    intents: dict[IntentKind, IntentSentences]
    lists: dict[str, SlotList] = {}
    """Beside `{point}`, which the points make themselves, of their `names.said`."""
    expansion_rules: dict[str, str] = {}
    pronunciations: dict[str, tuple[str, ...]] = {}
    """ARPABET (the phones of CMUdict) for words the recogniser lacks or people say otherwise."""


class ExampleGroup(Model):
    """Things that people say, and what is to be made of them."""

    intent: IntentKind
    slots: dict[str, str] = {}
    states: Annotated[tuple[str, ...], Field(min_length=1)]
    """Where it means that: names of states, or `all`."""
    said: Annotated[tuple[str, ...], Field(min_length=1)]


class Examples(Model):
    """A file of examples: `examples/*.yaml`."""

    examples: Annotated[tuple[ExampleGroup, ...], Field(min_length=1)]
