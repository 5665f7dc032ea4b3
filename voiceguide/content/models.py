"""The files of a language as models, and all that people may say to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from voiceguide.content.fields import Model
from voiceguide.content.files import Files
from voiceguide.content.language import Prompts, Skill, Sources
from voiceguide.content.phrasing import Examples, IntentSentences, ListValue, Phrases, Sentences, SlotList
from voiceguide.content.problems import plain_problems
from voiceguide.content.references import Known
from voiceguide.content.schema import Guide, Point, Question, Routine, Safety
from voiceguide.content.source import Problem, Source, Trail
from voiceguide.intents import IntentKind, Slot

M = TypeVar("M", bound=Model)


class Saying(NamedTuple):
    """A template, and where it stands."""

    source: Source
    trail: Trail
    intent: IntentKind
    template: str
    slots: Mapping[str, str]


@dataclass(frozen=True)
class Models:
    """What could be made of the files; a faulty one is None, or missing among its like."""

    files: Files
    problems: tuple[Problem, ...]
    """What is wrong with each file by itself."""
    skill: Skill | None
    prompts: Prompts | None
    safety: Safety | None
    phrases: Phrases | None
    sources: Sources | None
    points: Mapping[str, Point]
    guides: Mapping[str, Guide]
    routines: Mapping[str, Routine]
    questions: Mapping[str, Question]
    examples: Mapping[str, Examples]

    @classmethod
    def of(cls, files: Files) -> "Models":
        """Validate each file; what is wrong is among the problems."""
        problems = [*files.problems()]

        def single(source: Source, model: type[M], owner: str = "") -> M | None:
            if source.data is None and source.problems:
                return None
            try:
                return model.model_validate(source.data, context=Known.of(files, source, owner))
            except ValidationError as error:
                problems.extend(plain_problems(error, source, model))
                return None

        def several(sources: Mapping[str, Source], model: type[M]) -> Mapping[str, M]:
            made = {name: single(source, model, name) for name, source in sources.items()}
            return MappingProxyType({name: value for name, value in made.items() if value is not None})

        models = {
            "skill": single(files.skill, Skill),
            "prompts": single(files.prompts, Prompts),
            "safety": single(files.safety, Safety, "safety"),
            "phrases": single(files.phrases, Phrases),
            "sources": single(files.sources, Sources),
            "points": several(files.points, Point),
            "guides": several(files.guides, Guide),
            "routines": several(files.routines, Routine),
            "questions": several(files.questions, Question),
            "examples": several(files.examples, Examples),
        }
        return cls(files=files, problems=tuple(problems), **models)  # type: ignore[arg-type]

    def sayings(self) -> Iterator[Saying]:
        """Every template, whichever file it stands in."""
        yield from self._of_phrases()
        for name, question in self.questions.items():
            source = self.files.questions[name]
            yield from _said(source, ("said",), question.said, IntentKind.QUESTION, {Slot.QUESTION: name})
        for name, routine in self.routines.items():
            source = self.files.routines[name]
            yield from _said(source, ("said",), routine.said, IntentKind.ROUTINE, {Slot.ROUTINE: name})
        for name, flag in self.safety.flags.items() if self.safety else ():
            for key, templates, intent in (
                ("said", flag.said, IntentKind.RED_FLAG),
                ("sign", flag.sign, IntentKind.SIGN),
                ("denied", flag.denied, IntentKind.NO_SIGN),
            ):
                yield from _said(self.files.safety, ("flags", name, key), templates, intent, {Slot.FLAG: name})

    def _of_phrases(self) -> Iterator[Saying]:
        for intent, sentences in self.phrases.intents.items() if self.phrases else ():
            for number, group in enumerate(sentences.data):
                trail = ("intents", intent.value, "data", number, "sentences")
                yield from _said(self.files.phrases, trail, group.sentences, intent, group.slots)

    @cached_property
    def whole_phrases(self) -> Phrases | None:
        """phrases.yaml with what the other files add: their templates, and the list of the points' names."""
        if self.phrases is None:
            return None
        intents: dict[IntentKind, list[Sentences]] = {}
        for _, _, intent, template, slots in self.sayings():
            intents.setdefault(intent, []).append(Sentences(sentences=(template,), slots=dict(slots)))
        names = [
            ListValue.model_validate({"in": said, "out": name})
            for name, point in self.points.items()
            for said in point.names.said
        ]
        lists = {**self.phrases.lists, **({Slot.POINT.value: SlotList(values=tuple(names))} if names else {})}
        whole = {intent: IntentSentences(data=tuple(data)) for intent, data in intents.items()}
        return self.phrases.model_copy(update={"intents": whole, "lists": lists})


def _said(
    source: Source, trail: Trail, templates: tuple[str, ...], intent: IntentKind, slots: Mapping[str, str]
) -> Iterator[Saying]:
    for index, template in enumerate(templates):
        yield Saying(source, (*trail, index), intent, template, slots)
