"""Looks at everything a session needs, and says what to do about what is missing."""

import os
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from re import match

from voiceguide.content.library import Library
from voiceguide.devices import Device, Kind, find, listed
from voiceguide.errors import DeviceError, VoiceguideError
from voiceguide.run.ears import build_ears
from voiceguide.run.settings import Settings, cache_folder
from voiceguide.run.wardrobe import voice_spec, voice_specs
from voiceguide.run.wiring import build_phrasebook, device, load_library
from voiceguide.speak.clips import Clips
from voiceguide.speak.voice import EspeakVoice, available


class Verdict(StrEnum):
    """How it is."""

    FINE = "fine"
    BETTER = "could be better"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    detail: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, each as soon as it is there; expected errors are findings, not exceptions."""
    yield _python()
    yield from _libraries()
    try:
        notices: list[str] = []
        library = load_library(settings, notices.append)
    except VoiceguideError as error:
        yield Finding("content", Verdict.WRONG, error.what, error.remedy)
    else:
        yield _content(library, notices)
        yield _tried("recogniser", lambda: _recogniser(settings, library))
        yield _tried("voice", lambda: _voice(settings, library))
        yield _tried("clips", lambda: _clips(settings, library))
    yield from _devices(settings)


def _tried(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except VoiceguideError as error:
        return Finding(name, Verdict.WRONG, error.what, error.remedy)


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.machine()}, {platform.system()} {platform.release()}"
    return Finding("python", Verdict.FINE, found)


def _libraries() -> Iterator[Finding]:
    """The packages that voiceguide's own metadata asks for."""
    names = [match(r"[\w.-]+", line) for line in requires("voiceguide") or () if "extra ==" not in line]
    missing, found = [], []
    for name in (name[0] for name in names if name):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("libraries", Verdict.WRONG, f"missing: {', '.join(missing)}", "run scripts/setup")
    else:
        yield Finding("libraries", Verdict.FINE, ", ".join(sorted(found, key=str.lower)))


def _content(library: Library, notices: list[str]) -> Finding:
    if notices:
        faults = "; ".join(notices[0].splitlines()[:-1])
        return Finding("content", Verdict.WRONG, faults, "mend it; the built-in content is used")
    counts = f"{len(library.guides)} guides, {len(library.points)} points, {len(library.prompts)} prompts"
    return Finding("content", Verdict.FINE, f"{library.skill.language}: {counts}")


def _recogniser(settings: Settings, library: Library) -> Finding:
    ears = build_ears(settings, build_phrasebook(settings, library))
    if ears.advice:
        return Finding("recogniser", Verdict.BETTER, ears.recognizer.name, ears.advice)
    return Finding("recogniser", Verdict.FINE, ears.recognizer.name)


def _voice(settings: Settings, library: Library) -> Finding:
    engine = available()
    _, text = next(library.spoken())
    EspeakVoice().render([text], voice_spec(settings, library), lambda _done: None)
    if engine.bundled:
        return Finding("voice", Verdict.BETTER, f"espeak-ng {engine.version}, bundled", "apt install libespeak-ng1")
    return Finding("voice", Verdict.FINE, f"espeak-ng {engine.version} ({engine.library})")


def _clips(settings: Settings, library: Library) -> Finding:
    specs = set(voice_specs(settings, library).values())
    missing = sum(Clips.missing(library.spoken(), EspeakVoice(), spec, cache_folder()) for spec in specs)
    place = next(folder for folder in (cache_folder(), *cache_folder().parents) if folder.exists())
    if missing and not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        remedy = "make it writable, or set XDG_CACHE_HOME to a folder that is"
        return Finding("clips", Verdict.WRONG, f"{missing} are not prepared, and {place} cannot be written", remedy)
    if missing:
        return Finding(
            "clips",
            Verdict.BETTER,
            f"{missing} are not prepared in {cache_folder()}",
            "run voiceguide prepare; else the next start does it",
        )
    return Finding("clips", Verdict.FINE, f"all prepared in {cache_folder()}")


def _devices(settings: Settings) -> Iterator[Finding]:
    try:
        import sounddevice
    except OSError:
        yield Finding("sound devices", Verdict.WRONG, "PortAudio is missing", "apt install libportaudio2")
        return
    devices = listed(sounddevice.query_devices())
    for kind, wanted in ((Kind.MICROPHONE, settings.microphone), (Kind.SPEAKER, settings.speaker)):
        yield find_device(kind, wanted, devices)


def find_device(kind: Kind, wanted: str | None, devices: Sequence[Device]) -> Finding:
    """A device among those that there are."""
    fitting = [each for each in devices if each.serves(kind)]
    if not fitting:
        return Finding(kind, Verdict.WRONG, "there is none", "connect one; WAV files work without (run --input)")
    chosen = device(wanted)
    if chosen is not None:
        try:
            find(devices, kind, chosen)
        except DeviceError as error:
            return Finding(kind, Verdict.WRONG, error.what, error.remedy)
    return Finding(kind, Verdict.FINE, "; ".join(each.name for each in fitting))


def healthy(findings: list[Finding]) -> bool:
    """True where nothing is wrong."""
    return all(finding.verdict is not Verdict.WRONG for finding in findings)
