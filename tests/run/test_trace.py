"""The transcript, as a person reads it."""

import errno
import json

from voiceguide.run.trace import Timeline, TraceEvent, Transcript, clock


def printed(*events: TraceEvent) -> list[str]:
    lines: list[str] = []
    transcript = Transcript(lines.append)
    for event in events:
        transcript.write(event)
    transcript.flush()
    return lines


def test_who_said_what_and_how_fast_the_answer_came() -> None:
    assert printed(
        TraceEvent(63.04, "heard", "calf cramp", {"accepted": True}),
        TraceEvent(63.04, "intent", "calf cramp", {}),
        TraceEvent(63.05, "state", "stretch"),
        TraceEvent(63.05, "say", "Straighten your knee.", {"latency_s": 0.07}),
        TraceEvent(64.0, "silence", ""),
        TraceEvent(65.0, "heard", "mumble", {"accepted": False}),
        TraceEvent(70.0, "heard", "cramp", {"accepted": True, "sure": False}),
    ) == [
        ' 1:03.0  YOU       "calf cramp"',
        " 1:03.0            [stretch]",
        " 1:03.0  GUIDE     Straighten your knee.   (after 0.07 s)",
        " 1:04.0            (silent)",
        ' 1:10.0  YOU       "cramp"   (half heard)',
    ]


def test_a_press_and_its_release_share_a_line() -> None:
    words = [
        (0.0, "cue press", ""),
        (0.2, "cue word", "Press."),
        (5.0, "cue release", ""),
        (5.2, "cue word", "Let go."),
    ]
    once = [TraceEvent(at, kind, text) for at, kind, text in words]
    again = [TraceEvent(at + 7, kind, text) for at, kind, text in words]
    assert printed(*once, *again) == [
        " 0:00.0            ▼ Press. △ Let go.",
        " 0:07.0            ▼ Press. △ Let go.",
    ]


def test_minutes_and_seconds_round_together() -> None:
    assert [clock(at) for at in (0.0, 59.94, 59.96, 600.0)] == [" 0:00.0", " 0:59.9", " 1:00.0", "10:00.0"]


class Disk:
    """A file on a disk that becomes full."""

    def __init__(self, room: int) -> None:
        self.lines: list[bytes] = []
        self._room = room

    def write(self, data: bytes, /) -> int:
        if len(self.lines) == self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.lines.append(data)
        return len(data)


def test_a_full_disk_ends_the_timeline_and_nothing_else() -> None:
    disk, told = Disk(room=2), list[OSError]()
    timeline = Timeline(disk, told.append)
    for at in range(5):
        timeline.write(TraceEvent(float(at), "say", "Press."))
    assert [json.loads(line)["time"] for line in disk.lines] == [0.0, 1.0]
    assert [error.errno for error in told] == [errno.ENOSPC]
