"""What a person is told about their voice and their microphone."""

import pytest

from voiceguide.guide.states import State
from voiceguide.hear.levels import Levels, Reception
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import Hypothesis
from voiceguide.run.advice import conclusions, lines, microphone
from voiceguide.run.settings import HearingSettings
from voiceguide.run.tuning import Fit, Heard, Task

GOOD = Levels(-24.0, -60.0, 0.0, False)


def told(*levels: Levels) -> list[str]:
    return list(microphone(Reception.of(levels)))


@pytest.mark.parametrize(
    ("levels", "advice"),
    [
        (GOOD, "fine (voice -24 dBFS, 36 dB above the room)"),
        (Levels(-36.0, -80.0, 0.0, False), "fine (voice -36 dBFS, 44 dB above the room)"),
        (
            Levels(-45.0, -70.0, 0.0, False),
            "too quiet: raise its level by about 21 dB (alsamixer, pavucontrol), or mov",
        ),
        (
            Levels(-20.0, -60.0, 0.01, False),
            "too loud: lower its level by about 6 dB (alsamixer, pavucontrol), or move",
        ),
        (Levels(-6.0, -60.0, 0.0, False), "too loud: lower its level by about 18 dB"),
        (Levels(-24.0, -34.0, 0.0, False), "the room is only 10 dB softer than your voice: move it nearer"),
        (Levels(None, -60.0, 0.0, False), "it hears nobody: raise its level"),
        (Levels(None, -100.0, 0.0, True), "it gives nothing but silence: unmute it (alsamixer, pavucontrol), or cho"),
    ],
)
def test_what_to_do_about_the_microphone(levels: Levels, advice: str) -> None:
    (line,) = told(levels, levels, levels)
    assert line.startswith(advice)


def test_all_that_is_wrong_is_told() -> None:
    quiet, noisy = told(Levels(-45.0, -50.0, 0.0, False))
    assert quiet.startswith("too quiet")
    assert noisy.startswith("the room is only 5 dB softer")


def test_one_phrase_that_clips_is_enough_and_one_that_was_not_said_is_nothing() -> None:
    (line,) = told(GOOD, Levels(-20.0, -60.0, 0.02, False), Levels(None, -60.0, 0.0, False))
    assert line.startswith("too loud")
    (line,) = told(GOOD, Levels(None, -100.0, 0.0, True))
    assert line.startswith("fine")


def heard(
    text: str | None, levels: Levels = GOOD, *, right: bool = True, wrong: bool = False, sure: bool = True
) -> Heard:
    hypothesis = None if text is None else Hypothesis(text, 0.714, 1.0, 1.5, right or wrong, sure)
    return Heard(Task("stop", Intent(IntentKind.STOP), State.PRESS), levels, hypothesis, right, wrong)


@pytest.mark.parametrize(
    ("each", "line"),
    [
        (heard("stop"), ' 1  "stop"  heard "stop" (0.71); voice -24 dBFS, room -60 dBFS, no clipping'),
        (heard("stop", sure=False), 'heard "stop" (0.71), though it would ask;'),
        (heard("next", right=False, wrong=True), 'taken for "next" (0.71);'),
        (heard("stop", right=False), 'heard "stop" (0.71), not clear enough to act on;'),
        (heard("", right=False), "heard speech, not clear enough to act on;"),
        (heard(None, right=False), "not heard;"),
        (heard(None, Levels(None, -60.0, 0.0, False), right=False), "nobody was heard; no voice, room -60 dBFS"),
        (heard(None, Levels(None, -100.0, 0.0, True), right=False), "nobody was heard; no sound at all"),
        (heard("stop", Levels(-9.0, -60.0, 0.031, False)), "voice -9 dBFS, room -60 dBFS, clipped 3.1 %"),
    ],
)
def test_a_line_for_each_phrase(each: Heard, line: str) -> None:
    (shown,) = lines([each])
    assert line in shown


def test_what_was_found_out() -> None:
    said = {"left": ("L EH F", "L AE F T")}
    fit = Fit((), Reception.of([GOOD]), HearingSettings(pronunciations=said), said, ("stop", "calf cramp"))
    assert list(conclusions(fit)) == [
        'You say "left" as L EH F or L AE F T',
        "Still not heard: stop, calf cramp; try again, nearer or slower",
    ]
    quiet = Reception.of([Levels(-50.0, -90.0, 0.0, False)])
    assert list(conclusions(Fit((), quiet, HearingSettings(), {}, ("stop",)))) == [
        "Not heard: stop; mend the microphone first, then tune again"
    ]
    assert list(conclusions(Fit((), quiet, HearingSettings(), {}, ()))) == []
