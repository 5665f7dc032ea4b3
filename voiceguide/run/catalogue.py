"""All settings, one by one: what each of them is, in words that its field in the model already has.

The docstring of a field is its sentence; its constraints are its range; `About` adds what neither tells.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from textwrap import wrap
from types import MappingProxyType, UnionType
from typing import Annotated, Any, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

PREFIX = "VOICEGUIDE_"
"""Of the environment variables that are settings."""

JOIN = "__"
"""Between a group and its key, in the name of a variable."""

Trail = tuple[str, ...]
"""The way to a setting: `("guide", "step_wait")`."""


@dataclass(frozen=True, slots=True)
class About:
    """What is to be known of a setting; in the `Annotated` type of its field.

    Args:
        unit: what its value is counted in, or what a text is.
        range: which values it may have; empty: as its constraints say.
        live: it may change while the program runs.

    """

    unit: str
    range: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One setting."""

    trail: Trail
    sentence: str
    unit: str
    range: str
    default: Any
    live: bool
    """It is taken up from a changed file while the program runs."""
    plain: bool
    """Its value is text, whatever it looks like: 112, no, [USB]."""

    @property
    def name(self) -> str:
        """As users write it: `guide.step_wait`."""
        return ".".join(self.trail)

    @property
    def variable(self) -> str:
        """The environment variable that sets it: `VOICEGUIDE_GUIDE__STEP_WAIT`."""
        return f"{PREFIX}{JOIN.join(self.trail).upper()}"

    def of(self, settings: BaseModel) -> Any:
        """The value that some settings have for it."""
        value: Any = settings
        for part in self.trail:
            value = getattr(value, part)
        return value


def keys(model: type[BaseModel], above: Trail = ()) -> Iterator[Key]:
    """Every setting of a model and of the groups in it, in their order."""
    for name, field in model.model_fields.items():
        trail = (*above, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys(field.annotation, trail)
        else:
            yield _key(trail, field)


def by_name(model: type[BaseModel]) -> Mapping[str, Key]:
    """Every setting by its name."""
    return MappingProxyType({key.name: key for key in keys(model)})


def written(value: Any) -> str:
    """A value as it is written in YAML, on one line; `not set` for none."""
    match value:
        case None:
            return "not set"
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case Mapping():
            return "{" + ", ".join(f"{key}: {written(inner)}" for key, inner in value.items()) + "}"
        case list() | tuple():
            return f"[{', '.join(map(written, value))}]"
    return str(value)


def explained(key: Key, present: str = "") -> Iterator[str]:
    """A setting in some lines: what it does, its unit, range and default, and how it is set.

    Args:
        key: the setting.
        present: its present value and where that comes from.

    """
    yield key.name
    yield from wrap(key.sentence, 100, initial_indent="  ", subsequent_indent="  ")
    rows = {"unit": key.unit, "range": key.range, "default": written(key.default), "now": present}
    rows |= {"variable": key.variable, "changes": _WHEN[key.live]}
    yield from (f"  {name:<9} {value}" for name, value in rows.items() if value)


def template(model: type[BaseModel]) -> str:
    """A settings file that holds every setting with its default, all commented out."""
    lines = ["# To change a setting, take away the # before it, and the space after that."]
    for group, inner in groupby(keys(model), key=lambda key: key.trail[:-1]):
        lines += ["", *(f"{'  ' * depth}{part}:" for depth, part in enumerate(group))]
        indent = "  " * len(group)
        for key in inner:
            lines += [f"{indent}# {line}" for line in wrap(key.sentence, 100)]
            value = "" if key.default is None else f" {written(key.default)}"
            lines.append(f"{indent}# {key.trail[-1]}:{value}    # {', '.join(filter(None, (key.unit, key.range)))}")
    return "\n".join(lines) + "\n"


_WHEN = {True: "while it runs (SIGHUP)", False: "at the next start"}

HEAD = """\
# Settings

Generated from the settings by `scripts/docs`; do not edit.

A setting is taken from the last of these that has it:

1. the defaults below,
2. `/etc/voiceguide/settings.yaml`, for everyone on this computer (another file: `VOICEGUIDE_SYSTEM_SETTINGS`),
3. `~/.config/voiceguide/settings.yaml`, your own; `--settings FILE` reads another one in its place,
4. environment variables, e.g. `VOICEGUIDE_GUIDE__STEP_WAIT=12`; an empty one says nothing,
5. options of the command.

`voiceguide settings show` says what holds now and where it comes from, `explain KEY` what it means. `set KEY VALUE`,
`unset KEY` and `edit` change your file, with `--system` the one for everyone, and never leave a faulty one behind: a
language, a model or a voice is tried first. An unknown key is an error, with its place and the key that was meant. A
key without a value says nothing.

A program that runs reads its settings again on SIGHUP (`systemctl reload voiceguide`), once nobody is being helped.
What changes *while it runs* holds from then on; it names what has to wait for the next start. For another
`emergency_number` sentences are prepared first, up to a minute on a small device: meanwhile it listens and helps as
before, and says when the new settings hold. Where a file is faulty, it says so, and all stays as it is. (In a
terminal, the same signal says that the terminal was closed: then it ends.)

**Faulty settings.** A command refuses them, and tells all of their faults. At the bedside (`voiceguide run` with the
sound devices, and no `--settings`) what is faulty is passed over, told in its log with its place, and said once; all
else holds:

- a faulty key counts as not set in its file, so that the file below it has the last word, and then the default;
- of keys that don't fit together the group is passed over, and so is a key that is there twice;
- a file that is no YAML is passed over as a whole, and the other files hold;
- where `journal: false` or `log_speech: false` may have been meant, it holds, unless the same place or one above it
  says the opposite without a fault. That is where these keys are faulty themselves, where an unknown key is near to
  one of them, or at the top and near to none, and where a file is passed over as a whole;
- a language or a voice (of day or night) that this device doesn't have, and a model that is missing or broken, count as
  not set anywhere: until the next start the default holds.

What an option or `--settings FILE` names must be right: else it ends, with one line.

"""


def page(model: type[BaseModel]) -> str:
    """The page of documentation, in Markdown."""
    parts = [HEAD]
    for key in keys(model):
        default = "not set" if key.default is None else f"`{written(key.default)}`"
        parts.append(
            f"## {key.name}\n\n{key.sentence}\n\n"
            f"- unit: {key.unit}; range: {key.range}; default: {default}\n"
            f"- `{key.variable}`; changes {_WHEN[key.live]}\n\n"
        )
    parts += ["## A whole file\n\n```yaml\n", template(model), "```\n"]
    return "".join(parts)


def _key(trail: Trail, field: FieldInfo) -> Key:
    kind, marks = _taken_apart(field.annotation, list(field.metadata))
    about = next((mark for mark in marks if isinstance(mark, About)), About("switch" if kind is bool else ""))
    default = field.get_default(call_default_factory=True)
    default = default.value if isinstance(default, Enum) else default
    plain = isinstance(kind, type) and issubclass(kind, str)
    sentence = " ".join((field.description or "").split())
    return Key(trail, sentence, about.unit, about.range or _range(kind, marks), default, about.live, plain)


def _taken_apart(kind: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """A type without `Annotated` and `| None` around it, and all marks that it has."""
    marks = [inner for mark in marks for inner in (mark.metadata if isinstance(mark, FieldInfo) else [mark])]
    if isinstance(kind, UnionType) or get_origin(kind) not in (None, Annotated, dict, tuple):
        (kind,) = (inner for inner in get_args(kind) if inner is not type(None))
        return _taken_apart(kind, marks)
    if get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        return _taken_apart(kind, [*marks, *more])
    return kind, marks


def _range(kind: Any, marks: list[Any]) -> str:
    """What the constraints allow, in words."""
    if kind is bool:
        return "true or false"
    if isinstance(kind, type) and issubclass(kind, Enum):
        *others, last = (str(member.value) for member in kind)
        return f"{', '.join(others)} or {last}"
    low = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
    high = next((mark.le for mark in marks if isinstance(mark, Le)), None)
    return "" if low is None or high is None else f"{written(low)} to {written(high)}"
