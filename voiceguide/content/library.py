"""The content of a language, checked and resolved: immutable, and all that the rest of the program sees of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from voiceguide.content.language import Skill, Sources
from voiceguide.content.phrasing import Phrases
from voiceguide.content.schema import Answer, Dose, Flag, Guide, Point, Question, Routine
from voiceguide.intents import IntentKind, Side


def sound_id(prompt: str, side: Side | None = None) -> str:
    """The id of the clip of a prompt, as said of one leg or of none: `calf/stretch@left`."""
    return f"{prompt}@{side}" if side else prompt


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence that is spoken."""

    id: str
    text: str

    @property
    def sided(self) -> bool:
        """True where the wording names the leg."""
        return "{side}" in self.text


@dataclass(frozen=True, slots=True)
class Example:
    """Something a person says, and what is to be made of it."""

    text: str
    intent: IntentKind
    slots: Mapping[str, str]
    states: tuple[str, ...]
    """Where it means that: names of states, or `all`."""


@dataclass(frozen=True, slots=True, repr=False)
class Library:
    """All content of a language, checked and resolved."""

    skill: Skill
    prompts: Mapping[str, Prompt]
    points: Mapping[str, Point]
    guides: Mapping[str, Guide]
    routines: Mapping[str, Routine]
    questions: Mapping[str, Question]
    flags: Mapping[str, Flag]
    sources: Sources
    phrases: Phrases
    """With what points, questions, routines and flags add to it."""
    examples: tuple[Example, ...]
    emergency: str
    """Whom to call: what `{emergency}` becomes."""

    def __repr__(self) -> str:
        """Not the whole content."""
        return f"Library({self.skill.language})"

    def calling(self, number: str | None) -> "Library":
        """The same for a country whose emergency number is known; it is said digit by digit. None: it is unknown."""
        if number is None:
            return replace(self, emergency=self.skill.emergency.unknown)
        digits = " ".join(digit for digit in number if digit.isdigit())
        return replace(self, emergency=self.skill.emergency.number.replace("{number}", digits))

    def sound(self, prompt: str, side: Side | None) -> str:
        """The id of the clip that says `prompt`; the side only where its wording has it."""
        return sound_id(prompt, side if self.prompts[prompt].sided else None)

    def dose(self, point: str) -> Dose:
        """How the point is pressed."""
        return self.points[point].dose or self.skill.dose

    def answer(self, subject: str) -> Answer:
        """What is said about a question or a point."""
        question = self.questions.get(subject)
        return question.answer if question else self.points[subject].about

    def spoken(self) -> Iterator[tuple[str, str]]:
        """Every clip that may be needed: its sound id and its text, with each side filled in."""
        for prompt in self.prompts.values():
            yield prompt.id, self._fill(prompt.text, "")
            if prompt.sided:
                for side, word in self.skill.sides.items():
                    yield sound_id(prompt.id, side), self._fill(prompt.text, word)

    def _fill(self, text: str, side: str) -> str:
        return " ".join(text.replace("{side}", side).replace("{emergency}", self.emergency).split())
