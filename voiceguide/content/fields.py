"""What the models of the content files are made of: ids, references, texts and the base model."""

import re
from enum import StrEnum
from typing import Annotated, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo


class Resolver(Protocol):
    """The validation context: what a reference may refer to. Without it, references are taken as they are."""

    def resolve(self, kind: str, name: str) -> str:
        """The full id of the prompt, point, place, flag or source called `name`; ValueError where there is none."""
        ...


def _refers_to(kind: str) -> AfterValidator:
    def resolve(name: str, info: ValidationInfo) -> str:
        resolver: Resolver | None = info.context
        return resolver.resolve(kind, name) if resolver else name

    return AfterValidator(resolve)


PLACEHOLDERS = ("{side}", "{emergency}")
"""In a prompt: left, right or nothing; and whom to call, as the settings say."""


def _placeholders_only(text: str) -> str:
    if text.isprintable() and not any(char.isalpha() for char in text):
        raise ValueError(f"must be words, not '{text}'")
    for name in re.findall(r"\{[^{}\s]*\}?", text):
        if not name.endswith("}"):
            raise ValueError(f"'{name}' lacks its '}}'")
        if name not in PLACEHOLDERS:
            raise ValueError(f"unknown placeholder '{name}' (there are: {', '.join(PLACEHOLDERS)})")
    return text


_PHONE = re.compile("A[AEHOWY]|B|CH|DH?|E[HRY]|F|G|HH|I[HY]|JH|K|L|M|NG?|O[WY]|P|R|SH?|TH?|U[HW]|V|W|Y|ZH?")


def phones_only(variant: str) -> str:
    """The pronunciation, if it is ARPABET as CMUdict has it, without stress: `S T AA P`.

    Raises:
        ValueError: it is not; the message names the first thing that is no phone.

    """
    if not variant.split():
        raise ValueError("must be phones, e.g. S T AA P")
    for phone in variant.split():
        if not _PHONE.fullmatch(phone):
            raise ValueError(f"unknown phone '{phone}' in '{variant}'")
    return variant


_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_PATH = rf"^{_ID}(/{_ID})?$"

Id = Annotated[str, Field(pattern=rf"^{_ID}$")]
PromptRef = Annotated[str, Field(pattern=_PATH), _refers_to("prompt")]
PointRef = Annotated[Id, _refers_to("point")]
FlagRef = Annotated[Id, _refers_to("flag")]
PlaceRef = Annotated[Id, _refers_to("place")]
SourceId = Annotated[str, Field(pattern=_PATH)]
SourceRef = Annotated[SourceId, _refers_to("source")]
SourceRefs = Annotated[tuple[SourceRef, ...], Field(min_length=1)]
Text = Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_placeholders_only)]
Templates = tuple[str, ...]
"""What people say, as hassil templates: `does magnesium help [with cramps]`."""
Pronunciation = Annotated[str, AfterValidator(phones_only)]
"""How a word is said, in ARPABET."""
Seconds = Annotated[float, Field(gt=0, le=600)]


class Model(BaseModel):
    """Base of all content models: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


K = TypeVar("K", bound=StrEnum)
V = TypeVar("V")


def all_of(kinds: type[K], given: dict[K, V]) -> dict[K, V]:
    """The mapping, if it has each of the kinds.

    Raises:
        ValueError: one is missing; the message says which.

    """
    if missing := set(kinds) - given.keys():
        raise ValueError(f"missing '{min(missing)}'")
    return given
