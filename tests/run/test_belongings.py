"""What `voiceguide doctor` finds of the journal and the panel, while nobody uses them, and while a service does."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from tests.card import can_be_read_only, read_only
from voiceguide.guide.past import Episode
from voiceguide.journal.files import Claim
from voiceguide.journal.store import Journal
from voiceguide.messages import Account, Outcome
from voiceguide.run.belongings import journal, panel
from voiceguide.run.findings import Finding, Verdict, tried
from voiceguide.run.gpio import EXTRA, PushButton
from voiceguide.run.settings import PanelSettings

NOW = datetime(2024, 1, 10, 3, tzinfo=UTC)
LED, BUTTON = 17, 27


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "voiceguide" / "journal.sqlite3"


def kept(path: Path, sessions: int) -> Journal:
    """A journal of somebody who is pregnant, and had cramps in the calf."""
    opened = Journal(path)
    for token in range(sessions):
        opened.begin(token, Episode(0, Account(cramp=True, place="calf", outcome=Outcome.EASED), NOW, NOW))
    opened.keep_cautions({"pregnant": NOW})
    return opened


def looked_at(path: Path, wanted: bool = True) -> Finding:
    return tried("journal", lambda: journal(path, wanted))


def test_a_journal_is_counted_and_nothing_in_it_told(path: Path) -> None:
    kept(path, 1).close()
    assert looked_at(path) == Finding("journal", Verdict.FINE, f"1 session, {path.stat().st_size / 1000:.0f} kB, whole")
    path.unlink()
    kept(path, 40).close()
    assert looked_at(path).detail.startswith("40 sessions, ")


def test_one_that_a_service_keeps_is_left_to_it(path: Path) -> None:
    claim = Claim(path)
    with closing(kept(path, 2)) as service:
        version = service.version()
        found = looked_at(path)
        assert (found.verdict, found.detail.partition(",")[0]) == (Verdict.FINE, "2 sessions")
        assert service.version() == version, "nothing was written"
        service.keep_cautions({})
    claim.release()


def test_where_there_is_none_yet_none_is_made(path: Path, tmp_path: Path) -> None:
    assert looked_at(path) == Finding("journal", Verdict.FINE, "none yet")
    assert list(tmp_path.iterdir()) == []


def test_who_wants_none_has_none(path: Path) -> None:
    assert looked_at(path, wanted=False) == Finding("journal", Verdict.FINE, "none is kept (journal: false)")
    kept(path, 1).close()
    assert looked_at(path, wanted=False).detail == f"none is kept (journal: false); {path} is left from before"


def test_a_damaged_one_is_wrong_and_not_set_aside(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nothing" * 1000)
    found = looked_at(path)
    assert (found.verdict, found.remedy) == (Verdict.WRONG, "voiceguide run sets it aside, and begins a new one")
    assert [file.name for file in path.parent.iterdir()] == ["journal.sqlite3"]


def test_what_was_set_aside_is_told(path: Path) -> None:
    kept(path, 3).close()
    for name in ("journal.damaged-2024-01-10.sqlite3", "journal.damaged-2024-01-10.sqlite3-wal"):
        path.with_name(name).touch()
    found = looked_at(path)
    assert found.verdict is Verdict.BETTER
    assert found.detail.startswith("3 sessions, ")
    assert found.detail.endswith(", whole; damaged and set aside: 1")
    assert found.remedy.endswith("remove journal.damaged-*")


@can_be_read_only
@pytest.mark.parametrize(("sessions", "detail"), [(0, "none yet; {card} cannot be written"), (2, "2 sessions, ")])
def test_a_card_that_cannot_be_written_is_wrong(tmp_path: Path, sessions: int, detail: str) -> None:
    if sessions:
        kept(tmp_path / "journal.sqlite3", sessions).close()
    look = "from dataclasses import astuple; from voiceguide.run.belongings import journal;"
    look += "print(*astuple(journal(card / 'journal.sqlite3', True)), sep='|')"
    name, verdict, found, remedy = read_only(tmp_path, look).split("|")
    assert (name, verdict) == ("journal", "wrong")
    assert found.startswith(detail.format(card=tmp_path))
    assert found.endswith(" cannot be written")
    assert remedy == "nothing is remembered until it can: check its permissions, and the disk"


PINS = PanelSettings(led=LED, button=BUTTON)
FOUND = f"light at GPIO {LED}, button at GPIO {BUTTON}"


def test_who_has_neither_light_nor_button_needs_no_header() -> None:
    found = panel(PanelSettings(), ["gpiozero", "lgpio"], in_use=False)
    assert found == Finding("panel", Verdict.FINE, "neither a light nor a button is set (panel.led, panel.button)")


@pytest.mark.parametrize(
    ("chosen", "detail"),
    [
        (PINS, f"{FOUND}: can be used"),
        (PanelSettings(led=LED), f"light at GPIO {LED}: can be used"),
        (PanelSettings(button=BUTTON), f"button at GPIO {BUTTON}: can be used"),
    ],
)
def test_pins_are_tried_in_the_dark_and_are_free_afterwards(
    header: MockFactory, chosen: PanelSettings, detail: str
) -> None:
    for _ in range(2):
        assert panel(chosen, [], in_use=False) == Finding("panel", Verdict.FINE, detail)
    assert all(change.state == 0 for change in header.pin(LED).states)


def test_pins_that_the_service_uses_are_not_touched(header: MockFactory) -> None:
    found = panel(PINS, [], in_use=True)
    assert found == Finding("panel", Verdict.FINE, f"{FOUND}: left to the service, which uses them now")
    assert header.pins == {}
    found = panel(PINS, ["lgpio"], in_use=True)
    assert (found.verdict, found.remedy) == (Verdict.BETTER, EXTRA)
    assert found.detail.endswith("; not installed: lgpio")


def test_a_pin_that_cannot_be_used_is_wrong(header: MockFactory) -> None:
    with closing(PushButton(BUTTON, float)):
        found = panel(PINS, [], in_use=False)
    assert found.verdict is Verdict.WRONG
    assert found.detail.startswith(f"panel.button: GPIO {BUTTON} cannot be used (")
    assert found.remedy == "choose another pin in the settings"


class BusyPin(MockPin):
    """A pin that another program has."""

    def _set_pull(self, value: str) -> None:
        if value == "up":
            raise RuntimeError("'GPIO busy'")


def test_a_pin_that_another_program_has_is_said_and_no_fault(header: MockFactory) -> None:
    header.pin_class = BusyPin
    found = panel(PINS, [], in_use=False)
    assert found.verdict is Verdict.BETTER
    assert found.remedy.startswith("if that is a voiceguide which runs, all is well; else choose another pin")


def test_a_light_that_is_not_dimmed_could_be_better(header: MockFactory) -> None:
    header.pin_class = MockPin
    found = panel(PINS, ["lgpio"], in_use=False)
    assert (found.verdict, found.remedy) == (Verdict.BETTER, EXTRA)
    assert found.detail == f"{FOUND}: the light is on or off only, not dimmed; not installed: lgpio"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    found = panel(PINS, ["gpiozero", "lgpio"], in_use=False)
    assert found.verdict is Verdict.WRONG
    assert found.detail.endswith("; not installed: gpiozero, lgpio")
    assert found.remedy.startswith(f"{EXTRA}; or leave panel.led")
