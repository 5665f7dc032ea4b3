"""YAML files that are not content (settings, transcripts), read with the same care for their errors."""

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from voiceguide.content.fields import Model
from voiceguide.content.problems import plain_problems
from voiceguide.content.source import Problem, Source
from voiceguide.errors import ContentError

M = TypeVar("M", bound=Model)


def read_document(path: Path, model: type[M], empty: M | None = None) -> tuple[M, Source]:
    """A YAML file as a model, and where each of its values stands.

    Args:
        path: the file.
        model: what it must be.
        empty: what a file means that holds nothing, or only comments; None: that is an error.

    Raises:
        ContentError: all that is wrong with the file, each as `file:line:column: key: what`.

    """
    source = Source.read(path)
    if empty is not None and source.empty:
        return empty, source
    if found := faults(source, model):
        raise ContentError([str(problem) for problem in found])
    return model.model_validate(source.data), source


def faults(source: Source, model: type[Model]) -> list[Problem]:
    """All that is wrong with a file, in the order of its lines."""
    if not source.problems:
        try:
            model.model_validate(source.data)
        except ValidationError as error:
            return sorted(plain_problems(error, source, model))
    return sorted(source.problems)
