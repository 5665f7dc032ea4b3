"""What is told of the nights before: answers to questions about them, and the advice to ask a doctor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.guide.past import RECENT, Episode, Past
from voiceguide.intents import Recall, Side

if TYPE_CHECKING:
    from voiceguide.guide.session import Session

WEEK = 7
"""Days. "This week" is the last seven days: on a Monday one wants to know more than of Monday."""


def answer(s: Session, asked: Recall) -> tuple[tuple[str, ...], Side | None]:
    """The prompts that answer a question about the nights before, and of which leg they tell."""
    past = _past(s)
    if past is None:
        return (Role.NO_JOURNAL,), None
    if past.muddled:
        return (Role.CLOCK_UNSET,), None
    first = (Role.JOURNAL_DAMAGED,) if past.damaged and not s.lamented else ()
    s.lamented = True
    if asked is Recall.LAST:
        last = past.last()
        return (*first, *_last(s, past, last)), last.account.side if last else None
    return (*first, *(_count(s, past) if asked is Recall.COUNT else _helped(s, past))), None


def nudge(s: Session) -> tuple[str, ...]:
    """The advice to ask a doctor, where cramps came in several nights, and it was not given lately."""
    past, rule = _past(s), s.library.skill.history.nudge
    if past is None or past.muddled or s.progress.nudged or past.nudged(rule.rest):
        return ()
    if past.nights(rule.days) < rule.nights:
        return ()
    s.progress.nudged = True
    return (Role.OFTEN,)


def _past(s: Session) -> Past | None:
    """What is remembered; with what has just been said, which is not recorded yet, the present session counts."""
    past = s.past()
    if past is None or not s.progress.answered:
        return past
    return replace(past, episodes=tuple(each if each.account.over else each.heard() for each in past.episodes))


def _count(s: Session, past: Past) -> tuple[str, ...]:
    counts = s.library.skill.history.counts
    return (counts[min(past.count(WEEK), len(counts) - 1)],)


def _last(s: Session, past: Past, last: Episode | None) -> tuple[str, ...]:
    """When, and where it was."""
    if last is None:
        return (Role.NO_CRAMP,)
    days = (past.now.date() - last.began.astimezone(past.now.tzinfo).date()).days
    if past.now - last.began < RECENT:
        when: str = Role.LAST_RECENT
    elif days < 2:
        when = Role.LAST_YESTERDAY if days else Role.LAST_TODAY
    elif days < WEEK:
        when = s.library.skill.history.weekdays[last.began.astimezone(past.now.tzinfo).weekday()]
    else:
        when = Role.LAST_LONGER
    guide = s.library.guides.get(last.account.place or "")
    where = (guide.was,) if guide and guide.was else ()
    return (when, *where)


def _helped(s: Session, past: Past) -> tuple[str, ...]:
    """With what it eased most often, how often that was, and that it proves nothing."""
    found = past.helped()
    if found is None:
        return (Role.HELPED_UNKNOWN,)
    name, times = found
    point = s.library.points.get(name)
    if name and not (point and point.helped):  # of content that is there no more
        return (Role.HELPED_UNKNOWN,)
    what = point.helped if point and point.helped else Role.HELPED_STRETCH
    often = s.library.skill.history.times
    return (what, often[min(times, len(often)) - 1], Role.HELPED_CAVEAT)
