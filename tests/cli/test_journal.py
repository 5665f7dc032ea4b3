"""What commands tell in systemd's journal: with priorities, and without anybody's words."""

import os
from collections.abc import Callable

import pytest

from voiceguide.cli import call
from voiceguide.cli.progress import notice, progress, tell


@pytest.fixture
def journal(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What came on standard error, which is the journal."""
    status = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
    return lambda: capfd.readouterr().err


def test_an_error_is_one_that_matters(journal: Callable[[], str]) -> None:
    assert call(["nonsense"]) == 2
    assert journal().startswith("<3>unknown command 'nonsense' -> use one of: run, ")


def test_notices_and_progress_have_priorities_of_their_own(journal: Callable[[], str]) -> None:
    notice("a.yaml:1: wrong\nb.yaml:2: wrong")
    tell("Listening.")
    with progress("Preparing prompts") as report:
        report(1, 2)
        report(2, 2)
    assert journal().splitlines() == [
        "<4>a.yaml:1: wrong",
        "<4>b.yaml:2: wrong",
        "<6>Listening.",
        "<6>Preparing prompts: 2 to do",
        "<6>Preparing prompts: done",
    ]


def test_a_bug_is_told_by_its_place(journal: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(prompt: str = "") -> str:
        raise ZeroDivisionError("my left calf")

    monkeypatch.setattr("builtins.input", broken)
    assert call(["chat"]) == 70
    assert journal().startswith("<3>a bug: ZeroDivisionError in test_journal.py:")
    assert "calf" not in journal()


def test_elsewhere_nothing_has_a_priority(capfd: pytest.CaptureFixture[str]) -> None:
    notice("gone")
    tell("Listening.")
    assert capfd.readouterr().err == "voiceguide: gone\nListening.\n"
