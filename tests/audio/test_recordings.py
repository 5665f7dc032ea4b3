"""The recordings are what their manifest says, and mean what it says."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml

from tests.audio import studio
from voiceguide.content.library import Library
from voiceguide.guide.states import State, legal
from voiceguide.messages import HEAR_RATE
from voiceguide.understand.match import Phrasebook

HERE = Path(__file__).parent
CLIPS = yaml.safe_load((HERE / "manifest.yaml").read_text())["clips"]
NIGHT = yaml.safe_load((HERE / "night.yaml").read_text())


def test_the_manifest_lists_every_recording_once() -> None:
    assert sorted(clip["file"] for clip in CLIPS) == sorted(path.name for path in HERE.glob("*.wav"))


def test_the_recordings_are_small() -> None:
    assert sum(path.stat().st_size for path in HERE.glob("*.wav")) < 3_200_000


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip["file"])
def test_a_recording_is_what_a_recogniser_takes(clip: dict[str, str]) -> None:
    info = soundfile.info(HERE / clip["file"])
    assert (info.samplerate, info.channels, info.subtype) == (HEAR_RATE, 1, "PCM_16")
    samples, _ = soundfile.read(HERE / clip["file"])
    assert np.abs(samples).max() < 1.0
    assert np.abs(samples[: studio.LEAD // 2]).max() < 0.01 < np.abs(samples).max() / 10


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip["file"])
def test_a_recording_means_what_the_manifest_says(clip: dict[str, str], library: Library) -> None:
    phrasebook = Phrasebook.of(library)
    meanings = {state: phrasebook.match(clip["text"], legal(state)) for state in State}
    if clip["intent"] is None:
        assert not any(meanings.values())
    else:
        expected = (clip["intent"], clip.get("slots", {}))
        assert expected in [(intent.kind, dict(intent.slots)) for intent in meanings.values() if intent]


def test_the_night_speaks_one_clip_at_a_time() -> None:
    lengths = {clip["file"]: soundfile.info(HERE / clip["file"]).duration for clip in CLIPS}
    spans = [(entry["at"], entry["at"] + lengths[entry["clip"]]) for entry in NIGHT["speech"]]
    assert all(end < start for (_, end), (start, _) in pairwise(spans))
    assert spans[-1][1] < NIGHT["seconds"]


def test_the_night_has_its_words_at_their_times_and_quiet_between() -> None:
    samples = studio.night().astype(float)
    assert len(samples) == round(NIGHT["seconds"] * HEAR_RATE)
    spoken = np.zeros(len(samples), dtype=bool)
    for entry in NIGHT["speech"]:
        start = round(entry["at"] * HEAR_RATE)
        length = soundfile.info(HERE / entry["clip"]).frames - studio.LEAD - studio.TAIL
        spoken[start : start + length] = True
        assert np.sqrt(np.mean(samples[start : start + length] ** 2)) > studio.amplitude(studio.SPEECH_LEVEL - 1)
    assert np.sqrt(np.mean(samples[~spoken] ** 2)) < studio.amplitude(studio.ROOM_LEVEL + 1)


def test_the_night_is_the_same_every_time() -> None:
    assert np.array_equal(studio.night(), studio.night())
