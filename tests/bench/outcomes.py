"""What became of all that the hearing bench played, as tables in Markdown."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from voiceguide.intents import IntentKind

KINDS = ("natural", "diphone", "formant")
"""Of synthetic voices."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item."""

    text: str
    state: str
    voice: str
    condition: str
    heard: str
    """What acted first; empty: nothing."""
    right: bool
    """It acted as it was meant, once, and nothing else did."""
    wrong: bool
    """Something acted that was not meant."""
    latency: float | None
    """Of what acted first and was right (s)."""
    intent: str
    """What was meant."""


@dataclass(frozen=True, slots=True)
class Falses:
    """What acted while nobody spoke to the device."""

    kind: str
    state: str
    seconds: float
    heard: tuple[str, ...]
    unsure: int
    """How many of these would only have been asked about."""
    cpu: float
    """Seconds of computing."""


def percent(parts: Sequence[bool]) -> str:
    """A share, with the count."""
    return f"{100 * sum(parts) / len(parts):.1f} % of {len(parts)}" if parts else "-"


def accuracy(title: str, outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> Iterator[str]:
    """A table of what was right, wrong, and how fast, by a key."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    yield f"\n| {title} | sentence | intent | wrong | median | p90 | p99 |\n|---|---|---|---|---|---|---|"
    for name, group in groups.items():
        sentences = percent([one.heard == one.text for one in group])
        intents = percent([one.right for one in group])
        yield f"| {name} | {sentences} | {intents} | {share(group)} | {latencies(group)} |"


def share(outcomes: Sequence[Outcome]) -> str:
    """How often something else acted than what was meant."""
    return f"{100 * sum(one.wrong for one in outcomes) / len(outcomes):.1f} %"


def latencies(outcomes: Sequence[Outcome]) -> str:
    """Median, 90th and 99th percentile (s), as cells."""
    found = [one.latency for one in outcomes if one.latency is not None]
    return " | ".join(f"{np.percentile(found, p):.3f}" for p in (50, 90, 99)) if found else "- | - | -"


def falses(found: Sequence[Falses]) -> Iterator[str]:
    """A table of what acted falsely."""
    yield "\n| played | in | seconds | false an hour | of these only asked | taken for |\n|---|---|---|---|---|---|"
    for one in joined(found):
        rate = 3600 * len(one.heard) / one.seconds
        cells = (one.kind, one.state, f"{one.seconds:.0f}", f"{rate:.1f} ({len(one.heard)})", str(one.unsure))
        yield f"| {' | '.join(cells)} | {', '.join(one.heard[:8])} |"


def joined(found: Sequence[Falses]) -> Iterator[Falses]:
    """What was played of one kind in one state, taken together."""
    for kind, state in dict.fromkeys((one.kind, one.state) for one in found):
        mine = [one for one in found if (one.kind, one.state) == (kind, state)]
        heard = tuple(text for one in mine for text in one.heard)
        totals = (sum(one.seconds for one in mine), sum(one.unsure for one in mine), sum(one.cpu for one in mine))
        yield Falses(kind, state, totals[0], heard, *totals[1:])


URGENCY = {IntentKind.STOP: "stop", IntentKind.SAFETY: "safety, danger", IntentKind.RED_FLAG: "safety, danger"}
"""What is told apart from the rest of what is said in a session."""


def report(outcomes: Sequence[Outcome], streamed: Sequence[Falses]) -> Iterator[str]:
    """The whole report, line by line."""
    real = [one for one in outcomes if one.voice == "real"]
    if real:
        yield "\n## Single words of real people"
        yield from accuracy("word, state", real, lambda one: f"{one.text}, {one.state}")
        yield from accuracy("all", real, lambda _: "all")
    if streamed:
        yield "\n## What is not meant for it"
        yield from falses(streamed)
    for kind in KINDS:
        said = [one for one in outcomes if one.voice.startswith(kind)]
        if said:
            yield f"\n## Synthetic bedroom, {kind} voices"
            yield from accuracy("condition", said, lambda one: one.condition)
            quiet = [one for one in said if one.condition == "quiet"]
            yield from accuracy("quiet, by voice", quiet, lambda one: one.voice)
            yield from accuracy("all conditions, by state", said, lambda one: one.state)
    yield "\n## Speed"
    in_session = [one for one in outcomes if one.state != "idle" and not one.voice.startswith("formant")]
    yield from accuracy("in session", in_session, lambda one: URGENCY.get(one.intent, "other"))
    for one in joined(streamed):
        if one.state in ("idle", "check"):
            yield f"\n{one.kind}, {one.state}: {one.cpu / one.seconds:.3f} s of computing for a second of sound"
