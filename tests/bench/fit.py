"""Fits how a phrase is judged (voiceguide/hear/judge.py): the weights of the evidence, and what it needs to act.

Everything comes from the half of the voices and speakers that is for choosing. The real listener plays each piece with
a judge that accepts nothing and keeps all evidence; a logistic regression weighs it; what is needed is then the least
for which no more acts falsely in running speech, coffee orders, other words and noise than BUDGET allows.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from tests.bench.hearing import frames
from tests.bench.material import CONDITIONS, Item, bedroom, real_words, streams
from tests.bench.recordings import SHARED, Recording
from tests.bench.train import CROSS, train_all
from tests.bench.voices import FOLDS, FORMANT, fold_of
from voiceguide.content.load import find_content, load
from voiceguide.guide.states import State, legal
from voiceguide.hear.judge import FITTED, Evidence, Verdict
from voiceguide.hear.listener import STRICT_STATES, Listener
from voiceguide.hear.second import SecondLook
from voiceguide.hear.sphinx import SphinxRecognizer
from voiceguide.messages import HEAR_RATE, IntentKind
from voiceguide.understand.match import Phrasebook

EARLIEST = 0.06
"""Seconds of silence from which on evidence is learnt from: when the first decisions fall."""

PLAYED = ((State.IDLE, 1.0), (State.CHECK, 0.95), (State.CHECK, 1.05), (State.ASK_PLACE, 1.0))
"""In which states running speech is played, and how fast: more of it in the state that takes the shortest words."""

BUDGET: Mapping[str, float] = {"session": 4.0, "idle": 0.0}
"""False activations an hour that may be left; 0: none in all of the material, and MARGIN beyond the worst."""

MARGIN = 0.3
LIKELY = 0.0
"""Log-odds: idle never acts on what is more likely wrong than right, however quiet the material was."""
SURE = 1.5
"""Log-odds beyond what idle needs from which on nothing is asked."""

CHEAP = (IntentKind.STOP, IntentKind.SAFETY)
"""What may act falsely more often in a session: a false stop costs little, a missed one much."""
CHEAP_BUDGET = 2.0
"""False activations an hour of these alone."""

REAL_WEIGHT = 6.0
"""A word of a real person counts this much more than a synthetic one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Evidence, and whether it was right."""

    evidence: Evidence
    intent: IntentKind
    strict: bool
    right: bool
    weight: float
    seconds: float
    """How long the piece was, where nothing in it was meant for the device; else 0."""
    piece: str


@dataclass
class Recorder:
    """A judge that accepts nothing, and keeps the first evidence of each pause."""

    seen: dict[tuple[str, float, str], tuple[Evidence, IntentKind, bool]] = field(default_factory=dict)

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        if evidence.silence >= EARLIEST:
            self.seen.setdefault((evidence.text, evidence.voiced, evidence.kind), (evidence, intent, strict))
        return Verdict(-1.0, sure=False)


_parts: tuple[Phrasebook, SphinxRecognizer, tuple[SecondLook, ...]] | None = None


def _build() -> None:
    global _parts
    phrasebook = Phrasebook.of(load(*find_content("en")))
    _parts = (
        phrasebook,
        SphinxRecognizer(phrasebook),
        tuple(SecondLook(CROSS / f"second-{fold}.npz") for fold in range(FOLDS)),
    )


def gather(item: Item) -> list[Kept]:
    """All evidence in a piece."""
    assert _parts
    phrasebook, recognizer, lookers = _parts
    looker = lookers[fold_of(item.person)]
    recorder, now = Recorder(), legal(item.state)
    listener = Listener(recognizer, phrasebook, judge=recorder, looker=looker)
    listener.expect(item.state.value, now)
    for frame in frames(item.samples):
        listener.feed(frame)
    listener.finish()
    weight = REAL_WEIGHT if item.voice == "real" else 1.0
    seconds = 0.0 if item.text else len(item.samples) / HEAR_RATE
    return [
        Kept(
            evidence,
            intent,
            strict,
            bool(item.text) and phrasebook.same(evidence.text, item.text, now),
            weight,
            seconds,
            f"{item.condition} {item.state}",
        )
        for evidence, intent, strict in recorder.seen.values()
    ]


def pieces(data: Path, each: int) -> Iterable[Item]:
    """All that is played."""
    library = load(*find_content("en"))
    yield from real_words(data, "tune")
    yield from bedroom(library, "tune", "natural", CONDITIONS, each)
    yield from bedroom(library, "tune", "formant", CONDITIONS, each // 6)
    for fold in range(FOLDS):
        person = next(voice for voice in FORMANT["tune"] if fold_of(voice) == fold)
        for kind, samples in streams(data, "tune", partial(_in_fold, fold)):
            for state, speed in PLAYED:
                yield Item(_at_speed(samples, speed), "", state, "real", f"{kind} {speed}", 0.0, person)


def _in_fold(fold: int, recording: Recording) -> bool:
    return fold_of(recording.person) == fold


def _at_speed(samples: NDArray[np.int16], speed: float) -> NDArray[np.int16]:
    slower = soxr.resample(samples.astype(np.float64), HEAR_RATE * speed, HEAR_RATE)
    return slower.round().clip(-32768, 32767).astype(np.int16)


def weigh(kept: Sequence[Kept]) -> dict[str, dict[str, float]]:
    """Weights by kind of evidence and feature."""
    from sklearn.linear_model import LogisticRegression

    found = {}
    for kind in ("heard", "seen", "both"):
        mine = [one for one in kept if one.evidence.kind == kind]
        names = sorted(mine[0].evidence.features())
        rows = np.array([[one.evidence.features()[name] for name in names] for one in mine])
        scale = rows.std(axis=0) + 1e-9
        model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=5000)
        labels = [one.right for one in mine]
        model.fit(rows / np.where(scale < 1e-6, 1, scale), labels, sample_weight=[one.weight for one in mine])
        weights = model.coef_[0] / np.where(scale < 1e-6, 1, scale)
        found[kind] = {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}
        print(kind, len(mine), "right:", sum(labels), found[kind], flush=True)
    return found


def score(weights: Mapping[str, Mapping[str, float]], evidence: Evidence) -> float:
    """As `FittedJudge.score`."""
    return sum(weights[evidence.kind].get(name, 0.0) * value for name, value in evidence.features().items())


def least(scores: Sequence[float], hours: float, budget: float) -> float:
    """The least threshold that leaves no more than the budget."""
    allowed = int(budget * hours)
    ranked = sorted(scores, reverse=True)
    return round(ranked[allowed] + (0.01 if budget else MARGIN), 3) if len(ranked) > allowed else -2.0


def thresholds(
    kept: Sequence[Kept], weights: Mapping[str, Mapping[str, float]], hours: Mapping[bool, float]
) -> dict[str, dict[str, dict[str, float]]]:
    """What acts from where on, by strictness."""
    false: dict[bool, list[tuple[IntentKind, float]]] = defaultdict(list)
    for one in kept:
        if one.seconds:
            false[one.strict].append((one.intent, score(weights, one.evidence)))
    cheap = [s for intent, s in false[False] if intent in CHEAP]
    others = [s for intent, s in false[False] if intent not in CHEAP]
    session = least(others, hours[False], BUDGET["session"])
    stop = least(cheap, hours[False], CHEAP_BUDGET)
    idle = max(least([s for intent, s in false[True] if intent not in CHEAP], hours[True], BUDGET["idle"]), LIKELY)
    by_intent = {intent.value: min(stop, session) for intent in CHEAP}
    return {
        "least": {"session": {"": session, **by_intent}, "idle": {"": idle, **by_intent}},
        "sure": {"session": {"": session}, "idle": {"": round(idle + SURE, 3), **by_intent}},
    }


def main(arguments: Sequence[str]) -> None:
    """Fit, and write voiceguide/hear/fitted-en.json."""
    parser = argparse.ArgumentParser(prog="scripts/fit", description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--each", type=int, default=60, help="utterances per condition")
    parser.add_argument("--train", action="store_true", help="train the second look before")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        sys.exit(f"fit: {options.data}: no recordings -> give their folder with --data")
    if options.train:
        train_all(Phrasebook.of(load(*find_content("en"))), options.data)
    played = list(pieces(options.data, options.each))
    with get_context("fork").Pool(2, _build) as pool:
        kept = [one for found in pool.imap_unordered(gather, played, chunksize=2) for one in found]
    hours: dict[bool, float] = defaultdict(float)
    for item in played:
        if not item.text:
            hours[item.state.value in STRICT_STATES] += len(item.samples) / HEAR_RATE / 3600
    weights = weigh(kept)
    fitted = {"weights": weights, **thresholds(kept, weights, hours)}
    print({name: value for name, value in fitted.items() if name != "weights"}, dict(hours))
    FITTED.write_text(json.dumps({"sphinx": fitted}, indent=2) + "\n", "utf-8")
