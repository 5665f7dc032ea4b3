"""Transcripts as tests: what is said when, and what must follow, in lines that anybody can read.

    name: A pause in the middle of a hold
    script:
      - at 0 heard "left calf cramp"
      - expect say "left" within 1 s
      - after 60 heard "pause"
      - expect silence for 20 s
      - after 20 heard "carry on"
      - expect press within 3 s

Times are seconds. `at T` counts from the start, `after T` from the line before. `docs/scenarios.md` explains each line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from voiceguide.content.fields import Model
from voiceguide.content.library import Library
from voiceguide.content.source import unknown
from voiceguide.errors import ContentError, ScenarioError
from voiceguide.guide.script import Options
from voiceguide.guide.states import State
from voiceguide.run.documents import read_document
from voiceguide.run.rehearsal import Rehearsal
from voiceguide.run.trace import Trace, TraceEvent, Traces

_NUMBER = r"(\d{1,5}(?:\.\d{1,3})?)"
_WITHIN = rf" within {_NUMBER} s"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A transcript, read but not yet played."""

    path: str
    name: str
    lines: tuple[tuple[int, str], ...]
    """Line number and text of each step; every text is one that `play` understands."""


class _File(Model):
    name: str
    script: Annotated[tuple[str, ...], Field(min_length=1)]


class _Player:
    """Plays the lines of a scenario and remembers all events."""

    def __init__(self, rehearsal: Rehearsal, events: list[TraceEvent]) -> None:
        self.rehearsal = rehearsal
        self.events = events

    def at(self, time: str) -> None:
        self.rehearsal.advance(float(time))

    def after(self, time: str) -> None:
        self.rehearsal.advance(self.rehearsal.now + float(time))

    def at_heard(self, time: str, text: str) -> None:
        self.at(time)
        self.rehearsal.hear(text)

    def after_heard(self, time: str, text: str) -> None:
        self.after(time)
        self.rehearsal.hear(text)

    def at_half_heard(self, time: str, text: str) -> None:
        self.at(time)
        self.rehearsal.hear(text, sure=False)

    def after_half_heard(self, time: str, text: str) -> None:
        self.after(time)
        self.rehearsal.hear(text, sure=False)

    def at_cut_off(self, time: str, seconds: str) -> None:
        self.at(time)
        self.rehearsal.cut_off(float(seconds))

    def after_cut_off(self, time: str, seconds: str) -> None:
        self.after(time)
        self.rehearsal.cut_off(float(seconds))

    def state(self, name: str) -> None:
        if self.rehearsal.session.state != name:
            raise _Unmet(f"expected state {name}, is {self.rehearsal.session.state.value}")

    def say(self, fragment: str, seconds: str) -> None:
        self._wait(lambda e: e.kind == "say" and fragment.lower() in e.text.lower(), f'"{fragment}"', seconds)

    def prompt(self, sound: str, seconds: str) -> None:
        self._wait(lambda e: str(e.details.get("sound")).split("@")[0] == sound, f"prompt {sound}", seconds)

    def cue(self, cue: str, seconds: str) -> None:
        self._wait(lambda e: e.kind == f"cue {cue}", cue, seconds)

    def no_cue(self, cue: str, seconds: str) -> None:
        self._never(lambda e: e.kind == f"cue {cue}", cue, seconds)

    def silence(self, seconds: str) -> None:
        if not self.rehearsal.silent:
            raise _Unmet("expected silence, but something is sounding")
        self._never(lambda e: "sound" in e.details, "a sound", seconds)

    def _wait(self, wanted: Callable[[TraceEvent], bool], what: str, seconds: str) -> None:
        """Let time pass until an event at or after now fits."""
        begin, limit = self.rehearsal.now, self.rehearsal.now + float(seconds)
        first = next((n for n, e in enumerate(self.events) if e.time >= begin - 1e-6), len(self.events))
        while not any(wanted(event) for event in self.events[first:]):
            if self.rehearsal.now >= limit:
                got = "; ".join(f"{e.kind} '{e.text}' at {e.time:.2f}" for e in self.events[first:]) or "nothing"
                raise _Unmet(f"expected {what} within {seconds} s of {begin:.2f}, got {got}")
            self.rehearsal.advance(min(limit, self.rehearsal.now + 0.05))

    def _never(self, unwanted: Callable[[TraceEvent], bool], what: str, seconds: str) -> None:
        count = len(self.events)
        self.rehearsal.advance(self.rehearsal.now + float(seconds))
        found = next((event for event in self.events[count:] if unwanted(event)), None)
        if found:
            raise _Unmet(f"expected no {what} for {seconds} s, got {found.kind} '{found.text}' at {found.time:.2f}")


class _Unmet(Exception):  # noqa: N818 - an expectation that was not met; becomes a line of ScenarioError
    """An expectation failed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a scenario may have."""

    example: str
    pattern: str
    step: Callable[..., None]


LINES = (
    Line('at 12.5 heard "stop"', rf'at {_NUMBER} heard "(.+)"', _Player.at_heard),
    Line('after 3 heard "stop"', rf'after {_NUMBER} heard "(.+)"', _Player.after_heard),
    Line('at 12.5 half heard "calf cramp"', rf'at {_NUMBER} half heard "(.+)"', _Player.at_half_heard),
    Line('after 3 half heard "calf cramp"', rf'after {_NUMBER} half heard "(.+)"', _Player.after_half_heard),
    Line("at 12.5 cut off for 60 s", rf"at {_NUMBER} cut off for {_NUMBER} s", _Player.at_cut_off),
    Line("after 3 cut off for 60 s", rf"after {_NUMBER} cut off for {_NUMBER} s", _Player.after_cut_off),
    Line("at 12.5", rf"at {_NUMBER}", _Player.at),
    Line("after 3", rf"after {_NUMBER}", _Player.after),
    Line("expect state press", r"expect state (\w+)", _Player.state),
    Line('expect say "left calf" within 1 s', rf'expect say "(.+)"{_WITHIN}', _Player.say),
    Line("expect prompt st-36/bend within 1 s", rf"expect prompt ([\w/-]+){_WITHIN}", _Player.prompt),
    Line("expect press within 3 s", rf"expect (press|release){_WITHIN}", _Player.cue),
    Line("expect no press for 60 s", rf"expect no (press|release) for {_NUMBER} s", _Player.no_cue),
    Line("expect silence for 20 s", rf"expect silence for {_NUMBER} s", _Player.silence),
)
"""All of them; the first that fits counts."""


def read(path: Path) -> Scenario:
    """Read a transcript.

    Raises:
        ContentError: not a scenario; where, and what is wrong.

    """
    file, source = read_document(path, _File)
    places = [source.where(("script", number)) for number in range(len(file.script))]
    problems = [
        f"{place.path}:{place.line}:{place.column}: {wrong}"
        for place, wrong in zip(places, _wrong(file.script), strict=True)
        if wrong
    ]
    if problems:
        raise ContentError(problems)
    lines = zip((place.line for place in places), file.script, strict=True)
    return Scenario(source.path, file.name, tuple(lines))


def play(scenario: Scenario, library: Library, options: Options, trace: Trace) -> None:
    """Play a transcript in virtual time.

    Raises:
        ScenarioError: the first expectation that was not met.

    """
    events = _Kept()
    player = _Player(Rehearsal(library, Traces([trace, events]), options), events)
    for number, text in scenario.lines:
        parsed = _step(text)
        try:
            if parsed:
                parsed[0](player, *parsed[1])
        except _Unmet as unmet:
            raise ScenarioError(f"{scenario.path}:{number}: {unmet}") from None


class _Kept(list[TraceEvent]):
    """A trace that keeps the events."""

    def write(self, event: TraceEvent) -> None:
        self.append(event)


def _wrong(script: tuple[str, ...]) -> Iterator[str]:
    """For each line what is wrong with it, before it is played; empty for nothing."""
    latest = 0.0
    for line in script:
        at, state = re.match(rf"at {_NUMBER}", line), re.fullmatch(r"expect state (\w+)", line)
        if _step(line) is None:
            yield f"'{line}' is no line of a scenario (docs/scenarios.md explains them)"
        elif at and float(at[1]) < latest:
            yield f"'{line}' goes back in time, to before {latest:g}"
        elif state and state[1] not in set(State):
            yield unknown("state", state[1], State)
        else:
            yield ""
        latest = max(latest, float(at[1])) if at else latest


def _step(line: str) -> tuple[Callable[..., None], tuple[str, ...]] | None:
    """What to do for a line, and with which words of it."""
    matches = ((kind.step, re.fullmatch(kind.pattern, line)) for kind in LINES)
    return next(((step, match.groups()) for step, match in matches if match), None)
