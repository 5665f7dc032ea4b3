"""What no single file can tell: references from one file to another, and templates."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from voiceguide.content.schema import Phrases, Role
from voiceguide.content.source import Problem, Source, Trail, unknown
from voiceguide.content.templates import expand_template
from voiceguide.messages import IntentKind, Side, Slot

_NEEDED = {IntentKind.RED_FLAG: Slot.FLAG, IntentKind.SIGN: Slot.FLAG, IntentKind.MOVED: Slot.PLACE}
"""Slots without which an intent means nothing."""

_PHONE = re.compile("A[AEHOWY]|B|CH|DH?|E[HRY]|F|G|HH|I[HY]|JH|K|L|M|NG?|O[WY]|P|R|SH?|TH?|U[HW]|V|W|Y|ZH?")
"""ARPABET as CMUdict has it, without stress."""


@dataclass(frozen=True)
class Files:
    """The files of a language as they were read."""

    skill: Source
    prompts: Source
    safety: Source
    phrases: Source
    points: Mapping[str, Source]
    guides: Mapping[str, Source]
    examples: Mapping[str, Source]

    def __iter__(self) -> Iterator[Source]:
        yield from (self.skill, self.prompts, self.safety, self.phrases)
        for several in (self.points, self.guides, self.examples):
            yield from several.values()

    def owners(self) -> Mapping[str, Source]:
        """The files that have prompts, by what comes before their ids: nothing for those that all share."""
        return {"": self.prompts, "safety": self.safety, **self.points, **self.guides}

    def texts(self) -> Mapping[str, str]:
        """All prompts by their full ids."""
        return {
            full_id(owner, name): text
            for owner, source in self.owners().items()
            for name, text in source.texts("prompts").items()
        }


@dataclass(frozen=True)
class Known:
    """What a file may refer to: the `Resolver` of its validation."""

    names: Mapping[str, Collection[str]]
    """By kind; a prompt by its full id."""
    owner: str
    """Comes before the ids of the file's own prompts: `st-36`."""
    own: Collection[str]
    complete: bool
    """False where prompts.yaml could not be read: then nobody can tell what is unknown."""

    @classmethod
    def of(cls, files: Files, source: Source, owner: str = "") -> "Known":
        """What one of the files may refer to; without an owner, its prompts are shared."""
        names = {"prompt": files.texts().keys(), "point": files.points.keys(), "place": files.guides.keys()}
        own = source.texts("prompts").keys()
        return cls(names, owner, own, complete=isinstance(files.prompts.at("prompts"), dict))

    def resolve(self, kind: str, name: str) -> str:
        """The full id of what is called `name`; ValueError where there is no such thing."""
        if kind == "prompt" and name in self.own:
            return full_id(self.owner, name)
        known = self.names[kind]
        if name in known or (kind == "prompt" and not self.complete):
            return name
        near = {*self.own, *known} if kind == "prompt" else known
        raise ValueError(unknown(kind, name, near))


def full_id(owner: str, prompt: str) -> str:
    """The id of a prompt in a `Library`: `st-36/shin-ridge`, or `check` where all share it."""
    return f"{owner}/{prompt}" if owner else prompt


def check(files: Files, phrases: Phrases | None) -> Iterator[Problem]:
    """Everything wrong that the models could not find.

    Args:
        files: all of them.
        phrases: None where phrases.yaml is faulty by itself.

    """
    flags = [str(files.safety.at("flags", number, "id")) for number in range(files.safety.count("flags"))]
    yield from _ids(files)
    yield from _roles(files.prompts)
    values: dict[str, Collection[str]] = {Slot.PLACE: files.guides.keys(), Slot.SIDE: tuple(Side), Slot.FLAG: flags}
    if phrases:
        yield from _sentences(files.phrases, phrases, values)
        yield from _pronunciations(files.phrases, phrases)
    for source in files.examples.values():
        yield from _examples(source, values)


def _ids(files: Files) -> Iterator[Problem]:
    first: dict[str, Source] = {"safety": files.safety}
    for several in (files.points, files.guides):
        for stem, source in several.items():
            id_ = source.at("id")
            if isinstance(id_, str) and id_ != stem:
                yield source.problem(("id",), f"'{id_}' must be the name of the file, '{stem}'")
            if stem in first:
                yield source.problem(("id",), f"duplicate id '{stem}': {first[stem].path} has it")
            first[stem] = source
    flags: set[str] = set()
    for number in range(files.safety.count("flags")):
        id_ = files.safety.at("flags", number, "id")
        if isinstance(id_, str):
            if id_ in flags:
                yield files.safety.problem(("flags", number, "id"), f"duplicate id '{id_}'")
            flags.add(id_)


def _roles(source: Source) -> Iterator[Problem]:
    if isinstance(source.at("prompts"), dict):
        for role in Role:
            if role not in source.texts("prompts"):
                yield source.problem(("prompts",), f"missing prompt '{role}'")


def _sentences(source: Source, phrases: Phrases, values: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    for intent in IntentKind:
        if intent not in phrases.intents:
            yield source.problem(("intents",), f"missing intent '{intent}'")
    faulty = [*_rules(source, phrases)]
    yield from faulty
    for intent, sentences in phrases.intents.items():
        for number, group in enumerate(sentences.data):
            here: Trail = ("intents", intent.value, "data", number)
            yield from _slots(source, (*here, "slots"), group.slots, values)
            for index, template in enumerate(() if faulty else group.sentences):
                at: Trail = (*here, "sentences", index)
                try:
                    said = expand_template(template, phrases)
                except ValueError as error:
                    yield source.problem(at, f"'{template}': {error}")
                    continue
                if any(not text for text, _ in said):
                    yield source.problem(at, f"'{template}': may stand for no words at all")
                needed = _NEEDED.get(intent)
                if needed and any(needed not in {*group.slots, *slots} for _, slots in said):
                    yield source.problem(at, f"'{template}': says nothing for the slot '{needed}'")
                for _, slots in said:
                    yield from _slots(source, at, slots, values, phrases)


def _rules(source: Source, phrases: Phrases) -> Iterator[Problem]:
    """What templates are made of, checked first: one problem instead of one for each template that has it."""
    parts: dict[Trail, str] = {("expansion_rules", name): rule for name, rule in phrases.expansion_rules.items()}
    for name, several in phrases.lists.items():
        parts |= {("lists", name, "values", number, "in"): value.said for number, value in enumerate(several.values)}
    for at, template in parts.items():
        try:
            expand_template(template, phrases)
        except ValueError as error:
            yield source.problem(at, f"'{template}': {error}")


def _slots(
    source: Source,
    at: Trail,
    slots: Mapping[str, str],
    values: Mapping[str, Collection[str]],
    phrases: Phrases | None = None,
) -> Iterator[Problem]:
    for name, value in slots.items():
        if name not in values:
            yield source.problem(at, unknown("slot", name, values))
        elif values[name] and value not in values[name]:  # none at all: that file has a problem of its own
            yield source.problem(_listed(phrases, value) if phrases else at, unknown(name, value, values[name]))


def _listed(phrases: Phrases, meant: str) -> Trail:
    """Where a list has a value: that is where it is to be mended, not in each template with the list."""
    return next(
        ("lists", name, "values", number, "out")
        for name, several in phrases.lists.items()
        for number, value in enumerate(several.values)
        if value.meant == meant
    )


def _pronunciations(source: Source, phrases: Phrases) -> Iterator[Problem]:
    for word, variants in phrases.pronunciations.items():
        for number, variant in enumerate(variants):
            for phone in variant.split():
                if not _PHONE.fullmatch(phone):
                    yield source.problem(("pronunciations", word, number), f"unknown phone '{phone}' in '{variant}'")


def _examples(source: Source, values: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    for number in range(source.count("examples")):
        at: Trail = ("examples", number, "slots")
        yield from _slots(source, at, source.texts(*at), values)
