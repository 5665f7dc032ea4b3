"""Which models can be fetched: the list that is part of voiceguide, and any address that somebody gives."""

from collections.abc import Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib.resources import files as package_files
from pathlib import PurePosixPath
from typing import Annotated

import yaml
from pydantic import Field

from voiceguide.content.fields import Model
from voiceguide.errors import UsageError

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
"""What the folder of a model may be called: nothing that leads elsewhere."""

Name = Annotated[str, Field(pattern=rf"^{NAME}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Trust(StrEnum):
    """Who says what an archive must be."""

    LIST = "list"
    """The list that is part of voiceguide."""
    GIVEN = "given"
    """The user."""
    FIRST_USE = "first use"
    """Nobody: it is what came the first time."""


class Offer(Model):
    """A model that can be fetched."""

    name: Name
    """The folder that it becomes."""
    language: str = ""
    """BCP 47: `en-IN`; empty where nobody knows."""
    title: str = ""
    """The language in words."""
    address: str
    """Of the ZIP archive."""
    size: Annotated[int, Field(gt=0)] | None = None
    """Bytes of the archive; None: unknown."""
    sha256: Sha256 | None = None
    """Of the archive; None: unknown, so the first one that comes is trusted, recorded, and asked for ever after."""
    license: str = "unknown"

    @property
    def trust(self) -> Trust:
        """Who says that the archive is the right one."""
        if self.sha256 is None:
            return Trust.FIRST_USE
        listed = any(each.name == self.name and each.sha256 == self.sha256 for each in offers())
        return Trust.LIST if listed else Trust.GIVEN


class Manifest(Model):
    """The file `manifest.yaml`."""

    models: tuple[Offer, ...]


@cache
def offers() -> Sequence[Offer]:
    """The models that are known by name."""
    text = (package_files("voiceguide_models") / "manifest.yaml").read_text("utf-8")
    return Manifest.model_validate(yaml.safe_load(text)).models


def offered(name: str, among: Sequence[Offer]) -> Offer:
    """The model of that name.

    Raises:
        UsageError: there is none.

    """
    for offer in among:
        if offer.name == name:
            return offer
    names = [offer.name for offer in among]
    close = get_close_matches(name, names, 1)
    hint = f" (did you mean '{close[0]}'?)" if close else ""
    raise UsageError(f"unknown model '{name}'{hint}", f"use one of: {', '.join(names)}; or give an https address")


def offer_at(address: str, sha256: str | None = None) -> Offer:
    """A model of which only the address is known, and perhaps what it must be.

    Raises:
        UsageError: the last part of the address is no name of a ZIP archive, or `sha256` is none.

    """
    name = PurePosixPath(address.split("?")[0].split("#")[0]).name
    try:
        if not name.lower().endswith(".zip"):
            raise ValueError
        return Offer(name=name[:-4], address=address, sha256=sha256 and sha256.lower())
    except ValueError:
        if sha256 and not (len(sha256) == 64 and all(char in "0123456789abcdefABCDEF" for char in sha256)):
            raise UsageError(f"'{sha256}' is no SHA-256", "give its 64 hexadecimal digits") from None
        raise UsageError(f"{address}: does not end in the name of a ZIP archive", "give one like NAME.zip") from None
