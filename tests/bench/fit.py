"""Fits how a phrase is judged (voiceguide/hear/judge.py): the weights of the evidence, and what it needs to act.

Everything comes from the half of the voices and speakers that is for choosing. The real listener plays each piece with
a judge that accepts nothing and keeps all evidence; a logistic regression weighs it; what is needed is then the least
that is LIKELIER to be right than wrong, and for which no more acts falsely in running speech and noise than BUDGET
allows.

Both recognisers' networks have learnt from most speakers of that half (`scripts/vosk_model`), so it makes them look
better than they are: what counts is the other half, which `scripts/bench hearing` plays. For the same reason strangers
are played, actors of whom nothing was learnt: what they say is no phrase.
"""

import argparse
import json
import math
import pickle
import sys
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from scripts.vosk_model import corpus
from tests.bench.hearing import TALKERS, frames
from tests.bench.material import CONDITIONS, Item, bedroom, padded, real_words, streams, talk
from tests.bench.recordings import SHARED
from voiceguide.content.load import find_content, load
from voiceguide.guide.states import State, legal
from voiceguide.hear.judge import HEARD, IN_MODEL, KINDS, SPHINX, Evidence, Fitted, FittedJudge, Verdict
from voiceguide.hear.listener import LOOKS, STRICT_STATES, Listener
from voiceguide.hear.recognizer import Recognizer
from voiceguide.hear.second import SecondLook
from voiceguide.hear.sphinx import SphinxRecognizer
from voiceguide.hear.vosk import VoskRecognizer
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import HEAR_RATE
from voiceguide.models import built_in_model
from voiceguide.run.settings import Engine
from voiceguide.understand.match import Phrasebook

EARLIEST = 0.06
"""Seconds of silence from which on evidence is learnt from: when the first decisions fall."""

PLAYED = (State.IDLE, State.CHECK)
"""In which states running speech is played: where nobody is in a dialogue, and where the shortest words act."""

BUDGET = 10.0
"""False activations an hour in a session that may be left, for each kind of evidence."""
MARGIN = 0.5
"""Log-odds beyond the worst of what acts falsely in idle, from which on nothing is asked."""
LIKELIER: Mapping[Engine, float] = {Engine.VOSK: 1.5, Engine.SPHINX: 0.7}
"""How many times as likely as a mistake a phrase must be to act in a session, whatever it was said through; chosen, as
hardly any speech of the tuning half is taken for a phrase: it was learnt from. PocketSphinx learnt from none of it, so
there the budget is what counts."""
IDLE = 2.0
"""How many times that in idle, where little is meant for us."""
IDLE_BUDGET = 0.2
"""Share of the budget that is left there."""


CHEAP = (IntentKind.STOP, IntentKind.SAFETY, IntentKind.RED_FLAG)
"""What needs less in a session by GENEROUS, in log-odds: where they are false that costs little, where missed much."""
GENEROUS = 1.0

ENOUGH = 10
"""Right ones that it takes to fit weights."""

REAL_WEIGHT = 6.0
"""A word of a real person counts this much more than a synthetic one."""

STRANGERS = Path("demo/vosk_model/strangers.npz")
"""What `scripts/vosk_model act` wrote."""
TOGETHER = 20
"""So many of their lines are one piece."""

KEPT = Path("build/bench")
"""Where all evidence is kept, for another look."""


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
    """A judge that accepts nothing, and keeps the first evidence of each pause after each look.

    Of what the recogniser may have heard it keeps the likeliest, which is judged first.
    """

    seen: dict[tuple[str, float, str, int], tuple[Evidence, IntentKind, bool]] = field(default_factory=dict)
    _last: tuple[float, float, bool] | None = None

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        now = evidence.voiced, evidence.silence, evidence.confidence is not None
        if evidence.silence >= EARLIEST and now != self._last:
            self._last = now
            key = evidence.text, evidence.voiced, evidence.kind, bisect(LOOKS, evidence.silence)
            self.seen.setdefault(key, (evidence, intent, strict))
        return Verdict(-1.0, sure=False)


_parts: tuple[Phrasebook, Recognizer, SecondLook] | None = None


def _build(chosen: Engine) -> None:
    global _parts
    phrasebook = Phrasebook.of(load(*find_content("en")))
    model = built_in_model("en")
    assert model
    recognizer = VoskRecognizer(phrasebook, model) if chosen is Engine.VOSK else SphinxRecognizer(phrasebook)
    _parts = phrasebook, recognizer, SecondLook(phrase.text for phrase in phrasebook.phrases)


def gather(item: Item) -> list[Kept]:
    """All evidence in a piece."""
    assert _parts
    phrasebook, recognizer, looker = _parts
    recorder, now = Recorder(), legal(item.state)
    wanted = phrasebook.match(item.text, now)
    listener = Listener(recognizer, phrasebook, judge=recorder, looker=looker)
    listener.expect(item.state.value, now)
    for frame in frames(item.samples):
        listener.feed(frame)
    listener.finish()
    weight = REAL_WEIGHT if item.voice == "real" and item.text else 1.0
    seconds = 0.0 if item.text else len(item.samples) / HEAR_RATE
    return [
        Kept(
            evidence,
            intent,
            strict,
            _means(phrasebook, evidence.text, now, wanted),
            weight,
            seconds,
            f"{item.condition} {item.state}",
        )
        for evidence, intent, strict in recorder.seen.values()
        if not item.text.startswith(f"{evidence.text} ")  # more is awaited after these words: they don't act yet
        and not any(f" {evidence.text} " in f" {line} " for line in item.others)  # heard as it was said
    ]


def _means(phrasebook: Phrasebook, text: str, now: frozenset[IntentKind], wanted: Intent | None) -> bool:
    intent = phrasebook.match(text, now)
    return intent is not None and wanted is not None and intent.meaning == wanted.meaning


def pieces(data: Path, each: int, strangers: Path) -> Iterable[Item]:
    """All that is played."""
    library = load(*find_content("en"))
    yield from real_words(data, "tune")
    yield from bedroom(library, "tune", "natural", CONDITIONS, each)
    yield from bedroom(library, "tune", "formant", CONDITIONS, max(each // 6, 1))
    for kind, samples in (*streams(data, "tune"), *talk("tune", TALKERS)):
        for state in PLAYED:
            yield Item(samples, "", state, "real", kind, 0.0)
    pause = np.zeros(HEAR_RATE // 2, np.int16)
    lines = list(corpus.load(strangers))
    for first in range(0, len(lines), TOGETHER):
        some = lines[first : first + TOGETHER]
        said = padded(np.concatenate([sound for one in some for sound in (one.samples, pause)]), first)
        for state in PLAYED:
            condition = f"strangers from {first}"
            yield Item(said, "", state, "real", condition, 0.0, others=tuple(one.text for one in some))


def of_kind(kept: Iterable[Kept], kind: str) -> list[Kept]:
    """What `kind` is fitted on: where the recogniser is heard alone, also what the second look saw as well."""
    kinds = {kind, kind.replace("heard", "both")}
    return [one for one in kept if one.evidence.kind in kinds]


def weigh(kept: Sequence[Kept]) -> dict[str, dict[str, float]]:
    """Weights by kind of evidence and feature.

    Where hardly anything of a kind was right, or confidence came out as weighing against a phrase (PocketSphinx in
    noise, 33 right ones), nothing can be learnt from it: those of the quiet stand in.
    """
    found: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        mine, quiet = of_kind(kept, kind), found.get(kind.removesuffix(" in noise"))
        enough = sum(one.right for one in mine) >= ENOUGH
        learnt = _regression(kind, mine, HEARD if "heard" in kind else None) if enough else None
        if quiet and (not learnt or learnt.get("confidence", 0.0) < 0):
            learnt = quiet
        if learnt:
            found[kind] = learnt
    return found


def _regression(kind: str, kept: Sequence[Kept], only: Iterable[str] | None = None) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression

    found = [one.evidence.features() for one in kept]
    names = sorted({*found[0]} & {*(only or found[0])})
    rows = np.array([[features[name] for name in names] for features in found])
    scale = rows.std(axis=0)
    scale[scale < 1e-6] = 1
    labels = [one.right for one in kept]
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=5000)
    model.fit(rows / scale, labels, sample_weight=[one.weight for one in kept])
    weights = {name: round(float(w), 4) for name, w in zip(names, model.coef_[0] / scale, strict=True)}
    print(f"{kind}: {len(kept)}, right {sum(labels)}, {weights}", flush=True)
    return weights


def least(scores: Sequence[float], allowed: int) -> float:
    """The least threshold above which no more than so many lie."""
    ranked = sorted(scores, reverse=True)
    return ranked[allowed] + 0.01 if len(ranked) > allowed else -math.inf


def false(scored: Iterable[tuple[Kept, float]], *, strict: bool) -> list[float]:
    """The scores of what would act though nothing is meant for the device; the same words in one piece count once."""
    found: dict[tuple[str, str], float] = {}
    for one, score in scored:
        if one.seconds and one.strict == strict and not one.piece.startswith("other words"):
            key = one.piece, one.evidence.text
            found[key] = max(score, found.get(key, -math.inf))
    return list(found.values())


def thresholds(
    kept: Sequence[Kept], weights: Mapping[str, Mapping[str, float]], hours: float, likelier: float
) -> dict[str, dict[str, Any]]:
    """What acts from where on: the fields `least` and `sure` of `Fitted`.

    Args:
        kept: all evidence.
        weights: by kind and feature.
        hours: of what was played in each state without being meant for the device.
        likelier: see LIKELIER.

    """
    acts: dict[str, Any] = {"session": {}, "idle": {}}
    sure: dict[str, Any] = {"session": {}, "idle": {}}
    judge = FittedJudge(Fitted(weights, acts, sure))
    for kind in weights:
        mine = of_kind(kept, kind)
        scored = [(one, judge.score(one.evidence, kind)) for one in mine]
        played = hours * sum(state.value not in STRICT_STATES for state in PLAYED)
        in_session = least(false(scored, strict=False), int(BUDGET * played))
        session = round(max(math.log(likelier), in_session), 3)
        idle = round(
            max(
                session, math.log(likelier * IDLE), least(false(scored, strict=True), int(IDLE_BUDGET * BUDGET * hours))
            ),
            3,
        )
        acts["session"][kind] = {"": session, **{intent.value: round(session - GENEROUS, 3) for intent in CHEAP}}
        acts["idle"][kind] = {"": idle}
        sure["session"][kind], sure["idle"][kind] = round(session - GENEROUS, 3), round(idle + MARGIN, 3)
        acting = [one for one, s in scored if s >= session]
        right, all_right = sum(one.right for one in acting), sum(one.right for one in mine)
        print(
            f"{kind}: {session}, idle {idle}; {right} of {all_right} right ones act, {len(acting) - right} wrong ones"
        )
    return {"least": acts, "sure": sure}


def listen(played: Sequence[Item], chosen: Engine) -> tuple[list[Kept], float, int]:
    """All evidence, how many hours of it in idle were not meant for the device, and how many utterances were."""
    with get_context("fork").Pool(2, _build, (chosen,)) as pool:
        kept = [one for found in pool.imap_unordered(gather, played, chunksize=2) for one in found]
    idle = [len(item.samples) for item in played if not item.text and item.state.value in STRICT_STATES]
    return kept, sum(idle) / HEAR_RATE / 3600, sum(bool(item.text) for item in played)


def main(arguments: Sequence[str]) -> None:
    """Fit, and write what was fitted beside the model, or beside the code for PocketSphinx."""
    parser = argparse.ArgumentParser(prog="scripts/fit", description=__doc__)
    parser.add_argument("--engine", choices=(Engine.VOSK, Engine.SPHINX), type=Engine, default=Engine.VOSK)
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--strangers", type=Path, default=STRANGERS, help="lines that are not meant for the device")
    parser.add_argument("--each", type=int, default=60, help="utterances per condition")
    parser.add_argument("--again", action="store_true", help="with the evidence that was kept the last time")
    options = parser.parse_args(arguments)
    evidence = KEPT / f"evidence-{options.engine}.pickle"
    if not options.data.is_dir():
        sys.exit(f"fit: {options.data}: no recordings -> give their folder with --data")
    if options.again and not evidence.is_file():
        sys.exit(f"fit: {evidence}: no such file -> run it without --again")
    if not (options.again or options.strangers.is_file()):
        sys.exit(f"fit: {options.strangers}: no such file -> make it as scripts/vosk_model/README.md tells")
    if not options.again and not any(True for _ in corpus.load(options.strangers)):
        sys.exit(f"fit: {options.strangers}: nobody says anything in it -> make it again with all three games")
    if not options.again:
        evidence.parent.mkdir(parents=True, exist_ok=True)
        played = list(pieces(options.data, options.each, options.strangers))
        evidence.write_bytes(pickle.dumps(listen(played, options.engine)))
    kept, hours, said = pickle.loads(evidence.read_bytes())
    weights = weigh(kept)
    print(f"{hours:.2f} h of speech and noise in each state, {said} utterances")
    fitted = {"weights": weights, **thresholds(kept, weights, hours, LIKELIER[options.engine])}
    model = built_in_model("en")
    assert model
    out = model / IN_MODEL if options.engine is Engine.VOSK else SPHINX
    out.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
