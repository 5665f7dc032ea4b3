"""The shapes of what holds for a language as a whole: voice, rhythm, shared sentences, sources."""

from typing import Annotated

from pydantic import Field, field_validator

from voiceguide.content.fields import FlagRef, Id, Model, PlaceRef, PointRef, PromptRef, Seconds, SourceId, Text, all_of
from voiceguide.content.schema import Dose
from voiceguide.intents import Side


class Remaining(Model):
    """An answer to "how long left", used up to this many seconds."""

    up_to: Seconds
    say: PromptRef


class Voice(Model):
    """How text-to-speech should sound in this language."""

    name: str
    """An espeak-ng voice or variant, e.g. `en-gb`, `en-us+f3`."""
    rate: Annotated[int, Field(ge=80, le=300)]
    """Words a minute."""


class Emergency(Model):
    """What `{emergency}` becomes in a prompt."""

    unknown: Annotated[str, Field(min_length=1)]
    """Where the settings name no number."""
    number: Annotated[str, Field(pattern=r"\{number\}")]
    """Where they do; `{number}` stands for its digits, said one by one."""


class Tuning(Model):
    """What `voiceguide tune` says, and what it lets the person say after it."""

    begin: PromptRef
    """What is going to happen."""
    say: PromptRef
    """Before each of the phrases."""
    again: PromptRef
    """The same, where nobody was heard."""
    thanks: PromptRef
    phrases: Annotated[tuple[str, ...], Field(min_length=3)]
    """Things that people say anyway: short words, and sounds of all kinds."""


class Nudge(Model):
    """When cramps come often enough to advise a doctor."""

    nights: Annotated[int, Field(ge=2)]
    """In so many nights ..."""
    days: Annotated[int, Field(ge=2, le=60)]
    """... within so many days."""
    rest: Annotated[int, Field(ge=1, le=365)]
    """Days for which it is not said again."""


class History(Model):
    """What is told of the nights before; the sentences with no number or day in them are in `prompts.yaml`."""

    counts: Annotated[tuple[PromptRef, ...], Field(min_length=3)]
    """"How many cramps this week?": none, one, two ...; the last one is for all that is more."""
    weekdays: Annotated[tuple[PromptRef, ...], Field(min_length=7, max_length=7)]
    """"When was the last one?": on Monday, on Tuesday ..."""
    times: Annotated[tuple[PromptRef, ...], Field(min_length=2)]
    """How often something helped: once, twice ...; the last one is for all that is more."""
    nudge: Nudge


class Skill(Model):
    """`skill.yaml`: what holds for the language as a whole."""

    language: str
    voice: Voice
    default_place: PlaceRef
    beyond_reach: PointRef
    """The point for who can't reach the leg."""
    numbness: FlagRef
    """The flag that "yes" to "is the leg numb?" raises."""
    sides: dict[Side, str]
    """What `{side}` becomes in a prompt: `left: left`."""
    emergency: Emergency
    dose: Dose
    remaining: Annotated[tuple[Remaining, ...], Field(min_length=1)]
    """By rising `up_to`; the last one answers for all that is longer."""
    rounds: Annotated[tuple[PromptRef, ...], Field(min_length=1)]
    """"Which round is this?": the first, the second ..."""
    history: History
    tuning: Tuning
    max_words: Annotated[int, Field(ge=1)] = 14
    """Of a spoken sentence; lint warns of longer ones."""
    max_seconds: Seconds = 6
    """Of a spoken sentence, as estimated from its length; lint warns of longer ones."""
    avoid: dict[str, tuple[str, ...]] = {}
    """Words that no prompt should have, by the reason; lint warns of them."""

    @field_validator("sides")
    @classmethod
    def _both(cls, sides: dict[Side, str]) -> dict[Side, str]:
        return all_of(Side, sides)

    @field_validator("remaining")
    @classmethod
    def _rising(cls, remaining: tuple[Remaining, ...]) -> tuple[Remaining, ...]:
        limits = [answer.up_to for answer in remaining]
        if limits != sorted(set(limits)):
            raise ValueError("up_to must rise from answer to answer")
        return remaining


class Prompts(Model):
    """`prompts.yaml`: the sentences that all guides share."""

    prompts: dict[Id, Text]


class Sources(Model):
    """`sources.yaml`: where the facts come from, and what became of each statement of the articles."""

    sources: dict[Id, str]
    items: dict[SourceId, str] = {}
    """What an article says, by its source and a word: `calf-cramps/wind`."""
    left_out: dict[SourceId, str] = {}
    """The items that are left out on purpose, each with the reason."""
