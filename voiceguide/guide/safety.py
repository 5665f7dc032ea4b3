"""What is safe for this person tonight, by what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voiceguide.content.roles import Role
from voiceguide.content.schema import Flag, Level

if TYPE_CHECKING:
    from voiceguide.guide.session import Session


def told(s: Session) -> dict[str, Flag]:
    """What was told this night that changes what is safe."""
    recent = (name for name, at in s.cautions.items() if s.now - at < s.options.remember)
    return {name: s.library.flags[name] for name in recent}


def is_safe(s: Session, point: str) -> bool:
    """True where nothing that was told this night speaks against pressing a point, nor a cramp that lasted."""
    if s.overlong is not None and s.now - s.overlong < s.options.rest:
        return False
    return not any(flag.level is Level.STRETCH_ONLY or point in flag.skips for flag in told(s).values())


def allowed(s: Session, place: str | None) -> tuple[str, ...]:
    """The points of a place that are safe for this person."""
    guide = s.library.guides[place or s.library.skill.default_place]
    return tuple(point for point in guide.points if is_safe(s, point))


def reminders(s: Session) -> tuple[str, ...]:
    """What was told before this session, and still counts: it is said once, with the reason."""
    before = [flag for name, flag in told(s).items() if s.cautions[name] < s.began]
    reasons = [prompt for flag in before if not flag.level.stops for prompt in s.once(flag.say)]
    return (Role.REMEMBERED, *reasons) if reasons else ()
