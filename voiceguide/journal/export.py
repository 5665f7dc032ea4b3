"""The sessions as files for other programs."""

import csv
import io
import json
from collections.abc import Sequence

from voiceguide.guide.past import Episode

FIELDS = (
    "number",
    "kind",
    "began",
    "ended",
    "minutes",
    "place",
    "side",
    "routine",
    "points",
    "rounds",
    "outcome",
    "answered",
    "nudged",
)
"""What is told of each session, in this order."""


def record(episode: Episode) -> dict[str, object]:
    """A session as plain values, by FIELDS; times in ISO 8601, `ended` None while it is under way."""
    account = episode.account
    return {
        "number": episode.number,
        "kind": "cramp" if account.cramp else "by choice",
        "began": episode.began.isoformat(timespec="seconds"),
        "ended": episode.seen.isoformat(timespec="seconds") if account.over else None,
        "minutes": round((episode.seen - episode.began).total_seconds() / 60, 1),
        "place": account.place,
        "side": account.side.value if account.side else None,
        "routine": account.routine,
        "points": [point for point, _ in account.pressed],
        "rounds": [rounds for _, rounds in account.pressed],
        "outcome": account.outcome.value if account.outcome else None,
        "answered": account.answered,
        "nudged": account.nudged,
    }


def as_json(episodes: Sequence[Episode]) -> str:
    """A list of objects."""
    return json.dumps([record(each) for each in episodes], indent=2) + "\n"


def as_csv(episodes: Sequence[Episode]) -> str:
    """A header and a line each; several points are separated by spaces, and so are their rounds."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
    writer.writeheader()
    for each in episodes:
        points = " ".join(point for point, _ in each.account.pressed)
        rounds = " ".join(str(count) for _, count in each.account.pressed)
        writer.writerow({**record(each), "points": points, "rounds": rounds})
    return out.getvalue()
