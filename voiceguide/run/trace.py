"""What happened, as events: the timeline file for machines, the transcript for people."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from voiceguide.intents import Intent
from voiceguide.messages import Cue, Hypothesis

KINDS: Mapping[Cue, str] = {
    Cue.SAY: "say",
    Cue.ASIDE: "say",
    Cue.WORD: "cue word",
    Cue.PRESS: "cue press",
    Cue.RELEASE: "cue release",
    Cue.ALARM: "alarm",
    Cue.WAKE: "wake",
}
"""What the timeline calls the start of a sound."""


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """Something that happened."""

    time: float
    """Seconds since the start."""
    kind: str
    """heard, button, intent, state, say, cue press, cue release, cue word, silence, wake, lost, back, clipped, alarm,
    stumble."""
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def json(self) -> str:
        """One line of the timeline file."""
        record = {"time": round(self.time, 5), "kind": self.kind, "text": self.text, **self.details}
        return json.dumps(record, ensure_ascii=False)


class Trace(Protocol):
    """Where events go."""

    def write(self, event: TraceEvent) -> None:
        """Take note of an event."""
        ...


class Writable(Protocol):
    """A file, as far as it is needed."""

    def write(self, data: bytes, /) -> int | None:
        """Write some bytes, or raise OSError."""
        ...


class Traces:
    """Several traces as one; without any, nowhere."""

    def __init__(self, traces: Iterable[Trace] = ()) -> None:
        self._traces = tuple(traces)

    def write(self, event: TraceEvent) -> None:
        """Tell each of them."""
        for trace in self._traces:
            trace.write(event)


class Timeline:
    """A JSON object per event, a line each, handed to the system at once.

    Where the disk is full or gone, it ends there and the guidance goes on.

    Args:
        stream: binary and without a buffer, so that nothing is left to be written when it is closed.
        lost: is told, once, what went wrong.

    """

    def __init__(self, stream: Writable, lost: Callable[[OSError], None]) -> None:
        self._stream = stream
        self._lost = lost
        self._broken = False

    def write(self, event: TraceEvent) -> None:
        """Append a line."""
        if self._broken:
            return
        try:
            self._stream.write(f"{event.json()}\n".encode())
        except OSError as error:
            self._broken = True
            self._lost(error)


class Transcript:
    """The night as a person reads it: who said what, when, and how fast the answer came.

    Args:
        line: takes a finished line.

    """

    _CUES: Mapping[str, str] = {"cue press": "▼", "cue release": "△", "cue word": ""}

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
        self._cues: list[str] = []
        self._since = 0.0

    def write(self, event: TraceEvent) -> None:
        """Print what matters; a press and its release share a line."""
        if event.kind in self._CUES:
            if event.kind == "cue press":
                self.flush()
            if not self._cues:
                self._since = event.time
            self._cues.append(self._CUES[event.kind] or event.text)
            return
        self.flush()
        text = self._words(event)
        if text:
            self._line(f"{clock(event.time)}  {text}")

    def flush(self) -> None:
        """Print the cues that are still kept."""
        if self._cues:
            self._line(f"{clock(self._since)}            {' '.join(self._cues)}")
            self._cues.clear()

    def _words(self, event: TraceEvent) -> str:
        latency = event.details.get("latency_s")
        quick = f"   (after {latency:.2f} s)" if latency is not None else ""
        match event.kind:
            case "heard":
                doubt = "" if event.details.get("sure", True) else "   (half heard)"
                return f'YOU       "{event.text}"{doubt}' if event.details["accepted"] else ""
            case "button":
                return f"YOU       (the button: {event.text})"
            case "say":
                return f"GUIDE     {event.text}{quick}"
            case "silence":
                return f"          (silent){quick}"
            case "state":
                return f"          [{event.text}]"
            case "lost" | "back" | "clipped":
                return f"          ({event.text}: {event.details.get('fault', event.kind)})"
        return ""


def clock(seconds: float) -> str:
    """Minutes and seconds: 1:04.2."""
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes):2d}:{rest:04.1f}"


def heard(at: float, hypothesis: Hypothesis) -> TraceEvent:
    """Somebody spoke."""
    details = {
        "start": round(hypothesis.start, 3),
        "end": round(hypothesis.end, 3),
        "confidence": round(hypothesis.confidence, 3),
        "accepted": hypothesis.accepted,
        "sure": hypothesis.sure,
    }
    return TraceEvent(at, "heard", hypothesis.text, details)


def understood(at: float, intent: Intent) -> TraceEvent:
    """It was taken to mean something."""
    return TraceEvent(at, "intent", intent.text, {"intent": intent.kind.value, "slots": dict(intent.slots)})
