"""Whether a device is well: noticed within a second, never a false alarm, opened again ever more rarely."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.devices import Pulse
from voiceguide.run.health import (
    BRIEF,
    LONGEST_DELAY,
    LONGEST_MUTE_DELAY,
    LONGEST_PATIENCE,
    LONGEST_STALL,
    RELAPSE,
    REMEMBERED,
    Alarm,
    Change,
    Clipping,
    Fault,
    Health,
)

LOOK = 0.1
"""Seconds between two looks at most, while nothing holds up the program."""


class Patient:
    """A device that does what a test says, looked at as the loop does.

    Args:
        mute: of what it gives, nothing has life in it.

    """

    def __init__(self, *, mute: bool = False) -> None:
        self.now = 0.0
        self.health = Health(0.0)
        self.blocks = self.lively = 0
        self.mute = mute
        self.there = True
        self.beats = True
        self.opens = True
        self.opened: list[float] = []
        self.changes: list[tuple[float, Change]] = []

    def live(self, seconds: float, look: float = LOOK) -> "Patient":
        end = self.now + seconds
        while self.now < end:
            self.now = round(self.now + look, 3)
            self._look()
        return self

    def _look(self) -> None:
        if self.there and self.beats:
            self.blocks += 5
            self.lively += 0 if self.mute else 5
        pulse = Pulse(self.there, self.blocks, self.lively) if self.opens else None
        if change := self.health.look(self.now, pulse):
            self.changes.append((self.now, change))
        if self.health.due(self.now):
            self.opened.append(self.now)
            self.blocks = self.lively = 0
            self.opens = self.there
            self.health.opened(self.now)


def unplug(patient: Patient) -> None:
    patient.there = False


def hang(patient: Patient) -> None:
    patient.beats = False


def silence(patient: Patient) -> None:
    patient.mute = True


HARMS = {Fault.GONE: unplug, Fault.STALLED: hang, Fault.LIFELESS: silence}


def mend(patient: Patient) -> None:
    patient.there = patient.beats = True
    patient.mute = False


@pytest.mark.parametrize("fault", Fault)
@given(before=st.floats(1, 100), look=st.floats(0.005, LOOK))
def test_whatever_happens_is_noticed_within_a_second(fault: Fault, before: float, look: float) -> None:
    patient = Patient().live(before)
    assert not patient.changes
    HARMS[fault](patient)
    since = patient.now
    patient.live(1.0 - LOOK, look)
    ((at, change),) = patient.changes
    assert change is Change.LOST
    assert at - since <= 1.0
    assert patient.health.fault is fault
    assert patient.health.lost_at == at
    assert patient.health.last_beat <= since + (1.0 if fault is Fault.LIFELESS else 0.0)


@pytest.mark.parametrize("fault", Fault)
@given(away=st.floats(1, 300))
def test_what_comes_back_is_found_without_a_restart(fault: Fault, away: float) -> None:
    patient = Patient().live(5)
    HARMS[fault](patient)
    patient.live(away)
    mend(patient)
    patient.live((LONGEST_MUTE_DELAY if fault is Fault.LIFELESS else LONGEST_DELAY) + 5)
    assert [change for _, change in patient.changes] == [Change.LOST, Change.BACK]
    assert not patient.health.lost


@pytest.mark.parametrize(("fault", "longest"), [(Fault.GONE, LONGEST_DELAY), (Fault.LIFELESS, LONGEST_MUTE_DELAY)])
def test_it_is_opened_at_once_and_then_ever_more_rarely(fault: Fault, longest: float) -> None:
    patient = Patient().live(5)
    HARMS[fault](patient)
    patient.live(120)
    gaps = [later - earlier for earlier, later in pairwise(patient.opened)]
    assert patient.opened[0] == patient.changes[0][0]
    assert patient.health.attempts == len(patient.opened)
    assert all(later >= earlier - 3 * LOOK for earlier, later in pairwise(gaps)), gaps
    assert longest <= gaps[-1] <= longest + 1.0


@given(st.lists(st.sampled_from([0.02, 0.1, 0.5, 3.0, 60.0]), max_size=200))
def test_being_held_up_oneself_is_no_fault_of_the_device(gaps: list[float]) -> None:
    patient = Patient()
    for gap in gaps:
        patient.live(gap, gap)  # blocks were there all the time, but nobody looked
    assert not patient.changes


def test_a_busy_machine_whose_callbacks_pause_is_no_loss() -> None:
    patient = Patient().live(5)
    for _ in range(20):
        hang(patient)
        patient.live(0.5)
        mend(patient)
        patient.live(0.1)
    assert not patient.changes


def test_filling_the_buffer_is_no_sign_of_life() -> None:
    health = Health(0.0)
    for tenth in range(1, 30):
        assert health.look(tenth / 10, Pulse(active=True, blocks=5, lively=5)) is None
    assert [health.look(3 + tenth / 10, Pulse(True, 5, 5)) for tenth in range(20)].count(Change.LOST) == 1
    assert health.fault is Fault.STALLED


def test_a_device_that_is_mute_from_the_beginning_is_noticed() -> None:
    patient = Patient(mute=True).live(1.0)
    assert patient.changes
    assert patient.health.fault is Fault.LIFELESS


def test_what_hangs_after_it_was_mute_is_opened_at_once() -> None:
    patient = Patient().live(5)
    silence(patient)
    patient.live(60)
    hang(patient)
    opened = len(patient.opened)
    patient.live(0.9)
    assert len(patient.opened) == opened + 1
    assert patient.health.fault is Fault.STALLED
    assert [change for _, change in patient.changes] == [Change.LOST]


def test_a_microphone_that_mutes_what_is_quiet_is_soon_believed() -> None:
    patient = Patient().live(5)
    for number in range(40):
        patient.mute = number % 2 == 0
        patient.live(7 + number % 9)
    lost = [at for at, change in patient.changes if change is Change.LOST]
    assert len(lost) <= 6
    silence(patient)
    patient.live(LONGEST_PATIENCE + 1)
    assert patient.health.lost, "what stays mute is told nevertheless"


def test_who_mutes_a_microphone_by_hand_does_not_make_it_believed() -> None:
    patient = Patient()
    for _ in range(6):
        patient.live(60)
        silence(patient)
        since = patient.now
        patient.live(1.0)
        assert patient.changes[-1][1] is Change.LOST
        assert patient.changes[-1][0] - since <= 1.0
        patient.live(3 * LONGEST_PATIENCE)
        mend(patient)
    assert patient.live(60).changes[-1][1] is Change.BACK


def test_what_it_mutes_is_forgotten_after_a_day() -> None:
    patient = Patient()
    for _ in range(4):
        patient.live(5)
        silence(patient)
        patient.live(8)
        mend(patient)
    patient.live(5)
    patient.live(REMEMBERED, look=60.0)
    silence(patient)
    since = patient.now
    patient.live(1.0)
    assert patient.changes[-1][1] is Change.LOST
    assert patient.changes[-1][0] - since <= 1.0


def test_a_clock_that_goes_back_does_no_harm() -> None:
    health = Health(10.0)
    assert health.look(9.0, Pulse(True, 1, 1)) is None
    assert health.look(10.2, Pulse(True, 2, 2)) is None
    assert not health.lost


def test_the_alarm_is_given_at_once_and_then_ever_more_rarely() -> None:
    alarm = Alarm(100.0)
    times = [second for second in range(100, 100 + 8 * 3600) if alarm.due(second)]
    assert times[:4] == [100, 110, 130, 170]
    assert 15 < len(times) < 20, "a night"


def test_clipping_is_told_once_and_again_after_a_minute_without() -> None:
    clipping = Clipping()
    loud = [clipping.feed(0.4) for _ in range(100)]
    assert loud.count(True) == 1
    assert loud.index(True) < 50, "within a second"
    assert not any(clipping.feed(share) for share in [0.0] * 1000 + [0.4] * 100)
    assert any(clipping.feed(share) for share in [0.0] * 3100 + [0.4] * 100)


@given(st.lists(st.floats(0, 0.04), max_size=300))
def test_a_shout_now_and_then_is_no_clipping(shares: list[float]) -> None:
    clipping = Clipping()
    assert not any(clipping.feed(share) for share in shares)


def lose(patient: Patient, away: float) -> float:
    """Let it hang until it was away for so long (s), and be back; how long it took to notice."""
    hang(patient)
    since, before = patient.now, len(patient.changes)
    while len(patient.changes) == before:
        patient.live(LOOK)
    noticed = patient.now - since
    patient.live(away)
    mend(patient)
    patient.live(LONGEST_DELAY + 3)
    assert not patient.health.lost
    return noticed


def test_a_device_that_stalls_again_as_soon_as_it_is_back_gets_more_time_and_then_less_again() -> None:
    patient = Patient().live(5)
    first, *rest = (lose(patient, away=1.0) for _ in range(4))
    assert first <= 1.0
    assert all(later >= 1.5 * earlier for earlier, later in pairwise(rest)), rest
    assert rest[-1] <= LONGEST_STALL + 2 * LOOK
    patient.live(RELAPSE)
    assert lose(patient, away=1.0) <= 1.0


def test_a_device_that_was_really_away_is_missed_within_a_second_again() -> None:
    patient = Patient().live(5)
    assert all(lose(patient, away=BRIEF + 0.5) <= 1.0 for _ in range(4)), "opening it anew was no help, but no harm"
