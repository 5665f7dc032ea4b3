"""Clips: rendered once, kept whole, found again."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.fakes import ToneVoice
from voiceguide import wav
from voiceguide.errors import CacheError, VoiceError
from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.clips import BATCH, KEPT, Clips
from voiceguide.speak.tones import tones
from voiceguide.speak.voice import VoiceSpec

SPEC = VoiceSpec("en-gb", 150)
TEXTS = [("greet", "good night"), ("calf/stretch", "pull your toes up"), ("again", "good night")]


def ignore(done: int, of: int) -> None:
    """Progress that nobody watches."""


def prepare(folder: Path, voice: ToneVoice, texts: list[tuple[str, str]] = TEXTS, spec: VoiceSpec = SPEC) -> Clips:
    return Clips.prepare(texts, voice, spec, folder, ignore)


def test_a_clip_has_the_length_that_was_told_and_is_calm(tmp_path: Path) -> None:
    clips = prepare(tmp_path, ToneVoice())
    assert set(clips.lengths) == {"greet", "calf/stretch", "again", *tones()}
    for sound, length in clips.lengths.items():
        samples = clips.samples(sound)
        assert samples.shape == (length,)
        assert samples.dtype == np.int16
        assert 0 < np.abs(samples.astype(int)).max() < 0.71 * 32768
    assert np.flatnonzero(np.abs(clips.samples("greet")) > 300)[0] < SPEAK_RATE * 5 // 1000


def test_the_same_text_is_rendered_and_kept_once(tmp_path: Path) -> None:
    voice = ToneVoice()
    clips = prepare(tmp_path, voice)
    assert voice.rendered == ["good night", "pull your toes up"]
    assert len(list(tmp_path.iterdir())) == 2
    assert clips.samples("greet").tolist() == clips.samples("again").tolist()


def test_what_is_there_is_not_rendered_again(tmp_path: Path) -> None:
    prepare(tmp_path, ToneVoice())
    voice = ToneVoice()
    seen: list[int] = []
    clips = Clips.prepare(TEXTS, voice, SPEC, tmp_path, lambda done, of: seen.append(done))
    assert voice.rendered == []
    assert seen == []
    assert len(clips.samples("greet"))


def test_what_is_there_counts_as_used_again(tmp_path: Path) -> None:
    clips = prepare(tmp_path, ToneVoice())
    assert clips.files == {*tmp_path.iterdir()}
    for path in clips.files:
        os.utime(path, (0, 0))
    prepare(tmp_path, ToneVoice(), TEXTS[:1])
    assert sorted(path.stat().st_mtime > 0 for path in clips.files) == [False, True]


def test_only_a_new_text_is_rendered(tmp_path: Path) -> None:
    prepare(tmp_path, ToneVoice())
    voice = ToneVoice()
    prepare(tmp_path, voice, [*TEXTS, ("new", "press here")])
    assert voice.rendered == ["press here"]


@pytest.mark.parametrize("spec", [VoiceSpec("en-us", 150), VoiceSpec("en-gb", 120)])
def test_another_voice_or_rate_is_another_clip(tmp_path: Path, spec: VoiceSpec) -> None:
    prepare(tmp_path, ToneVoice())
    assert Clips.missing(TEXTS, ToneVoice(), SPEC, tmp_path) == 0
    assert Clips.missing(TEXTS, ToneVoice(), spec, tmp_path) == 2


def test_another_engine_is_another_clip(tmp_path: Path) -> None:
    prepare(tmp_path, ToneVoice())
    newer = ToneVoice()
    newer.version = "tones 2"
    assert Clips.missing(TEXTS, newer, SPEC, tmp_path) == 2


def test_missing_counts_texts_and_touches_nothing(tmp_path: Path) -> None:
    assert Clips.missing(TEXTS, ToneVoice(), SPEC, tmp_path / "none") == 2
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("left", [0, 20, 44, 1000])
def test_a_truncated_file_is_rendered_anew(tmp_path: Path, left: int) -> None:
    before = prepare(tmp_path, ToneVoice()).samples("greet")
    for path in tmp_path.iterdir():
        os.truncate(path, left)
    voice = ToneVoice()
    assert Clips.missing(TEXTS, voice, SPEC, tmp_path) == 2
    assert prepare(tmp_path, voice).samples("greet").tolist() == before.tolist()
    assert len(voice.rendered) == 2


def test_a_file_that_is_no_clip_is_rendered_anew(tmp_path: Path) -> None:
    prepare(tmp_path, ToneVoice())
    noise, other_rate = sorted(tmp_path.iterdir())
    noise.write_bytes(b"\0" * 5000)
    wav.write(other_rate, np.ones(500, np.int16), 8000)
    assert Clips.missing(TEXTS, ToneVoice(), SPEC, tmp_path) == 2


def test_progress_goes_on_from_batch_to_batch(tmp_path: Path) -> None:
    texts = [(f"n{n}", f"a{n}") for n in range(BATCH + 3)]
    seen: list[tuple[int, int]] = []
    Clips.prepare(texts, ToneVoice(), SPEC, tmp_path, lambda done, of: seen.append((done, of)))
    assert seen == [(n, BATCH + 3) for n in range(1, BATCH + 4)]


def test_what_was_rendered_before_an_error_stays(tmp_path: Path) -> None:
    texts = [(f"n{n}", f"a{n}") for n in range(BATCH + 3)]
    with pytest.raises(VoiceError, match="no sound at"):
        prepare(tmp_path, ToneVoice(broken=[f"a{BATCH + 1}"]), texts)
    assert Clips.missing(texts, ToneVoice(), SPEC, tmp_path) == 3
    assert all(path.suffix == ".wav" for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "clips"
    voice = ToneVoice()
    with pytest.raises(CacheError) as error:
        prepare(folder, voice)
    assert str(error.value) == (
        f"{folder}: clips cannot be kept here (Not a directory)"
        " -> make it writable, or set XDG_CACHE_HOME to one that is"
    )
    assert voice.rendered == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_an_error_only_where_something_is_missing(tmp_path: Path) -> None:
    prepare(tmp_path, ToneVoice())
    tmp_path.chmod(0o500)
    try:
        assert len(prepare(tmp_path, ToneVoice()).samples("greet"))
        with pytest.raises(CacheError, match="read-only"):
            prepare(tmp_path, ToneVoice(), [("new", "press here")])
    finally:
        tmp_path.chmod(0o700)


def test_a_write_that_fails_leaves_no_draft(tmp_path: Path) -> None:
    class Saboteur(ToneVoice):
        """While it renders, its clips' names become folders, so that no file can take them."""

        def render(self, *arguments: object) -> object:  # type: ignore[override]
            rendered = super().render(*arguments)  # type: ignore[arg-type]
            for name in names:
                (tmp_path / name).mkdir()
            return rendered

    prepare(tmp_path, ToneVoice())
    names = [path.name for path in tmp_path.iterdir()]
    for name in names:
        (tmp_path / name).unlink()
    with pytest.raises(CacheError, match="clips cannot be kept here"):
        prepare(tmp_path, Saboteur())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_file_that_vanishes_names_the_remedy(tmp_path: Path) -> None:
    clips = prepare(tmp_path, ToneVoice())
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(CacheError, match=r"No such file or directory\) -> run `voiceguide prepare`"):
        clips.samples("greet")


def test_samples_are_read_once(tmp_path: Path) -> None:
    clips = prepare(tmp_path, ToneVoice())
    assert clips.samples("greet") is clips.samples("greet")
    with pytest.raises(KeyError, match="nothing"):
        clips.samples("nothing")


def test_memory_does_not_grow_with_all_that_was_ever_said(tmp_path: Path) -> None:
    texts = [(f"sentence-{number}", f"word {number}") for number in range(KEPT + 5)]
    clips = prepare(tmp_path, ToneVoice(), texts)
    for sound, _ in (*texts, *texts):
        assert len(clips.samples(sound)) == clips.lengths[sound]
    assert clips._read.cache_info().currsize == KEPT
