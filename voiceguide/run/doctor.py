"""Looks at everything a session needs, and says what to do about what is missing."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from re import search, split

from voiceguide.content.library import Library
from voiceguide.devices import Device, Kind, find, listed, portaudio
from voiceguide.errors import DeviceError, VoiceguideError
from voiceguide.models import candidates
from voiceguide.run.belongings import journal, panel
from voiceguide.run.board import Machine, examine_board, service_state
from voiceguide.run.ears import build_ears
from voiceguide.run.fetching import verify
from voiceguide.run.findings import Finding, Verdict, tried
from voiceguide.run.selftest import echo, installation, room, understand
from voiceguide.run.settings import Settings, cache_folder, journal_file, model_folders
from voiceguide.run.wardrobe import try_voice, voice_specs
from voiceguide.run.wiring import build_phrasebook, device, load_library
from voiceguide.speak.clips import Clips
from voiceguide.speak.voice import EspeakVoice, VoiceSpec, available
from voiceguide.store.record import record_of


def examine(settings: Settings, sound: bool = False, machine: Machine | None = None) -> Iterator[Finding]:
    """All findings, each as soon as it is there; expected errors are findings, not exceptions.

    Args:
        settings: what the user chose.
        sound: whether it may be heard, to listen for itself.
        machine: what it runs on; None: this one.

    """
    machine = machine or Machine()
    yield _python()
    yield from _libraries()
    yield installation(distribution("voiceguide"))
    try:
        notices: list[str] = []
        library = load_library(settings, notices.append)
    except VoiceguideError as error:
        yield Finding("content", Verdict.WRONG, error.what, error.remedy)
    else:
        yield _content(library, notices)
        yield from _hearing(settings, library)
        yield from _voices(settings, library)
        yield tried("clips", lambda: _clips(settings, library))
    yield from _models()
    serves = (service_state(machine) or {}).get("ActiveState") == "active"
    yield from _devices(settings, sound, serves)
    yield interrupting(settings)
    yield tried("panel", lambda: panel(settings.panel, _packages("pi")[0], serves))
    yield tried("journal", lambda: journal(journal_file(), settings.journal))
    yield from examine_board(machine, [cache_folder(), *model_folders()[-1:]])


def _python() -> Finding:
    found = f"{platform.python_version()} on {platform.machine()}, {platform.system()} {platform.release()}"
    return Finding("python", Verdict.FINE, found)


def _libraries() -> Iterator[Finding]:
    missing, found = _packages()
    if missing:
        yield Finding("libraries", Verdict.WRONG, f"missing: {', '.join(missing)}", "run scripts/setup")
    else:
        yield Finding("libraries", Verdict.FINE, ", ".join(sorted(found, key=str.lower)))


def _packages(extra: str | None = None) -> tuple[list[str], list[str]]:
    """The packages that voiceguide's own metadata asks for, in an extra or without: those missing, and those there."""
    missing, found = [], []
    for line in requires("voiceguide") or ():
        asked = search(r"extra == .(\w+)", line)
        if (asked[1] if asked else None) != extra:
            continue
        name = split(r"[^\w.-]", line)[0]
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    return missing, found


def _content(library: Library, notices: list[str]) -> Finding:
    if notices:
        faults = "; ".join(notices[0].splitlines()[:-1])
        return Finding("content", Verdict.WRONG, faults, "mend it; the built-in content is used")
    counts = f"{len(library.guides)} guides, {len(library.points)} points, {len(library.prompts)} prompts"
    return Finding("content", Verdict.FINE, f"{library.skill.language}: {counts}")


def _hearing(settings: Settings, library: Library) -> Iterator[Finding]:
    try:
        ears = build_ears(settings, build_phrasebook(settings, library))
    except VoiceguideError as error:
        yield Finding("recogniser", Verdict.WRONG, error.what, error.remedy)
        return
    verdict = Verdict.BETTER if ears.advice else Verdict.FINE
    yield Finding("recogniser", verdict, ears.recognizer.name, ears.advice)
    yield tried("self-test", lambda: understand(settings, library, ears, EspeakVoice()))


def _models() -> Iterator[Finding]:
    """Those that were fetched, all of their files."""
    here = {folder.name: folder for folder in candidates(model_folders())}
    for name, folder in here.items():
        if record_of(folder).exists():
            yield tried("model", lambda name=name: Finding("model", Verdict.FINE, verify(name)))  # type: ignore[misc]


def _voices(settings: Settings, library: Library) -> Iterator[Finding]:
    """That of the day, and that of the night where it is another one."""
    day, *night = voice_specs(settings, library).values()
    yield tried("voice", lambda: _voice(library, day))
    for spec in night:
        if spec.name != day.name:
            yield tried("night voice", lambda spec=spec: _voice(library, spec))  # type: ignore[misc]


def _voice(library: Library, spec: VoiceSpec) -> Finding:
    engine = available()
    try_voice(library, spec)
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


def _devices(settings: Settings, sound: bool, serves: bool) -> Iterator[Finding]:
    try:
        devices = listed(portaudio().query_devices())
    except DeviceError as error:
        yield Finding("sound devices", Verdict.WRONG, error.what, error.remedy)
        return
    there: dict[Kind, bool] = {}
    for kind, wanted in ((Kind.MICROPHONE, settings.microphone), (Kind.SPEAKER, settings.speaker)):
        found = find_device(kind, wanted, devices)
        there[kind] = found.verdict is Verdict.FINE
        yield found
    if serves:
        yield Finding("listening", Verdict.FINE, "left to the service, which is active now")
        return
    if there[Kind.MICROPHONE]:
        yield tried("listening", lambda: room(settings))
    if sound and all(there.values()):
        yield tried("echo", lambda: echo(settings))


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


def interrupting(settings: Settings) -> Finding:
    """Whether it can be spoken over."""
    name = "interrupting"
    if settings.half_duplex:
        found = "half duplex: while it speaks, only stop and danger signs; for all else it pauses after each sentence"
        return Finding(name, Verdict.BETTER, found, "set echo_cancelling: true in the settings")
    if settings.headphones:
        found = "at any time, and its own voice is not taken out of what it hears (headphones: true)"
        return Finding(name, Verdict.FINE, found, "with a loudspeaker, set headphones: false in the settings")
    return Finding(name, Verdict.FINE, "at any time; its own voice is taken out of what it hears")
