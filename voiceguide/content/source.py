"""A content file as data that still knows where each value stands, so that an error can have an address.

Only a plain part of YAML is content: mappings, lists, text and numbers. There are no booleans (`- yes` is a thing
people say), no dates, no tags, no anchors.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Trail = tuple[str | int, ...]
"""The way to a value: `("steps", 2, "say")`."""

_FAST = getattr(yaml, "CSafeLoader", None)
_DEEP = 20_000
"""Brackets, dashes and question marks that a file may have before it could be nested too deeply for libyaml's stack."""

_INT = re.compile(r"[-+]?[0-9]{1,9}")
_FLOAT = re.compile(r"[-+]?[0-9]{1,9}\.[0-9]{1,9}")


class Place(NamedTuple):
    """Where something stands."""

    path: str
    """As the user would write it."""
    line: int
    """From 1."""
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, and where; sorts by file and line."""

    path: str
    line: int
    column: int
    what: str
    trail: Trail = field(default=(), compare=False)
    """The way to what is faulty; empty: all of the file."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.what}" if self.line else f"{self.path}: {self.what}"


@dataclass
class Source:
    """One file: its data, where each value stands, and what was found wrong with it."""

    path: str
    """As the user would write it."""
    data: Any = None
    """Nested dict, list, str, int, float and None; None also where the file could not be read."""
    values: dict[Trail, Place] = field(default_factory=dict)
    """Where each value stands."""
    keys: dict[Trail, Place] = field(default_factory=dict)
    """The same for the key of each value in a mapping."""
    problems: list[Problem] = field(default_factory=list)
    empty: bool = False
    """True where the file holds nothing but comments."""

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read a file; whatever is wrong with it is among the `problems`."""
        source = cls(shown(path))
        if path.is_fifo():  # reading it might never end
            source.problems.append(Problem(source.path, 0, 0, "cannot be read: a pipe, not a file"))
            return source
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            source.problems.append(Problem(source.path, 0, 0, f"cannot be read: {error.strerror or error}"))
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode("utf-8", "replace")
            source._fault(*_position(before), "not UTF-8 text: save it as UTF-8")
        else:
            source._compose(text)
        return source

    @classmethod
    def parsed(cls, path: str, text: str) -> "Source":
        """A file that is not written yet, from its text; whatever is wrong with it is among the `problems`."""
        source = cls(path)
        source._compose(text)
        return source

    def overlaid(self, above: "Source", adds: Callable[[Trail], bool]) -> "Source":
        """The file with another above it: mappings are merged key by key, all else is replaced.

        Args:
            above: what wins.
            adds: whether the list at a trail is added to instead.

        """
        both = Source(above.path, values=dict(self.values), keys=dict(self.keys))
        both.problems = [*self.problems, *above.problems]

        def lay(base: Any, value: Any, to: Trail, origin: Trail) -> Any:
            both.values[to] = above.values[origin]
            if origin in above.keys:
                both.keys[to] = above.keys[origin]
            if isinstance(value, dict):
                under = base if isinstance(base, dict) else {}
                laid = {key: lay(under.get(key), v, (*to, key), (*origin, key)) for key, v in value.items()}
                return {**under, **laid}
            if isinstance(value, list):
                under_list = base if isinstance(base, list) and adds(to) else []
                numbered = enumerate(value)
                return [*under_list, *(lay(None, v, (*to, len(under_list) + n), (*origin, n)) for n, v in numbered)]
            return value

        both.data = self.data if above.data is None else lay(self.data, above.data, (), ())
        return both

    def at(self, *trail: str | int) -> Any:
        """The value at the end of a trail; None where the file has none, whatever else is wrong with it."""
        value = self.data
        for part in trail:
            if isinstance(value, dict):
                value = value.get(part)
            else:
                value = value[part] if isinstance(value, list) and isinstance(part, int) else None
        return value

    def count(self, *trail: str | int) -> int:
        """Length of the list at the end of a trail."""
        value = self.at(*trail)
        return len(value) if isinstance(value, list) else 0

    def texts(self, *trail: str | int) -> dict[str, str]:
        """The mapping at the end of a trail, its values as text; empty where there is none."""
        value = self.at(*trail)
        return {key: str(text) for key, text in value.items()} if isinstance(value, dict) else {}

    def where(self, trail: Trail, *, key: bool = False) -> Place:
        """Where a value (or its key) stands, or the nearest thing around it where it is missing."""
        if key and trail in self.keys:
            return self.keys[trail]
        while trail not in self.values and trail:
            trail = trail[:-1]
        return self.values.get(trail, Place(self.path, 1, 1))

    def problem(self, trail: Trail, what: str, *, key: bool = False) -> Problem:
        """A `Problem` with the address of a value."""
        name = ".".join(str(part) for part in trail)
        return Problem(*self.where(trail, key=key), printable(f"{name}: {what}" if name else what), trail)

    def _fault(self, line: int, column: int, what: str) -> None:
        self.problems.append(Problem(self.path, line, column, what))

    def _compose(self, text: str) -> None:
        try:
            node = _composed(text)
            if node is None:
                self.empty = True
                self._fault(1, 1, "the file is empty")
            else:
                self.data = self._value(node, (), set())
        except yaml.reader.ReaderError as error:
            self._fault(*_position(text[: error.position]), "YAML: a character that is not text")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._fault(line, column, f"YAML: {error.problem or error.context}{_remedy(error)}")
        except (ValueError, OverflowError):  # PyYAML's own, for "\UFFFFFFFF" and the like
            self._fault(1, 1, "YAML: a number or escape that is out of range")
        except RecursionError:
            self._fault(1, 1, "YAML: nested too deeply")

    def _value(self, node: Any, trail: Trail, seen: set[int]) -> Any:
        self.values.setdefault(trail, self._mark(node))
        if id(node) in seen:
            what = "anchors and aliases are not for content: write it out"  # they may be loops, or bombs
            raise yaml.composer.ComposerError(problem=what, problem_mark=node.start_mark)
        seen.add(id(node))
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            self._at(node, trail, f"tags such as '{node.tag}' are not for content")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, trail, seen)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(child, (*trail, number), seen) for number, child in enumerate(node.value)]
        return self._scalar(node, trail)

    def _mapping(self, node: yaml.MappingNode, trail: Trail, seen: set[int]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._at(key_node, trail, "a key must be a word")
                continue
            key = key_node.value
            inner = (*trail, key)
            if key in mapping:
                self._at(key_node, inner, f"this key is there twice, first in line {self.keys[inner].line}")
                continue
            self.keys[inner] = self._mark(key_node)
            self._printable(key_node, inner)
            mapping[key] = self._value(value_node, inner, seen)
        return mapping

    def _scalar(self, node: yaml.ScalarNode, trail: Trail) -> str | int | float | None:
        text: str = node.value
        self._printable(node, trail)
        if node.style:
            return text
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text or None

    def _printable(self, node: yaml.ScalarNode, trail: Trail) -> None:
        if not node.value.replace("\n", " ").isprintable():
            self._at(node, trail, "a character that cannot be printed")

    def _at(self, node: yaml.Node, trail: Trail, what: str) -> None:
        name = ".".join(str(part) for part in trail)
        self.problems.append(Problem(*self._mark(node), printable(f"{name}: {what}" if name else what), trail))

    def _mark(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1, node.start_mark.column + 1)


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """`unknown prompt 'shin-rigde' (did you mean 'shin-ridge'?)`; without a near one, those there are, if few."""
    names = sorted(set(known))
    choices = f" (there are: {', '.join(names)})" if 0 < len(names) <= 10 else ""
    return f"unknown {kind} '{name}'{hint(name, names) or choices}"


def hint(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """` (did you mean 'shin-ridge'?)`, or nothing where none is near (`cutoff` from 0, anything, to 1, the same)."""
    close = get_close_matches(name, sorted(set(known)), 1, cutoff)
    return f" (did you mean '{close[0]}'?)" if close else ""


def shown(path: Path) -> str:
    """A path as in an error: relative where it lies beneath the working directory."""
    cwd = Path.cwd()
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)


def printable(text: str) -> str:
    """A text for one line of a terminal, whatever bytes a file held."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _composed(text: str) -> Any:
    """The nodes of a file: by libyaml, ten times as fast, where it has nothing to object to and can't run too deep."""
    deep = sum(text.count(opener) for opener in ("[", "{", "- ", "? ")) > _DEEP
    if _FAST and not deep:
        with suppress(yaml.YAMLError, ValueError):
            return yaml.compose(text, Loader=_FAST)
    return yaml.compose(text, Loader=yaml.SafeLoader)  # its errors are the better ones


def _remedy(error: yaml.MarkedYAMLError) -> str:
    """What an author most likely did."""
    problem = error.problem or ""
    if "\\t" in problem:
        return ": use spaces, not tabs"
    if "mapping values" in problem or "<block end>" in problem or "undefined alias" in problem:
        return ": put the text in quotes"
    return ""


def _position(before: str) -> tuple[int, int]:
    """Line and column of what comes after this text."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
