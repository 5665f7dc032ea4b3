"""The two clocks. Nothing else in the package reads the time, but the sound devices."""

import datetime
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Tells the time of the loop."""

    def now(self) -> float:
        """Seconds since the loop's time zero."""
        ...


def local_time() -> datetime.time:
    """The time of day where the device is."""
    now = time.localtime()
    return datetime.time(now.tm_hour, now.tm_min)


class MonotonicClock:
    """The real time."""

    def __init__(self) -> None:
        self.zero = time.monotonic()
        """The loop's time zero on the scale of `time.monotonic`."""

    def now(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.zero


class VirtualClock:
    """Seconds since the start of a recording.

    Waiting costs nothing here, but work costs what it costs: the clock jumps to the time at which a block of the
    recording would have arrived, and runs with the machine while the block is worked on. So a latency includes the
    computing.

    Args:
        stopwatch: seconds of computing, monotonic; a constant one makes computing free, and runs repeatable.

    """

    def __init__(self, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self._stopwatch = stopwatch
        self._time = 0.0
        self._mark = stopwatch()

    def now(self) -> float:
        """The present."""
        return self._time + self._stopwatch() - self._mark

    def advance_to(self, moment: float) -> None:
        """Wait until a moment; no time passes where it is over already."""
        self._time = max(self.now(), moment)
        self._mark = self._stopwatch()
