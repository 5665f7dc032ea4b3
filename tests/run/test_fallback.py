"""Settings that name what this device does not have: the default takes their place, and nothing else does."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.run.test_wardrobe import LIBRARY
from voiceguide.content.roles import Role
from voiceguide.errors import CacheError, ModelError, VoiceError
from voiceguide.run.fallback import Fallback, doubtful
from voiceguide.run.night import Profile
from voiceguide.run.notices import Notices
from voiceguide.run.settings import NightSettings, Settings
from voiceguide.run.wardrobe import prepare_clips

VOICES = ["voice", "night.voice"]


class Bed:
    """Notices, and the settings that somebody wrote into a file."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notices = Notices(self.lines.append)

    def fallback(self, settings: Settings, *names: str) -> Fallback:
        return Fallback(settings, dict.fromkeys(names, "etc.yaml:3"), self.notices)


@pytest.mark.parametrize(
    ("origins", "names"),
    [
        ({"voice": "etc.yaml:3", "night.voice": "VOICEGUIDE_NIGHT__VOICE"}, {"voice", "night.voice"}),
        ({"voice": "--voice", "model": "etc.yaml:1", "rate": "etc.yaml:2"}, {"model"}),
        ({}, set()),
    ],
)
def test_what_the_call_itself_named_is_never_passed_over(origins: Mapping[str, str], names: set[str]) -> None:
    assert doubtful(origins) == {name: origins[name] for name in names}


@pytest.mark.parametrize(
    ("settings", "day", "night", "passed"),
    [
        (Settings(voice="xx", night=NightSettings(voice="en-us")), None, "en-us", ["voice"]),
        (Settings(voice="en-us", night=NightSettings(voice="xx")), "en-us", None, ["night.voice"]),
        (Settings(voice="xx", night=NightSettings(voice="yy")), None, None, ["voice", "night.voice"]),
        (Settings(voice="xx", night=NightSettings(voice="xx")), None, None, ["voice", "night.voice"]),
        (Settings(voice="en-us"), "en-us", None, []),
    ],
)
def test_only_the_voice_that_is_not_there_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    settings: Settings,
    day: str | None,
    night: str | None,
    passed: list[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    bed = Bed()
    fallback = bed.fallback(settings, *VOICES)
    wardrobe = fallback.attempt(lambda it: prepare_clips(it, LIBRARY, lambda *_: None), (VoiceError,), VOICES)
    assert set(wardrobe) == set(Profile)
    assert (fallback.settings.voice, fallback.settings.night.voice) == (day, night)
    for line, name in zip(bed.lines, passed, strict=True):
        assert line.startswith(f"etc.yaml:3: {name}: unknown voice '")
        assert line.endswith(f"; until it is mended {name} is passed over")
    assert bed.notices.take() is (Role.TROUBLE_SETTINGS if passed else None)


def test_without_the_setting_it_may_fail_all_the_same() -> None:
    bed = Bed()

    def broken(settings: Settings) -> None:
        raise ModelError(f"{settings.model}: broken")

    with pytest.raises(ModelError, match="None: broken"):
        bed.fallback(Settings(model="m"), "model").attempt(broken, (ModelError,), ["model", "engine"])
    assert bed.lines == ["etc.yaml:3: model: m: broken; until it is mended model is passed over"]
    assert bed.notices.take() is Role.TROUBLE_MODEL


@pytest.mark.parametrize(
    "error", [CacheError("no room"), VoiceError("no espeak-ng"), VoiceError("silent", "", "en-gb")]
)
def test_what_another_voice_would_not_mend_passes_over_none(error: Exception) -> None:
    bed = Bed()

    def fails(_: Settings) -> None:
        raise error

    with pytest.raises(type(error)):
        bed.fallback(Settings(voice="en-us"), *VOICES).attempt(fails, (VoiceError,), VOICES)
    assert bed.lines == []


def test_settings_that_are_read_again_do_not_bring_the_voice_back() -> None:
    bed = Bed()

    def speaks(settings: Settings) -> str:
        if settings.voice:
            raise VoiceError("no such voice", "", settings.voice)
        return "said"

    assert bed.fallback(Settings(voice="xx"), "voice").attempt(speaks, (VoiceError,), VOICES) == "said"
    bed.notices.over(Role.TROUBLE_SETTINGS)
    assert bed.notices.trouble, "it waits for the next start"
