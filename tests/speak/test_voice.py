"""Text to speech, with every library that is here, and with workers that misbehave."""

import sys
from pathlib import Path

import numpy as np
import pytest

from voiceguide.errors import VoiceError
from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.voice import Engine, EspeakVoice, VoiceSpec, available, engines

SPEC = VoiceSpec("en-gb", 150)
TEXTS = ["Pull your toes towards you.", "Press.", "And let go, slowly."]

HANG = "import signal; signal.pause()"
CRASH = "import os; os.abort()"
FIRST_ONLY = """
import json, sys, wave
job = json.load(open(sys.argv[1]))
number = next(iter(job["texts"]))
with wave.open(f"{job['folder']}/{number}.wav", "wb") as file:
    file.setparams((1, 2, 22050, 0, "NONE", ""))
    file.writeframes(b"\\x10\\x20" * 2205 * len(job["texts"]))
print(json.dumps({"done": int(number)}), flush=True)
"""
SILENT = FIRST_ONLY.replace("\\x10\\x20", "\\0\\0")
MUTE = 'import json; print(json.dumps({"done": 0}), flush=True)'


def ignore(done: int) -> None:
    """Progress that nobody watches."""


def worker(script: str, deadline: float = 20.0) -> EspeakVoice:
    return EspeakVoice(command=[sys.executable, "-c", script], deadline=deadline)


@pytest.fixture(params=engines(), ids=lambda engine: "bundled" if engine.bundled else "system")
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


def test_the_bundled_library_is_always_there() -> None:
    assert engines()[-1].bundled
    assert available() == engines()[0]


def test_it_speaks_and_prints_nothing(engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    seen: list[int] = []
    spoken = EspeakVoice(engine).render(TEXTS, SPEC, seen.append)
    assert seen == [1, 2, 3]
    assert [samples.dtype for samples in spoken] == [np.int16] * 3
    assert all(np.abs(samples.astype(int)).max() > 1000 for samples in spoken)
    assert len(spoken[1]) < len(spoken[2]) < len(spoken[0]) < 4 * SPEAK_RATE
    assert capfd.readouterr() == ("", "")


def test_a_higher_rate_is_shorter_from_the_first_text_on(engine: Engine) -> None:
    slow = EspeakVoice(engine).render(TEXTS, VoiceSpec("en-gb", 110), ignore)
    fast = EspeakVoice(engine).render(TEXTS, VoiceSpec("en-gb", 200), ignore)
    assert all(len(short) < 0.8 * len(long) for short, long in zip(fast, slow, strict=True))


def test_many_short_texts_all_come_out_whole(engine: Engine) -> None:
    spoken = EspeakVoice(engine).render(["One.", "Two."] * 20, SPEC, ignore)
    for word in (0, 1):
        lengths = {len(samples) for samples in spoken[word::2]}
        assert max(lengths) - min(lengths) < SPEAK_RATE * 20 // 1000


@pytest.mark.parametrize("name", ["en-gb", "EN-US", "gmw/en-us", "en-us+f3", "English (America)"])
def test_a_voice_is_known_by_language_id_or_name(engine: Engine, name: str) -> None:
    assert EspeakVoice(engine).render(["Press."], VoiceSpec(name, 150), ignore)[0].any()


def test_a_variant_is_heard(engine: Engine) -> None:
    plain, female = (
        EspeakVoice(engine).render(["Press."], VoiceSpec(n, 150), ignore)[0] for n in ("en-us", "en-us+f3")
    )
    n = min(len(plain), len(female))
    assert np.abs(plain[:n].astype(int) - female[:n]).mean() > 100


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("en-xx", "unknown voice 'en-xx' -> choose one of en-029, en-gb, "),
        ("zz", "unknown voice 'zz' -> choose one such as en-gb"),
        ("", "unknown voice '' -> choose one such as en-gb"),
        ("en-us+f99", "unknown variant 'f99' of voice 'en-us' -> choose one from `espeak-ng --voices=variant`"),
    ],
)
def test_an_unknown_voice_is_one_clear_line(engine: Engine, name: str, message: str) -> None:
    with pytest.raises(VoiceError) as error:
        EspeakVoice(engine).render(TEXTS, VoiceSpec(name, 150), ignore)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("text", ["...", "", "  "])
def test_a_text_without_sound_is_named(text: str) -> None:
    with pytest.raises(VoiceError) as error:
        EspeakVoice().render(["Press.", text], SPEC, ignore)
    what = f"voice '{SPEC.name}': text-to-speech gave no sound at '{text}'"
    assert str(error.value) == f"{what} -> take another voice, or reword it"
    assert error.value.voice == SPEC.name


def test_a_text_that_would_crash_the_engine_is_refused() -> None:
    with pytest.raises(VoiceError, match="a text of 5001 characters is too long for text-to-speech -> split it"):
        EspeakVoice().render(["a" * 5001], SPEC, ignore)


def test_the_longest_text_is_spoken(engine: Engine) -> None:
    text = ("press and let go " * 300)[:5000]
    assert len(EspeakVoice(engine).render([text], VoiceSpec("en-gb", 300), ignore)[0]) > 100 * SPEAK_RATE


def test_a_worker_that_hangs_is_ended() -> None:
    with pytest.raises(VoiceError) as error:
        worker(HANG, deadline=0.05).render(TEXTS, SPEC, ignore)
    assert str(error.value) == (
        "voice 'en-gb': text-to-speech hung for 0.05 s at 'Pull your toes towards you.'"
        " -> try again; if it stays, install libespeak-ng1 (Debian) or espeakng-loader (pip)"
    )


def test_a_worker_that_crashes_is_told() -> None:
    with pytest.raises(VoiceError, match=r"text-to-speech failed \(exit code -6\) at 'Pull"):
        worker(CRASH).render(TEXTS, SPEC, ignore)


def test_the_second_worker_gets_only_what_the_first_left() -> None:
    seen: list[int] = []
    first, second = worker(FIRST_ONLY).render(TEXTS[:2], SPEC, seen.append)
    assert seen == [1, 2]
    assert len(first) == pytest.approx(2 * len(second), abs=2)


def test_there_is_no_third_worker() -> None:
    with pytest.raises(VoiceError, match=r"gave no sound at 'And let go, slowly\.'"):
        worker(FIRST_ONLY).render(TEXTS, SPEC, ignore)


@pytest.mark.parametrize("script", [SILENT, MUTE])
def test_silence_and_a_missing_file_are_no_sound(script: str) -> None:
    with pytest.raises(VoiceError, match=r"gave no sound at 'Press\.'"):
        worker(script).render(["Press."], SPEC, ignore)


def test_nothing_to_say_is_nothing() -> None:
    assert worker(CRASH).render([], SPEC, ignore) == []


def test_the_version_names_the_engine(engine: Engine) -> None:
    assert EspeakVoice(engine).version == f"espeak-ng {engine.version}, pyttsx3 2.99"


def test_without_a_library_the_remedy_is_named() -> None:
    missing = Engine("libnothing.so", None, "0")
    with pytest.raises(VoiceError, match=r"failed \(exit code 1\).* install libespeak-ng1"):
        EspeakVoice(missing).render(["Press."], SPEC, ignore)


def test_texts_with_odd_characters_are_spoken(engine: Engine, tmp_path: Path) -> None:
    spoken = EspeakVoice(engine).render(["It’s “3 a.m.” – breathe…", "<b>press</b> & hold"], SPEC, ignore)
    assert all(samples.any() for samples in spoken)


def test_a_worker_that_can_not_be_started_is_an_error_of_the_voice(tmp_path: Path) -> None:
    voice = EspeakVoice(command=[str(tmp_path / "no-such-program")])
    with pytest.raises(VoiceError, match="no-such-program"):
        voice.render(["Stop."], VoiceSpec("en-gb", 130), lambda _: None)
