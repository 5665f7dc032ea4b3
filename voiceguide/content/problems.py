"""pydantic's errors in plain words, with the address of the value in its file."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from voiceguide.content.fields import Model
from voiceguide.content.source import Problem, Source, Trail, unknown

_WORDS = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "model_type": "must be a mapping (key: value)",
}


def plain_problems(error: ValidationError, source: Source, model: type[Model]) -> Iterator[Problem]:
    """One problem for each of pydantic's errors."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            continue  # long enough, but for faulty items, which have problems of their own
        trail: Trail = tuple(part for part in detail["loc"] if part != "[key]")
        about_key = detail["type"] == "extra_forbidden" or "[key]" in detail["loc"]
        yield source.problem(trail, _plain(detail, trail, model), key=about_key)


def _plain(detail: ErrorDetails, trail: Trail, model: type[Model]) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    match kind:
        case "missing":
            return "missing"
        case "extra_forbidden":
            return unknown("key", str(trail[-1]), _fields(model, trail[:-1]))
        case "enum" | "literal_error":
            what = "key" if "[key]" in detail["loc"] else "value"
            return unknown(what, str(given), re.findall(r"'([^']*)'", context["expected"]))
        case "string_pattern_mismatch" if "{number" in context["pattern"].replace("\\", ""):
            return "must contain {number}"
        case "string_pattern_mismatch":
            return f"must be an id (lower-case words joined by hyphens), not {_named(given)}"
        case "too_short" if context["min_length"] == 1:
            return "must not be empty"
        case "too_short":
            return f"must have at least {context['min_length']} of them"
        case "string_too_short":
            return "must not be empty"
        case "string_type" if isinstance(given, int | float):
            return f"must be text: put {given} in quotes"
        case "string_too_long":
            return f"longer than {context['max_length']} characters"
        case "value_error":
            return str(context["error"])
    words = _WORDS.get(kind) or detail["msg"].replace("Input should be", "must be")
    return f"{words}, not {_named(given)}"


def _named(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _fields(model: type[Model], trail: Trail) -> list[str]:
    """The keys of the model that stands at the end of the trail."""
    kind: Any = model
    for part in trail:
        kind = kind.model_fields[_name(kind, part)].annotation if _is_model(kind) else get_args(kind)[_is_mapping(kind)]
        if isinstance(kind, UnionType):  # `Dose | None`
            kind = get_args(kind)[0]
    return [field.alias or name for name, field in kind.model_fields.items()]


def _name(model: type[Model], key: object) -> str:
    return next(name for name, field in model.model_fields.items() if key in (name, field.alias))


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Model)


def _is_mapping(kind: Any) -> bool:
    return getattr(kind, "__origin__", None) is dict
