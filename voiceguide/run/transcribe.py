"""What is heard in a recording: the hear stage alone, fed as a microphone feeds it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voiceguide import wav
from voiceguide.guide.states import State, legal
from voiceguide.hear.listener import Listener
from voiceguide.intents import Intent
from voiceguide.messages import HEAR_RATE, Hypothesis
from voiceguide.run.clock import VirtualClock
from voiceguide.run.virtual import AFTERMATH, WavMicrophone
from voiceguide.understand.match import Phrasebook


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something that was heard."""

    file: Path
    hypothesis: Hypothesis
    intent: Intent | None
    latency: float
    """Seconds from the last voiced sample to the decision, computing included."""

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        h, intent = self.hypothesis, self.intent
        return {
            "file": str(self.file),
            "start": round(h.start, 3),
            "end": round(h.end, 3),
            "text": h.text,
            "intent": intent.kind.value if intent else None,
            "slots": dict(intent.slots) if intent else {},
            "confidence": round(h.confidence, 3),
            "accepted": h.accepted,
            "sure": h.sure,
            "latency_s": round(self.latency, 3),
        }

    def json(self) -> str:
        """One line for machines."""
        return json.dumps(self.record(), ensure_ascii=False)


def transcribe(file: Path, state: State, listener: Listener, phrasebook: Phrasebook) -> Iterator[Utterance]:
    """The utterances of a recording, as they are decided in a state of the dialogue.

    Raises:
        AudioFileError: not a readable recording.

    """
    clock = VirtualClock()
    samples = wav.read(file, HEAR_RATE)
    microphone = WavMicrophone(samples, clock)
    intents = legal(state)
    listener.expect(state, intents)
    end = len(samples) / HEAR_RATE + AFTERMATH
    while (frame := microphone.read(0.0)).start < end:
        for hypothesis in listener.feed(frame):
            intent = phrasebook.match(hypothesis.text, intents) if hypothesis.accepted else None
            yield Utterance(file, hypothesis, intent, clock.now() - hypothesis.end)
