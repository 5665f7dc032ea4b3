"""What is said where, and how a rhythm becomes cues."""

from dataclasses import replace

import pytest

from voiceguide.content.library import Library
from voiceguide.content.schema import Beat, Dose
from voiceguide.guide.script import TONES, Options, Script
from voiceguide.intents import Side
from voiceguide.messages import SPEAK_RATE, Cue


def script(library: Library, seconds: float = 0.5) -> Script:
    lengths = {sound: round(seconds * SPEAK_RATE) for sound, _ in library.spoken()}
    return Script(library, lengths | dict.fromkeys(TONES, SPEAK_RATE // 10), Options())


def test_a_rhythm_without_words_is_tones_alone(library: Library) -> None:
    dose = Dose(times=2, beats=(Beat(cue="press", seconds=3), Beat(cue="release", seconds=1)))
    library = replace(library, skill=library.skill.model_copy(update={"dose": dose}))
    round_ = script(library).round(point="st-36", side=None, tempo=1.0)
    assert [(s.start / SPEAK_RATE, s.cue) for s in round_.sounds] == [
        (0.0, Cue.PRESS),
        (3.0, Cue.RELEASE),
        (4.0, Cue.PRESS),
        (7.0, Cue.RELEASE),
    ]
    assert round_.length == 8 * SPEAK_RATE


def test_a_point_may_have_its_own_dose(library: Library) -> None:
    dose = Dose(times=1, beats=(Beat(cue="press", seconds=9), Beat(cue="release", seconds=1)))
    point = library.points["ki-1"].model_copy(update={"dose": dose})
    library = replace(library, points={**library.points, "ki-1": point})
    assert script(library).round(point="ki-1", side=None, tempo=1.0).length == 10 * SPEAK_RATE


def test_words_that_run_over_lengthen_the_hold_and_lose_no_tone(library: Library) -> None:
    round_ = script(library, seconds=4.0).round(point="st-36", side=None, tempo=1.0)
    tones = [s for s in round_.sounds if s.cue in (Cue.PRESS, Cue.RELEASE)]
    assert len(tones) == 16
    ends = [s.end for s in round_.sounds]
    assert all(s.start >= end for s, end in zip(round_.sounds[1:], ends, strict=False))


@pytest.mark.parametrize(("seconds", "up_to"), [(0.0, 15), (15.0, 15), (15.1, 35), (9999.0, 600)])
def test_how_long_left_has_an_answer_for_every_length(library: Library, seconds: float, up_to: float) -> None:
    answers = {answer.up_to: answer.say for answer in library.skill.remaining}
    assert script(library).remaining(seconds) == answers[up_to]


def test_the_side_is_said_only_where_the_wording_has_it(library: Library) -> None:
    timeline = script(library).sentences("calf/stretch", "check", side=Side.LEFT)
    assert [s.sound for s in timeline.sounds] == ["calf/stretch@left", "check"]
