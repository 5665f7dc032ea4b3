"""What the whole path, from samples to samples, makes of one recording: for the tests and for scripts/bench."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.audio.studio import TAIL
from voiceguide import wav
from voiceguide.guide.states import TABLE, State
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import HEAR_RATE, Heard
from voiceguide.run.clock import VirtualClock
from voiceguide.run.trace import TraceEvent
from voiceguide.run.virtual import WavMicrophone, WavSpeaker
from voiceguide.run.wiring import Parts, build_loop, build_session
from voiceguide.speak.mixer import Mixer

AUDIO = Path(__file__).parent / "audio"
CLIPS: list[dict[str, Any]] = yaml.safe_load((AUDIO / "manifest.yaml").read_text("utf-8"))["clips"]

_CALF = Intent(IntentKind.SYMPTOM, {"place": "calf", "side": "left"})
_PRESSING = (_CALF, Intent(IntentKind.NEXT), Intent(IntentKind.ON_POINT))
WALKS: Mapping[State, tuple[Intent, ...]] = {
    State.IDLE: (),
    State.LOCATE: _PRESSING[:2],
    State.PRESS: _PRESSING,
    State.CHECK: (*_PRESSING, Intent(IntentKind.NEXT)),
    State.PAUSED: (*_PRESSING, Intent(IntentKind.PAUSE)),
    State.ASK_PLACE: (Intent(IntentKind.SYMPTOM),),
    State.ANSWER: (*_PRESSING, Intent(IntentKind.QUESTION, {"question": "ginger"})),
    State.SAFETY_CHECK: (*_PRESSING, Intent(IntentKind.SAFETY)),
}
"""What was said before, to be in a state; by preference for a clip that makes sense in several."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a recording."""

    clip: Mapping[str, Any]
    state: State
    heard: tuple[TraceEvent, ...]
    intents: tuple[TraceEvent, ...]
    latency: float | None
    """Seconds from the true end of the words to the first sample of the answer (or its silence), with computing."""

    @property
    def right(self) -> bool:
        """True where it was taken to mean what the manifest says, and nothing else."""
        wanted = [(self.clip["intent"], self.clip.get("slots", {}))] if self.clip["intent"] else []
        return [(event.details["intent"], event.details["slots"]) for event in self.intents] == wanted


class Kept(list[TraceEvent]):
    """A trace that keeps the events."""

    def write(self, event: TraceEvent) -> None:
        self.append(event)


def states(clip: Mapping[str, Any]) -> list[State]:
    """Where the clip makes sense; ordinary speech is played everywhere."""
    return [state for state in WALKS if clip["intent"] is None or clip["intent"] in TABLE[state]]


def reply(parts: Parts, clip: Mapping[str, Any], state: State) -> Reply:
    """Play a clip to a session that is in a state already."""
    samples = wav.read(AUDIO / clip["file"], HEAR_RATE)
    clock, trace = VirtualClock(), Kept()
    microphone, speaker = WavMicrophone(samples, clock), WavSpeaker(Mixer(parts.clips), clock)
    session = build_session(parts)
    for intent in WALKS[state]:
        session.receive(Heard(intent), 0.0)
    loop = build_loop(parts, session, clock, microphone, speaker, trace)
    end = (len(samples) - TAIL) / HEAR_RATE
    loop.run(until=lambda: clock.now() > end + 2.0)
    replies = [event for event in trace if "latency_s" in event.details]
    return Reply(
        clip,
        state,
        tuple(event for event in trace if event.kind == "heard"),
        tuple(event for event in trace if event.kind == "intent"),
        replies[0].time - end if replies else None,
    )
