"""Answers about other nights."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.guide.talk import Talk
from tests.guide.test_past import NOW, episode
from voiceguide.content.library import Library
from voiceguide.guide.past import Episode, Past
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind as K
from voiceguide.intents import Side
from voiceguide.messages import Outcome, Standing


def asked(library: Library, history: str, *episodes: Episode, now: datetime = NOW, damaged: bool = False) -> list[str]:
    talk = Talk(library, past=lambda: Past(episodes, now, damaged))
    talk.hear(K.QUESTION, history=history).wait(0)
    said = talk.said()
    assert talk.wait(20).state is State.IDLE
    return said


@pytest.mark.parametrize(
    ("cramps", "prompt"),
    [(0, "cramps-none"), (1, "cramps-one"), (20, "cramps-twenty"), (21, "cramps-more"), (99, "cramps-more")],
)
def test_how_many(library: Library, cramps: int, prompt: str) -> None:
    assert asked(library, "count", *[episode(1)] * cramps) == [prompt]


@pytest.mark.parametrize(
    ("hours", "prompt"),
    [
        (0.5, "last-recent"),
        (5.9, "last-recent"),
        (6.1, "last-yesterday"),
        (27.1, "last-monday"),
        (24 * 6, "last-thursday"),
        (24 * 7, "last-longer"),
        (24 * 900, "last-longer"),
    ],
)
def test_when_the_last_one_was(library: Library, hours: float, prompt: str) -> None:
    assert asked(library, "last", episode(400), episode(hours=hours)) == [prompt, "calf/was"]


def test_earlier_today(library: Library) -> None:
    assert asked(library, "last", episode(), now=NOW + timedelta(hours=12)) == ["last-today", "calf/was"]


def test_the_leg_is_that_of_the_last_one_not_of_this_one(library: Library) -> None:
    before = episode(2, side=Side.LEFT)
    talk = Talk(library, past=lambda: Past((before,), NOW)).hear(K.SYMPTOM, place="foot", side="right").wait(2)
    talk.hear(K.QUESTION, history="last")
    assert "calf/was@left" in [sound.sound for sound in talk.sounds]
    assert talk.state is State.STRETCH


def test_an_unknown_place_is_left_out(library: Library) -> None:
    assert asked(library, "last", episode(hours=1, place=None)) == ["last-recent"]
    assert asked(library, "last", episode(hours=1, place="gone")) == ["last-recent"]


def test_what_helped(library: Library) -> None:
    assert asked(library, "helped", episode(1), episode(2)) == ["helped-stretch", "twice", "helped-caveat"]
    pressed = [episode(1, pressed=(("st-36", 2),))] * 21
    assert asked(library, "helped", *pressed) == ["st-36/helped", "more-times", "helped-caveat"]
    assert asked(library, "helped", episode(1, pressed=(("gone", 1),))) == ["helped-unknown"]
    assert asked(library, "helped", episode(1, outcome=Outcome.SILENT)) == ["helped-unknown"]


def test_nothing_is_known(library: Library) -> None:
    assert asked(library, "last") == ["no-cramp"]
    assert asked(library, "helped") == ["helped-unknown"]
    talk = Talk(library).hear(K.QUESTION, history="count")
    assert talk.said() == ["no-journal"]


def test_a_clock_that_is_not_set_is_told(library: Library) -> None:
    for history in ("count", "last", "helped"):
        assert asked(library, history, episode(), now=datetime(1970, 1, 1, tzinfo=UTC)) == ["clock-unset"]


def test_a_journal_that_was_damaged_is_told_once(library: Library) -> None:
    talk = Talk(library, past=lambda: Past((), NOW, damaged=True)).hear(K.QUESTION, history="count")
    assert talk.said() == ["journal-damaged", "cramps-none"]
    assert talk.wait(20).hear(K.QUESTION, history="count").said(20) == ["cramps-none"]


def test_the_cramp_of_this_moment_counts(library: Library) -> None:
    now = episode(answered=False, standing=Standing("aftercare"))
    talk = Talk(library, past=lambda: Past((episode(1), now), NOW)).hear(K.SYMPTOM, place="calf").hear(K.BETTER)
    assert "cramps-two" in talk.hear(K.QUESTION, history="count").said()


NIGHTS = (episode(2), episode(1), episode())


def ended(library: Library, *episodes: Episode, now: datetime = NOW) -> Talk:
    return Talk(library, past=lambda: Past(episodes, now)).hear(K.SYMPTOM, place="calf").hear(K.BETTER)


def test_after_three_nights_a_doctor_is_advised_at_the_end(library: Library) -> None:
    talk = ended(library, *NIGHTS)
    assert talk.said()[-3:] == ["calf/aftercare", "often", "good-night"]
    talk.wait(60)
    account = talk.records[-1].account
    assert account
    assert account.nudged
    assert "often" not in talk.hear(K.SYMPTOM, place="calf").hear(K.BETTER).hear(K.STILL).hear(K.BETTER).said()[-2:]


def test_it_is_advised_once_a_week(library: Library) -> None:
    assert "often" not in ended(library, episode(3, nudged=True), *NIGHTS).said()
    assert "often" in ended(library, episode(8, nudged=True), *NIGHTS).said()


def test_two_nights_are_not_often_and_a_wrong_clock_says_nothing(library: Library) -> None:
    assert "often" not in ended(library, *NIGHTS[1:]).said()
    assert "often" not in ended(library, *NIGHTS, now=NOW - timedelta(days=300)).said()
    talk = Talk(library, past=lambda: Past(NIGHTS, NOW)).hear(K.ROUTINE, routine="stretches-only").hear(K.BETTER)
    assert "often" not in talk.said()
