"""What `voiceguide doctor` finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from voiceguide.errors import VoiceguideError


class Verdict(StrEnum):
    """How it is."""

    FINE = "fine"
    BETTER = "could be better"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def tried(name: str, look: Callable[[], Finding]) -> Finding:
    """What a look finds; an expected error is a finding, too."""
    try:
        return look()
    except VoiceguideError as error:
        return Finding(name, Verdict.WRONG, error.what, error.remedy)


def healthy(findings: Iterable[Finding]) -> bool:
    """True where nothing is wrong."""
    return all(finding.verdict is not Verdict.WRONG for finding in findings)
