"""From folders of YAML to a `Library`, or to all that is wrong with them, each with its address."""

from collections.abc import Mapping
from importlib.resources import files as package_files
from pathlib import Path
from types import MappingProxyType

from voiceguide.content.check import check
from voiceguide.content.files import Files, read
from voiceguide.content.library import Example, Library, Prompt
from voiceguide.content.models import Models
from voiceguide.content.phrasing import Examples
from voiceguide.content.source import Problem, shown
from voiceguide.errors import ContentError, UsageError


def built_in() -> Path:
    """The folder of the languages that came with voiceguide."""
    return Path(str(package_files("voiceguide_content")))


def find_content(language: str, extra: Path | None = None) -> tuple[Path, ...]:
    """The folders of a language's content: the built-in one, and the user's own, which lies above it.

    Args:
        language: the name of a folder, e.g. `en`.
        extra: a folder of languages that add to the built-in ones, or are new.

    Raises:
        UsageError: there is no such language; the message lists those there are.
        ContentError: the user's folder is not there, or holds nothing for the language.

    """
    if extra is not None and not extra.is_dir():
        raise ContentError([f"{shown(extra)}: no such folder"])
    roots = [built_in(), *([extra] if extra else [])]
    there = {skill.parent.name for root in roots for skill in root.glob("*/skill.yaml")}
    if language not in there:
        raise UsageError(f"unknown language '{language}'", f"use one of: {', '.join(sorted(there))}")
    if extra is not None and not (extra / language).is_dir():
        above = ": name the folder above it" if extra.resolve().name == language else ", so it adds nothing"
        raise ContentError([f"{shown(extra)}: holds no folder '{language}'{above}"])
    return tuple(root / language for root in roots if (root / language).is_dir())


def load(*folders: Path) -> Library:
    """Read, check and resolve the content of one language.

    Args:
        folders: the first holds all that a language needs; those that follow add to it or override it.

    Raises:
        ContentError: all that is wrong, each as `file:line:column: key: what`.

    """
    return build(Models.of(read_all(*folders)))


def read_all(first: Path, *above: Path) -> Files:
    """The files of a language, laid over one another."""
    files = read(first)
    for folder in above:
        files = files.overlaid(read(folder, whole=False))
    return files


def faults(models: Models) -> list[Problem]:
    """All that is wrong with the files, each once, by file and line."""
    return sorted({*models.problems, *check(models)})


def build(models: Models) -> Library:
    """The library that the models make together.

    Raises:
        ContentError: all that is wrong.

    """
    problems, phrases = faults(models), models.whole_phrases
    if problems or not (models.skill and models.prompts and models.safety and phrases and models.sources):
        raise ContentError([str(problem) for problem in problems])
    prompts = {id_: Prompt(id_, text) for id_, text in models.files.texts().items()}
    return Library(
        skill=models.skill,
        prompts=MappingProxyType(prompts),
        points=models.points,
        guides=models.guides,
        routines=models.routines,
        questions=models.questions,
        flags=MappingProxyType(dict(models.safety.flags)),
        sources=models.sources,
        phrases=phrases,
        examples=tuple(_examples(models.examples)),
        emergency=models.skill.emergency.unknown,
    )


def _examples(groups: Mapping[str, Examples]) -> list[Example]:
    return [
        Example(text, group.intent, MappingProxyType(dict(group.slots)), group.states)
        for file in groups.values()
        for group in file.examples
        for text in group.said
    ]
