"""Plays press and release tones through the real speaker, with a microphone beside it, for `scripts/bench timing`.

Runs in the rig's environment, as a process of its own: python -m tests.bench.metronome SECONDS OUT.json
"""

import json
import sys
from pathlib import Path

import numpy as np

from voiceguide.hear.gate import Gate
from voiceguide.hear.microphone import DeviceMicrophone
from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound
from voiceguide.run.clock import MonotonicClock
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker
from voiceguide.speak.tones import Tones

LEAD_IN = 4.0
"""Seconds until the first tone: a stream begins."""

ROUND = 20
"""Tones that are scheduled at once, as the dialogue does with a round."""


def round_from(start: int, number: int) -> list[ScheduledSound]:
    """A tone each second, give or take: a regular beat would hide an error of a whole beat."""
    kinds = (("tone.press", Cue.PRESS), ("tone.release", Cue.RELEASE))
    places = start + np.cumsum([SPEAK_RATE + 37 * ((number + n) % 11) for n in range(ROUND)])
    return [ScheduledSound(int(place), *kinds[n % 2]) for n, place in enumerate(places)]


def main(seconds: float, out: Path) -> None:
    clock, mixer, gate = MonotonicClock(), Mixer(Tones()), Gate()
    microphone = DeviceMicrophone(zero=clock.zero)
    speaker = DeviceSpeaker(mixer, clock.zero)
    scheduled: list[ScheduledSound] = []
    started: list[tuple[float, int]] = []
    events: list[tuple[str, float, int]] = []
    moved, underruns = 0, 0
    due = LEAD_IN
    end = LEAD_IN + seconds
    while clock.now() < max(due, end) + 1:
        if clock.now() >= due and due < end:
            sounds = round_from(round(due * SPEAK_RATE), len(scheduled))
            speaker.play(sounds)
            scheduled += sounds
            due = sounds[-1].start / SPEAK_RATE + 0.5
        if frame := microphone.read(0.1):
            gate.feed(frame)
        started += [(clock.now(), s.position - s.scheduled) for s in speaker.started()]
        if speaker.underruns > underruns:
            underruns = speaker.underruns
            events.append(("underrun", clock.now(), underruns))
        if speaker.reanchored > moved:
            moved = speaker.reanchored
            events.append(("reanchored", clock.now(), moved))
    result = {
        "scheduled": [(s.start, s.sound) for s in scheduled],
        "started": started,
        "events": events,
        "underruns": speaker.underruns,
        "reanchored": speaker.reanchored,
        "late": mixer.late,
        "latency": speaker.latency,
        "overruns": microphone.overruns,
    }
    out.write_text(json.dumps(result), "utf-8")
    speaker.close()
    microphone.close()


if __name__ == "__main__":
    main(float(sys.argv[1]), Path(sys.argv[2]))
