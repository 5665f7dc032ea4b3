"""The report of `voiceguide doctor` for others: what helps to find a fault, and nothing about who has it."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from platform import node

from voiceguide import __version__, wav
from voiceguide.run.findings import Finding
from voiceguide.run.settings import Settings

HEAD = """\
voiceguide {version}, {date}

Made by `voiceguide doctor --report`. It has no names of users or of this computer, and nothing that was said.
Home folders are written as ~, what stood in quotation marks as "...". Read it before you give it away.
"""

TOLD = ("language", "engine", "headphones", "echo_cancelling", "voice", "rate", "guide", "hearing.caution")
"""Settings that say nothing about a person; others may: whom to call, devices, places."""

_SYSTEM = {"", "root", "voiceguide", "localhost", "user"}
"""Names that tell nobody apart."""


@dataclass(frozen=True, slots=True)
class Person:
    """What must not be told."""

    home: Path
    user: str
    host: str

    @classmethod
    def here(cls) -> "Person":
        """Who calls this, and the computer."""
        try:
            user = getuser()
        except (KeyError, OSError):  # a number without a name
            user = ""
        return cls(Path.home(), user, node())

    def without(self, text: str) -> str:
        """A text without them."""
        text = re.sub(r'"[^"]*"', '"..."', text)
        text = re.sub(r"\b(?!voiceguide)\w+['\u2019]s\b", "...'s", text)  # "Jane's AirPods"
        if self.home != Path("/"):
            text = text.replace(str(self.home), "~")
        text = re.sub(r"/(home|Users)/[^/\s:;,]+", "~", text)
        for name, word in ((self.host, "HOST"), (self.host.split(".")[0], "HOST"), (self.user, "USER")):
            if name.lower() not in _SYSTEM:
                text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", word, text, flags=re.IGNORECASE)
        return text


def write_report(path: Path, findings: Iterable[Finding], settings: Settings) -> None:
    """Write it for who calls this.

    Raises:
        AudioFileError: it cannot be written.

    """
    try:
        path.write_text(report(findings, settings, Person.here(), time.time()), "utf-8")
    except OSError as error:
        raise wav.unwritable(path, error) from None


def report(findings: Iterable[Finding], settings: Settings, person: Person, now: float) -> str:
    """The whole report.

    Args:
        findings: what was found.
        settings: what the user chose.
        person: what must not be told.
        now: seconds since 1970.

    """
    head = HEAD.format(version=__version__, date=f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d}")
    found = [
        f"{each.verdict:<15} {each.name}: {each.detail}" + (f" -> {each.remedy}" if each.remedy else "")
        for each in findings
    ]
    chosen = [f"{name}: {value}" for name, value in _chosen(settings)]
    return "\n".join([head, *(person.without(line) for line in [*found, "", "Settings", *chosen])]) + "\n"


def _chosen(settings: Settings) -> Iterable[tuple[str, object]]:
    """The settings that may be told, where they are not the default."""
    for name in TOLD:
        value, usual = settings, Settings()
        for part in name.split("."):
            value, usual = getattr(value, part), getattr(usual, part)
        if value != usual:
            yield name, value
