"""Hostile and broken downloads: none is installed, each has its message, and nothing is left where models are."""

import hashlib
import random
import stat
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.store.crates import SmallDisk, boxed, crate, left, no_progress, no_waiting, offer, special
from tests.store.server import Shop
from voiceguide.errors import VoiceguideError
from voiceguide.models import NEEDED, probe
from voiceguide.store.disk import Disk
from voiceguide.store.manifest import Offer
from voiceguide.store.shelf import Shelf

Model = Mapping[str, bytes]
PART = {".incoming", ".incoming/model.zip", ".incoming/model.zip.json"}
"""Of an archive that may be gone on with: it is no model, and nobody looks for one there."""


def more(*names: str | zipfile.ZipInfo) -> Callable[[Model], bytes]:
    """A good model, and something more."""
    return lambda model: crate([*boxed(model), *((name, b"x") for name in names)])


def other(name: str, data: bytes | None) -> Callable[[Model], bytes]:
    """A good model in which one file is another, or is missing."""
    return lambda model: crate(
        [
            (f"model/{path}", data if path == name else old)
            for path, old in model.items()
            if path != name or data is not None
        ]
    )


def patched(old: bytes, new: bytes) -> Callable[[Model], bytes]:
    """A good model with something more, and then bytes of the archive changed."""
    return lambda model: more("model/patch-me")(model).replace(old, new)


def flipped(model: Model) -> bytes:
    """One bit of the stored data is another."""
    data = crate(boxed(model), zipfile.ZIP_STORED)
    place = data.index(model["graph/words.txt"])
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def loose() -> bytes:
    """Becomes a tenth when it is packed."""
    dice = random.Random(1)
    return b"".join(dice.randbytes(20) + bytes(380) for _ in range(3000))


def encrypted(model: Model) -> bytes:
    data = bytearray(crate(boxed(model)))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying(model: Model, says: int) -> bytes:
    """Another size is told of a file of 5000 bytes."""
    data = bytearray(crate([*boxed(model), ("model/more", b"x" * 5000)]))
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = says.to_bytes(4, "little")
    return bytes(data)


@dataclass(frozen=True)
class Case:
    """What comes, and what is said of it; `{a}` is its address, `{m}` the folder of the models."""

    make: Callable[[Model], bytes]
    message: str
    ways: Mapping[str, object] | None = None
    """Of the server."""
    disk: Callable[[int], Disk] | None = None
    """By the size of the archive."""
    known: Callable[[Offer], Offer] | None = None
    """What the list says, where it is not the truth."""
    left: frozenset[str] = frozenset()


good = more()
zipped = "model.zip: "
CASES = {
    "path that leads out": Case(more("model/../../evil"), zipped + "'model/../../evil' leads out of its folder"),
    "path that begins outside": Case(more("../evil"), zipped + "'../evil' leads out of its folder"),
    "absolute path": Case(more("/etc/evil"), zipped + "'/etc/evil' is an absolute path"),
    "absolute path, two slashes": Case(more("//evil/share"), zipped + "'//evil/share' is an absolute path"),
    "drive of Windows": Case(more("C:/evil"), zipped + "'C:/evil' has characters that no name should have"),
    "backslashes": Case(more("model\\..\\evil"), zipped + "'model\\..\\evil' has characters that no name should have"),
    "empty part of a path": Case(more("model//evil"), zipped + "'model//evil' is no plain path"),
    "dot in a path": Case(more("model/./evil"), zipped + "'model/./evil' is no plain path"),
    "zero byte in a name": Case(patched(b"patch-me", b"patch\0me"), zipped + "'model/patch' is no plain path"),
    "escape sequence in a name": Case(
        more("model/\x1b[2Jevil"), zipped + "'model/?[2Jevil' has characters that no name should have"
    ),
    "name that is too long": Case(
        more(f"model/{'x' * 300}"), zipped + f"'model/{'x' * 34}...' is too long or too deep"
    ),
    "folders that are too deep": Case(more("model" + "/x" * 30), zipped + "'model/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/"),
    "symbolic link": Case(
        more(special("model/link", stat.S_IFLNK | 0o777)), zipped + "'model/link' is a link or a device"
    ),
    "device": Case(more(special("model/tty", stat.S_IFCHR | 0o600)), zipped + "'model/tty' is a link or a device"),
    "named pipe": Case(
        more(special("model/pipe", stat.S_IFIFO | 0o600)), zipped + "'model/pipe' is a link or a device"
    ),
    "same name twice": Case(
        more("model/am/final.mdl"), zipped + "'model/am/final.mdl' and 'model/am/final.mdl' are the same name"
    ),
    "names that differ in case": Case(
        more("model/AM/Final.mdl"), zipped + "'model/am/final.mdl' and 'model/AM/Final.mdl' are the same name"
    ),
    "names that differ in accents' code": Case(
        more("model/\u00e9", "model/e\u0301"), zipped + "'model/\u00e9' and 'model/e\u0301' are the same name"
    ),
    "file that is a folder": Case(
        more("model/am/final.mdl/x"), zipped + "'model/am/final.mdl' is a file, and a folder of 'model/am/final.mdl/x'"
    ),
    "encrypted": Case(encrypted, zipped + "'model/"),
    "unusual packing": Case(lambda m: crate(boxed(m), zipfile.ZIP_LZMA), zipped + "'model/"),
    "bomb": Case(lambda m: crate([*boxed(m), ("model/zeros", bytes(300_000_000))]), zipped + "would become 300."),
    "flood of files": Case(
        lambda m: crate([*boxed(m), *((f"model/{n}", b"") for n in range(1000))]), zipped + "holds 10"
    ),
    "two folders": Case(more("evil/x"), zipped + "must hold one folder with the model in it"),
    "no folder": Case(lambda m: crate([*m.items()]), zipped + "must hold one folder with the model in it"),
    "file beside the folder": Case(more("model"), zipped + "'model' is a file, and a folder of"),
    "nothing in it": Case(lambda m: crate([]), zipped + "holds nothing"),
    "page in place of an archive": Case(
        lambda m: b"<html>Sign in to use this network</html>",
        zipped + "is no whole ZIP archive (File is not a zip file)",
    ),
    "half an archive": Case(lambda m: good(m)[:-3000], zipped + "is no whole ZIP archive (File is not a zip file)"),
    "flipped bit": Case(flipped, zipped + "is no whole ZIP archive (Bad CRC-32 for file 'model/graph/words.txt')"),
    "larger than it says": Case(
        lambda m: lying(m, 100), zipped + "is no whole ZIP archive (Bad CRC-32 for file 'model/more')"
    ),
    "smaller than it says": Case(
        lambda m: lying(m, 6000), zipped + "is no whole ZIP archive ('model/more' has 5000 bytes instead of 6000)"
    ),
    "another name inside": Case(
        lambda m: good(m).replace(b"model/graph/words.txt", b"model/graph/sword.txt", 1),
        zipped + "is no whole ZIP archive (File name in directory 'model/graph/words.txt' and header",
    ),
    "no model": Case(
        lambda m: crate([("model/README", b"hello")]), "model: am/final.mdl is missing -> it is not installed"
    ),
    "file of the model is missing": Case(
        other("graph/Gr.fst", None), "model: graph/Gr.fst is missing -> it is not installed; use another mirror"
    ),
    "file of the model is empty": Case(
        other("am/final.mdl", b""), "model: am/final.mdl is empty -> it is not installed"
    ),
    "model that Vosk cannot load": Case(
        other("am/final.mdl", b"\0BTransitionModel"), "model: Vosk cannot load it -> it is not installed"
    ),
    "another hash than the list's": Case(
        good,
        "model: its SHA-256 is ",
        known=lambda o: o.model_copy(update={"sha256": "0" * 64}),
    ),
    "another size than the list's": Case(
        good,
        "{a}: has ",
        known=lambda o: o.model_copy(update={"size": 5}),
    ),
    "more than was said": Case(
        good,
        "{a}: sends more than it should -> use another mirror",
        ways={"length": None},
        known=lambda o: o.model_copy(update={"size": 5}),
    ),
    "less than was said": Case(
        good, "{a}: the connection ended after", ways={"breaks": [1000] * 4}, left=frozenset(PART)
    ),
    "not there": Case(good, "{a}: the server answers 404 Not Found", ways={"status": [404]}),
    "leads to plain http": Case(
        good, "{a}: leads to http://127.0.0.1:1/, which", ways={"moved": "http://127.0.0.1:1/"}
    ),
    "leads to a file": Case(good, "{a}: the server answers 302 Found", ways={"moved": "file:///etc/passwd"}),
    "other part than asked": Case(
        good, "{a}: the server sends another part than asked", ways={"breaks": [1000], "place": "bytes 0-1/2"}
    ),
    "no room": Case(good, "{m}/.incoming: needs ", disk=lambda size: SmallDisk(size * 2)),
    "no room for what it becomes": Case(
        lambda m: crate([*boxed(m), ("model/loose", loose())]),
        "{m}/.incoming: needs ",
        disk=lambda size: SmallDisk(10**9, says=size * 4),
        left=frozenset(PART),
    ),
    "disk that is full while it comes": Case(
        good,
        "{m}/.incoming/model.zip: cannot be written (the disk is full)",
        disk=lambda size: SmallDisk(size // 2, says=10**9),
        left=frozenset(PART),
    ),
    "disk that is full while it is unpacked": Case(
        good,
        "{m}/.incoming/model/",
        disk=lambda size: SmallDisk(size + 10_000, says=10**9),
        left=frozenset(PART),
    ),
    "disk that breaks": Case(
        good,
        "{m}/.incoming/model.zip.json: cannot be written (Input/output error)",
        disk=lambda size: SmallDisk(0, says=10**9, error=lambda: OSError(5, "Input/output error")),
    ),
}


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 25


@pytest.mark.parametrize("name", CASES)
def test_it_is_not_installed(shop: Shop, tones: Model, place: Path, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    data = case.make(tones)
    address = shop.sell("model.zip", data, **(case.ways or {}))
    known = offer(address, data)
    disk = case.disk(len(data)) if case.disk else None
    shelf = Shelf(place, no_waiting, disk, lambda folder: probe(folder, tmp_path / "stamps"))
    with pytest.raises(VoiceguideError) as error:
        shelf.fetch(case.known(known) if case.known else known, no_progress)
    line = str(error.value)
    sys.stdout.write(f"{name:<40} {line.replace(str(tmp_path), '')}\n")  # the table: pytest -s
    assert line.startswith(case.message.format(a=address, m=place))
    assert " -> " in line
    assert line.isprintable()
    assert left(place) <= case.left
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name]


def test_the_same_model_unharmed_is_installed(shop: Shop, tones: Model, place: Path, tmp_path: Path) -> None:
    """What all of these were made from is good."""
    data = good(tones)
    shelf = Shelf(place, no_waiting, probe=lambda folder: probe(folder, tmp_path / "stamps"))
    record = shelf.fetch(offer(shop.sell("model.zip", data), data), no_progress)
    assert record
    assert record.archive_sha256 == hashlib.sha256(data).hexdigest()
    assert left(place) == {"model", "model.json", *(f"model/{name}" for name in folders(tones))}
    assert set(NEEDED) <= record.files.keys() == tones.keys()


def folders(model: Model) -> set[str]:
    """The paths of all files and folders of a model."""
    return {str(above) for name in model for above in (Path(name), *Path(name).parents) if str(above) != "."}
