"""`voiceguide history`."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from voiceguide.cli import call
from voiceguide.errors import EXIT_INTERRUPTED, JournalError
from voiceguide.guide.past import Episode
from voiceguide.intents import Side
from voiceguide.journal.files import Claim
from voiceguide.journal.store import Journal
from voiceguide.messages import Account, Outcome, Standing
from voiceguide.run.settings import journal_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def journal() -> Iterator[Journal]:
    """With three sessions; it stays open, as that of a service."""
    with closing(Journal(journal_file())) as opened:
        accounts = (
            Account(True, "calf", Side.LEFT, None, (("st-36", 2), ("gb-34", 1)), True, False, Outcome.EASED),
            Account(True, "foot", answered=False, outcome=Outcome.SILENT),
            Account(True, "calf", answered=True, standing=Standing("press")),
        )
        for number, account in enumerate(accounts):
            began = datetime.now(UTC) - timedelta(days=2 - number)
            opened.begin(number, Episode(0, account, began, began + timedelta(minutes=6)))
        yield opened


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert call(["history", *arguments]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_without_a_journal_it_says_so(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    for command in (["list"], ["stats"], ["chart"], ["export", "csv"], ["forget", "--all", "--yes"]):
        told = run(capsys, *command, code=JournalError.exit_code)
        assert told.startswith(f"voiceguide: {home}/data/voiceguide/journal.sqlite3: no journal yet -> use")
    assert not (home / "data").exists()


def test_an_empty_one_shows_nothing_yet(capsys: pytest.CaptureFixture[str]) -> None:
    Journal(journal_file()).close()
    assert run(capsys, "list") == "no sessions yet\n"
    assert "nothing yet" in run(capsys, "chart")
    assert "0 cramps in 0 nights" in run(capsys, "stats")


def test_a_damaged_one_is_left_to_the_service(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    file = home / "broken.sqlite3"
    file.write_bytes(b"x" * 5000)
    told = run(capsys, "--journal", str(file), "list", code=JournalError.exit_code)
    assert "damaged (file is not a database) -> voiceguide run sets it aside" in told
    assert file.read_bytes() == b"x" * 5000


def test_the_list_has_a_line_a_session(capsys: pytest.CaptureFixture[str], journal: Journal) -> None:
    head, *lines = run(capsys, "list").splitlines()
    assert head.split() == ["number", "began", "minutes", "where", "points", "(rounds)", "ended"]
    assert "left calf" in lines[0]
    assert "st-36 (2), gb-34 (1)" in lines[0]
    assert lines[0].rstrip().endswith("eased")
    assert lines[1].rstrip().endswith("silent, nobody answered")
    assert lines[2].rstrip().endswith("under way")
    (only,) = run(capsys, "list", "--last", "1").splitlines()[1:]
    assert only.split() == lines[2].split()


def test_stats_count(capsys: pytest.CaptureFixture[str], journal: Journal) -> None:
    told = run(capsys, "stats")
    assert told.startswith("2 cramps in 2 nights\n2 in the last 7 days, 2 in the last 30\n\nPlaces\n")
    assert "    1  gb-34\n" in told


def test_the_chart_is_drawn_and_written(capsys: pytest.CaptureFixture[str], journal: Journal, home: Path) -> None:
    drawn = run(capsys, "chart")
    assert [line for line in drawn.splitlines() if line and line[0] != " "] == [
        "Nights",
        "Hours",
        "Places",
        "What was done when it eased",
        "How it ended",
    ]
    assert "█ 1" in drawn
    assert run(capsys, "chart", "--output", str(home / "cramps.svg")).endswith("cramps.svg: written\n")
    assert (home / "cramps.svg").read_text().startswith("<svg")
    assert call(["history", "chart", "--output", str(home / "cramps.png")]) == 2
    assert capsys.readouterr().err.endswith("cramps.png: the picture is an SVG -> call it cramps.svg\n")
    assert not (home / "cramps.png").exists()
    for number in range(100):
        began = datetime.now(UTC)
        journal.begin(1000 + number, Episode(0, Account(True, "calf", answered=True), began, began))
    assert "█" * 39 in run(capsys, "chart")
    assert "█" * 41 not in run(capsys, "chart")


def test_export_prints_or_writes(capsys: pytest.CaptureFixture[str], journal: Journal, home: Path) -> None:
    assert [each["place"] for each in json.loads(run(capsys, "export", "json"))] == ["calf", "foot", "calf"]
    assert run(capsys, "export", "csv", "--output", str(home / "out.csv")).endswith("out.csv: written\n")
    assert (home / "out.csv").read_text().startswith("number,kind,began")
    told = run(capsys, "export", "csv", "--output", str(home / "no" / "out.csv"), code=4)
    assert "out.csv: No such file or directory" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "forget what? -> give one of --all, --session NUMBER, --before DATE"),
        (["--all", "--session", "1"], "forget what?"),
        (["--session", "9"], "there is no session 9 -> see voiceguide history list"),
        (["--before", "yesterday"], "'yesterday' is no day -> write it as 2026-11-26"),
        (["--all"], "3 sessions would be erased, and nobody can be asked -> give --yes"),
    ],
)
def test_forget_is_careful(
    capsys: pytest.CaptureFixture[str], journal: Journal, arguments: list[str], told: str
) -> None:
    assert told in run(capsys, "forget", *arguments, code=2)
    assert len(journal.episodes()) == 3


def test_forget_one_some_and_all(capsys: pytest.CaptureFixture[str], journal: Journal) -> None:
    assert run(capsys, "forget", "--session", "2", "--yes") == "1 session erased\n"
    assert [each.number for each in journal.episodes().values()] == [1, 3]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert run(capsys, "forget", "--before", today, "--yes") == "1 session erased\n"
    assert run(capsys, "forget", "--before", today, "--yes") == "0 sessions erased\n"
    assert run(capsys, "forget", "--all", "--yes") == "1 session erased\n"
    assert journal.episodes() == {}


def test_what_was_told_of_health_goes_with_its_day(capsys: pytest.CaptureFixture[str], journal: Journal) -> None:
    now = datetime.now(UTC)
    journal.keep_cautions({"pregnant": now, "diabetic": now - timedelta(days=1)})
    run(capsys, "forget", "--session", "2", "--yes")
    assert set(journal.cautions()) == {"pregnant", "diabetic"}
    run(capsys, "forget", "--before", f"{now.astimezone():%Y-%m-%d}", "--yes")
    assert set(journal.cautions()) == {"pregnant"}
    run(capsys, "forget", "--before", f"{now.astimezone() + timedelta(days=1):%Y-%m-%d}", "--yes")
    assert journal.cautions() == {}


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("left", ["damaged", "nothing"])
def test_a_damaged_one_can_be_erased_with_all_that_was_set_aside(capsys: pytest.CaptureFixture[str], left: str) -> None:
    journal_file().parent.mkdir(parents=True)
    for name in ("damaged-2026-11-26.sqlite3", "damaged-2026-11-26.sqlite3-wal", "backup-1.sqlite3"):
        journal_file().with_name(f"journal.{name}").write_bytes(b"calf")
    if left == "damaged":
        journal_file().write_bytes(b"calf" * 1000)
        journal_file().with_name("journal.sqlite3-wal").write_bytes(b"calf")
    assert "the damaged journal would be erased, and nobody" in run(capsys, "forget", "--all", code=2)
    assert len(files(journal_file().parent)) >= 3
    claim = Claim(journal_file())
    told = run(capsys, "forget", "--all", "--yes", code=JournalError.exit_code)
    assert "another voiceguide keeps it -> end that one first (a service: sudo systemctl stop voiceguide)" in told
    claim.release()
    assert run(capsys, "forget", "--all", "--yes") == "the damaged journal erased\n"
    assert files(journal_file().parent) == ["journal.lock"]
    run(capsys, "forget", "--all", "--yes", code=JournalError.exit_code)


def test_one_of_a_newer_voiceguide_is_not_taken_for_a_damaged_one(
    capsys: pytest.CaptureFixture[str], journal: Journal
) -> None:
    journal._connection.execute("PRAGMA user_version = 99")
    told = run(capsys, "forget", "--all", "--yes", code=JournalError.exit_code)
    assert "written by a newer voiceguide" in told


def test_a_damaged_one_that_stays_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    journal_file().parent.mkdir(parents=True)
    journal_file().write_bytes(b"calf" * 1000)
    journal_file().with_name("journal.damaged-1.sqlite3").mkdir()
    told = run(capsys, "forget", "--all", "--yes", code=JournalError.exit_code)
    assert "the journal cannot be used (Is a directory)" in told


class Terminal(io.StringIO):
    """Somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "left", "code"), [("y", 0, 0), ("n", 3, EXIT_INTERRUPTED)])
def test_forget_asks_on_a_terminal(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    journal: Journal,
    answer: str,
    left: int,
    code: int,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))
    assert call(["history", "forget", "--all"]) == code
    assert "Erase 3 sessions and all backups? This can't be undone." in capsys.readouterr().out
    assert len(journal.episodes()) == left
