"""The mixer: exact to the sample, whatever the block size."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voiceguide.messages import Cue, ScheduledSound
from voiceguide.speak.mixer import FADE, KNEE, RAMP, RENDERED, Mixer, Started, Stopped

LENGTHS = {"short": 70, "word": 900, "long": 5000, "loud": 3000}
CLIPS = {
    name: np.random.default_rng(n).integers(-12_000, 12_000, n).astype(np.int16) for name, n in LENGTHS.items()
} | {"flat": np.full(20_000, 10_000, np.int16), "loud": np.full(3000, 23_000, np.int16)}
TOTAL = 9000

Schedule = list[ScheduledSound]


class Shelf:
    """Sounds from a dictionary."""

    def samples(self, sound: str) -> NDArray[np.int16]:
        return CLIPS[sound]


def say(start: int, sound: str = "word", cue: Cue = Cue.SAY) -> ScheduledSound:
    return ScheduledSound(start, sound, cue)


def mixer(*sounds: ScheduledSound) -> Mixer:
    made = Mixer(Shelf())
    made.schedule(sounds)
    return made


def render(mixer: Mixer, until: int, cuts: Sequence[int] = ()) -> NDArray[np.int16]:
    """From where the mixer is, in blocks that end at `cuts`."""
    edges = [mixer.position, *sorted(cut for cut in set(cuts) if mixer.position < cut < until), until]
    return np.concatenate([mixer.render(first, last - first) for first, last in pairwise(edges)])


positions = st.integers(0, TOTAL)
schedules = st.lists(st.builds(say, positions, st.sampled_from(["short", "word", "long"])), max_size=6)
cuts = st.lists(positions, max_size=30)


@given(schedules, cuts)
def test_every_sound_is_at_its_place_and_they_add_up(schedule: Schedule, cuts: list[int]) -> None:
    expected = np.zeros(TOTAL + 5000)
    for sound in schedule:
        expected[sound.start :][: LENGTHS[sound.sound]] += CLIPS[sound.sound][: len(expected) - sound.start]
    rendered = render(mixer(*schedule), len(expected), cuts)
    untouched = np.abs(expected) <= KNEE
    assert rendered[untouched].tolist() == expected[untouched].tolist()
    assert (np.sign(rendered) == np.sign(expected)).all()


@given(schedules, cuts, positions, positions, st.floats(0, 4), st.floats(0, 4))
def test_the_block_size_changes_nothing(
    schedule: Schedule, cuts: list[int], hush: int, change: int, gain: float, gain_later: float
) -> None:
    def run(cuts: Sequence[int]) -> NDArray[np.int16]:
        made = mixer(*schedule)
        made.gain = gain
        before = render(made, change, cuts) if change else np.zeros(0, np.int16)
        made.gain = gain_later
        made.hush(max(hush, change))
        made.schedule([say(change + 3000)])
        return np.concatenate([before, render(made, TOTAL + change + 5000, cuts)])

    assert run(cuts).tolist() == run([]).tolist()


def _rendered_is_all_that_sounded(made: Mixer, out: NDArray[np.int16]) -> None:
    again = np.zeros(len(out), np.int16)
    for played in made.rendered():
        assert played.start == played.position
        again[played.position : played.position + len(played.samples)] = played.samples
    assert np.array_equal(again, out)


@given(starts=st.lists(st.integers(0, TOTAL), max_size=4), size=st.integers(50, 2000))
def test_what_was_rendered_can_be_asked_for_and_silence_is_left_out(starts: list[int], size: int) -> None:
    made = mixer(*(say(start) for start in starts))
    blocks = [made.render(start, size) for start in range(0, TOTAL + 1000, size)]
    if not starts:
        assert made.rendered() == []
    _rendered_is_all_that_sounded(made, np.concatenate(blocks))
    assert made.rendered() == []


def test_where_nobody_asks_the_oldest_is_forgotten() -> None:
    made = mixer(say(0, "flat"))
    for start in range(0, 20_000, 10):
        made.render(start, 10)
    kept = made.rendered()
    assert len(kept) == RENDERED
    assert kept[-1].position == 19_990


@given(schedules, positions, cuts)
def test_after_a_hush_there_is_silence(schedule: Schedule, at: int, cuts: list[int]) -> None:
    made = mixer(*schedule)
    made.hush(at)
    rendered = render(made, 2 * TOTAL, cuts)
    assert not rendered[at + FADE :].any()
    assert made.idle
    whole = render(mixer(*schedule), 2 * TOTAL)
    assert rendered[:at].tolist() == whole[:at].tolist()


def test_a_hush_fades_without_a_step() -> None:
    made = mixer(say(0, "flat"))
    made.hush(5000)
    rendered = render(made, 10_000).astype(int)
    assert np.abs(np.diff(rendered[4000:])).max() < 60
    assert rendered[4999] == 10_000
    assert rendered[5000 + FADE // 2] == pytest.approx(5000, abs=50)


def test_a_second_hush_does_not_prolong_the_first() -> None:
    made = mixer(say(0, "flat"))
    made.hush(1000)
    made.hush(3000)
    assert not render(made, 5000)[1000 + FADE :].any()
    assert [stopped.position for stopped in made.stopped()] == [1000]


def test_a_hush_in_the_past_begins_at_once() -> None:
    made = mixer(say(0, "flat"))
    render(made, 2000)
    made.hush(500)
    rendered = render(made, 5000)
    assert rendered[0] > 9_900
    assert not rendered[FADE:].any()
    assert made.stopped() == [Stopped("flat", Cue.SAY, 2000)]


def test_what_is_scheduled_after_a_hush_sounds() -> None:
    made = mixer(say(0, "flat"), say(4000))
    made.hush(1000)
    made.schedule([say(2000, "short")])
    rendered = render(made, 6000)
    assert rendered[2000:2070].tolist() == CLIPS["short"].tolist()
    assert not rendered[2070:].any()
    assert [started.sound for started in made.started()] == ["flat", "short"]


def test_clear_is_silent_at_once() -> None:
    made = mixer(say(0, "flat"), say(4000))
    render(made, 1000)
    made.clear()
    assert not render(made, 6000).any()
    assert made.stopped() == [Stopped("flat", Cue.SAY, 1000)]
    assert made.idle


def test_what_has_begun_is_told_once() -> None:
    made = mixer(say(100), say(700, "short", Cue.PRESS))
    render(made, 600)
    assert made.started() == [Started("word", Cue.SAY, 100, 100)]
    render(made, 1200)
    assert made.started() == [Started("short", Cue.PRESS, 700, 700)]
    assert made.started() == []
    assert made.late == 0


def test_a_late_sound_is_whole_and_its_followers_keep_their_distance() -> None:
    made = Mixer(Shelf())
    render(made, 1000)
    made.schedule([say(800, "short", Cue.PRESS), say(3000, "short", Cue.RELEASE)])
    made.schedule([say(5000, "short")])
    rendered = render(made, 6000)
    assert [started.position for started in made.started()] == [1000, 3200, 5000]
    assert rendered[:70].tolist() == CLIPS["short"].tolist()
    assert made.late == 1


def test_an_offset_moves_the_sounds_but_not_what_is_told() -> None:
    made = Mixer(Shelf())
    made.schedule([say(48_000)], offset=-47_000)
    render(made, 2000)
    assert made.started() == [Started("word", Cue.SAY, 48_000, 1000)]


@given(st.integers(-3000, 3000))
def test_a_shift_moves_only_what_has_not_begun(by: int) -> None:
    made = mixer(say(0, "flat"), say(3000, "short"), say(6000, "short"))
    render(made, 1000)
    made.shift(by)
    render(made, 12_000)
    assert [started.position for started in made.started()] == [0, max(3000 + by, 1000), 6000 + by]


def test_the_gain_changes_without_a_step() -> None:
    made = mixer(say(0, "flat"))
    made.gain = 1.0
    first = render(made, 2000)
    made.gain = 0.25
    assert made.gain == 0.25
    second = render(made, 8000)
    both = np.concatenate([first, second]).astype(int)
    assert both[1999] == 10_000
    assert both[2000 + RAMP] == 2500
    assert np.abs(np.diff(both)).max() <= 7500 // RAMP + 1


def test_a_gain_that_changes_while_it_changes_goes_on_from_there() -> None:
    made = mixer(say(0, "flat"))
    render(made, 100)
    made.gain = 0.0
    render(made, 100 + RAMP // 2)
    made.gain = 1.0
    assert render(made, 100 + RAMP)[0] == pytest.approx(5000, abs=20)


def test_where_nothing_sounds_the_gain_changes_before_the_next_sound() -> None:
    made = mixer(say(500, "flat"))
    made.gain = 0.25
    assert render(made, 1000)[500] == 2500


@given(st.lists(st.sampled_from(["loud", "flat"]), min_size=1, max_size=8), st.floats(0.1, 8))
def test_nothing_clips_however_loud(names: list[str], gain: float) -> None:
    made = mixer(*(say(0, name) for name in names))
    made.gain = gain
    rendered = render(made, 3000).astype(int)
    assert 0 < rendered.max() < 32_767
    assert rendered.min() >= 0
    total = sum(int(CLIPS[name][0]) for name in names) * gain
    if total > KNEE:
        assert KNEE <= rendered[2999] <= total + 1


def test_louder_in_is_louder_out() -> None:
    made = mixer(say(0, "flat"), say(1000, "flat"), say(2000, "flat"), say(3000, "flat"), say(4000, "flat"))
    levels = render(made, 5000)[500::1000]
    assert (np.diff(levels.astype(int)) > 0).all()


def test_it_is_idle_only_where_nothing_is_left() -> None:
    made = Mixer(Shelf())
    assert made.idle
    made.schedule([say(100)])
    assert not made.idle
    render(made, 50)
    assert not made.idle
    render(made, 500)
    assert not made.idle
    render(made, 1000)
    assert made.idle
    made.schedule([])
    assert made.idle


def test_positions_must_be_consecutive() -> None:
    with pytest.raises(ValueError, match="rendering is at 0, not at 5"):
        Mixer(Shelf()).render(5, 10)


def test_an_unknown_sound_is_an_error_where_it_is_scheduled() -> None:
    with pytest.raises(KeyError, match="nothing"):
        Mixer(Shelf()).schedule([say(0, "nothing")])
