"""The folder of the models that were fetched: what comes, stays whole, and goes."""

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.store.crates import SmallDisk, boxed, crate, left, no_progress, no_waiting, offer
from tests.store.server import Shop
from voiceguide.errors import CacheError, DownloadError, ModelError, UsageError
from voiceguide.models import check_model, probe
from voiceguide.store.manifest import NAME, Trust, offer_at, offered, offers
from voiceguide.store.record import check_unchanged, read_record, record_of
from voiceguide.store.shelf import Shelf

Model = Mapping[str, bytes]


@pytest.fixture
def shelf(place: Path) -> Shelf:
    return Shelf(place, no_waiting)


@pytest.fixture
def archive(tones: Model) -> bytes:
    return crate(boxed(tones))


def fetch(shelf: Shelf, shop: Shop, archive: bytes, known: bool = True) -> Path:
    """Fetch the model; its folder."""
    address = shop.sell("model.zip", archive)
    assert shelf.fetch(offer(address, archive if known else None), no_progress)
    return shelf.folder / "model"


def test_a_model_comes_whole_and_is_recorded(shelf: Shelf, shop: Shop, archive: bytes, tones: Model) -> None:
    folder = fetch(shelf, shop, archive)
    assert {name: (folder / name).read_bytes() for name in tones} == tones
    record = check_unchanged(folder, thorough=True)
    assert record
    assert (record.name, record.language, record.trust) == ("model", "en-US", Trust.GIVEN)
    assert record.archive_size == len(archive)
    assert shelf.records() == {"model": record}
    assert record.speaks("en")
    assert not record.speaks("de")


def test_what_is_here_is_not_fetched_again(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    fetch(shelf, shop, archive)
    assert shelf.fetch(offer(f"{shop.address}/model.zip", archive), no_progress) is None
    assert len(shop.asked) == 1


@pytest.mark.parametrize(
    ("harm", "line"),
    [
        (lambda f: (f / "am/final.mdl").unlink(), "am/final.mdl is missing"),
        (lambda f: (f / "am/final.mdl").write_bytes(b"x"), "am/final.mdl has 1 bytes instead of 1"),
        (lambda f: (f / "am/more").write_bytes(b"x"), "am/more does not belong to it"),
        (
            lambda f: [(f / n).unlink() for n in ("am/final.mdl", "conf/mfcc.conf")],
            "am/final.mdl is missing, and 1 more",
        ),
    ],
)
def test_what_changed_is_found_at_the_start(shelf: Shelf, shop: Shop, archive: bytes, harm: object, line: str) -> None:
    folder = fetch(shelf, shop, archive)
    harm(folder)  # type: ignore[operator]
    with pytest.raises(ModelError) as error:
        check_unchanged(folder)
    assert str(error.value).startswith(f"{folder}: {line}")
    assert str(error.value).endswith(f"-> fetch it again: voiceguide models fetch {shop.address}/model.zip")
    fetch(shelf, shop, archive)
    assert check_unchanged(folder, thorough=True)
    assert left(shelf.folder) == {"model", "model.json", *(p for p in left(shelf.folder) if p.startswith("model/"))}


def test_other_contents_are_found_when_all_is_read(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    path = fetch(shelf, shop, archive) / "graph/words.txt"
    path.write_bytes(path.read_bytes()[::-1])
    assert check_unchanged(path.parents[1])
    with pytest.raises(ModelError, match=r"graph/words.txt has other contents"):
        check_unchanged(path.parents[1], thorough=True)


def test_a_link_in_place_of_a_file(shelf: Shelf, shop: Shop, archive: bytes, tmp_path: Path) -> None:
    folder = fetch(shelf, shop, archive)
    size = (folder / "graph/words.txt").stat().st_size
    (folder / "graph/words.txt").unlink()
    (folder / "graph/words.txt").symlink_to("x" * size)
    with pytest.raises(ModelError, match=r"graph/words.txt is a link"):
        check_unchanged(folder)


def test_a_damaged_record_is_told_and_mended(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    folder = fetch(shelf, shop, archive)
    record_of(folder).write_text("{")
    with pytest.raises(ModelError) as error:
        read_record(folder)
    assert str(error.value) == (
        f"{record_of(folder)}: the record of the model is damaged -> "
        "fetch the model again: voiceguide models fetch model"
    )
    assert shelf.records() == {"model": None}
    fetch(shelf, shop, archive)
    assert read_record(folder)


def test_a_model_that_was_put_there_is_left_alone(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    (shelf.folder / "model").mkdir(parents=True)
    with pytest.raises(UsageError, match="is there, and was not fetched -> use it, or move it away first"):
        fetch(shelf, shop, archive)
    assert read_record(shelf.folder / "model") is None
    assert check_unchanged(shelf.folder / "model") is None


def test_what_nobody_vouches_for_is_trusted_once(shelf: Shelf, shop: Shop, archive: bytes, tones: Model) -> None:
    folder = fetch(shelf, shop, archive, known=False)
    record = read_record(folder)
    assert record
    assert record.trust is Trust.FIRST_USE
    shelf.remove("model")
    assert left(shelf.folder) == {"model.json"}
    assert shelf.records() == {}
    other = crate(boxed({**tones, "README": b"changed"}))
    with pytest.raises(ModelError) as error:
        fetch(shelf, shop, other, known=False)
    assert str(error.value).endswith(
        f"it is another one than the first time; if you trust it, delete {record_of(folder)}"
    )
    assert left(shelf.folder) == {"model.json"}
    record_of(folder).write_text("{")  # who can't tell what it was begins anew
    fetch(shelf, shop, other, known=False)


def test_the_list_wins_over_what_is_here(shelf: Shelf, shop: Shop, archive: bytes, tones: Model) -> None:
    fetch(shelf, shop, archive)
    fetch(shelf, shop, crate(boxed({**tones, "README": b"newer"})))
    assert (shelf.folder / "model" / "README").read_bytes() == b"newer"


def test_an_archive_that_is_here_already(shelf: Shelf, archive: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    with pytest.raises(UsageError, match="no such file -> give a ZIP archive with a Vosk model"):
        shelf.take(offer("model.zip", archive), path)
    path.write_bytes(archive)
    wrong = offer("model.zip", archive).model_copy(update={"size": 5})
    with pytest.raises(ModelError, match=r"model: has \d+ bytes instead of 5 -> it is not the file of the list"):
        shelf.take(wrong, path)
    assert shelf.take(offer("model.zip", archive), path)
    assert shelf.take(offer("model.zip", archive), path) is None
    assert path.read_bytes() == archive


def test_two_do_not_fetch_at_once(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    shelf.folder.mkdir()
    other = os.open(shelf.folder, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(DownloadError, match="somebody else fetches or removes a model now -> wait until that is done"):
        fetch(shelf, shop, archive)
    assert shop.asked == []
    os.close(other)
    fetch(shelf, shop, archive)


def test_leftovers_of_one_that_was_killed_are_cleared(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    half = shelf.folder / ".incoming" / "model" / "am"
    half.mkdir(parents=True)
    (half / "final.mdl").write_bytes(b"half")
    (shelf.folder / ".incoming" / "model.old").mkdir()
    folder = fetch(shelf, shop, archive)
    assert check_unchanged(folder)
    assert not (shelf.folder / ".incoming").exists()


def test_a_part_is_gone_on_with_the_next_time(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    address = shop.sell("model.zip", archive, breaks=[1000] * 4)
    with pytest.raises(DownloadError, match="it goes on from there"):
        shelf.fetch(offer(address, archive), no_progress)
    assert shelf.fetch(offer(address, archive), no_progress)
    assert shop.ranges[-1] == "bytes=4000-"


def test_what_had_no_room_is_not_loaded_again(place: Path, shop: Shop, archive: bytes) -> None:
    address = shop.sell("model.zip", archive)
    with pytest.raises(CacheError, match="the disk is full"):
        Shelf(place, no_waiting, SmallDisk(len(archive) + 1000, says=10**9)).fetch(offer(address, archive), no_progress)
    assert Shelf(place, no_waiting).fetch(offer(address, archive), no_progress)
    assert len(shop.asked) == 1


def test_a_folder_that_cannot_be_made(tmp_path: Path, shop: Shop, archive: bytes) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CacheError, match="cannot be written \\(Not a directory\\)"):
        fetch(Shelf(tmp_path / "file" / "models", no_waiting), shop, archive)


def test_a_place_that_is_taken_away_meanwhile(place: Path, shop: Shop, archive: bytes) -> None:
    def in_the_way(draft: Path) -> None:
        record_of(place / "model").mkdir()

    with pytest.raises(CacheError, match="cannot be written"):
        fetch(Shelf(place, no_waiting, probe=in_the_way), shop, archive)
    assert not (place / "model").exists()


def test_removing(shelf: Shelf, shop: Shop, archive: bytes) -> None:
    fetch(shelf, shop, archive)
    shelf.remove("model")
    assert left(shelf.folder) == set()
    (shelf.folder / "by-hand" / "am").mkdir(parents=True)
    shelf.remove("by-hand")
    fetch(shelf, shop, archive)
    record_of(shelf.folder / "model").write_text("{")
    shelf.remove("model")
    assert left(shelf.folder) == set()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("nothing", "no model 'nothing' in {m} -> use one of: model"),
        ("../secret", "no model '../secret' in {m} -> use one of: model"),
        ("/etc", "no model '/etc' in {m} -> use one of: model"),
        ("..", "no model '..' in {m} -> use one of: model"),
        ("", "no model '' in {m} -> use one of: model"),
        ("pictures", "{m}/pictures: is no model -> remove it by hand"),
        ("model.json", "{m}/model.json: is no folder -> remove it by hand"),
        ("link", "{m}/link: is no folder -> remove it by hand"),
    ],
)
def test_what_is_no_model_is_not_removed(
    shelf: Shelf, shop: Shop, archive: bytes, tmp_path: Path, name: str, line: str
) -> None:
    fetch(shelf, shop, archive)
    (tmp_path / "secret").mkdir()
    (shelf.folder / "pictures").mkdir()
    (shelf.folder / "link").symlink_to(shelf.folder / "model")
    before = left(tmp_path)
    with pytest.raises(UsageError) as error:
        shelf.remove(name)
    assert str(error.value) == line.format(m=shelf.folder)
    assert left(tmp_path) == before


def test_an_empty_shelf(shelf: Shelf) -> None:
    assert shelf.records() == {}
    with pytest.raises(UsageError, match="use one of: there is none"):
        shelf.remove("model")


def test_the_older_layout_is_a_model_too(shelf: Shelf, shop: Shop, tones: Model, tmp_path: Path) -> None:
    """That of vosk-model-small-pt-0.3: all files in one folder, and libvosk has its own defaults."""
    flat = {name.rsplit("/", 1)[-1]: data for name, data in tones.items() if name != "conf/model.conf"}
    folder = fetch(shelf, shop, crate(boxed(flat)))
    check_model(folder)
    probe(folder, tmp_path / "stamps")
    (folder / "HCLr.fst").unlink()
    with pytest.raises(ModelError, match=r"HCLr\.fst is missing"):
        check_model(folder)


def test_the_list_is_sound() -> None:
    languages = {each.language.split("-")[0] for each in offers()}
    assert languages >= {"en", "de", "fr", "es", "it", "pt", "nl", "zh"}
    assert {"en-US", "en-IN"} <= {each.language for each in offers()}
    assert len({each.sha256 for each in offers()}) == len(offers())
    for each in offers():
        assert each.address == f"https://alphacephei.com/vosk/models/{each.name}.zip"
        assert each.size
        assert each.license == "Apache-2.0"
        assert each.trust is Trust.LIST
        assert offered(each.name, offers()) is each


def test_a_slip_of_the_pen() -> None:
    with pytest.raises(UsageError) as error:
        offered("vosk-model-smal-de-0.15", offers())
    assert str(error.value).startswith(
        "unknown model 'vosk-model-smal-de-0.15' (did you mean 'vosk-model-small-de-0.15'?) -> use one of: "
    )
    with pytest.raises(UsageError, match="unknown model 'moon' -> use one of"):
        offered("moon", offers())


@pytest.mark.parametrize(
    ("address", "sha256", "line"),
    [
        ("https://example.org/", None, "https://example.org/: does not end in the name of a ZIP archive -> give one"),
        ("https://example.org/a.tar", None, "https://example.org/a.tar: does not end in the name of a ZIP archive"),
        ("https://example.org/.zip", None, "https://example.org/.zip: does not end in the name of a ZIP archive"),
        ("https://example.org/a.zip", "12", "'12' is no SHA-256 -> give its 64 hexadecimal digits"),
    ],
)
def test_what_is_no_archive(address: str, sha256: str | None, line: str) -> None:
    with pytest.raises(UsageError) as error:
        offer_at(address, sha256)
    assert str(error.value).startswith(line)


def test_an_address_of_ones_own() -> None:
    assert offer_at("https://example.org/x/My-model.ZIP?download=1#top").name == "My-model"
    assert offer_at("https://example.org/a.zip", "AB" * 32).sha256 == "ab" * 32
    assert offer_at("https://example.org/a.zip", "AB" * 32).trust is Trust.GIVEN
    assert offer_at("https://example.org/a.zip").trust is Trust.FIRST_USE
    assert "/" not in NAME
