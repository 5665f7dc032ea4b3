"""Lines of three games are found in made-up archives of theirs."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from scripts.vosk_model.acted import ACTED_RATE, lines, plain
from scripts.vosk_model.corpus import HEAR_RATE

TONE = np.sin(np.arange(ACTED_RATE) * 0.2)
UNSIGNED = (TONE * 100 + 128).astype(np.uint8).tobytes()


def sky(folder: Path) -> None:
    """A file that is no speech, one whose place is told in bytes, and one whose place is told in 16 bytes."""
    folder.mkdir()
    speech = bytes(22) + UNSIGNED
    disk = bytes(32) + speech + bytes(-len(speech) % 16)
    far = len(disk)
    files = ((7, 0, 32), (50_001, 32, len(speech)), (50_002, far // 16 | 1 << 23, len(speech)))
    entries = [
        number.to_bytes(2, "little") + place.to_bytes(3, "little") + size.to_bytes(3, "little")
        for number, place, size in files
    ]
    (folder / "sky.dnr").write_bytes(struct.pack("<I", len(files)) + b"".join(entries))
    (folder / "sky.dsk").write_bytes(disk + speech)


def queen(folder: Path) -> None:
    folder.mkdir()
    sound = io.BytesIO()
    soundfile.write(sound, TONE, ACTED_RATE, format="WAV")
    begin = 15 + 2 * 21
    entries = struct.pack(">12sBII", b"PICTURE.PCX", 1, 0, 9)
    entries += struct.pack(">12sBII", b"JOE00001.SB", 1, begin, len(sound.getvalue()))
    (folder / "queen.1c").write_bytes(b"QTBLCEM10\0\0\0\1" + struct.pack(">H", 2) + entries + sound.getvalue())


def drascula(folder: Path) -> None:
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "12.ALS").write_bytes(UNSIGNED)


def test_the_lines_of_three_games(tmp_path: Path) -> None:
    sky(tmp_path / "beneath-a-steel-sky")
    queen(tmp_path / "flight-of-the-amazon-queen")
    drascula(tmp_path / "drascula")
    found = list(lines(tmp_path))
    assert [name for name, _ in found] == ["sky 50001", "sky 50002", "queen JOE00001", "drascula 12"]
    for _, samples in found:
        assert len(samples) == pytest.approx(HEAR_RATE, abs=2)
        assert np.abs(samples).max() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("It's a well-known “fact”", ""),
        ("Oh, no! Stop.", "oh no stop"),
        ("Room 23.", ""),
        ("Don’t", "don't"),
        ("♪", ""),
    ],
)
def test_words_without_signs(written: str, words: str) -> None:
    assert plain(written) == words
