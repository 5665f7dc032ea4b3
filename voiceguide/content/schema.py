"""The shapes of the content files, and the immutable library they become.

One pydantic model per kind of file. A file refers to a prompt by its id: first among the file's own `prompts`, then
among those of `prompts.yaml`. `load.py` validates with a `Resolver` as the context, which checks the references: in a
`Library` each is the full id ("st-36/shin-ridge", "check").
"""

import re
from enum import StrEnum
from typing import Annotated, Literal, Protocol, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from voiceguide.messages import IntentKind, Side


class Resolver(Protocol):
    """The validation context: what a reference may refer to. Without it, references are taken as they are."""

    def resolve(self, kind: str, name: str) -> str:
        """The full id of the prompt, point or place called `name`; ValueError where there is none."""
        ...


def _refers_to(kind: str) -> AfterValidator:
    def resolve(name: str, info: ValidationInfo) -> str:
        resolver: Resolver | None = info.context
        return resolver.resolve(kind, name) if resolver else name

    return AfterValidator(resolve)


def _side_only(text: str) -> str:
    for name in re.findall(r"\{([^}]*)\}?", text):
        if name != "side":
            raise ValueError(f"unknown placeholder '{{{name}}}' (there is only '{{side}}')")
    return text


Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
PromptRef = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$"), _refers_to("prompt")]
PointRef = Annotated[Id, _refers_to("point")]
PlaceRef = Annotated[Id, _refers_to("place")]
Text = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_side_only)]
Seconds = Annotated[float, Field(gt=0, le=600)]


class Role(StrEnum):
    """The prompts that the dialogue needs whatever the place: `prompts.yaml` must have each."""

    STRETCH_ANY = "stretch-any"  # the first help while the place is not yet known
    SAFETY_LINE = "safety-line"
    ASK_PLACE = "ask-place"
    ASK_PLACE_AGAIN = "ask-place-again"
    ASSUME_DEFAULT = "assume-default"
    TRADITIONAL = "traditional"  # the honest line, before the first point
    SECOND_POINT = "second-point"
    LAST_POINT = "last-point"
    CLOSE_ENOUGH = "close-enough"
    ROUND = "round"  # before the first round of a point
    ROUND_AGAIN = "round-again"
    CHECK = "check"
    CHECK_AGAIN = "check-again"
    KEEP_GOING = "keep-going"
    EASE_OFF = "ease-off"  # worse in the stretch
    WORSE = "worse"
    WORSE_AGAIN = "worse-again"
    OTHER_LEG = "other-leg"
    TIME_LIMIT = "time-limit"
    GOOD_NIGHT = "good-night"
    STOPPED = "stopped"  # two words
    MISHEARD = "misheard"
    MISHEARD_AGAIN = "misheard-again"
    SAFETY_ASK = "safety-ask"
    SAFETY_ASK_AGAIN = "safety-ask-again"
    SAFETY_CLEAR = "safety-clear"
    SAFETY_UNANSWERED = "safety-unanswered"
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"
    HELP = "help"


class Model(BaseModel):
    """Base of all content models: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Beat(Model):
    """One part of a pressing rhythm: a tone, a word after it, then counts until the next beat."""

    cue: Literal["press", "release"]
    seconds: Seconds
    say: PromptRef | None = None
    count: tuple[PromptRef, ...] = ()
    """Spoken on the last full seconds of the beat, one a second: [three, two, one]."""


class Dose(Model):
    """How a point is pressed in one round: the beats, so many times."""

    times: Annotated[int, Field(ge=1, le=30)]
    beats: Annotated[tuple[Beat, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _press_and_release(self) -> Self:
        for number, beat in enumerate(self.beats):
            wanted = "release" if number % 2 else "press"
            if beat.cue != wanted:
                raise ValueError(f"beat {number} must be a {wanted}: each press is followed by a release")
        if len(self.beats) % 2:
            raise ValueError("a press without a release at the end")
        return self

    @property
    def seconds(self) -> float:
        """Length of one round, without words that run over."""
        return self.times * sum(beat.seconds for beat in self.beats)


class Step(Model):
    """One movement of the hand on the way to a point."""

    say: PromptRef
    again: PromptRef
    """Another description, for "can't find it"."""


class Names(Model):
    """What a point is called."""

    code: str
    english: str
    pinyin: str
    characters: str
    others: tuple[str, ...] = ()


class Point(Model):
    """An acupressure point: `points/<id>.yaml`."""

    id: Id
    names: Names
    serves: Annotated[tuple[PlaceRef, ...], Field(min_length=1)]
    location: str
    """In anatomical words, for readers; never spoken."""
    prompts: dict[Id, Text] = {}
    introduce: PromptRef
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    on_it: PromptRef
    """How the right spot feels."""
    dose: Dose | None = None
    """Only where it differs from the language's own."""
    cautions: tuple[str, ...] = ()
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class Guide(Model):
    """What helps at one place: `guides/<place>.yaml`; the file name is the place."""

    id: Id
    prompts: dict[Id, Text] = {}
    stretch: PromptRef
    """The first sentence: the stretch that helps fastest."""
    hold: PromptRef
    """What to do while the stretch is held, and how it should feel."""
    points: Annotated[tuple[PointRef, ...], Field(min_length=1)]
    aftercare: PromptRef
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class Flag(Model):
    """A red flag: a sign that is no cramp. It stops everything."""

    id: Id
    level: Literal["emergency", "same-day"]
    say: PromptRef
    sources: Annotated[tuple[str, ...], Field(min_length=1)]


class Safety(Model):
    """`safety.yaml`: the red flags, by urgency."""

    prompts: dict[Id, Text] = {}
    flags: Annotated[tuple[Flag, ...], Field(min_length=1)]


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


class Skill(Model):
    """`skill.yaml`: what holds for the language as a whole."""

    language: str
    voice: Voice
    default_place: PlaceRef
    sides: dict[Side, str]
    """What `{side}` becomes in a prompt: `left: left`."""
    dose: Dose
    remaining: Annotated[tuple[Remaining, ...], Field(min_length=1)]
    """By rising `up_to`; the last one answers for all that is longer."""
    max_words: Annotated[int, Field(ge=1)] = 14
    """Of a spoken sentence; lint warns of longer ones."""
    eye_words: tuple[str, ...] = ()
    """Words that ask for eyes, in a skill for the dark; lint warns of them."""

    @field_validator("sides")
    @classmethod
    def _both(cls, sides: dict[Side, str]) -> dict[Side, str]:
        if missing := set(Side) - sides.keys():
            raise ValueError(f"missing '{min(missing)}'")
        return sides

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


class Sentences(Model):
    """Templates with one meaning (the format of Home Assistant's intents)."""

    sentences: Annotated[tuple[str, ...], Field(min_length=1)]
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
    expansion_rules: dict[str, str] = {}
    pronunciations: dict[str, tuple[str, ...]] = {}
    """ARPABET (the phones of CMUdict) for words the recogniser lacks or people say otherwise."""


class Example(Model):
    """Something a person says, and what is to be made of it: `examples/*.yaml`."""

    text: str
    intent: IntentKind
    slots: dict[str, str] = {}


class Examples(Model):
    """A file of examples."""

    examples: Annotated[tuple[Example, ...], Field(min_length=1)]
