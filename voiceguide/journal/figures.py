"""What the sessions add up to: counts, and bars to draw them with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from voiceguide.guide.past import NIGHT, Episode
from voiceguide.messages import Outcome

MONTH = 30
"""Nights that are drawn one by one."""

STRETCH = "stretch alone"


@dataclass(frozen=True, slots=True)
class Bars:
    """Something counted."""

    title: str
    rows: tuple[tuple[str, int], ...]
    """What, and how often."""
    each: bool = False
    """True where every row is a step of time, so that empty ones count, and their order."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All cramps in numbers; those are left out at which nobody said another word."""

    cramps: int
    nights: int
    week: int
    """Within the last seven days."""
    month: int
    """Within the last thirty."""
    by_night: Bars
    by_hour: Bars
    by_place: Bars
    by_outcome: Bars
    eased_by: Bars
    """What was done last where it eased."""

    @property
    def charts(self) -> tuple[Bars, ...]:
        """All that can be drawn."""
        return self.by_night, self.by_hour, self.by_place, self.eased_by, self.by_outcome


def figures(episodes: Sequence[Episode], today: date) -> Figures:
    """Count.

    Args:
        episodes: all sessions.
        today: the last day that is drawn.

    """
    cramps = [episode for episode in episodes if episode.counts]
    days = [episode.began.date() for episode in cramps]
    nights = Counter((episode.began - NIGHT).date() for episode in cramps)
    drawn = [today - timedelta(days=back) for back in reversed(range(MONTH))]
    hours = Counter(episode.began.hour for episode in cramps)
    night = [*range(12, 24), *range(12)]
    outcomes = Counter(each.account.outcome or Outcome.CUT_OFF for each in cramps)
    eased = Counter(each.eased_by or STRETCH for each in cramps if each.account.outcome is Outcome.EASED)
    return Figures(
        cramps=len(cramps),
        nights=len(nights),
        week=sum(day > today - timedelta(days=7) for day in days),
        month=sum(day > today - timedelta(days=MONTH) for day in days),
        by_night=Bars("Nights", tuple((f"{day:%d %b}", nights[day]) for day in drawn), each=True),
        by_hour=Bars("Hours", tuple((f"{hour:02d}", hours[hour]) for hour in night), each=True),
        by_place=_ranked("Places", Counter(place(each) for each in cramps)),
        by_outcome=_ranked("How it ended", Counter(str(each).replace("_", " ") for each in outcomes.elements())),
        eased_by=_ranked("What was done when it eased", eased),
    )


def place(episode: Episode) -> str:
    """Where it was."""
    words = (episode.account.side, episode.account.place or episode.account.routine or "leg")
    return " ".join(word for word in words if word)


def _ranked(title: str, counts: Counter[str]) -> Bars:
    return Bars(title, tuple(sorted(counts.items(), key=lambda row: (-row[1], row[0]))))
