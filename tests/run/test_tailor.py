"""Clips are made beside the loop, and given up where nobody wants them any more."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing
from queue import Queue
from typing import Any

import pytest

from voiceguide.errors import VoiceError
from voiceguide.run.night import Profile
from voiceguide.run.settings import Settings
from voiceguide.run.tailor import Tailor

LONG = 30.0
"""Seconds after which a test has failed."""
LIBRARY: Any = "library"


class Workroom:
    """A prepare function of which each step is let go by hand, and what comes of it."""

    def __init__(self) -> None:
        self.begun: Queue[str] = Queue()
        self.ended: Queue[str] = Queue()
        self.steps: Queue[Callable[[], None]] = Queue()
        self.tailor = Tailor(self.prepare)

    def prepare(self, settings: Settings, library: Any, progress: Callable[[int, int], None]) -> Any:
        number = str(settings.emergency_number)
        self.begun.put(number)
        try:
            for done in (1, 2):
                self.steps.get(timeout=LONG)()
                progress(done, 2)
        finally:
            self.ended.put(number)
        return {Profile.DAY: f"{library} for {number}"}

    def begin(self, number: str) -> "Future[Any]":
        return self.tailor.begin(Settings(emergency_number=number), LIBRARY)

    def step(self, times: int = 1) -> None:
        for _ in range(times):
            self.steps.put(lambda: None)


@pytest.fixture
def room() -> Iterator[Workroom]:
    room = Workroom()
    with closing(room.tailor):
        yield room
        room.step(8)  # nothing is left waiting where a test failed


def test_it_is_made_while_the_loop_goes_on(room: Workroom) -> None:
    future = room.begin("112")
    assert room.begun.get(timeout=LONG) == "112"
    assert not future.done()
    room.step(2)
    assert future.result(LONG) == {Profile.DAY: "library for 112"}


def test_what_goes_wrong_reaches_who_asks_for_the_result(room: Workroom) -> None:
    def fail() -> None:
        raise VoiceError("no voice")

    future = room.begin("112")
    room.steps.put(fail)
    assert isinstance(future.exception(LONG), VoiceError)


def test_what_is_cancelled_stops_at_its_next_clip_and_the_next_one_waits_for_that(room: Workroom) -> None:
    first = room.begin("112")
    assert room.begun.get(timeout=LONG) == "112"
    assert first.cancel()
    second = room.begin("999")
    assert room.begun.empty()
    room.step()
    assert room.ended.get(timeout=LONG) == "112"
    assert room.begun.get(timeout=LONG) == "999"
    room.step(2)
    assert second.result(LONG) == {Profile.DAY: "library for 999"}


def test_what_is_cancelled_before_its_turn_never_begins(room: Workroom) -> None:
    first, second = room.begin("112"), room.begin("999")
    second.cancel()
    third = room.begin("110")
    room.step(4)
    assert first.result(LONG)
    assert third.result(LONG)
    assert [room.begun.get(timeout=LONG) for _ in range(2)] == ["112", "110"]


def test_at_the_end_what_is_being_made_is_given_up() -> None:
    room = Workroom()
    room.tailor.close()  # nothing to give up
    future = room.begin("112")
    assert room.begun.get(timeout=LONG) == "112"
    future.add_done_callback(lambda _: room.step())
    room.tailor.close()
    assert room.ended.get(timeout=LONG) == "112"
    assert future.cancelled()
