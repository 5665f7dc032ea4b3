"""Settings that change while it runs: what holds at once, what waits, and what is told."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from voiceguide.content.roles import Role
from voiceguide.errors import ContentError, VoiceError
from voiceguide.run.notices import Notices
from voiceguide.run.reload import Reload, on_hangup, terminal_gone
from voiceguide.run.settings import GuideSettings, Settings


class Running:
    """A program that runs, and what it was told."""

    def __init__(self) -> None:
        self.file = Settings()
        self.error: Exception | None = None
        self.holds: list[Settings] = []
        self.notices: list[str] = []
        self.told = Notices(self.notices.append)
        self.terminal = True
        self.reload = Reload(Settings(), self._read, self._take, self.told, lambda: not self.terminal)
        self.refuses: Exception | None = None
        self.prepared = True

    def _read(self) -> Settings:
        if self.error:
            raise self.error
        return self.file

    def _take(self, settings: Settings) -> bool:
        if not self.prepared and settings.emergency_number:
            return False
        if self.refuses:
            raise self.refuses
        self.holds.append(settings)
        return True

    def hup(self, *, quiet: bool = True) -> "Running":
        self.reload.ask(signal.SIGHUP, None)
        self.reload.look(quiet)
        return self


@pytest.fixture
def running() -> Running:
    return Running()


def test_what_may_change_holds_and_the_rest_waits(running: Running) -> None:
    running.file = Settings(rate=120, emergency_number="112", guide=GuideSettings(step_wait=5))
    running.hup()
    assert running.holds == [Settings(emergency_number="112", guide=GuideSettings(step_wait=5))]
    line = "settings read again: emergency_number is 112; guide.step_wait is 5; only at the next start: rate"
    assert running.notices == [line]
    running.hup()
    assert running.notices[1:] == ["settings read again: only at the next start: rate"]
    assert len(running.holds) == 1
    running.file = Settings()
    running.hup()
    assert running.notices[2:] == ["settings read again: emergency_number is not set; guide.step_wait is 8"]
    assert running.holds[1:] == [Settings()]


def test_nobody_asks_nobody_reads(running: Running) -> None:
    running.error = ContentError(["faulty"])
    running.reload.look(quiet=True)
    assert running.notices == []


def test_it_waits_until_nobody_is_being_helped(running: Running) -> None:
    running.file = Settings(emergency_number="112")
    running.hup(quiet=False)
    assert running.notices == running.holds == []
    running.reload.look(quiet=True)
    running.reload.look(quiet=True)
    assert len(running.holds) == len(running.notices) == 1


def test_a_faulty_file_changes_nothing_and_is_told(running: Running) -> None:
    running.error = ContentError(["settings.yaml:1:1: raet: unknown key 'raet'"])
    running.hup()
    assert running.notices == ["settings.yaml:1:1: raet: unknown key 'raet' -> all settings stay as they were"]
    assert running.holds == []


def test_what_cannot_be_done_changes_nothing_and_is_tried_again(running: Running) -> None:
    running.file = Settings(emergency_number="112")
    running.refuses = VoiceError("no voice", "install it")
    running.hup()
    assert running.notices == ["no voice -> install it -> all settings stay as they were"]
    running.refuses = None
    assert running.hup().notices[1:] == ["settings read again: emergency_number is 112"]


PREPARING = "settings read again: sentences are being prepared, and then "


@pytest.fixture
def preparing(running: Running) -> Running:
    """One that was asked to call another number, which takes its time."""
    running.prepared = False
    running.file = Settings(rate=120, emergency_number="112", volume=3)
    running.hup()
    later = "only at the next start: rate"
    assert running.notices == [f"{PREPARING}emergency_number is 112; volume is 3; {later}"]
    running.reload.look(quiet=True)
    running.notices.clear()
    return running


def test_what_must_be_prepared_holds_when_it_is_and_nobody_is_being_helped(preparing: Running) -> None:
    preparing.prepared = True
    preparing.reload.look(quiet=False)
    assert preparing.notices == preparing.holds == []
    preparing.reload.look(quiet=True)
    preparing.reload.look(quiet=True)
    assert preparing.notices == ["settings hold now: emergency_number is 112; volume is 3"]
    assert preparing.holds == [Settings(emergency_number="112", volume=3)]
    assert preparing.hup().notices[1:] == ["settings read again: only at the next start: rate"]


def test_where_it_cannot_be_prepared_all_stays_and_it_is_not_tried_again_by_itself(preparing: Running) -> None:
    preparing.prepared = True
    preparing.refuses = VoiceError("no voice", "install it")
    preparing.reload.look(quiet=True)
    preparing.reload.look(quiet=True)
    assert preparing.notices == ["no voice -> install it -> all settings stay as they were"]
    preparing.refuses = None
    preparing.file = Settings(emergency_number="112")
    assert preparing.hup().notices[1:] == ["settings read again: emergency_number is 112"]


def test_who_asks_meanwhile_gets_what_was_read_last(preparing: Running) -> None:
    preparing.file = Settings(emergency_number="999")
    preparing.hup()
    preparing.prepared = True
    preparing.reload.look(quiet=True)
    assert preparing.notices == [
        f"{PREPARING}emergency_number is 999",
        "settings hold now: emergency_number is 999",
    ]
    assert preparing.holds == [Settings(emergency_number="999")]


def test_who_takes_it_back_meanwhile_keeps_what_there_was(preparing: Running) -> None:
    preparing.file = Settings()
    preparing.hup()
    preparing.prepared = True
    preparing.reload.look(quiet=True)
    assert preparing.notices == ["settings read again: nothing has changed"]
    assert preparing.holds == [Settings()], "so that nothing more is prepared"


def test_a_faulty_file_meanwhile_changes_nothing_of_what_was_asked_for_before(preparing: Running) -> None:
    preparing.error = ContentError(["settings.yaml:1:1: raet: unknown key 'raet'"])
    preparing.hup()
    preparing.prepared = True
    preparing.reload.look(quiet=True)
    assert preparing.notices == [
        "settings.yaml:1:1: raet: unknown key 'raet' -> all settings stay as they were",
        "settings hold now: emergency_number is 112; volume is 3",
    ]


def test_settings_that_were_faulty_and_are_mended_are_not_the_matter_any_more(running: Running) -> None:
    running.told("settings.yaml:1: nonsense", Role.TROUBLE_SETTINGS)
    running.error = ContentError(["settings.yaml:1: nonsense"])
    assert running.hup().told.trouble
    running.error, running.file = None, Settings(emergency_number="112")
    running.refuses = VoiceError("no voice", "install it")
    assert running.hup().told.trouble
    running.refuses = None
    assert not running.hup().told.trouble
    assert running.told.take() is None


def test_nothing_new_is_said_too(running: Running) -> None:
    assert running.hup().notices == ["settings read again: nothing has changed"]


def test_a_terminal_that_was_closed_ends_it(running: Running) -> None:
    running.terminal = False
    running.reload.look(quiet=True)
    with pytest.raises(KeyboardInterrupt):
        running.hup(quiet=False)


def test_whether_a_terminal_is_gone(tmp_path: Path) -> None:
    terminal = tmp_path / "tty"
    assert not terminal_gone(str(terminal))(), "there was none"
    terminal.touch()
    gone = terminal_gone(str(terminal))
    assert not gone()
    terminal.unlink()
    assert gone()


def test_the_signal_reaches_the_handler_while_the_block_runs() -> None:
    heard: list[int] = []
    handler: Callable[..., None] = lambda number, _: heard.append(number)  # noqa: E731
    before = signal.getsignal(signal.SIGHUP)
    with on_hangup(handler):
        os.kill(os.getpid(), signal.SIGHUP)
    assert heard == [signal.SIGHUP]
    assert signal.getsignal(signal.SIGHUP) is before
