"""`voiceguide models` as a user calls it."""

import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from tests.store.crates import boxed, crate
from tests.store.server import Shop, open_shop
from tests.vosk_model.tones import write_tone_model
from voiceguide.cli import call
from voiceguide.errors import ModelError
from voiceguide.run.ears import build_ears, model_in_use
from voiceguide.run.settings import Settings, load_settings
from voiceguide.run.wiring import build_phrasebook, load_library
from voiceguide.store.manifest import offers
from voiceguide.store.record import Record, read_record, write_record

LISTED = "vosk-model-small-de-0.15"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user without models or settings."""
    for name in ("config", "data", "cache"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shelf(home: Path) -> Path:
    return home / "data" / "voiceguide" / "models"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("tones")
    write_tone_model(folder)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return crate(boxed(files))


@pytest.fixture
def tones(home: Path, archive: bytes) -> Path:
    """The archive of a model that Vosk can load, which somebody brought."""
    path = home / "tones.zip"
    path.write_bytes(archive)
    return path


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop() as shop:
        yield shop


def models(*arguments: object) -> int:
    return call(["models", *map(str, arguments)])


def fails(capsys: pytest.CaptureFixture[str], code: int, *arguments: object) -> str:
    """It must fail with one line."""
    assert models(*arguments) == code
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("voiceguide: ")]
    assert len(lines) == 1
    return lines[0].removeprefix("voiceguide: ")


def states(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    assert models("list", "--json") == 0
    return {entry["name"]: entry["state"] for entry in json.loads(capsys.readouterr().out)}


def test_the_list(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert models("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["voiceguide-en", "en", lines[0].split()[2], "MB", "voiceguide's", "own", "in", "use"]
    assert len(lines) == 1 + len(offers())
    german = next(line for line in lines if line.startswith(LISTED))
    assert german.split() == [LISTED, "German", "46.5", "MB", "Apache-2.0", "to", "fetch"]


def test_a_model_that_somebody_brought(capsys: pytest.CaptureFixture[str], shelf: Path, tones: Path) -> None:
    assert models("fetch", tones) == 0
    told = capsys.readouterr()
    record = read_record(shelf / "tones")
    assert record
    assert told.out == (
        f"tones: is here (0.0 MB); nobody vouches for its SHA-256, {record.archive_sha256}; "
        "from now on it must be this one\n"
    )
    assert models("fetch", tones) == 0
    assert capsys.readouterr().out == "tones: is here already, and whole\n"
    assert states(capsys) == {"voiceguide-en": "in use", "tones": "here", **{o.name: "to fetch" for o in offers()}}
    assert models("verify") == 0
    assert capsys.readouterr().out.startswith(f"tones: all {len(record.files)} files are as they came; nobody vouches")
    assert models("remove", "tones", "--yes") == 0
    assert capsys.readouterr().out == "tones: deleted\n"
    assert not (shelf / "tones").exists()


def test_what_it_must_be_can_be_told(
    capsys: pytest.CaptureFixture[str], shelf: Path, tones: Path, archive: bytes
) -> None:
    line = fails(capsys, 5, "fetch", tones, "--sha256", "0" * 64)
    assert line.startswith("tones: its SHA-256 is ")
    digest = line.split()[4]
    assert models("fetch", tones, "--sha256", digest) == 0
    assert capsys.readouterr().out == "tones: is here (0.0 MB); its SHA-256 is the one that you gave\n"


def test_an_archive_with_the_name_of_the_list_must_be_it(
    capsys: pytest.CaptureFixture[str], tones: Path, shelf: Path
) -> None:
    brought = tones.rename(tones.with_name(f"{LISTED}.zip"))
    line = fails(capsys, 5, "fetch", brought)
    assert line.startswith(f"{LISTED}: has ")
    assert " bytes instead of 46499967 -> it is not the file of the list" in line
    assert [*shelf.iterdir()] == []


def test_a_mirror(capsys: pytest.CaptureFixture[str], home: Path, shop: Shop, shelf: Path) -> None:
    shop.sell(f"{LISTED}.zip", b"something else")
    (home / "settings.yaml").write_text(f"mirror: {shop.address}/\n")
    line = fails(capsys, 11, "fetch", LISTED, "--settings", "settings.yaml")
    assert line == (
        f"{shop.address}/{LISTED}.zip: has 14 bytes instead of 46499967 -> "
        "it is not the file of the list; use another mirror"
    )
    assert [path for path, _ in shop.asked] == [f"/{LISTED}.zip"]
    assert [*shelf.iterdir()] == []
    (home / "settings.yaml").write_text("mirror: ftp://example.org\n")
    assert "mirror: must be an address, e.g. https://example.org/vosk, not 'ftp://example.org'" in fails(
        capsys, 3, "fetch", LISTED, "--settings", "settings.yaml"
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["fetch", "vosk-model-smal-de-0.15"], "unknown model 'vosk-model-smal-de-0.15' (did you mean"),
        (["fetch", "http://example.org/a.zip"], "http://example.org/a.zip: is not https"),
        (
            ["fetch", LISTED, "--sha256", "0" * 64],
            f"--sha256 is for an address or an archive, and '{LISTED}' is a name",
        ),
        (["fetch", "nowhere.zip"], "nowhere.zip: no such file -> give a ZIP archive with a Vosk model"),
        (["verify", "moon"], "no model 'moon' here -> fetch one: voiceguide models list"),
        (["use", "moon"], "no model 'moon' here -> fetch one: voiceguide models list"),
        (["remove", "moon"], "no model 'moon' in "),
    ],
)
def test_what_makes_no_sense(capsys: pytest.CaptureFixture[str], home: Path, arguments: list[str], line: str) -> None:
    assert fails(capsys, 2, *arguments).startswith(line)


def test_an_address_of_ones_own_is_asked(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    address = "https://127.0.0.1:1/mine.zip"
    assert fails(capsys, 11, "fetch", address).startswith(f"{address}: cannot be reached (Connection refused)")


def test_damage_is_found(capsys: pytest.CaptureFixture[str], shelf: Path, tones: Path) -> None:
    assert models("fetch", tones) == 0
    words = shelf / "tones" / "graph" / "words.txt"
    words.write_bytes(words.read_bytes()[::-1])
    assert states(capsys)["tones"] == "here"
    assert models("verify", "tones") == 5
    told = capsys.readouterr()
    assert told.err.startswith(f"voiceguide: {shelf / 'tones'}: graph/words.txt has other contents -> fetch it again")
    words.write_bytes(b"")
    assert states(capsys)["tones"] == "damaged"


def test_a_model_that_was_put_there_by_hand(capsys: pytest.CaptureFixture[str], shelf: Path) -> None:
    write_tone_model(shelf / "mine")
    assert states(capsys)["mine"] == "in use"
    assert models("verify", "mine") == 0
    assert capsys.readouterr().out == "mine: whole; it was not fetched, so nobody knows what it was\n"
    (shelf / "mine" / "am" / "final.mdl").unlink()
    assert states(capsys) == {**states(capsys), "mine": "damaged", "voiceguide-en": "in use"}


def test_using_a_model(capsys: pytest.CaptureFixture[str], home: Path, shelf: Path, tones: Path) -> None:
    settings = home / "config" / "voiceguide" / "settings.yaml"
    assert models("fetch", tones) == 0
    capsys.readouterr()
    assert models("use", "tones", "--dry-run") == 0
    assert f"+model: {shelf / 'tones'}\n" in capsys.readouterr().out
    assert not settings.exists()
    assert models("use", "tones") == 0
    assert settings.read_text() == f"model: {shelf / 'tones'}\n"
    assert load_settings(settings).model == str(shelf / "tones")
    assert states(capsys)["tones"] == "in use"
    assert fails(capsys, 2, "remove", "tones", "--yes").endswith(
        ": the settings name it -> first use another: voiceguide models use auto"
    )
    assert models("use", "auto") == 0
    assert load_settings(settings) == Settings()
    assert states(capsys)["voiceguide-en"] == "in use"
    capsys.readouterr()
    assert models("use", "auto") == 0
    assert capsys.readouterr().out.endswith("settings.yaml: nothing to change\n")


def test_a_model_elsewhere_is_listed_too(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    write_tone_model(home / "elsewhere")
    (home / "settings.yaml").write_text("model: elsewhere\n")
    assert models("list", "--settings", "settings.yaml") == 0
    first = capsys.readouterr().out.splitlines()[0].split()
    assert [*first[:2], *first[-3:]] == ["elsewhere", "unknown", "unknown", "in", "use"]
    (home / "settings.yaml").write_text("engine: sphinx\n")
    assert models("list", "--settings", "settings.yaml") == 0
    assert "in use" not in capsys.readouterr().out


def spoken(shelf: Path, language: str) -> Record:
    """Let the model that was fetched be one for a language."""
    record = read_record(shelf / "tones")
    assert record
    record = record.model_copy(update={"language": language})
    write_record(shelf / "tones", record)
    return record


def test_a_model_for_another_language_is_not_used(capsys: pytest.CaptureFixture[str], shelf: Path, tones: Path) -> None:
    assert models("fetch", tones) == 0
    spoken(shelf, "de")
    line = fails(capsys, 2, "use", "tones")
    assert line == "tones: is for 'de', and what is said to voiceguide is 'en' -> use a model of that language"
    spoken(shelf, "en-IN")
    assert models("use", "tones") == 0


def test_what_was_fetched_is_used_by_itself_where_there_is_no_other(shelf: Path, tones: Path) -> None:
    assert models("fetch", tones) == 0
    own = model_in_use(Settings())
    assert own
    assert own.name == "voiceguide-en"
    spoken(shelf, "de")
    assert model_in_use(Settings()) == own
    assert model_in_use(Settings(language="de")) == shelf / "tones"
    assert model_in_use(Settings(language="fr")) is None


def test_a_model_that_changed_is_not_begun_with(shelf: Path, tones: Path) -> None:
    assert models("fetch", tones) == 0
    (shelf / "tones" / "graph" / "words.txt").write_bytes(b"short")
    settings = Settings(model=str(shelf / "tones"))
    phrasebook = build_phrasebook(settings, load_library(settings))
    with pytest.raises(ModelError, match=r"graph/words.txt has 5 bytes instead of \d+ -> fetch it again"):
        build_ears(settings, phrasebook)
    (shelf / "tones.json").write_text("{")
    ears = build_ears(Settings(), phrasebook)
    assert "the record of the model is damaged" in ears.advice, "what was not asked for is passed over"
    assert "voiceguide-en" in ears.recognizer.name


class Terminal(StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code", "gone"), [("y\n", 0, True), ("n\n", 130, False)])
def test_it_asks_before_it_deletes(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    shelf: Path,
    tones: Path,
    answer: str,
    code: int,
    gone: bool,
) -> None:
    assert models("fetch", tones) == 0
    line = fails(capsys, 2, "remove", "tones")
    assert line == "remove asks before it deletes, and nobody is there -> add --yes"
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert models("remove", "tones") == code
    assert f"Delete {shelf / 'tones'}? [y/N]:" in capsys.readouterr().out
    assert (shelf / "tones").exists() is not gone


def test_plain_lines_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    from voiceguide.cli.progress import progress

    with progress("Fetching x", in_bytes=True) as report:
        for done in range(0, 41_000_000, 500_000):
            report(done, 41_000_000)
        report(41_000_000, 41_000_000)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Fetching x: 41.0 MB to do"
    assert lines[1:-1] == [f"Fetching x: {tenth}0 %" for tenth in range(1, 10)]
    assert lines[-1] == "Fetching x: done"


def test_a_bar_where_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    from voiceguide.cli.progress import progress

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    with progress("Fetching x", in_bytes=True) as report:
        report(20_000_000, 41_000_000)
    assert "Fetching x" in terminal.getvalue()
    assert "20.0/41.0 MB" in terminal.getvalue()
