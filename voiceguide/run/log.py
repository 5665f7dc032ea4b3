"""What a service writes down, line by line: that a session was, and how it went, but not what anybody said.

What was heard tells of somebody's body and nights, and a journal is kept for weeks and sent along with bug reports. So
only counts and times are written, unless the user wants the words (`log_speech`).
"""

from collections.abc import Callable
from statistics import median

from voiceguide.guide.states import State
from voiceguide.run.trace import TraceEvent


class Log:
    """A trace of single lines: when a session begins, and what it was when it ends.

    Args:
        line: takes a finished line.
        speech: True: also what was heard and said, in words.

    """

    def __init__(self, line: Callable[[str], None], speech: bool = False) -> None:
        self._line = line
        self._speech = speech
        self._began: float | None = None  # where a session is on
        self._counts = {"understood": 0, "unclear": 0, "underruns": 0}
        self._latencies: list[float] = []

    def write(self, event: TraceEvent) -> None:
        """Write down what matters."""
        if "latency_s" in event.details:
            self._latencies.append(event.details["latency_s"])
        match event.kind:
            case "state":
                self._enter(event)
            case "heard":
                self._counts["understood" if event.details["accepted"] else "unclear"] += 1
            case "stumble":
                self._counts["underruns"] += 1
        if self._speech and event.kind in ("heard", "say"):
            refused = "" if event.details.get("accepted", True) else " (not acted on)"
            self._line(f'{"heard" if event.kind == "heard" else "said"} "{event.text}"{refused}')

    def _enter(self, event: TraceEvent) -> None:
        idle = event.text == State.IDLE
        if idle and self._began is not None:
            self._line(f"session ended after {event.time - self._began:.0f} s: {self._summary()}")
            self._began = None
        elif not idle and self._began is None:
            self._line("session began")
            self._began = event.time
            self._counts = dict.fromkeys(self._counts, 0)
            self._latencies.clear()

    def _summary(self) -> str:
        counts = ", ".join(f"{count} {what}" for what, count in self._counts.items())
        if not self._latencies:
            return counts
        quick, slow = median(self._latencies), max(self._latencies)
        return f"{counts}; answered after {quick:.2f} s (median), {slow:.2f} s (longest)"
