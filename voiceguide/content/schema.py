"""The shapes of what is spoken: points, guides, routines, questions and red flags.

One pydantic model per kind of file. A file refers to a prompt by its id: first among the file's own `prompts`, then
among those of `prompts.yaml`. `load.py` validates with a `Resolver` as the context, which checks the references: in a
`Library` each is the full id ("st-36/shin-ridge", "check").
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from voiceguide.content.fields import (
    Id,
    Model,
    PlaceRef,
    PointRef,
    PromptRef,
    Seconds,
    SourceRefs,
    Templates,
    Text,
    all_of,
)
from voiceguide.intents import Posture, Side


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
    said: Annotated[Templates, Field(min_length=1)]
    """How people say it: the values of `{point}` in templates."""


class Answer(Model):
    """An answer to a question: short, and more of it for who wants to know."""

    brief: PromptRef
    more: tuple[PromptRef, ...] = ()


class Point(Model):
    """An acupressure point: `points/<id>.yaml`."""

    id: Id
    names: Names
    serves: tuple[PlaceRef, ...] = ()
    location: str
    """In anatomical words, for readers; never spoken."""
    description: str
    """What the articles say of it, and where that differs from the location; never spoken."""
    hand: Literal["same", "opposite", "either", "both"]
    """Which hand presses, as seen from the leg."""
    not_offered: str | None = None
    """Why it is documented, but never led to."""
    prompts: dict[Id, Text] = {}
    introduce: PromptRef
    postures: dict[Posture, PromptRef]
    """How to go about it lying and sitting."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    on_it: PromptRef
    """How the right spot feels."""
    out_of_reach: PromptRef | None = None
    """Another way, for who can't reach it."""
    about: Answer
    """What the point is."""
    helped: PromptRef | None = None
    """That cramps eased most often with this point, for "what helped?"."""
    dose: Dose | None = None
    """Only where it differs from the language's own."""
    cautions: Annotated[tuple[str, ...], Field(min_length=1)]
    sources: SourceRefs

    @field_validator("postures")
    @classmethod
    def _both(cls, postures: dict[Posture, PromptRef]) -> dict[Posture, PromptRef]:
        return all_of(Posture, postures)


class Guide(Model):
    """What helps at one place: `guides/<place>.yaml`; the file name is the place."""

    id: Id
    prompts: dict[Id, Text] = {}
    stretch: PromptRef
    """The first sentence: the stretch that helps fastest."""
    hold: PromptRef
    """What to do while the stretch is held, and how it should feel."""
    postures: dict[Posture, PromptRef]
    """How to hold the stretch lying and sitting."""
    ask: PromptRef | None = None
    """The question that follows the first help, where the place is not told closely enough."""
    points: tuple[PointRef, ...] = ()
    no_points: PromptRef | None = None
    """Where there are none: the honest sentence that says so."""
    aftercare: PromptRef
    was: PromptRef | None = None
    """That the last cramp was there, for "when was the last one?"."""
    sources: SourceRefs

    @field_validator("postures")
    @classmethod
    def _both(cls, postures: dict[Posture, PromptRef]) -> dict[Posture, PromptRef]:
        return all_of(Posture, postures)

    @model_validator(mode="after")
    def _honest(self) -> Self:
        if bool(self.points) is bool(self.no_points):
            raise ValueError("either `points`, or `no_points`: a sentence that says there are none")
        return self


class Part(Model):
    """A part of a routine: a stretch held, or rounds on a point."""

    stretch: PlaceRef | None = None
    """The stretch of that place's guide."""
    point: PointRef | None = None
    side: Side | None = None
    seconds: Seconds = 20
    """How long the stretch is held."""
    rounds: Annotated[int, Field(ge=1, le=5)] = 1
    """How often the point is pressed."""

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if bool(self.stretch) is bool(self.point):
            raise ValueError("a part is either a `stretch` or a `point`")
        return self


class Routine(Model):
    """A session by choice, without a cramp: `routines/<id>.yaml`."""

    id: Id
    said: Annotated[Templates, Field(min_length=1)]
    prompts: dict[Id, Text] = {}
    introduce: PromptRef
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    close: PromptRef
    sources: SourceRefs


class Question(Model):
    """A question and its answer: `questions/<id>.yaml`."""

    id: Id
    said: Annotated[Templates, Field(min_length=1)]
    prompts: dict[Id, Text] = {}
    answer: Answer
    then_asks: Literal["feeling"] | None = None
    """Asked in the middle of a cramp, the answer ends in this question: whether the leg is numb."""
    sources: SourceRefs


class Level(StrEnum):
    """What a flag does to the session."""

    EMERGENCY = "emergency"  # everything stops: call now
    SAME_DAY = "same-day"  # everything stops, nothing is rubbed: help today
    TOO_LONG = "too-long"  # everything stops: no plain cramp any more
    STRETCH_ONLY = "stretch-only"  # no point is pressed
    CAREFUL = "careful"  # some points are left out

    @property
    def stops(self) -> bool:
        """True where the session ends with it."""
        return self in (Level.EMERGENCY, Level.SAME_DAY, Level.TOO_LONG)

    @property
    def lasts(self) -> bool:
        """True where it still stands in the way of pressing hours later: no leg unclots by itself."""
        return self in (Level.EMERGENCY, Level.SAME_DAY)


class Flag(Model):
    """Something a person tells that changes what is safe."""

    level: Level
    said: Annotated[Templates, Field(min_length=1)]
    """Wherever it is said, it counts."""
    sign: Templates = ()
    """Shorter words, which count as an answer to "which is it?" only."""
    denied: Templates = ()
    """Words that say it is not so."""
    say: PromptRef
    skips: tuple[PointRef, ...] = ()
    """The points that are left out."""
    sources: SourceRefs

    @model_validator(mode="after")
    def _skips(self) -> Self:
        if self.skips and self.level is not Level.CAREFUL:
            raise ValueError(f"`skips` is for level '{Level.CAREFUL}': '{self.level}' leaves out every point")
        return self


class Safety(Model):
    """`safety.yaml`: the flags, by urgency."""

    prompts: dict[Id, Text] = {}
    flags: Annotated[dict[Id, Flag], Field(min_length=1)]
