"""Settings from several places, one above the other; each value still knows where it was set.

Every place is checked by itself, so that a fault is told even where another place has the last word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from voiceguide.content.fields import Model
from voiceguide.content.source import Place, Problem, Source, Trail, unknown
from voiceguide.errors import ContentError
from voiceguide.run.catalogue import JOIN, PREFIX, Key, by_name
from voiceguide.run.documents import faults

M = TypeVar("M", bound=Model)

SYSTEM_FILE = "VOICEGUIDE_SYSTEM_SETTINGS"
"""The variable that names another file for the whole system."""

NO_SETTINGS = frozenset({SYSTEM_FILE, "VOICEGUIDE_DEBUG", "VOICEGUIDE_PROGRAM", "VOICEGUIDE_SHARED"})
"""Variables that begin as settings do and are none; the last two are the installer's and the tests'."""


@dataclass(frozen=True, slots=True)
class Stack(Generic[M]):
    """What all places together say."""

    settings: M
    origins: Mapping[str, str]
    """By name of a setting, where it was set: `file:line`, a variable, an option; none for a default."""


def stack(model: type[M], files: Iterable[Path], environment: Mapping[str, str]) -> Stack[M]:
    """The defaults, with files and then environment variables above them.

    Args:
        model: what settings there are.
        files: the lowest first; each must be there.
        environment: variables and their values; only those that begin with PREFIX are looked at.

    Raises:
        ContentError: all that is wrong in any of them.

    """
    sources = gathered(model, files, environment)
    problems = [problem for source in sources for problem in faults(source, model)]
    whole = Source("", {})
    if not problems:
        for source in sources:
            whole = laid(whole, source)
        problems = faults(whole, model)  # keys that are right in their places, and don't fit together
    if problems:
        raise ContentError([str(problem) for problem in problems])
    return stacked(model, whole)


def gathered(model: type[BaseModel], files: Iterable[Path], environment: Mapping[str, str]) -> list[Source]:
    """All places that say anything, the lowest first, as they are; see `stack`."""
    sources = [*(Source.read(path) for path in files), *_variables(model, environment)]
    return [source for source in sources if not source.empty]


def laid(below: Source, above: Source) -> Source:
    """Two places as one: key by key, what is above has the last word."""
    return below.overlaid(replace(above, data=_said(above.data)), lambda _: False)


def stacked(model: type[M], whole: Source) -> Stack[M]:
    """What all places together say, which is not faulty, as settings."""
    return Stack(model.model_validate(whole.data), _origins(model, whole))


def typed(key: Key, text: str, called: str) -> Source:
    """A setting as somebody typed it, in a variable or on the command line: YAML, but for what is text anyway.

    Args:
        key: the setting.
        text: its value.
        called: what its errors are to name.

    """
    value = Source(called, text) if key.plain else Source.parsed(called, text)
    source = Source(called, value.data, problems=value.problems)
    for part in reversed(key.trail):
        source.data = {part: source.data}
    trails = {
        *(key.trail[:end] for end in range(len(key.trail) + 1)),
        *((*key.trail, *inner) for inner in value.values),
    }
    source.values = source.keys = dict.fromkeys(trails, Place(called, 0, 0))
    return source


def _variables(model: type[BaseModel], environment: Mapping[str, str]) -> list[Source]:
    known = {key.variable: key for key in by_name(model).values()}
    sources = []
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX) or variable in NO_SETTINGS or not text.strip():
            continue
        if variable in known:
            sources.append(typed(known[variable], text, variable))
        else:
            what = unknown("setting", variable, known)
            trail = tuple(variable.removeprefix(PREFIX).lower().split(JOIN))
            sources.append(Source(variable, {}, problems=[Problem(variable, 0, 0, what, trail)]))
    return sources


def _said(data: Any) -> Any:
    """Without the keys that have no value: a key whose values are all commented out says nothing."""
    if not isinstance(data, dict):
        return data
    return {key: _said(value) for key, value in data.items() if value is not None}


def _origins(model: type[BaseModel], whole: Source) -> dict[str, str]:
    origins = {}
    for key in by_name(model).values():
        trail: Trail = key.trail
        if place := whole.keys.get(trail):
            origins[key.name] = f"{place.path}:{place.line}" if place.line else place.path
    return origins
