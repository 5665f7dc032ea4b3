"""What `voiceguide doctor` finds by listening: to its own voice, the room, and its speaker."""

import base64
import hashlib
from importlib.metadata import Distribution
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from tests.fakes import ToneVoice
from tests.own import SETTINGS
from tests.run.room import Loudspeaker, Room
from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.content.load import built_in
from voiceguide.errors import AudioFileError, DeviceError
from voiceguide.messages import HEAR_RATE, SPEAK_RATE, AudioFrame
from voiceguide.run.clock import VirtualClock
from voiceguide.run.ears import Ears, build_ears
from voiceguide.run.findings import Finding, Verdict, tried
from voiceguide.run.selftest import Sweep, installation, judge_echo, judge_room, listen_for_itself, understand
from voiceguide.run.settings import Settings
from voiceguide.run.soundcheck import Reading
from voiceguide.run.virtual import WavSpeaker
from voiceguide.run.wiring import build_phrasebook
from voiceguide.speak.voice import EspeakVoice


@pytest.fixture(scope="module")
def ears(library: Library) -> Ears:
    return build_ears(SETTINGS, build_phrasebook(SETTINGS, library))


def own_phrases(folder: Path, *recorded: str) -> Settings:
    """Settings with content of one's own, in which only some of the phrases of the self-test have a recording."""
    language = folder / "xx"
    copytree(built_in() / "en", language)
    for path in (language / "spoken").glob("*.wav"):
        if path.stem not in recorded:
            path.unlink()
    return SETTINGS.model_copy(update={"content": str(folder), "language": "xx"})


def test_it_understands_what_was_recorded(library: Library, ears: Ears) -> None:
    assert understand(SETTINGS, library, ears, ToneVoice()) == Finding(
        "self-test", Verdict.FINE, "understands 5 of 5 phrases"
    )


def test_without_recordings_it_listens_to_its_own_voice(tmp_path: Path, library: Library, ears: Ears) -> None:
    finding = understand(own_phrases(tmp_path), library, ears, EspeakVoice())
    assert finding == Finding("self-test", Verdict.FINE, "understands 5 of 5 phrases, 5 of them said by its own voice")


def test_a_voice_that_is_no_speech_is_not_understood(tmp_path: Path, library: Library, ears: Ears) -> None:
    finding = understand(own_phrases(tmp_path), library, ears, ToneVoice())
    assert finding.verdict is Verdict.WRONG
    assert finding.detail.endswith("not calf cramp, stop, left, still cramping, can't find it")


def test_one_that_is_understood_in_part(tmp_path: Path, library: Library, ears: Ears) -> None:
    finding = understand(own_phrases(tmp_path, "stop", "can't-find-it"), library, ears, ToneVoice())
    assert finding.verdict is Verdict.BETTER
    assert finding.detail == (
        "understands 2 of 5 phrases, 3 of them said by its own voice, not calf cramp, left, still cramping"
    )


def test_ones_own_recording_comes_before_the_built_in_one(tmp_path: Path, library: Library, ears: Ears) -> None:
    spoken = tmp_path / "en" / "spoken"
    spoken.mkdir(parents=True)
    wav.write(spoken / "stop.wav", np.ones(HEAR_RATE, np.int16), HEAR_RATE)
    finding = understand(SETTINGS.model_copy(update={"content": str(tmp_path)}), library, ears, ToneVoice())
    assert finding.detail == "understands 4 of 5 phrases, not stop"
    (spoken / "stop.wav").write_bytes(b"no recording")
    with pytest.raises(AudioFileError, match=r"stop\.wav: not a readable recording"):
        understand(SETTINGS.model_copy(update={"content": str(tmp_path)}), library, ears, ToneVoice())


@pytest.mark.parametrize(
    ("reading", "verdict", "detail"),
    [
        (Reading(-100, -100, 0.0, dead=True), Verdict.WRONG, "nothing but zeros"),
        (
            Reading(-3, 0, 0.1, dead=False),
            Verdict.BETTER,
            "the room is at -3 dBFS, the loudest sample at 0; it distorts",
        ),
        (
            Reading(-65, -50, 0.0, dead=False),
            Verdict.FINE,
            "the room is at -65 dBFS, the loudest sample at -50; how well it hears you, voiceguide tune tells",
        ),
    ],
)
def test_a_second_of_the_room(reading: Reading, verdict: Verdict, detail: str) -> None:
    finding = judge_room([reading])
    assert (finding.verdict, finding.detail) == (verdict, detail)


def heard_after(gain: float, delay: float, rt60: float = 0.0) -> float | None:
    """What it finds in a room in which its speaker is heard so loud and late."""
    clock = VirtualClock(stopwatch=lambda: 0.0)
    loudspeaker = Loudspeaker(Sweep())
    quiet = np.random.default_rng(1).normal(0, 15, 20 * HEAR_RATE).astype(np.int16)
    room = Room(quiet, clock, loudspeaker, gain, delay, rt60)
    return listen_for_itself(clock, room, WavSpeaker(loudspeaker, clock))


@pytest.mark.parametrize("delay", [0.03, 0.12, 0.35])
@pytest.mark.parametrize("rt60", [0.0, 0.4])
def test_it_finds_how_late_it_hears_itself(delay: float, rt60: float) -> None:
    assert heard_after(0.1, delay, rt60) == pytest.approx(delay, abs=0.01)


def test_where_it_is_not_heard_nothing_is_found() -> None:
    assert heard_after(0.0, 0.12) is None


def test_a_microphone_that_gives_nothing() -> None:
    clock = VirtualClock(stopwatch=lambda: 0.0)

    class Mute:
        def read(self, timeout: float) -> AudioFrame | None:
            clock.advance_to(clock.now() + timeout)
            return None

        def close(self) -> None:
            pass

    with pytest.raises(DeviceError, match="microphone: gives no sound"):
        listen_for_itself(clock, Mute(), WavSpeaker(Loudspeaker(Sweep()), clock))


def test_the_sound_is_soft_and_does_not_click() -> None:
    samples = Sweep().samples("any").astype(np.float64)
    assert len(samples) == SPEAK_RATE // 2
    assert 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32768) == pytest.approx(-29, abs=2)
    assert abs(samples[0]) < 10
    assert abs(samples[-1]) < 10


@pytest.mark.parametrize(
    ("delay", "headphones", "verdict", "detail"),
    [
        (0.143, False, Verdict.FINE, "the microphone hears the speaker after 143 ms"),
        (0.143, True, Verdict.BETTER, "the microphone hears the speaker after 143 ms"),
        (None, True, Verdict.FINE, "the microphone does not hear the speaker, as with headphones"),
        (None, False, Verdict.BETTER, "the microphone does not hear the speaker"),
    ],
)
def test_what_to_do_about_the_echo(delay: float | None, headphones: bool, verdict: Verdict, detail: str) -> None:
    finding = judge_echo(delay, headphones)
    assert (finding.verdict, finding.detail) == (verdict, detail)
    assert bool(finding.remedy) is (verdict is Verdict.BETTER)


def installed(folder: Path, *lines: str) -> Distribution:
    """A package whose RECORD has some lines, and one file."""
    (folder / "voiceguide_models").mkdir()
    (folder / "voiceguide_models" / "final.mdl").write_bytes(b"model")
    info = folder / "voiceguide-0.1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("\n".join(lines) + "\n")
    (info / "METADATA").write_text("Name: voiceguide\nVersion: 0.1.0\n")
    return Distribution.at(info)


def line(name: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return f"{name},sha256={digest},{len(data)}"


def test_its_own_files_are_as_they_were_installed(tmp_path: Path) -> None:
    whole = line("voiceguide_models/final.mdl", b"model")
    other = ("voiceguide/__pycache__/x.pyc,,", line("voiceguide-0.1.0.dist-info/METADATA", b""), line("bin/x", b""))
    finding = installation(installed(tmp_path, whole, *other))
    assert finding == Finding("own files", Verdict.FINE, "all 1 are as they were installed")


def test_files_that_changed_by_themselves(tmp_path: Path) -> None:
    lines = [line("voiceguide_models/final.mdl", b"modem"), line("voiceguide/gone.py", b"")]
    finding = installation(installed(tmp_path, *lines))
    assert finding.verdict is Verdict.WRONG
    assert finding.detail == f"{tmp_path}/voiceguide_models/final.mdl and 1 more: not as installed"
    (tmp_path / "voiceguide-0.1.0.dist-info" / "RECORD").write_text(lines[1] + "\n")
    finding = installation(Distribution.at(tmp_path / "voiceguide-0.1.0.dist-info"))
    assert finding.detail == f"{tmp_path}/voiceguide/gone.py: not as installed"


def test_a_working_copy_has_no_list(tmp_path: Path) -> None:
    finding = installation(installed(tmp_path, line("__editable__.voiceguide.pth", b"")))
    assert finding.detail == "used from a working copy; what they were is unknown"
    (tmp_path / "voiceguide-0.1.0.dist-info" / "RECORD").unlink()
    assert installation(Distribution.at(tmp_path / "voiceguide-0.1.0.dist-info")).verdict is Verdict.FINE


def test_an_expected_error_is_a_finding() -> None:
    def lost() -> Finding:
        raise DeviceError("microphone: lost", "plug it in")

    assert tried("listening", lost) == Finding("listening", Verdict.WRONG, "microphone: lost", "plug it in")
