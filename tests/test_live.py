"""The real thing: `voiceguide run` on a virtual microphone and speaker, in real time."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests import own, rig
from tests.audio import studio
from voiceguide import wav
from voiceguide.messages import HEAR_RATE, SPEAK_RATE

AUDIO = Path(__file__).parent / "audio"
LOUD = 500
"""Samples beyond this (16 bits) are the guide's."""


def person(path: Path, *speech: tuple[float, str]) -> None:
    """A recording of what is said when (s)."""
    samples = studio.room(HEAR_RATE * 14, seed=1)
    for at, clip in speech:
        words = wav.read(AUDIO / clip, HEAR_RATE)
        start = round(at * HEAR_RATE)
        samples[start : start + len(words)] += words
    wav.write(path, samples.clip(-32768, 32767).astype(np.int16), HEAR_RATE)


def runs(samples: NDArray[np.int16], gap: float) -> list[tuple[float, float]]:
    """Where it is loud: (start, end) in seconds, silences shorter than `gap` bridged."""
    loud = np.flatnonzero(np.abs(samples.astype(int)) > LOUD)
    breaks = np.flatnonzero(np.diff(loud) > gap * SPEAK_RATE)
    starts, ends = loud[[0, *(breaks + 1)]], loud[[*breaks, len(loud) - 1]]
    return [(s / SPEAK_RATE, e / SPEAK_RATE) for s, e in zip(starts, ends, strict=True)]


def session(tmp_path: Path) -> str:
    """A session with the person of `person.wav`; what the guide wrote to standard error."""
    command = [sys.executable, "-m", "voiceguide", "run", "--settings", own.QUIET, "--model", own.MODEL, "--headphones"]
    command += ["--timeline", str(tmp_path / "night.jsonl")]
    with rig.PulseRig() as room:
        guide = subprocess.Popen(command, env=room.env, stderr=subprocess.PIPE, text=True)
        try:
            room.wait_for_listener()
            with room.recording(tmp_path / "guide.wav"):
                room.play(tmp_path / "person.wav")
        finally:
            guide.send_signal(signal.SIGINT)
            _, errors = guide.communicate(timeout=20)
    assert guide.returncode == 130, errors
    assert "Traceback" not in errors
    return errors


def test_a_session_from_a_played_wav_to_a_recorded_answer(tmp_path: Path) -> None:
    rig.require()
    person(tmp_path / "person.wav", (1.0, "left-calf-cramp-slt.wav"), (6.0, "next-awb.wav"), (10.0, "stop-slt.wav"))
    for _ in range(3):  # where this machine is too busy to let sound flow, it comes later than the timeline says
        errors = session(tmp_path)
        if ", 0 underruns;" in errors:
            break
    log = [line for line in errors.splitlines() if line.startswith("session ")]  # which has no words
    assert log[0] == "session began"
    assert log[1].startswith("session ended after ")
    assert not any(word in errors for word in ("calf", "toes", "knee"))

    events = [json.loads(line) for line in (tmp_path / "night.jsonl").read_text("utf-8").splitlines()]
    assert [event["intent"] for event in events if event["kind"] == "intent"] == ["symptom", "next", "stop"]
    states = [event["text"] for event in events if event["kind"] == "state"]
    assert states == ["idle", "stretch", "locate", "idle"]
    said = [event for event in events if event["kind"] == "say"]
    assert "left" in said[0]["text"]

    recorded = wav.read(tmp_path / "guide.wav", SPEAK_RATE)
    spoken = runs(recorded, gap=0.07)
    zero = spoken[0][0] - said[0]["time"]  # the recording's clock against the timeline's
    # "stop" was answered when the timeline says so; the answer to "next" comes too soon after what it cut to be told
    assert min(abs(start - zero - said[-1]["time"]) for start, _ in spoken) < 0.05
    silence = next(event for event in reversed(events) if event["kind"] == "silence")
    begin, end = (round((time + zero) * SPEAK_RATE) for time in (silence["time"] + 0.2, said[-1]["time"] - 0.02))
    assert np.abs(recorded[begin:end].astype(int)).max() < LOUD
