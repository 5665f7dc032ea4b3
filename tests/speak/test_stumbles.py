"""A device that stumbles: tones are placed anew, none is dropped, and no hold is shortened."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.fakes import FakeSoundDevice
from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound
from voiceguide.speak.anchor import TOLERANCE
from voiceguide.speak.mixer import Mixer, Started
from voiceguide.speak.speaker import DeviceSpeaker

HOLD, REST = 40_000, 30_000
CUES = {"tone.press": Cue.PRESS, "tone.release": Cue.RELEASE, "one": Cue.WORD}


class Clicks:
    """Sounds of 100 samples, of which the last ones are silent: two in a row are still told apart."""

    def samples(self, sound: str) -> NDArray[np.int16]:
        return np.repeat(np.array([9000, 0], np.int16), 50)


def rounds(start: int, count: int) -> list[ScheduledSound]:
    """Presses, each with a word before its release."""
    sounds = []
    for first in range(start, start + count * (HOLD + REST), HOLD + REST):
        places = (("tone.press", first), ("one", first + HOLD - 5000), ("tone.release", first + HOLD))
        sounds += [ScheduledSound(place, name, CUES[name]) for name, place in places]
    return sounds


def played(mixer: Mixer, until: int) -> list[Started]:
    mixer.render(mixer.position, until - mixer.position)
    return mixer.started()


@settings(max_examples=300)
@given(st.integers(0, 250_000), st.lists(st.tuples(st.integers(0, 60_000), st.integers(-50_000, 50_000)), max_size=4))
def test_however_it_is_shifted_the_order_stays_and_a_press_keeps_its_release(
    begin: int, shifts: list[tuple[int, int]]
) -> None:
    mixer = Mixer(Clicks())
    mixer.schedule(rounds(1000, 4))
    mixer.render(0, begin)
    for wait, by in shifts:
        mixer.shift(by)
        mixer.render(mixer.position, wait)
    cues = played(mixer, 900_000)
    assert [s.sound for s in cues] == ["tone.press", "one", "tone.release"] * 4
    assert all(later.position > earlier.position for earlier, later in pairwise(cues))
    for press, _, release in zip(cues[::3], cues[1::3], cues[2::3], strict=True):
        assert release.position - press.position >= HOLD


def test_a_hold_moves_as_it_is_told_where_it_is_still_the_same() -> None:
    for pressed, moved in ((1000, -700), (999, 0)):
        mixer = Mixer(Clicks())
        mixer.schedule(rounds(1000, 2))
        mixer.render(0, 5000)
        assert mixer.pressed == 1000
        mixer.shift(-2000, (pressed, -700))
        places = [s.position for s in played(mixer, 300_000)]
        second = 1000 + HOLD + REST
        assert places == [
            *(1000, 1000 + HOLD - 5000 + moved, 1000 + HOLD + moved),
            *(second - 2000, second + HOLD - 7000, second + HOLD - 2000),
        ]
        assert mixer.pressed is None


def test_a_press_without_a_release_is_no_hold() -> None:
    mixer = Mixer(Clicks())
    mixer.schedule([ScheduledSound(place, "tone.press", Cue.PRESS) for place in (1000, 2000, 3000)])
    mixer.shift(-500)
    assert [s.position for s in played(mixer, 9000)] == [500, 1500, 2500]


def test_after_a_hush_nobody_presses() -> None:
    mixer = Mixer(Clicks())
    mixer.schedule(rounds(0, 1))
    mixer.render(0, 5000)
    mixer.hush(0)
    mixer.render(5000, 10)
    assert mixer.pressed is None


def heard(device: FakeSoundDevice, times: list[float]) -> list[int]:
    """When clicks begin, in samples of the device's time."""
    onsets, before = [], 0
    for block, time in zip(device.heard, times, strict=True):
        samples = block[:, 0].astype(int)
        edges = np.flatnonzero((samples > 1000) & (np.concatenate([[before], samples[:-1]]) <= 1000))
        onsets += [round((time - 100) * SPEAK_RATE) + int(edge) for edge in edges]
        before = int(samples[-1])
    return onsets


def lateness(pauses: dict[int, float]) -> list[int]:
    """By how many samples each sound is late on a device that pauses before some blocks, for so many seconds."""
    device = FakeSoundDevice()
    mixer = Mixer(Clicks())
    speaker = DeviceSpeaker(mixer, device.time, backend=device, clock=device.clock)
    times: list[float] = []

    def run(blocks: int) -> None:
        for _ in range(blocks):
            times.append(device.time)
            device.run(1)
            if len(times) % 2 == 0:
                speaker.check()

    run(150)
    plan = rounds(round((device.time - 100) * SPEAK_RATE) + 10_000, 6)
    speaker.play(plan)
    for number in range(1150):
        device.time += pauses.get(number, 0.0)
        run(1)
    onsets = heard(device, times)
    assert len(onsets) == len(plan), "none is dropped"
    return [onset - sound.start for onset, sound in zip(onsets, plan, strict=True)]


USUAL = lateness({})[0]


@settings(max_examples=40)
@given(st.dictionaries(st.integers(0, 900), st.floats(0.02, 0.65), max_size=3))
def test_a_device_that_pauses_shortens_no_hold_and_is_soon_back(pauses: dict[int, float]) -> None:
    late = lateness(pauses)
    for press, release in zip(late[::3], late[2::3], strict=True):
        assert release - press >= -TOLERANCE // 8
    after = (max(pauses, default=0) * 480 + 2 * HOLD) // (HOLD + REST) + 1  # a rest may be too short for a long pause
    assert all(abs(by - USUAL) <= 15 * SPEAK_RATE // 1000 for by in late[3 * (after + 1) :])


@settings(max_examples=20)
@given(st.integers(0, 700), st.floats(0.02, 0.3))
def test_after_a_short_pause_the_next_press_is_in_time(block: int, pause: float) -> None:
    late = lateness({block: pause})
    after = max(n for n, by in enumerate(late) if abs(by - USUAL) > 15 * SPEAK_RATE // 1000) if max(late) > 2000 else 0
    assert after // 3 <= (block * 480) // (HOLD + REST) + 1
