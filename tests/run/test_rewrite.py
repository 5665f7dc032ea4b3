"""Settings are changed where they are to be changed, and nowhere else."""

from pathlib import Path

import pytest

from voiceguide.errors import AudioFileError, ContentError
from voiceguide.run.rewrite import Changes, Rewrite
from voiceguide.run.settings import load_settings

CHANGES: Changes = {"hearing": {"caution": -0.5, "pronunciations": {"left": ("L EH F",), "no": ("N OW",)}}}
BLOCK = """\
hearing:
  caution: -0.5
  pronunciations:
    left: [L EH F]
    'no': [N OW]
"""


def rewritten(tmp_path: Path, before: str, changes: Changes = CHANGES) -> str:
    path = tmp_path / "settings.yaml"
    path.write_bytes(before.encode())
    rewrite = Rewrite.of(path, changes)
    assert path.read_bytes().decode() == before, "nothing is written yet"
    rewrite.write()
    hearing = load_settings(path).hearing
    assert hearing.caution == -0.5
    assert hearing.pronunciations["left"] == ("L EH F",)
    assert [file.name for file in tmp_path.iterdir()] == ["settings.yaml"]
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", BLOCK),
        ("# mine\n", "# mine\n" + BLOCK),
        ("engine: vosk  # better\n\n# the end\n", "engine: vosk  # better\n\n# the end\n" + BLOCK),
        ("engine: vosk", "engine: vosk\n" + BLOCK),
        ("guide:\n    rounds: 2\n", "guide:\n    rounds: 2\n" + BLOCK),
        ("engine: vosk\r\n", "engine: vosk\r\n" + BLOCK.replace("\n", "\r\n")),
        ("\ufeffengine: vosk\n", "\ufeffengine: vosk\n" + BLOCK),
        ("---\nengine: vosk\n", "---\nengine: vosk\n" + BLOCK),
    ],
)
def test_a_new_block_goes_to_the_end(tmp_path: Path, before: str, after: str) -> None:
    assert rewritten(tmp_path, before) == after


def test_a_block_of_the_readme_keeps_its_comments(tmp_path: Path) -> None:
    before = """\
engine: auto          # auto, vosk or sphinx
hearing:              # how it hears you
  caution: 0          # -2 to 2
  # pronunciations: {left: [L EH F]}    how you say a word
# model: models/vosk
headphones: false
"""
    after = """\
engine: auto          # auto, vosk or sphinx
hearing:              # how it hears you
  caution: -0.5          # -2 to 2
  pronunciations:
    left: [L EH F]
    'no': [N OW]
  # pronunciations: {left: [L EH F]}    how you say a word
# model: models/vosk
headphones: false
"""
    assert rewritten(tmp_path, before) == after


def test_only_the_words_that_are_new_change(tmp_path: Path) -> None:
    before = """\
hearing:
    pronunciations:
        # my own
        stop: [S T AA P]   # sharp
        left:
          - L AE F T
          - L EH F T

        right: [R AY T]
    # how sure it must be
    caution: 1.5
rate: 130
"""
    after = """\
hearing:
    pronunciations:
        # my own
        stop: [S T AA P]   # sharp
        left: [L EH F]

        right: [R AY T]
        'no': [N OW]
    # how sure it must be
    caution: -0.5
rate: 130
"""
    assert rewritten(tmp_path, before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("hearing:\nrate: 130\n", BLOCK + "rate: 130\n"),
        ("hearing:   # later\n  # caution: 0\n", BLOCK.replace("hearing:", "hearing:   # later") + "  # caution: 0\n"),
        ("hearing: {caution: 1}\nrate: 130\n", BLOCK + "rate: 130\n"),
        ("hearing:\n  caution:\n", BLOCK),
        ("hearing:\n  caution: 1\n  pronunciations:\n", BLOCK),
        ("hearing:\n  caution: 1\n  pronunciations: {}\n", BLOCK),
    ],
)
def test_what_is_empty_or_in_braces_becomes_a_block(tmp_path: Path, before: str, after: str) -> None:
    assert rewritten(tmp_path, before) == after


def test_what_is_in_braces_is_kept(tmp_path: Path) -> None:
    after = rewritten(tmp_path, "hearing: {pronunciations: {stop: [S T AA P]}}\n")
    assert after.splitlines()[2:5] == ["    stop: [S T AA P]", "    left: [L EH F]", "    'no': [N OW]"]


def test_a_file_that_is_not_there_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "voiceguide" / "settings.yaml"
    rewrite = Rewrite.of(path, CHANGES)
    assert not path.parent.exists()
    assert rewrite.diff == tuple(f"+{line}" for line in BLOCK.splitlines())
    rewrite.write()
    assert path.read_text() == BLOCK


def test_the_difference_shows_what_changes(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("engine: vosk\nrate: 130\nhearing:\n  caution: 1\n")
    assert Rewrite.of(path, {"hearing": {"caution": 0.0}}).diff == (" hearing:", "-  caution: 1", "+  caution: 0")
    assert Rewrite.of(path, {"hearing": {"caution": 1.0}}).diff == ()


@pytest.mark.parametrize("text", ["", "# mine\n", "rate: 130", "{engine: vosk}\n", "hearing: {caution: 1}\r\n"])
def test_no_change_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.yaml"
    assert Rewrite.of(path, {}).diff == ()
    path.write_bytes(text.encode())
    assert Rewrite.of(path, {}) == Rewrite(path, text, text)


@pytest.mark.parametrize("text", ["{engine: vosk}\n", "engine: vosk\n...\n"])
def test_what_cannot_be_changed_alone_is_left(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text)
    with pytest.raises(ContentError, match=r"settings.yaml: cannot be changed without changing more of it -> write"):
        Rewrite.of(path, CHANGES)
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rate: 130  # fast\n# the end\n", "# the end\n"),
        ("rate: 130", ""),
        ("guide:\n  # mine\n  rounds: 2\n  step_wait: 9\nrate: 130\n", "guide:\n  # mine\n  step_wait: 9\n"),
        ("guide: {rounds: 2, step_wait: 9}\n", "guide:\n  step_wait: 9\n"),
        ("guide: {rounds: 2}\n", "guide:\n"),
        ("rate: 130\r\nguide:\r\n  rounds: 2\r\n", "guide:\r\n"),
        ("# nothing\n", "# nothing\n"),
        ("guide:\nrate:\n", "guide:\nrate:\n"),
    ],
)
def test_what_is_taken_out_is_gone(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_bytes(before.encode())
    Rewrite.of(path, {"rate": None, "guide": {"rounds": None}}).write()
    assert path.read_bytes().decode() == after


def test_what_nobody_set_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("guide: {rounds: 2}\n")
    Rewrite.of(path, {"guide": {"step_wait": 9.0}}).write()
    assert path.read_text() == "guide:\n  rounds: 2\n  step_wait: 9\n"


def test_a_faulty_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("enginne: vosk\n")
    with pytest.raises(ContentError, match=r"settings.yaml:1:1: enginne: unknown key"):
        Rewrite.of(path, CHANGES)


def test_a_link_stays_one_and_rights_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("rate: 130\n")
    real.chmod(0o600)
    link.symlink_to(real)
    Rewrite.of(link, CHANGES).write()
    assert link.is_symlink()
    assert real.read_text() == "rate: 130\n" + BLOCK
    assert real.stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    rewrite = Rewrite(tmp_path / "file" / "settings.yaml", "", "rate: 130\n")
    with pytest.raises(AudioFileError, match=r"settings.yaml: cannot be written"):
        rewrite.write()
