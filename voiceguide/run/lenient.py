"""Settings of which a fault must not cost the rest: what is faulty is passed over, and all else holds.

A faulty key counts as not set in its place, so the place below it has the last word, and then the default. Keys that do
not fit together cost the group that they are in; a file that is no YAML is passed over as a whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from voiceguide.content.fields import Model
from voiceguide.content.source import Place, Problem, Source, Trail
from voiceguide.run.catalogue import by_name, keys
from voiceguide.run.documents import faults
from voiceguide.run.layers import Stack, gathered, laid, stacked, typed

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that is passed over."""

    problem: Problem
    trail: Trail
    """The key or group that counts as not set; empty: all that its place says."""
    meant: frozenset[str]
    """Which of the settings that are not to be guessed at it may have been."""

    def __str__(self) -> str:
        what = ".".join(map(str, self.trail)) or self.problem.path
        return f"{self.problem} -> mend it: until then {what} is passed over"


def lenient(
    model: type[M], files: Iterable[Path], environment: Mapping[str, str], in_doubt: Mapping[str, str]
) -> tuple[Stack[M], tuple[Passed, ...]]:
    """What all places say, and what of it was passed over; see `layers.stack`.

    Args:
        model: what settings there are; each has a default.
        files: the lowest first.
        environment: variables and their values.
        in_doubt: settings, by name, that must not be had from below where they may have been meant by what is passed
            over, and what holds then, as YAML.

    """
    whole, passed = Source("", {}), list[Passed]()
    for source in gathered(model, files, environment):
        found = _mended(source, model, whole, frozenset(in_doubt))
        for name in sorted({name for each in found for name in each.meant}):
            whole = laid(whole, typed(by_name(model)[name], in_doubt[name], source.path))
        whole = laid(whole, source)
        passed += found
    return stacked(model, whole), tuple(passed)


def _mended(source: Source, model: type[Model], below: Source, private: frozenset[str]) -> list[Passed]:
    """Take out of a source what is faulty by itself or above what lies below it; what that was."""
    passed: list[Passed] = []
    while found := faults(source, model) or faults(laid(below, source), model):
        round_ = [Passed(each, _there(source.data, each.trail), _meant(each.trail, model, private)) for each in found]
        source.problems = []
        for each in round_:
            _take_out(source, each.trail)
        passed += round_
    return passed


def _there(data: Any, trail: Trail) -> Trail:
    """As much of a trail as leads through mappings: a list is replaced as a whole, so it is faulty as a whole."""
    for depth, part in enumerate(trail):
        if not isinstance(data, dict) or part not in data:
            return trail[:depth]
        data = data[part]
    return trail


def _take_out(source: Source, trail: Trail) -> None:
    if not trail:
        source.data = {}
        source.values.setdefault((), Place(source.path, 0, 0))
    elif isinstance(group := source.at(*trail[:-1]), dict):
        group.pop(trail[-1], None)  # it has gone with another fault, where it had several


def _meant(trail: Trail, model: type[Model], private: frozenset[str]) -> frozenset[str]:
    """Which of some settings, all at the top, somebody may have meant who wrote what is faulty."""
    known = {key.trail for key in keys(model)}
    if any(trail[: len(key)] == key[: len(trail)] for key in known if trail):
        return private & {str(trail[0])}
    names = {part for key in known for part in key}
    if trail and (near := get_close_matches(str(trail[-1]).lower(), names, 1)):
        return private & {near[0]}
    return private if len(trail) < 2 else frozenset()
