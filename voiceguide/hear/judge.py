"""How sure is it that somebody said this? The evidence for a phrase, weighed into one number.

The weights are those of a logistic regression, and what a phrase needs is read off the same data; `scripts/fit` fits
both and names the data. Where nothing was fitted (another model), the recogniser's own word counts.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from voiceguide.intents import URGENT, IntentKind

SPHINX = Path(__file__).with_name("fitted-sphinx-en.json")
"""What was fitted for PocketSphinx."""

IN_MODEL = "fitted.json"
"""What was fitted for a model of Vosk, in its folder; models of others lack it."""


HEARD = ("bias", "letters", "short", "confidence", "ratio", "short ratio")
"""What there is to weigh where the recogniser alone names a phrase."""

CLEARLY = 30.0
"""dB over the room below which an utterance is one in noise."""

KINDS = ("heard", "seen", "both", "heard in noise", "seen in noise", "both in noise")
"""Of evidence: who speaks for a phrase, and through what."""

SHORT = 6
"""Letters up to which the second look tells words apart better than the recogniser: they are weighed by themselves."""

FARTHEST, WORST = 8.0, -2.0
"""Beyond which a look at a short word says no more: one that it does not know is no reason to miss a clear "stop"."""

UNSURE = 1e-3
"""No confidence is taken for closer to 0 or 1."""

EXPECTED = 1.0
"""Log-odds that an answer to what was just asked needs less; chosen, as "left" and "right" of strangers were missed."""

CLEAREST = 30.0
"""No ratio to unknown words counts for more, or for less than its negative."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a phrase at one moment of an utterance."""

    text: str
    confidence: float | None
    """The recogniser's; None where that is nothing that it may have heard."""
    voiced: float
    """Seconds of the utterance that were voiced so far."""
    silence: float = 0.0
    """Seconds since the last voiced sample."""
    look: float | None = None
    """The second look's log ratio to no known words; None where it does not know the phrase, or was not asked."""
    rival: float = 0.0
    """The same of the likeliest other phrase that makes sense now and means something else."""
    best: float = 0.0
    """The same of the likeliest words whatsoever."""
    clearness: float = 40.0
    """How much louder the utterance is than the room (dB)."""
    known: float | None = None
    """The recogniser's log ratio of all that it may be to unknown words; None where it cannot tell."""
    asked: bool = False
    """It answers what the device has just asked."""

    @property
    def kind(self) -> str:
        """Which weights are for it, one of KINDS."""
        by_whom = "seen" if self.confidence is None else "heard" if self.look is None else "both"
        return by_whom if self.clearness >= CLEARLY else f"{by_whom} in noise"

    def features(self) -> dict[str, float]:
        """What is weighed."""
        letters = len(self.text.replace(" ", ""))
        short = float(letters <= SHORT)
        found = {"bias": 1.0, "letters": float(letters), "short": short}
        if self.confidence is not None:
            found["confidence"] = math.log((self.confidence + UNSURE) / (1 - self.confidence + UNSURE))
            if self.known is not None:
                ratio = self.known + math.log(self.confidence + UNSURE)
                found["ratio"] = max(-CLEAREST, min(ratio, CLEAREST))
                found["short ratio"] = short * found["ratio"]
        if self.look is not None:
            lead = self.look - max(self.rival, 0.0)
            found |= {
                "look": self.look,
                "lead": lead,
                "gap": self.look - max(self.best, 0.0),
                "short look": short * _limited(self.look),
                "short lead": short * _limited(lead),
            }
        return found


def _limited(ratio: float) -> float:
    return max(WORST, min(ratio, FARTHEST))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it stands with a phrase."""

    margin: float
    """Log-odds above what it needs: it may act from 0 on."""
    sure: bool
    """So clear that nothing needs to be asked."""
    chance: float = 1.0
    """Of its having been said, 0 to 1; of a recogniser that is merely trusted, its own confidence."""


class Judge(Protocol):
    """Weighs evidence."""

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        """How it stands with a phrase that makes sense now; `strict`: nobody is in a dialogue with the device."""
        ...


class TrustingJudge:
    """Takes the recogniser's word for it: where nothing was fitted.

    Args:
        certain: the confidence that is enough, by strictness; what is urgent never needs more than in a session.

    """

    def __init__(self, certain: Mapping[bool, float] | None = None) -> None:
        self._certain = certain or {True: 0.0, False: 0.0}

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        """See `Judge`."""
        needed = self._certain[strict and intent not in URGENT]
        confidence = evidence.confidence or 0.0
        return Verdict(confidence - needed if confidence else -1.0, sure=True, chance=confidence)


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
        self.caution = caution
        """As above; may be changed."""

    @classmethod
    def of(cls, file: Path, caution: float = 0.0) -> "FittedJudge":
        """What was fitted, as `scripts/fit` wrote it."""
        return cls(Fitted(**json.loads(file.read_text("utf-8"))), caution)

    def score(self, evidence: Evidence, kind: str) -> float:
        """Log-odds that it was said, by the weights for a kind of evidence: its own, or one that weighs less of it."""
        weights = self._is.weights[kind]
        return sum(weights.get(name, 0.0) * value for name, value in evidence.features().items())

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        """See `Judge`."""
        score, when = self.score(evidence, evidence.kind) - self.caution, "idle" if strict else "session"
        least = self._is.least[when][evidence.kind]
        needed = least.get(intent.value, least[""]) - EXPECTED * evidence.asked
        chance = 1 / (1 + math.exp(-max(score, -50.0)))
        return Verdict(score - needed, score >= self._is.sure[when][evidence.kind], chance)
