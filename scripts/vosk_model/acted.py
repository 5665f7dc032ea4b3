"""Acted speech: what the characters of three adventure games say, some sixty people for seven hours.

Their makers gave these games away; Debian has them as beneath-a-steel-sky, flight-of-the-amazon-queen and drascula.
What the characters say is not noted anywhere in a form that is easily read, so Moonshine (MIT licence) writes it down,
and PocketSphinx believes it or not (`align`). The formats are those that ScummVM reads.
"""

import io
import re
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from scripts.vosk_model.corpus import HEAR_RATE, Utterance

GAMES = SKY, QUEEN, DRASCULA = "beneath-a-steel-sky", "flight-of-the-amazon-queen", "drascula/en"
"""Folders of what is read."""

ACTED_RATE = 11025
"""Of all three, 8 bits; there is nothing in them above 5.5 kHz."""

PEAK = 0.5
"""Of full scale, as of synthetic speech."""

SKY_LINES, SKY_HEADER, SKY_PACKED = range(50_000, 59_000), 22, b"RNC\x01"
"""Beneath a Steel Sky: the numbers of files that hold speech, the bytes before it, and how it begins where packed."""

QUEEN_HEADER, QUEEN_ENTRY = 13, 21
"""Flight of the Amazon Queen: bytes before the number of files, and of each of them in the table."""

WORDS = re.compile(r"[a-z']+( [a-z']+)*")


def lines(plays: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The name of each line, its game's first, and its samples at HEAR_RATE.

    Args:
        plays: where the three packages were unpacked (usr/share/scummvm).

    """
    for game, read in (("sky", _sky), ("queen", _queen), ("drascula", _drascula)):
        for name, samples in read(plays):
            spoken = soxr.resample(samples, ACTED_RATE, HEAR_RATE)
            yield f"{game} {name}", np.asarray(spoken * PEAK / max(0.01, float(np.abs(spoken).max())), np.float32)


def _sky(plays: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    folder = plays / SKY
    table, disk = (folder / "sky.dnr").read_bytes(), (folder / "sky.dsk").read_bytes()
    for start in range(4, 4 + 8 * struct.unpack_from("<I", table)[0], 8):
        number = int.from_bytes(table[start : start + 2], "little")
        place = int.from_bytes(table[start + 2 : start + 5], "little")
        size = int.from_bytes(table[start + 5 : start + 8], "little") & 0x3FFFFF
        first = (place & 0x7FFFFF) * (16 if place >> 23 else 1)
        if number in SKY_LINES:
            yield str(number), _unsigned(_unpacked(disk[first + SKY_HEADER : first + size]))


def _unpacked(file: bytes) -> bytes:
    """By Debian's program ancient."""
    if not file.startswith(SKY_PACKED):
        return file
    with tempfile.TemporaryDirectory() as folder:
        packed, unpacked = Path(folder) / "packed", Path(folder) / "unpacked"
        packed.write_bytes(file)
        subprocess.run(["ancient", "decompress", packed, unpacked], check=True, capture_output=True)
        return unpacked.read_bytes()


def _queen(plays: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    archive = (plays / QUEEN / "queen.1c").read_bytes()
    begin = QUEEN_HEADER + 2
    for number in range(struct.unpack_from(">H", archive, QUEEN_HEADER)[0]):
        name, _, first, size = struct.unpack_from(">12sBII", archive, begin + QUEEN_ENTRY * number)
        spoken = name.rstrip(b"\0").decode()
        if spoken.endswith(".SB"):
            samples, _ = soundfile.read(io.BytesIO(archive[first : first + size]), dtype="float32")
            yield spoken.removesuffix(".SB"), samples


def _drascula(plays: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for path in sorted((plays / DRASCULA).glob("*.ALS")):
        yield path.stem, _unsigned(path.read_bytes())


def _unsigned(samples: bytes) -> NDArray[np.float32]:
    return (np.frombuffer(samples, np.uint8).astype(np.float32) - 128) / 128


class Transcriber:
    """Writes down what is said; needs moonshine-voice 0.0.65, the last one that brings a model with it."""

    def __init__(self) -> None:
        from moonshine_voice.moonshine_api import ModelArch
        from moonshine_voice.transcriber import Transcriber as Moonshine
        from moonshine_voice.utils import get_assets_path

        model = Path(get_assets_path()) / "tiny-en"
        self._moonshine = Moonshine(model, ModelArch.TINY, options={"vad_threshold": 0.0})  # all of it is one line

    def __call__(self, samples: NDArray[np.float32]) -> str:
        """Words in small letters; nothing where there are other signs, as of numbers."""
        around = np.pad(samples, HEAR_RATE // 5)
        found = self._moonshine.transcribe_without_streaming(around.tolist(), HEAR_RATE)
        return plain(" ".join(line.text for line in found.lines))


def plain(text: str) -> str:
    """Words in small letters; nothing where there are other signs."""
    words = " ".join(re.sub(r"[.,!?;:\"-]", " ", text.lower().replace("’", "'")).split())
    return words if WORDS.fullmatch(words) else ""


def acted(name: str, samples: NDArray[np.float32], text: str) -> Utterance:
    """A line as an utterance."""
    return Utterance((samples * 32767).round().astype(np.int16), text, f"acted {name}")
