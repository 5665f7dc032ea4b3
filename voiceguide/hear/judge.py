"""How sure is it that somebody said this? The evidence for a phrase, weighed into one number.

The weights are those of a logistic regression, and what a phrase needs is read off the same data; `scripts/fit` fits
both and names the data, but for what the recogniser alone hears: there the thresholds were chosen. Where nothing was
fitted (another recogniser), the recogniser's own word counts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from voiceguide.messages import IntentKind

FITTED = Path(__file__).with_name("fitted-en.json")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a phrase at one moment of an utterance."""

    text: str
    confidence: float | None
    """The recogniser's; None where it heard something else."""
    voiced: float
    """Seconds of the utterance that were voiced so far."""
    silence: float = 0.0
    """Seconds since the last voiced sample."""
    look: float | None = None
    """The second look's log ratio to no phrase at all; None where it does not know the phrase, or was not asked."""
    rival: float = 0.0
    """The same of the best other phrase that makes sense now and means something else."""

    @property
    def kind(self) -> str:
        """Which weights are for it."""
        if self.confidence is None:
            return "seen"
        return "heard" if self.look is None else "both"

    def features(self) -> dict[str, float]:
        """What is weighed."""
        letters = len(self.text.replace(" ", ""))
        found = {"bias": 1.0, "letters": float(letters), "pace": self.voiced / letters}
        if self.confidence is not None:
            found["confidence"] = 10 * self.confidence
        if self.look is not None:
            found |= {"look": self.look, "lead": self.look - max(self.rival, 0.0)}
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it stands with a phrase."""

    margin: float
    """Log-odds above what it needs: it may act from 0 on."""
    sure: bool
    """So clear that nothing needs to be asked."""


class Judge(Protocol):
    """Weighs evidence."""

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        """How it stands with a phrase that makes sense now; `strict`: nobody is in a dialogue with the device."""
        ...


class TrustingJudge:
    """Takes the recogniser's word for it: for a recogniser that rejects by itself."""

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:  # noqa: ARG002
        """See `Judge`."""
        return Verdict(evidence.confidence or -1.0, sure=True)


class Fitted(NamedTuple):
    """What was fitted for one engine; log-odds."""

    weights: Mapping[str, Mapping[str, float]]
    """By kind of evidence and feature."""
    least: Mapping[str, Mapping[str, Mapping[str, float]]]
    """What a phrase needs to act: by strictness ("idle", "session"), kind, and intent; "" for the others."""
    sure: Mapping[str, Mapping[str, float]]
    """What it needs for nothing to be asked: by strictness and kind."""


class FittedJudge:
    """Logistic weights and thresholds, as fitted.

    Args:
        fitted: by strictness and kind of evidence.
        caution: log-odds that everything needs on top.

    """

    def __init__(self, fitted: Fitted, caution: float = 0.0) -> None:
        self._is = fitted
        self._caution = caution

    @classmethod
    def of(cls, engine: str, caution: float = 0.0, file: Path = FITTED) -> "FittedJudge":
        """What was fitted for an engine."""
        return cls(Fitted(**json.loads(file.read_text("utf-8"))[engine]), caution)

    def score(self, evidence: Evidence) -> float:
        """Log-odds that it was said."""
        weights = self._is.weights[evidence.kind]
        return sum(weights.get(name, 0.0) * value for name, value in evidence.features().items())

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        """See `Judge`."""
        score, when = self.score(evidence) - self._caution, "idle" if strict else "session"
        least = self._is.least[when][evidence.kind]
        needed = least.get(intent.value, least[""])
        return Verdict(score - needed, score >= self._is.sure[when][evidence.kind])
