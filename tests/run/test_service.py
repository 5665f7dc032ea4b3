"""What the service manager is told, on a real socket; and when its watchdog is fed."""

import os
import signal
import socket
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.run.test_lifeline import Room
from voiceguide.run.health import LONGEST_DELAY
from voiceguide.run.service import HEARTBEAT, LISTENING, Service, ServiceManager, cared_for, ending

PID = 4711
PATIENCE = 30


class Systemd:
    """The other end of the socket."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.environ = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(PATIENCE * 1_000_000), "WATCHDOG_PID": str(PID)}

    def told(self) -> list[str]:
        """All that came since the last call."""
        messages = []
        try:
            while True:
                messages += self.socket.recv(4096).decode().splitlines()
        except BlockingIOError:
            return messages


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    manager = Systemd(str(tmp_path / "notify") if request.param == "path" else f"@voiceguide-{os.getpid()}")
    with manager.socket:
        yield manager


class Watched:
    """A night stand under a service manager; `missing` are the devices that are waited for from the start."""

    def __init__(self, systemd: Systemd, missing: Collection[str] = ()) -> None:
        self.room = Room(missing=missing)
        self.service = Service(ServiceManager(systemd.environ, PID))

    def live(self, seconds: float, cared: bool = True) -> "Watched":
        """The loop goes round; without care nobody looks after the devices."""
        end = self.room.now() + seconds
        while self.room.now() < end:
            if cared:
                self.room.lifeline.look(self.room.now())
            self.service.look(self.room.now(), self.room.lifeline)
            self.room.microphone.read(0.1)
        return self


def test_it_is_ready_when_the_loop_begins_and_feeds_the_watchdog_in_time(systemd: Systemd) -> None:
    watched = Watched(systemd).live(0.1)
    assert systemd.told() == ["READY=1", f"STATUS={LISTENING}", "WATCHDOG=1"]
    watched.live(2 * PATIENCE)
    fed = systemd.told()
    assert set(fed) == {"WATCHDOG=1"}
    assert 6 <= len(fed) <= 8  # four times as often as needed


def test_a_microphone_that_was_unplugged_is_told_and_ends_nothing(systemd: Systemd) -> None:
    watched = Watched(systemd).live(2)
    systemd.told()
    watched.room.gone = {"microphone"}
    told = [line for _ in range(10) for line in (watched.live(PATIENCE), systemd.told())[1]]
    assert told[0] == "STATUS=Deaf: microphone 'USB mic' has gone; it is tried again"
    assert told.count("WATCHDOG=1") >= 4 * 9
    watched.room.gone = set()
    watched.live(2 * LONGEST_DELAY)
    assert f"STATUS={LISTENING}" in systemd.told()


def test_without_a_microphone_at_the_start_it_is_ready_and_fed_as_long_as_it_takes(systemd: Systemd) -> None:
    watched = Watched(systemd, missing={"microphone"})
    assert watched.service.managed
    told = [line for _ in range(10) for line in (watched.live(PATIENCE), systemd.told())[1]]
    assert told[:3] == ["READY=1", "STATUS=Deaf: no microphone 'USB'; it is tried again", "WATCHDOG=1"]
    assert set(told[3:]) == {"WATCHDOG=1"}
    assert len(told) >= 4 * 9
    watched.room.gone = set()
    watched.live(2 * LONGEST_DELAY)
    assert systemd.told()[-2:] == [f"STATUS={LISTENING}", "WATCHDOG=1"]


def test_without_a_speaker_at_the_start_it_is_told_too(systemd: Systemd) -> None:
    Watched(systemd, missing={"speaker"}).live(1)
    assert systemd.told()[:2] == ["READY=1", "STATUS=Mute: speaker: there is none; it is tried again"]


def test_a_speaker_that_was_unplugged_is_told_too(systemd: Systemd) -> None:
    watched = Watched(systemd).live(2)
    systemd.told()
    watched.room.gone = {"microphone", "speaker"}
    watched.live(1)
    assert systemd.told()[-1] == (
        "STATUS=Deaf: microphone 'USB mic' has gone; it is tried again; "
        "Mute: speaker 'USB speaker' has gone; it is tried again"
    )


def test_a_loss_that_nobody_notices_feeds_no_watchdog(systemd: Systemd) -> None:
    watched = Watched(systemd).live(2)
    watched.live(HEARTBEAT, cared=False)
    systemd.told()
    watched.live(PATIENCE, cared=False)
    assert "WATCHDOG=1" not in systemd.told()


def test_a_lost_microphone_that_nobody_opens_counts_as_uncared_for() -> None:
    room = Room()
    health = room.microphone.health
    health.look(1.0, None)
    assert health.due(2.0)
    assert not cared_for(health, 2.0)
    health.opened(2.0)
    assert cared_for(health, 2.0)


def test_preparing_asks_for_time(systemd: Systemd) -> None:
    Service(ServiceManager(systemd.environ, PID)).preparing(3, 200)
    assert systemd.told() == ["STATUS=Preparing prompts: 3 of 200", "EXTEND_TIMEOUT_USEC=60000000"]


def test_without_a_service_manager_nothing_is_told() -> None:
    manager = ServiceManager({"WATCHDOG_USEC": "30000000"}, PID)
    assert manager.tell(READY=1)
    assert manager.patience is None
    assert not Service(manager).managed


@pytest.mark.parametrize(
    "environ",
    [{"WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}, {"WATCHDOG_USEC": ""}],
    ids=str,
)
def test_a_watchdog_that_is_not_meant_is_not_fed(systemd: Systemd, environ: dict[str, str]) -> None:
    systemd.environ |= environ
    Watched(systemd).live(PATIENCE)
    assert systemd.told() == ["READY=1", f"STATUS={LISTENING}"]


def test_the_watchdog_of_a_wrapper_is_ours(systemd: Systemd) -> None:
    del systemd.environ["WATCHDOG_PID"]
    assert ServiceManager(systemd.environ, PID).patience == PATIENCE


def test_what_could_not_be_told_is_told_later(systemd: Systemd) -> None:
    watched = Watched(systemd)
    address, watched.service._manager._address = watched.service._manager._address, "/nowhere/notify"
    watched.live(1)
    assert systemd.told() == []
    watched.service._manager._address = address
    watched.live(PATIENCE)
    assert systemd.told()[:2] == ["READY=1", f"STATUS={LISTENING}"]


def test_a_busy_manager_keeps_nobody_waiting(systemd: Systemd) -> None:
    manager = ServiceManager(systemd.environ, PID)
    while manager.tell(WATCHDOG=1):  # until its queue is full
        pass
    assert systemd.told()
    assert manager.tell(WATCHDOG=1)


def test_being_told_to_end_is_told_and_ends_with_0(systemd: Systemd) -> None:
    service = Service(ServiceManager(systemd.environ, PID))
    before = signal.getsignal(signal.SIGTERM)
    closed = []

    def told_twice() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)  # once more, while it closes: too late
            closed.append(True)

    with pytest.raises(SystemExit) as ended, ending(service.stopping):
        told_twice()
    assert (ended.value.code, closed) == (0, [True])
    assert systemd.told() == ["STOPPING=1", "STATUS=Ending."]
    assert signal.getsignal(signal.SIGTERM) is before
