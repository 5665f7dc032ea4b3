"""Archives on their way, from a real server on this machine."""

import random
from pathlib import Path

import pytest

from tests.store.crates import SmallDisk, no_progress
from tests.store.server import Shop
from voiceguide.errors import CacheError, DownloadError, UsageError
from voiceguide.store.download import LARGEST, PAUSES, Download, check_address, mirrored

DATA = random.Random(1).randbytes(300_000)


class Way:
    """Loads one file, and remembers what it was told."""

    def __init__(self, address: str, draft: Path, size: int | None = len(DATA), timeout: float = 30.0) -> None:
        self.draft = draft
        self.steps: list[tuple[int, int]] = []
        self.pauses: list[float] = []
        report = lambda done, of: self.steps.append((done, of))  # noqa: E731
        self.load = Download(address, draft, size, report, self.pauses.append, timeout=timeout).run

    def fails(self) -> str:
        with pytest.raises(DownloadError) as error:
            self.load()
        return str(error.value)

    @property
    def here(self) -> bytes:
        return self.draft.read_bytes()


@pytest.mark.parametrize("size", [len(DATA), None])
@pytest.mark.parametrize("length", [0, None])
def test_it_comes_whole(shop: Shop, tmp_path: Path, size: int | None, length: int | None) -> None:
    way = Way(shop.sell("a.zip", DATA, length=length), tmp_path / "a", size)
    way.load()
    assert way.here == DATA
    assert way.steps[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in way.steps] == sorted(done for done, _ in way.steps)
    (_, headers) = shop.asked[0]
    assert headers["User-Agent"].startswith("voiceguide/")
    assert headers["Accept-Encoding"] == "identity"


def test_a_broken_connection_is_gone_on_with(shop: Shop, tmp_path: Path) -> None:
    way = Way(shop.sell("a.zip", DATA, breaks=[100_000, 50_000]), tmp_path / "a")
    way.load()
    assert way.here == DATA
    assert shop.ranges == [None, "bytes=100000-", "bytes=150000-"]
    assert way.pauses == [*PAUSES[:2]]
    assert shop.asked[1][1]["If-Range"] == '"1"'


def test_the_next_time_it_goes_on_from_there(shop: Shop, tmp_path: Path) -> None:
    address = shop.sell("a.zip", DATA, breaks=[1000] * 4)
    line = Way(address, tmp_path / "a").fails()
    assert line == (f"{address}: the connection ended after 0.0 MB of 0.3 MB -> try again; it goes on from there")
    assert len(shop.asked) == 1 + len(PAUSES)
    way = Way(address, tmp_path / "a")
    way.load()
    assert shop.ranges[-1] == "bytes=4000-"
    assert way.here == DATA
    way.load()  # nothing is left to load
    assert len(shop.asked) == 2 + len(PAUSES)


@pytest.mark.parametrize(
    "ways",
    [
        {"ranges": False},  # it ignores what it does not know
        {"tag": None},  # it names nothing
        {"tag": 'W/"1"'},  # alike is not the same
    ],
)
def test_halves_of_two_files_are_never_joined(shop: Shop, tmp_path: Path, ways: dict[str, object]) -> None:
    way = Way(shop.sell("a.zip", DATA, breaks=[1000], **ways), tmp_path / "a")
    way.load()
    assert way.here == DATA


def test_what_was_changed_meanwhile_comes_anew(shop: Shop, tmp_path: Path) -> None:
    new = DATA[::-1]
    address = shop.sell("a.zip", DATA, breaks=[1000] * 4)
    Way(address, tmp_path / "a").fails()
    shop.sell("a.zip", new, tag='"2"')
    way = Way(address, tmp_path / "a")
    way.load()
    assert shop.ranges[-1] == "bytes=4000-"
    assert way.here == new


def test_a_date_serves_as_well(shop: Shop, tmp_path: Path) -> None:
    date = "Wed, 01 Jan 2025 00:00:00 GMT"
    way = Way(shop.sell("a.zip", DATA, breaks=[1000], tag='W/"1"', modified=date), tmp_path / "a")
    way.load()
    assert way.here == DATA
    assert shop.ranges == [None, "bytes=1000-"]
    assert shop.asked[1][1]["If-Range"] == date


def test_a_part_of_another_address_is_not_gone_on_with(shop: Shop, tmp_path: Path) -> None:
    Way(shop.sell("a.zip", DATA, breaks=[1000] * 4), tmp_path / "a").fails()
    way = Way(shop.sell("b.zip", DATA), tmp_path / "a")
    way.load()
    assert shop.ranges[-1] is None
    assert way.here == DATA


@pytest.mark.parametrize("marks", ["", "[]", "{", "null"])
def test_marks_that_are_damaged_are_none(shop: Shop, tmp_path: Path, marks: str) -> None:
    address = shop.sell("a.zip", DATA, breaks=[1000] * 4)
    Way(address, tmp_path / "a").fails()
    (tmp_path / "a.json").write_text(marks)
    way = Way(address, tmp_path / "a")
    way.load()
    assert shop.ranges[-1] is None
    assert way.here == DATA


def test_a_part_that_is_longer_than_the_file_is_forgotten(shop: Shop, tmp_path: Path) -> None:
    address = shop.sell("a.zip", DATA, breaks=[2000] * 4)
    Way(address, tmp_path / "a", None).fails()
    shop.sell("a.zip", DATA[:5000])
    way = Way(address, tmp_path / "a", None)
    way.load()
    assert way.here == DATA[:5000]
    assert way.pauses == [PAUSES[0]]


def test_a_busy_server_is_asked_again(shop: Shop, tmp_path: Path) -> None:
    way = Way(shop.sell("a.zip", DATA, status=[503, 500]), tmp_path / "a")
    way.load()
    assert way.here == DATA
    line = Way(shop.sell("b.zip", DATA, status=[503] * 4), tmp_path / "b", None).fails()
    assert line.endswith("the server answers 503 Service Unavailable after 0.0 MB -> try again; it goes on from there")


@pytest.mark.parametrize(
    ("ways", "line"),
    [
        ({"status": [404]}, "the server answers 404 Not Found -> look for its new address"),
        ({"status": [403]}, "the server answers 403 Forbidden -> try later, or use a mirror"),
        (
            {"moved": "http://127.0.0.1:1/a"},
            "leads to http://127.0.0.1:1/a, which is not https -> choose another mirror",
        ),
        ({"moved": "file:///etc/passwd"}, "the server answers 302 Found - Redirection to url"),
        ({"moved": "https://127.0.0.1:1/a"}, "cannot be reached (Connection refused) -> check the network; only this"),
        ({"length": 5}, "has 5 bytes instead of 300000 -> it is not the file of the list; use another mirror"),
        ({"breaks": [1000], "place": "bytes 7-8/300000"}, "the server sends another part than asked -> use another"),
        ({"breaks": [1000], "place": "bytes */*"}, "the server sends another part than asked -> use another mirror"),
        ({"breaks": [1000], "place": "bytes 1000-1/9"}, "has 9 bytes instead of 300000 -> it is not the file of the"),
    ],
)
def test_what_is_no_use_is_one_line(shop: Shop, tmp_path: Path, ways: dict[str, object], line: str) -> None:
    address = shop.sell("a.zip", DATA, **ways)
    assert Way(address, tmp_path / "a").fails().startswith(f"{address}: {line}")
    assert list(tmp_path.iterdir()) == []


def test_more_than_was_said_is_not_taken(shop: Shop, tmp_path: Path) -> None:
    address = shop.sell("a.zip", DATA, length=None)
    assert (
        Way(address, tmp_path / "a", 200_000).fails() == f"{address}: sends more than it should -> use another mirror"
    )
    assert list(tmp_path.iterdir()) == []
    address = shop.sell("a.zip", DATA, length=LARGEST + 1)
    assert Way(address, tmp_path / "a", None).fails().startswith(f"{address}: 2500.0 MB is too large for a model")


def test_a_server_that_falls_silent(shop: Shop, tmp_path: Path) -> None:
    address = shop.sell("a.zip", DATA, silent=True)
    line = Way(address, tmp_path / "a", timeout=0.1).fails()
    assert line.startswith(f"{address}: cannot be reached (nothing came in time)")


def test_a_server_that_falls_silent_in_the_middle(shop: Shop, tmp_path: Path) -> None:
    address = shop.sell("a.zip", DATA, breaks=[60_000] * 4, hangs=True)
    line = Way(address, tmp_path / "a", timeout=0.2).fails()
    assert line == f"{address}: nothing came in time after 0.2 MB of 0.3 MB -> try again; it goes on from there"
    assert shop.ranges[1] == "bytes=60000-"


def test_a_full_disk(shop: Shop, tmp_path: Path) -> None:
    address = shop.sell("a.zip", DATA)
    for room, name in ((150_000, "a"), (10, "a.json")):
        load = Download(address, tmp_path / "a", None, no_progress, lambda _: None, SmallDisk(room))
        with pytest.raises(CacheError) as error:
            load.run()
        assert str(error.value) == (
            f"{tmp_path / name}: cannot be written (the disk is full) -> "
            "free the disk, or choose another place with --to"
        )
        load.discard()
        assert list(tmp_path.iterdir()) == []


def test_no_server(tmp_path: Path) -> None:
    line = Way("http://127.0.0.1:1/a.zip", tmp_path / "a").fails()
    assert line.startswith("http://127.0.0.1:1/a.zip: cannot be reached (Connection refused) -> check the network")
    line = Way("ftp://127.0.0.1:1/a.zip", tmp_path / "a").fails()
    assert line.startswith("ftp://127.0.0.1:1/a.zip: cannot be reached (unknown url type: ftp)")


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("http://example.org/a.zip", "http://example.org/a.zip: is not https -> what comes over it could be changed"),
        ("ftp://example.org/a.zip", "ftp://example.org/a.zip: is not https"),
        ("https://", "'https://' is no address -> give one like https://example.org/NAME.zip"),
        ("https://[::1/a.zip", "'https://[::1/a.zip' is no address"),
    ],
)
def test_addresses_that_are_refused(address: str, line: str) -> None:
    with pytest.raises(UsageError) as error:
        check_address(address)
    assert str(error.value).startswith(line)


def test_addresses_that_are_taken() -> None:
    check_address("https://example.org/a.zip")
    check_address("http://example.org/vosk", plain=True)
    with pytest.raises(UsageError):
        check_address("ftp://example.org/vosk", plain=True)
    assert mirrored("https://example.org/vosk/a.zip", "http://nas/vosk/") == "http://nas/vosk/a.zip"


def test_nobody_looks_where_nothing_is_told(shop: Shop, tmp_path: Path) -> None:
    Download(shop.sell("a.zip", b"x"), tmp_path / "a", None, no_progress, lambda _: None).run()
    assert (tmp_path / "a").read_bytes() == b"x"
