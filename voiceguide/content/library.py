"""The content of a language, checked and resolved: immutable, and all that the rest of the program sees of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voiceguide.content.schema import Dose, Example, Flag, Guide, Phrases, Point, Skill
from voiceguide.messages import Side


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
class Library:
    """All content of a language, checked and resolved."""

    skill: Skill
    prompts: Mapping[str, Prompt]
    points: Mapping[str, Point]
    guides: Mapping[str, Guide]
    flags: Mapping[str, Flag]
    phrases: Phrases
    examples: tuple[Example, ...]

    def sound(self, prompt: str, side: Side | None) -> str:
        """The id of the clip that says `prompt`; the side only where its wording has it."""
        return sound_id(prompt, side if self.prompts[prompt].sided else None)

    def dose(self, point: str) -> Dose:
        """How the point is pressed."""
        return self.points[point].dose or self.skill.dose

    def spoken(self) -> Iterator[tuple[str, str]]:
        """Every clip that may be needed: its sound id and its text, with each side filled in."""
        for prompt in self.prompts.values():
            yield prompt.id, self._fill(prompt.text, "")
            if prompt.sided:
                for side, word in self.skill.sides.items():
                    yield sound_id(prompt.id, side), self._fill(prompt.text, word)

    @staticmethod
    def _fill(text: str, side: str) -> str:
        return " ".join(text.replace("{side}", side).split())
