"""What is written down of a night, and what is not."""

import os
import tempfile

import pytest

from voiceguide.messages import Hypothesis
from voiceguide.run.journald import Priority, in_journal, journal_lines
from voiceguide.run.log import Log
from voiceguide.run.trace import TraceEvent, heard

SPOKEN = "my left calf has locked up"


def hypothesis(text: str, accepted: bool) -> Hypothesis:
    return Hypothesis(text=text, start=1.0, end=2.0, confidence=3.0, accepted=accepted)


def night(log: Log) -> None:
    log.write(TraceEvent(0, "state", "idle"))
    log.write(heard(4, hypothesis("the train leaves at eight", accepted=False)))
    log.write(heard(5, hypothesis(SPOKEN, accepted=True)))
    log.write(TraceEvent(5, "intent", SPOKEN, {"intent": "symptom"}))
    log.write(TraceEvent(5, "state", "stretch"))
    log.write(TraceEvent(5.1, "say", "Straighten your knee.", {"latency_s": 0.1}))
    log.write(heard(9, hypothesis("ah", accepted=False)))
    log.write(heard(12, hypothesis("stop", accepted=True)))
    log.write(TraceEvent(12, "silence", "", {"latency_s": 0.3}))
    log.write(TraceEvent(12, "stumble", "speaker", {"underruns": 1}))
    log.write(TraceEvent(13, "state", "locate"))
    log.write(TraceEvent(17, "state", "idle"))


def test_a_session_is_counted_and_nothing_of_it_is_told() -> None:
    lines: list[str] = []
    night(Log(lines.append))
    assert lines == [
        "session began",
        "session ended after 12 s: 1 understood, 1 unclear, 1 underruns; "
        "answered after 0.20 s (median), 0.30 s (longest)",
    ]


def test_a_session_without_an_answer_and_the_next_one_begin_at_nothing() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    night(log)
    log.write(TraceEvent(20, "state", "stretch"))
    log.write(TraceEvent(21, "state", "idle"))
    assert lines[-1] == "session ended after 1 s: 0 understood, 0 unclear, 0 underruns"


def test_the_words_are_written_where_the_user_wants_them() -> None:
    lines: list[str] = []
    night(Log(lines.append, speech=True))
    assert lines[:4] == [
        'heard "the train leaves at eight" (not acted on)',
        f'heard "{SPOKEN}"',
        "session began",
        'said "Straighten your knee."',
    ]


def test_each_line_for_the_journal_has_its_priority() -> None:
    assert journal_lines("a.yaml:1: wrong\nb.yaml:2: wrong", Priority.ERROR) == (
        "<3>a.yaml:1: wrong\n<3>b.yaml:2: wrong"
    )


def test_the_journal_is_known_by_its_file() -> None:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as other:
        status = os.fstat(file.fileno())
        environ = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        assert in_journal(file.fileno(), environ)
        assert not in_journal(file.fileno(), {})
        assert not in_journal(other.fileno(), environ)


def test_a_closed_standard_error_is_no_journal() -> None:
    assert not in_journal(10_000, {"JOURNAL_STREAM": "1:2"})


@pytest.mark.parametrize("priority", Priority)
def test_priorities_are_those_of_syslog(priority: Priority) -> None:
    assert {Priority.ERROR: 3, Priority.WARNING: 4, Priority.INFO: 6}[priority] == priority
