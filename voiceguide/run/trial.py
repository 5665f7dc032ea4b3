"""Tries settings before they are written: those that name what this device may not have (see `fallback`)."""

from collections.abc import Callable, Collection, Iterator, Mapping

from voiceguide.errors import VoiceguideError
from voiceguide.run.ears import check_asked
from voiceguide.run.night import Profile
from voiceguide.run.settings import Settings
from voiceguide.run.wardrobe import try_voice, voice_spec
from voiceguide.run.wiring import load_library


def refused(settings: Settings, names: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Which of some settings, by name, cannot be used here; why, in one line; and what to do.

    Args:
        settings: all of them, as they would be.
        names: those that are tried; it takes a second.

    """
    try:
        library = load_library(settings, lambda _: None)
    except (VoiceguideError, OSError) as error:
        if "language" in names:
            yield "language", *_told(error)
        library = load_library(Settings())  # a voice is tried with other words, then
    tries: Mapping[str, Callable[[], None]] = {
        "model": lambda: check_asked(settings),
        "engine": lambda: check_asked(settings.having({"model": None})),
        "voice": lambda: try_voice(library, voice_spec(settings, library)),
        "night.voice": lambda: try_voice(library, voice_spec(settings, library, Profile.NIGHT)),
    }
    for name, attempt in tries.items():
        if name in names:
            try:
                attempt()
            except VoiceguideError as error:
                yield name, *_told(error)


def _told(error: VoiceguideError | OSError) -> tuple[str, str]:
    """What is wrong, the first of several things, and what to do."""
    what, *more = (error.what if isinstance(error, VoiceguideError) else str(error)).splitlines()
    what += f", and {len(more)} more" if more else ""
    return what, error.remedy if isinstance(error, VoiceguideError) else ""
