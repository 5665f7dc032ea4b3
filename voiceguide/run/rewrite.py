"""Changes some keys of a settings file, and nothing else in it: comments, order and wording stay."""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from voiceguide import wav
from voiceguide.content.source import Source, shown
from voiceguide.errors import ContentError
from voiceguide.files import replacing
from voiceguide.run.documents import read_document
from voiceguide.run.settings import Settings

Changes = Mapping[str, Any]
"""Keys with their new values: numbers, texts, lists of texts, or mappings, of which only the named keys change.

None: the key is no longer there.
"""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A settings file as it is, and as it will be."""

    path: Path
    before: str
    after: str

    @classmethod
    def of(cls, path: Path, changes: Changes) -> "Rewrite":
        """What becomes of a settings file, which need not be there yet.

        Raises:
            ContentError: the file is faulty, or written in a way in which nothing can be changed alone.

        """
        there = path.exists()
        old = read_document(path, Settings, Settings())[0] if there else Settings()
        text = path.read_bytes().decode("utf-8") if there else ""
        present = old.model_dump(mode="json", exclude_unset=True)
        changes = _needed(present, changes)
        wanted = _merged(present, changes)
        windows = "\r\n" in text and text.count("\r\n") == text.count("\n")
        after = _changed(text.replace("\r\n", "\n") if windows else text, changes, wanted)
        if _meaning(after) != Settings.model_validate(wanted):
            what = f"{shown(path)}: cannot be changed without changing more of it"
            raise ContentError([what], "write one setting a line, without braces")
        return cls(path, text, after.replace("\n", "\r\n") if windows else after)

    @property
    def diff(self) -> tuple[str, ...]:
        """The lines that go (-) and come (+), with one around them as `diff -u` has; none where nothing changes."""
        before, after = self.before.splitlines(), self.after.splitlines()
        lines = list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
        return tuple(line for line in lines if not line.startswith("@@"))

    def write(self) -> None:
        """Replace the file as a whole; one that is reached by a link stays where it is.

        Raises:
            AudioFileError: it cannot be written.

        """
        replace_file(self.path, self.after)


def replace_file(path: Path, text: str) -> None:
    """Write a file as a whole, or not at all; one that is reached by a link stays where it is.

    Raises:
        AudioFileError: it cannot be written.

    """
    real = path.resolve()
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        with replacing(real) as file:
            file.write(text.encode())
            if real.exists():
                os.fchmod(file.fileno(), real.stat().st_mode)
    except OSError as error:
        raise wav.unwritable(path, error) from None


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def _needed(data: Changes, changes: Changes) -> dict[str, Any]:
    """Without the keys that are to go and are not there."""
    inner = {
        key: _needed(data.get(key) or {}, value) if isinstance(value, Mapping) else value
        for key, value in changes.items()
        if value is not None or key in data
    }
    return {key: value for key, value in inner.items() if value != {} or changes[key] == {}}


def _merged(data: Changes, changes: Changes) -> dict[str, Any]:
    """The data with the changes, key by key."""
    changed = {
        key: _merged(data.get(key) or {}, value) if isinstance(value, Mapping) else value
        for key, value in changes.items()
    }
    return {key: value for key, value in {**data, **changed}.items() if value is not None}


def _meaning(text: str) -> Settings | None:
    """What a text says as a settings file; None where it says nothing valid."""
    source = Source.parsed("", text)
    if source.empty:
        return Settings()
    if source.problems:
        return None
    try:
        return Settings.model_validate(source.data)
    except ValidationError:
        return None


def _changed(text: str, changes: Changes, wanted: Changes) -> str:
    """The text with some keys changed; `wanted` is what it all will mean."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    edits = _edits(text, root, changes, wanted) if isinstance(root, yaml.MappingNode) else [_appended(text, changes)]
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(text: str, node: yaml.MappingNode, changes: Changes, wanted: Changes) -> Iterator[_Edit]:
    there = {key.value: (key, value) for key, value in node.value}
    for name, change in changes.items():
        if name not in there:
            continue
        key, value = there[name]
        empty = isinstance(value, yaml.ScalarNode) and not value.value
        if change is None:
            yield _Edit(key.start_mark.index - key.start_mark.column, _line_after(text, _end(value)), "")
        elif not isinstance(change, Mapping):
            yield _Edit(key.end_mark.index, _end(value), f": {_leaf(change)}")
        elif isinstance(value, yaml.MappingNode) and not value.flow_style:
            yield from _edits(text, value, change, wanted[name])
        elif empty:
            yield _added(text, key.end_mark.index, change, key.start_mark.column + 2)
        else:
            block = indent(_dumped(wanted[name]), " " * (key.start_mark.column + 2)).rstrip("\n")
            yield _Edit(key.end_mark.index, _end(value), f":\n{block}" if block else ":")
    new = {name: change for name, change in changes.items() if name not in there}
    if new and node.start_mark.column:
        yield _added(text, _end(node), new, node.start_mark.column)
    elif new:
        yield _appended(text, new)


def _appended(text: str, new: Changes) -> _Edit:
    """At the end of the file, where no comment of another key is torn off."""
    gap = "" if not text or text.endswith("\n") else "\n"
    return _Edit(len(text), len(text), f"{gap}{_dumped(new)}")


def _added(text: str, after: int, new: Changes, column: int) -> _Edit:
    """On the lines below a position."""
    at = _line_after(text, after)
    at -= text[at - 1 : at] == "\n"
    return _Edit(at, at, "\n" + indent(_dumped(new), " " * column).rstrip("\n"))


def _line_after(text: str, position: int) -> int:
    """Where the next line begins; the end, where there is none."""
    end_of_line = text.find("\n", position)
    return len(text) if end_of_line < 0 else end_of_line + 1


def _end(node: yaml.Node) -> int:
    """Where a value ends; PyYAML's end of a block lies behind the comments that follow it."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)


def _dumped(data: Changes) -> str:
    """Keys and values, a line each, mappings indented."""
    lines = []
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            lines.append(f"{_leaf(key)}:\n{indent(_dumped(value), '  ')}")
        else:
            lines.append(f"{_leaf(key)}: {_leaf(value)}\n")
    return "".join(lines)


def _leaf(value: Any) -> str:
    """A number, a text (in quotes where others would take it for something else: "no"), a list, or an empty mapping."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_leaf, value))}]"
    if isinstance(value, float):
        return f"{value:g}"
    return str(yaml.safe_dump(value, allow_unicode=True, width=1000)).removesuffix("\n").removesuffix("\n...")
