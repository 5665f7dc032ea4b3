"""Night and day: which of them it is, and how loud each is. Pure: the time is an argument."""

from datetime import time
from enum import StrEnum

MATCH_FROM = -60.0
"""dBFS of the room, as the gate measures it, from which on its noise is matched."""

MATCH_SHARE = 0.5
"""dB that the voice becomes louder for each dB of noise."""

MATCH_MOST = 9.0
"""dB that noise may add, at most."""

MATCH_PACE = 0.5
"""dB a second: slow enough that nobody notices a change."""


class Profile(StrEnum):
    """What the voice is like at an hour."""

    DAY = "day"
    NIGHT = "night"


def clock_time(text: str) -> time:
    """A time of day as it is written, 22:00.

    Raises:
        ValueError: it is none; the message says how to write it.

    """
    hours, colon, minutes = text.partition(":")
    if not (colon and len(minutes) == 2 and f"{hours}{minutes}".isdecimal() and len(hours) in (1, 2)):
        raise ValueError(f"must be a time such as 22:00, not '{text}'")
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"there is no such time: '{text}'")
    return time(int(hours), int(minutes))


def between(begins: time, ends: time, now: time) -> bool:
    """Whether a time of day lies in a span, which may go across midnight; never, where both ends are the same."""
    if begins <= ends:
        return begins <= now < ends
    return now >= begins or now < ends


def matched(present: float, room: float | None, seconds: float) -> float:
    """By how much (dB) the voice is louder because of the room's noise, some seconds later.

    Args:
        present: what it was until now.
        room: level of the room (dBFS); None: not known.
        seconds: since `present`.

    """
    wanted = 0.0 if room is None else max(0.0, min((room - MATCH_FROM) * MATCH_SHARE, MATCH_MOST))
    step = MATCH_PACE * seconds
    return max(present - step, min(wanted, present + step))
