"""The recogniser in a process of its own: the real process, with the real recogniser and with small ones."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ScriptedRecognizer
from voiceguide import wav
from voiceguide.content.library import Library
from voiceguide.errors import ModelError
from voiceguide.hear.recognizer import Partial, Recognizer
from voiceguide.hear.remote import RecognizerProcess
from voiceguide.hear.sphinx import SphinxRecognizer
from voiceguide.messages import BLOCK, HEAR_RATE
from voiceguide.understand.match import Phrasebook

AUDIO = Path(__file__).parents[1] / "audio"
PRE_ROLL = HEAR_RATE * 3 // 10
SOON = 20.0
"""Seconds in which a process ends on a computer that has much else to do."""
QUIET = np.zeros(BLOCK, np.int16)
PARENT = """
import sys
from tests.hear.test_remote import Quiet
from voiceguide.hear.remote import RecognizerProcess
process = RecognizerProcess()
print(process.build(Quiet).name, process.pid, flush=True)
sys.stdin.read()
"""


class Quiet(ScriptedRecognizer):
    """Hears nothing, in words that tell what it was told."""

    unknown_words = ("zhongo",)

    def partial(self, silence: float) -> Partial:
        return Partial(f"{self.strict} {self._fed:.2f} {silence:.2f}")


class Broken(Quiet):
    """Stumbles at the first sound."""

    def feed(self, samples: NDArray[np.int16]) -> None:
        raise ModelError("model: broken", "unpack it again")


class StrangeError(Exception):
    """Cannot be sent: it is made of two things, and remembers one."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def without_model() -> Recognizer:
    raise ModelError("engine: no model", "put one there")


def strange() -> Recognizer:
    raise StrangeError("this", "that")


@pytest.fixture
def process() -> Iterator[RecognizerProcess]:
    with closing(RecognizerProcess()) as process:
        yield process


def partials(recognizer: Recognizer, file: str) -> list[Partial]:
    """All that is heard in a clip: the pre-roll at once, then block by block."""
    samples = wav.read(AUDIO / file, HEAR_RATE)
    heard = []
    recognizer.begin(strict=False)
    recognizer.feed(samples[:PRE_ROLL])
    for first in range(PRE_ROLL, len(samples), BLOCK):
        recognizer.feed(samples[first : first + BLOCK])
        heard.append(recognizer.partial(0.0))
    return [*heard, recognizer.finish()]


def ends(pid: int) -> bool:
    """True where a process ends soon, or has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended = bool(select.select([descriptor], [], [], SOON)[0])
    os.close(descriptor)
    return ended


def test_it_hears_what_the_recogniser_hears_in_this_process(process: RecognizerProcess, library: Library) -> None:
    phrasebook = Phrasebook.of(library)
    here, there = SphinxRecognizer(phrasebook), process.build(SphinxRecognizer, phrasebook)
    assert (there.name, there.unknown_words) == (here.name, here.unknown_words)
    for file in ("stop-slt.wav", "left-calf-cramp-slt.wav", "its-getting-worse-awb.wav"):
        heard = partials(there, file)
        assert heard == partials(here, file)
        assert heard[-1].text


def test_calls_arrive_in_their_order_with_the_next_question(process: RecognizerProcess) -> None:
    recognizer = process.build(Quiet)
    for strict in (True, False):
        recognizer.begin(strict)
        recognizer.feed(np.zeros(PRE_ROLL, np.int16))
        recognizer.feed(QUIET)
    assert recognizer.partial(0.06) == Partial("[True, False] 0.32 0.06")
    recognizer.feed(QUIET)
    assert recognizer.finish() == Partial("[True, False] 0.34 0.00")


def test_what_building_raises_is_raised_here_and_another_may_be_built(process: RecognizerProcess) -> None:
    recognizer = process.build(without_model)
    for _ in range(2):
        with pytest.raises(ModelError) as raised:
            _ = recognizer.name
        assert str(raised.value) == "engine: no model -> put one there"
    assert (raised.value.what, raised.value.remedy) == ("engine: no model", "put one there")
    assert "test_remote.py" in raised.value.__notes__[0]
    other = process.build(Quiet)
    assert (other.name, other.unknown_words) == ("script", ("zhongo",))


def test_an_error_that_cannot_be_sent_is_told_in_words(process: RecognizerProcess) -> None:
    with pytest.raises(RuntimeError) as raised:
        _ = process.build(strange).name
    assert str(raised.value) == "StrangeError: this and that"


def test_what_a_call_raises_is_raised_at_the_next_question(process: RecognizerProcess) -> None:
    recognizer = process.build(Broken)
    recognizer.begin(strict=True)
    recognizer.feed(QUIET)
    with pytest.raises(ModelError) as raised:
        recognizer.partial(0.0)
    assert str(raised.value) == "model: broken -> unpack it again"


def test_a_process_that_was_killed_is_an_error_in_one_line(process: RecognizerProcess) -> None:
    recognizer = process.build(Quiet)
    assert recognizer.partial(0.0).text
    recognizer.check()
    os.kill(process.pid, signal.SIGKILL)
    assert ends(process.pid)
    for ask in (recognizer.check, recognizer.finish, recognizer.finish):
        with pytest.raises(ModelError) as raised:
            ask()
        words = "recogniser: its process has ended (SIGKILL) -> start again; if it stays, free some memory"
        assert str(raised.value) == words


def test_a_process_that_hangs_is_ended_and_an_error() -> None:
    with closing(RecognizerProcess(deadline=0.05)) as process:
        recognizer = process.build(Quiet)
        assert recognizer.name
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(ModelError, match=r"^recogniser: no answer for 0\.05 s -> start again; "):
            recognizer.partial(0.0)
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


def test_ctrl_c_is_none_of_its_business(process: RecognizerProcess) -> None:
    recognizer = process.build(Quiet)
    assert recognizer.name
    assert os.getsid(process.pid) == process.pid
    os.kill(process.pid, signal.SIGINT)
    assert recognizer.partial(0.0).text


def test_closing_leaves_no_process() -> None:
    process = RecognizerProcess()
    process.close()
    process.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    with pytest.raises(ModelError, match="its process has ended"):
        process.build(Quiet)


def test_it_ends_where_its_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        assert parent.stdout
        name, pid = parent.stdout.readline().split()
        parent.kill()
    assert name == "script"
    assert ends(int(pid))
