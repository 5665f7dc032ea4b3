"""Two voices, prepared before the night."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from voiceguide.run.night import Profile
from voiceguide.run.settings import NightSettings, Settings
from voiceguide.run.wardrobe import prepare_clips, voice_spec, voice_specs
from voiceguide.speak.voice import VoiceSpec

LIBRARY: Any = SimpleNamespace(
    skill=SimpleNamespace(voice=SimpleNamespace(name="en-gb", rate=150)),
    spoken=lambda: iter([("hello", "Hello there."), ("bye", "Good bye.")]),
)


@pytest.mark.parametrize(
    ("settings", "night"),
    [
        (Settings(), VoiceSpec("en-gb", 135)),
        (Settings(rate=100, voice="en-us"), VoiceSpec("en-us", 90)),
        (Settings(night=NightSettings(slower=0)), VoiceSpec("en-gb", 150)),
        (Settings(rate=80, night=NightSettings(slower=40, voice="en-gb+whisper")), VoiceSpec("en-gb+whisper", 80)),
    ],
)
def test_the_voice_of_the_night(settings: Settings, night: VoiceSpec) -> None:
    assert voice_spec(settings, LIBRARY, Profile.NIGHT) == night
    assert voice_specs(settings, LIBRARY)[Profile.NIGHT] == night
    assert list(voice_specs(settings.by_day(), LIBRARY)) == [Profile.DAY]


def test_both_are_prepared_with_one_progress_and_each_has_its_tones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    told: list[tuple[int, int]] = []
    wardrobe = prepare_clips(Settings(), LIBRARY, lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    day, night = wardrobe[Profile.DAY], wardrobe[Profile.NIGHT]
    assert night.lengths["hello"] > day.lengths["hello"]
    assert night.lengths["tone.press"] == day.lengths["tone.press"]
    assert np.abs(night.samples("tone.press")).max() < 0.6 * np.abs(day.samples("tone.press")).max()
    same = Settings(night=NightSettings(slower=0, gentle_tones=False))
    told.clear()
    night = prepare_clips(same, LIBRARY, lambda done, of: told.append((done, of)))[Profile.NIGHT]
    assert told == []
    assert np.array_equal(night.samples("tone.press"), day.samples("tone.press"))


def test_what_no_voice_of_the_present_needs_goes_after_a_week(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "voiceguide"

    def prepare(rate: int) -> Any:
        wardrobe = prepare_clips(Settings(rate=rate), LIBRARY, lambda done, of: None)
        for path in folder.iterdir():
            os.utime(path, (0, 0))
        return wardrobe

    service = prepare(150)
    before = {*folder.iterdir()}
    assert len(before) == 4
    prepare(300)
    assert {*folder.iterdir()} > before, "the service uses them"
    del service
    after = {*folder.iterdir()} - before
    kept = prepare_clips(Settings(rate=300), LIBRARY, lambda done, of: None)
    assert {*folder.iterdir()} == after == {*kept[Profile.DAY].files, *kept[Profile.NIGHT].files}
    assert all(path.stat().st_mtime > 0 for path in after), "and they count as used"
