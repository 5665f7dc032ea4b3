"""All prompts as sound, for each profile: by day and by night it is another voice."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from voiceguide.content.library import Library
from voiceguide.run.night import Profile
from voiceguide.run.settings import Settings, cache_folder
from voiceguide.speak.clips import Clips
from voiceguide.speak.hold import Hold
from voiceguide.speak.voice import EspeakVoice, VoiceSpec

SLOWEST = 80
"""Words a minute: no setting allows less."""

Wardrobe = Mapping[Profile, Clips]
"""All prompts as sound, by profile; without a night, there is that of the day alone."""


def voice_spec(settings: Settings, library: Library, profile: Profile = Profile.DAY) -> VoiceSpec:
    """The content's voice, with the user's wishes above it."""
    voice, night = library.skill.voice, settings.night
    name, rate = settings.voice or voice.name, settings.rate or voice.rate
    if profile is Profile.DAY:
        return VoiceSpec(name, rate)
    return VoiceSpec(night.voice or name, max(SLOWEST, round(rate * (100 - night.slower) / 100)))


def voice_specs(settings: Settings, library: Library) -> Mapping[Profile, VoiceSpec]:
    """The voice of each profile that there is."""
    profiles = tuple(Profile) if settings.night.enabled else (Profile.DAY,)
    return {profile: voice_spec(settings, library, profile) for profile in profiles}


def try_voice(library: Library, spec: VoiceSpec) -> None:
    """Have a voice say something, to nobody.

    Raises:
        VoiceError: there is no such voice, no sound, or no engine.

    """
    _, text = next(library.spoken())
    EspeakVoice().render([text], spec, lambda _done: None)


def prepare_clips(settings: Settings, library: Library, progress: Callable[[int, int], None]) -> Wardrobe:
    """All prompts as sound; `progress(done, of)` while missing ones are rendered.

    Once all are there, those of another voice, engine or version go that nobody uses any more: see `Hold`.
    """
    folder = cache_folder()
    hold, voice, specs = Hold(folder), EspeakVoice(), voice_specs(settings, library)
    missing = {spec: Clips.missing(library.spoken(), voice, spec, folder) for spec in specs.values()}
    of, before = sum(missing.values()), 0
    wardrobe = {}
    for profile, spec in specs.items():

        def count(done: int, _: int, before: int = before) -> None:
            progress(before + done, of)

        gentle = profile is Profile.NIGHT and settings.night.gentle_tones
        wardrobe[profile] = Clips.prepare(library.spoken(), voice, spec, folder, count, gentle=gentle, hold=hold)
        before += missing.pop(spec, 0)
    hold.remove_unused(frozenset[Path]().union(*(clips.files for clips in wardrobe.values())), time.time())
    return wardrobe
