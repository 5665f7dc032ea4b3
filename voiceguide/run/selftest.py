"""For `voiceguide doctor`: what can only be known by listening. Recordings, its microphone, and its speaker.

Nothing makes a noise here but `echo`, which is called for who asks for it.
"""

import base64
import hashlib
from collections.abc import Sequence
from contextlib import closing
from importlib.metadata import Distribution
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.errors import DeviceError
from voiceguide.hear.cancel import EchoCanceller
from voiceguide.hear.levels import CLIPPED, frames
from voiceguide.hear.microphone import DeviceMicrophone, Microphone
from voiceguide.intents import IntentKind
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, Cue, ScheduledSound
from voiceguide.run.clock import Clock, MonotonicClock
from voiceguide.run.ears import Ears, build_listener
from voiceguide.run.findings import Finding, Verdict
from voiceguide.run.health import BEGIN
from voiceguide.run.settings import Settings
from voiceguide.run.soundcheck import Reading, try_microphone
from voiceguide.run.wardrobe import voice_spec
from voiceguide.run.wiring import build_phrasebook, content_folders, device
from voiceguide.speak.mixer import Mixer
from voiceguide.speak.speaker import DeviceSpeaker, Speaker
from voiceguide.speak.voice import Voice
from voiceguide.wav import to_int16

SWEEP = "doctor.sweep"
SWEEPS, EVERY = 4, 0.8
"""How often it is played, and how many seconds apart."""


def understand(settings: Settings, library: Library, ears: Ears, voice: Voice) -> Finding:
    """Whether the recogniser understands recorded phrases, without any sound: gate, model and words in one.

    A phrase that the content has no recording of is said by the device's own voice.

    Raises:
        VoiceError: there is no voice, and it is needed.
        AudioFileError: a recording cannot be read.

    """
    phrases = library.skill.tuning.phrases
    phrasebook = build_phrasebook(settings, library)
    recorded = {phrase: wav.read(path, HEAR_RATE) for phrase in phrases if (path := _recording(settings, phrase))}
    own = [phrase for phrase in phrases if phrase not in recorded]
    rendered = voice.render(own, voice_spec(settings, library), lambda _done: None) if own else []
    spoken = recorded | {
        phrase: soxr.resample(clip, SPEAK_RATE, HEAR_RATE) for phrase, clip in zip(own, rendered, strict=True)
    }
    understood = []
    for phrase in phrases:
        listener = build_listener(ears, phrasebook)
        listener.expect("check", frozenset(IntentKind))
        heard = [h for frame in frames(_in_a_room(spoken[phrase])) for h in listener.feed(frame)]
        understood += [phrase for h in heard if h.accepted and h.text == phrase][:1]
    missed = [phrase for phrase in phrases if phrase not in understood]
    detail = f"understands {len(understood)} of {len(phrases)} phrases"
    detail += f", {len(own)} of them said by its own voice" if own else ""
    if not missed:
        return Finding("self-test", Verdict.FINE, detail)
    verdict = Verdict.BETTER if understood else Verdict.WRONG
    remedy = "another model may do better (voiceguide models); if people are not understood either: voiceguide tune"
    return Finding("self-test", verdict, f"{detail}, not {', '.join(missed)}", remedy)


def _recording(settings: Settings, phrase: str) -> Path | None:
    """The one of a phrase in the content, the user's own first."""
    paths = [folder / "spoken" / f"{phrase.replace(' ', '-')}.wav" for folder in content_folders(settings)]
    return next((path for path in reversed(paths) if path.exists()), None)


def _in_a_room(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """With a second of a very quiet room around it: no room gives zeros."""
    noise = np.random.default_rng(1).integers(-8, 9, len(samples) + 2 * HEAR_RATE).astype(np.int16)
    noise[HEAR_RATE : HEAR_RATE + len(samples)] = samples
    return noise


def room(settings: Settings) -> Finding:
    """A second of the microphone.

    Raises:
        DeviceError: it cannot be opened, gives nothing, or was lost.

    """
    return judge_room(list(try_microphone(settings, 1.0)))


def judge_room(readings: Sequence[Reading]) -> Finding:
    """What a second of the room tells; nobody need speak."""
    level, peak = max(each.level for each in readings), max(each.peak for each in readings)
    detail = f"the room is at {level:.0f} dBFS, the loudest sample at {peak:.0f}"
    if all(each.dead for each in readings):
        remedy = "unmute it (alsamixer, pavucontrol), or choose another with --microphone"
        return Finding("listening", Verdict.WRONG, "nothing but zeros", remedy)
    if max(each.clipped for each in readings) >= CLIPPED:
        return Finding("listening", Verdict.BETTER, f"{detail}; it distorts", "turn it down (alsamixer, pavucontrol)")
    return Finding("listening", Verdict.FINE, f"{detail}; how well it hears you, voiceguide tune tells")


class Sweep:
    """A soft sound of all pitches from 300 to 4000 Hz, for a `Mixer`: what a room does to it is found exactly."""

    def samples(self, sound: str) -> NDArray[np.int16]:  # noqa: ARG002 - there is but one
        """Shape (n,), at SPEAK_RATE; 0.5 s at -29 dBFS."""
        n = SPEAK_RATE // 2
        phase = 2 * np.pi * np.cumsum(np.geomspace(300.0, 4000.0, n)) / SPEAK_RATE
        wave = np.sin(phase) * np.hanning(n) ** 0.25
        return to_int16((wave * 10 ** (-29 / 20) * np.sqrt(2)).astype(np.float32))


def listen_for_itself(clock: Clock, microphone: Microphone, speaker: Speaker) -> float | None:
    """Play, and listen: seconds after which the microphone hears the speaker; None where it does not.

    Raises:
        DeviceError: a device was lost, or the microphone gives no sound.

    """
    canceller = EchoCanceller()
    latest, end = clock.now() + BEGIN, None
    while clock.now() < (latest if end is None else end):
        frame = microphone.read(0.1)
        speaker.check()
        if frame is None:
            continue
        if end is None:
            begin = clock.now() + 0.5
            times = [round((begin + each * EVERY) * SPEAK_RATE) for each in range(SWEEPS)]
            speaker.play([ScheduledSound(time, SWEEP, Cue.PRESS) for time in times])
            end = begin + SWEEPS * EVERY + 1.0
        for played in speaker.rendered():
            canceller.play(played)
        canceller.clean(frame)
    if end is None:
        raise DeviceError("microphone: gives no sound", "check its plug, or choose another with --microphone")
    tracker = canceller.tracker
    return tracker.delay(round(clock.now() * HEAR_RATE)) / HEAR_RATE if tracker.known else None


def echo(settings: Settings) -> Finding:
    """Whether the microphone hears the speaker, and how late. This can be heard.

    Raises:
        DeviceError: a device cannot be opened, or was lost.

    """
    clock = MonotonicClock()
    with (
        closing(DeviceMicrophone(device(settings.microphone), clock.zero)) as microphone,
        closing(DeviceSpeaker(Mixer(Sweep()), clock.zero, device(settings.speaker))) as speaker,
    ):
        return judge_echo(listen_for_itself(clock, microphone, speaker), settings.headphones)


def judge_echo(delay: float | None, headphones: bool) -> Finding:
    """What to do about it."""
    if delay is not None:
        detail = f"the microphone hears the speaker after {1000 * delay:.0f} ms"
        if headphones:
            return Finding("echo", Verdict.BETTER, detail, "set headphones: false; it would act on its own words")
        return Finding("echo", Verdict.FINE, detail)
    if headphones:
        return Finding("echo", Verdict.FINE, "the microphone does not hear the speaker, as with headphones")
    remedy = "if you did not hear it either: turn the speaker up, or choose another (voiceguide devices --test)"
    return Finding("echo", Verdict.BETTER, "the microphone does not hear the speaker", remedy)


def installation(distribution: Distribution) -> Finding:
    """Whether voiceguide's own files, its model among them, are what was installed: cards fail silently."""
    mine = [file for file in distribution.files or () if file.parts[0].startswith("voiceguide")]
    files = [(Path(str(file.locate())), file.hash) for file in mine if not file.parts[0].endswith(".dist-info")]
    told = {path: digest.value for path, digest in files if digest and digest.mode == "sha256"}
    if not told:
        return Finding("own files", Verdict.FINE, "used from a working copy; what they were is unknown")
    bad = [path for path, digest in told.items() if _digest(path) != digest]
    if bad:
        more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        remedy = "install voiceguide again; if it comes back, replace the card or disk"
        return Finding("own files", Verdict.WRONG, f"{bad[0]}{more}: not as installed", remedy)
    return Finding("own files", Verdict.FINE, f"all {len(told)} are as they were installed")


def _digest(path: Path) -> str:
    """As in the RECORD of a wheel (PEP 376): SHA-256, URL-safe base64 without padding; empty where it is gone."""
    try:
        return base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).decode().rstrip("=")
    except OSError:
        return ""
