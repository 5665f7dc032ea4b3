"""From a folder of YAML to a `Library`, or to all that is wrong with the folder, each with its address."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from voiceguide.content.check import Files, Known, check
from voiceguide.content.library import Library, Prompt
from voiceguide.content.problems import plain_problems
from voiceguide.content.schema import Examples, Guide, Model, Phrases, Point, Prompts, Safety, Skill
from voiceguide.content.source import Source, shown
from voiceguide.errors import ContentError, UsageError

M = TypeVar("M", bound=Model)


def find_content(language: str, folder: Path | None = None) -> Path:
    """The folder of a language's content.

    Args:
        language: the name of a folder, e.g. `en`.
        folder: where the languages are; None: those that came with voiceguide.

    Raises:
        UsageError: there is no such language; the message lists those there are.

    """
    languages = folder or Path(str(files("voiceguide_content")))
    there = sorted(skill.parent.name for skill in languages.glob("*/skill.yaml"))
    if language not in there:
        remedy = f"use one of: {', '.join(there)}" if there else f"there is none in {shown(languages)}"
        raise UsageError(f"unknown language '{language}'", remedy)
    return languages / language


def read(folder: Path) -> Files:
    """Read all files of a language; what is wrong with each is among its problems.

    Raises:
        ContentError: there is no such folder.

    """
    if not folder.is_dir():
        raise ContentError([f"{shown(folder)}: no such folder"])
    return Files(
        skill=Source.read(folder / "skill.yaml"),
        prompts=Source.read(folder / "prompts.yaml"),
        safety=Source.read(folder / "safety.yaml"),
        phrases=Source.read(folder / "phrases.yaml"),
        points=_read_all(folder / "points"),
        guides=_read_all(folder / "guides"),
        examples=_read_all(folder / "examples"),
    )


def load(folder: Path) -> Library:
    """Read, check and resolve the content of one language.

    Args:
        folder: holds skill.yaml, prompts.yaml, safety.yaml, phrases.yaml, points/, guides/ and examples/.

    Raises:
        ContentError: all that is wrong, each as `file:line:column: key: what`.

    """
    return build(read(folder))


def build(files: Files) -> Library:
    """The library that the files make together.

    Raises:
        ContentError: all that is wrong.

    """
    points = {name: _model(files, source, Point, name) for name, source in files.points.items()}
    guides = {name: _model(files, source, Guide, name) for name, source in files.guides.items()}
    skill = _model(files, files.skill, Skill)
    prompts = _model(files, files.prompts, Prompts)
    safety = _model(files, files.safety, Safety, "safety")
    phrases = _model(files, files.phrases, Phrases)
    examples = [_model(files, source, Examples) for source in files.examples.values()]
    problems = [problem for source in files for problem in source.problems]
    problems += check(files, phrases)
    if problems or not (skill and prompts and safety and phrases):
        raise ContentError([str(problem) for problem in sorted(set(problems))])
    return Library(
        skill=skill,
        prompts=MappingProxyType({id_: Prompt(id_, text) for id_, text in files.texts().items()}),
        points=MappingProxyType({name: point for name, point in points.items() if point}),
        guides=MappingProxyType({name: guide for name, guide in guides.items() if guide}),
        flags=MappingProxyType({flag.id: flag for flag in safety.flags}),
        phrases=phrases,
        examples=tuple(example for group in examples if group for example in group.examples),
    )


def _read_all(folder: Path) -> Mapping[str, Source]:
    return MappingProxyType({path.stem: Source.read(path) for path in sorted(folder.glob("*.yaml"))})


def _model(files: Files, source: Source, model: type[M], owner: str = "") -> M | None:
    if source.data is None and source.problems:
        return None
    try:
        return model.model_validate(source.data, context=Known.of(files, source, owner))
    except ValidationError as error:
        source.problems.extend(plain_problems(error, source, model))
        return None
