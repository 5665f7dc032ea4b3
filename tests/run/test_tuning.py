"""What becomes of recordings: how sure it must be to act, and how a person says a word."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ScriptedRecognizer, loud_is_speech
from tests.hear.sounds import room, voice
from voiceguide.content.library import Library
from voiceguide.guide.states import State
from voiceguide.hear.gate import Gate
from voiceguide.hear.levels import Fault, Levels
from voiceguide.hear.listener import Listener
from voiceguide.hear.variants import Scores
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import Hypothesis
from voiceguide.run.settings import HearingSettings
from voiceguide.run.tuning import LOWEST, Fit, Task, fit, judge, tasks
from voiceguide.understand.match import Phrase, Phrasebook

BOOK = Phrasebook(
    [
        Phrase("stop", IntentKind.STOP),
        Phrase("stop it", IntentKind.STOP),
        Phrase("left", IntentKind.PLACE, {"side": "left"}),
        Phrase("calf cramp", IntentKind.SYMPTOM, {"place": "calf"}),
        Phrase("next", IntentKind.NEXT),
    ]
)
PHRASES = ("calf cramp", "stop", "left")
SPOKEN = np.concatenate([room(1), voice(0.5), room(1)])
SILENT = room(2)


def quick_gate() -> Gate:
    return Gate(detector=loud_is_speech)


class Person:
    """Is heard where the caution is low enough; stands for the ears.

    Args:
        needs: by phrase, the highest caution with which it is heard.
        instead: by phrase, what it is taken for below `wrong_below`.
        wrong_below: a caution.
        clumsy: by phrase, a pronunciation with which it is not heard.

    """

    def __init__(
        self,
        needs: Mapping[str, float],
        instead: Mapping[str, str] | None = None,
        wrong_below: float = -9.0,
        clumsy: Mapping[str, str] | None = None,
    ) -> None:
        self.needs = needs
        self.instead = instead or {}
        self.wrong_below = wrong_below
        self.clumsy = clumsy or {}
        self.tried: list[HearingSettings] = []

    def ears(self, hearing: HearingSettings) -> Callable[[], Listener]:
        self.tried.append(hearing)
        heard = iter([self._hear(phrase, hearing) for phrase in PHRASES])
        return lambda: Listener(ScriptedRecognizer([(0.3, next(heard))]), BOOK, quick_gate())

    def _hear(self, phrase: str, hearing: HearingSettings) -> str:
        if self.clumsy.get(phrase) in hearing.pronunciations.get(phrase, ()):
            return ""
        if phrase in self.instead and hearing.caution < self.wrong_below:
            return self.instead[phrase]
        return phrase if hearing.caution <= self.needs[phrase] else ""


def fitted(
    person: Person,
    present: HearingSettings | None = None,
    recordings: Sequence[NDArray[np.int16]] = (SPOKEN,) * 3,
    weigh: Callable[[str, NDArray[np.int16]], Scores] | None = None,
) -> Fit:
    said = list(zip(tasks(PHRASES, BOOK), recordings, strict=True))
    return fit(said, present or HearingSettings(), BOOK, person.ears, weigh, quick_gate)


CLEAR = {"calf cramp": 2.0, "stop": 2.0, "left": 2.0}


def test_each_phrase_is_tried_where_it_is_said(library: Library) -> None:
    found = tasks(library.skill.tuning.phrases, Phrasebook.of(library))
    assert [(task.phrase, task.state) for task in found] == [
        ("calf cramp", State.IDLE),
        ("stop", State.ASK_PLACE),
        ("left", State.ASK_PLACE),
        ("still cramping", State.STRETCH),
        ("can't find it", State.LOCATE),
    ]
    assert found[2].intent.slots == {"side": "left"}


def test_who_is_heard_keeps_their_settings() -> None:
    person = Person(CLEAR)
    found = fitted(person)
    assert [each.right for each in found.heard] == [True, True, True]
    assert found.changes(HearingSettings()) == {}
    assert found.unheard == ()
    assert len(person.tried) == 1, "nothing else need be tried"


def test_who_is_heard_less_clearly_gets_less_caution_and_a_step_to_spare() -> None:
    found = fitted(Person(CLEAR | {"stop": -0.3}))
    assert [each.right for each in found.heard] == [True, False, True]
    assert found.changes(HearingSettings()) == {"hearing": {"caution": -0.75}}
    assert found.unheard == ()


def test_a_microphone_that_is_wrong_is_no_reason_for_less_caution() -> None:
    noisy = np.concatenate([room(1, 900), voice(0.5), room(1, 900)])
    found = fitted(Person(CLEAR | {"stop": -0.3}), recordings=(noisy,) * 3)
    assert found.reception.faults == (Fault.NOISY,)
    assert found.hearing == HearingSettings()
    assert found.unheard == ("stop",)


def test_caution_ends_before_ordinary_speech_acts() -> None:
    found = fitted(Person(CLEAR | {"stop": -0.9}))
    assert found.hearing.caution == LOWEST
    found = fitted(Person(CLEAR | {"stop": -1.5}))
    assert found.hearing.caution == 0.0, "nothing is given up for what is not heard all the same"
    assert found.unheard == ("stop",)


def test_less_caution_is_not_worth_a_wrong_word() -> None:
    found = fitted(Person(CLEAR | {"stop": -0.4}, {"left": "next"}, wrong_below=-0.3))
    assert found.hearing.caution == 0.0
    found = fitted(Person(CLEAR | {"stop": -0.4}, {"left": "next"}, wrong_below=-0.6))
    assert found.hearing.caution == -0.5, "no step to spare where that would be wrong"
    found = fitted(Person(CLEAR | {"stop": -0.4}, {"left": "stop"}, wrong_below=9.0))
    assert found.hearing.caution == 0.0, "one that is wrong already"


def test_what_is_not_needed_any_more_is_given_back() -> None:
    assert fitted(Person(CLEAR), HearingSettings(caution=-0.75)).hearing.caution == 0.0


def test_who_chose_less_than_is_ever_set_keeps_it_where_it_is_needed() -> None:
    assert fitted(Person(CLEAR | {"stop": -1.5}), HearingSettings(caution=-1.75)).hearing.caution == -1.75
    assert fitted(Person(CLEAR), HearingSettings(caution=-1.75)).hearing.caution == 0.0


def test_who_asked_for_more_caution_keeps_it_while_they_are_heard() -> None:
    assert fitted(Person(CLEAR), HearingSettings(caution=1.5)).hearing.caution == 1.5
    person = Person(CLEAR | {"left": 0.6})
    assert fitted(person, HearingSettings(caution=1.5)).hearing.caution == 0.25


def test_a_phrase_that_nobody_said_is_no_reason_for_less_caution() -> None:
    found = fitted(Person(CLEAR | {"stop": 2.0}), recordings=(SPOKEN, SPOKEN, SILENT))
    assert [each.levels.speech is None for each in found.heard] == [False, False, True]
    assert found.hearing == HearingSettings()
    assert found.unheard == ("left",)


def test_without_a_voice_nothing_is_learnt() -> None:
    person = Person(CLEAR)
    present = HearingSettings(caution=-0.5)
    found = fitted(person, present, recordings=(SILENT,) * 3)
    assert found.hearing == present
    assert found.unheard == PHRASES
    assert len(person.tried) == 1


def weigh(text: str, samples: NDArray[np.int16]) -> Scores:
    return {"left": {"L EH F": 0.0, "L EH F T": -90.0}} if text == "left" else {}


def test_how_a_word_is_said_is_added_to_what_is_known() -> None:
    present = HearingSettings(pronunciations={"right": ("R AY T",)})
    found = fitted(Person(CLEAR), present, weigh=weigh)
    assert found.picked == {"left": ("L EH F",)}
    assert found.hearing.pronunciations == {"right": ("R AY T",), "left": ("L EH F",)}
    assert found.changes(present) == {"hearing": {"pronunciations": {"left": ("L EH F",)}}}
    assert found.changes(found.hearing) == {}


def test_what_was_told_before_is_told_anew() -> None:
    present = HearingSettings(pronunciations={"left": ("L EH F T",)})
    found = fitted(Person(CLEAR), present, weigh=lambda text, _: {"left": {"L EH F": 0.0, "L EH F T": -5.0}})
    assert found.hearing.pronunciations == {"left": ("L EH F", "L EH F T")}


def weigh_two(text: str, samples: NDArray[np.int16]) -> Scores:
    stop: Scores = {"stop": {"S T AA P": 0.0, "T AA P": -150.0}}
    return stop if text == "stop" else weigh(text, samples)


def test_a_way_of_saying_with_which_somebody_is_heard_worse_is_not_taken() -> None:
    found = fitted(Person(CLEAR, clumsy={"left": "L EH F"}), weigh=weigh_two)
    assert found.picked == {"stop": ("S T AA P",)}
    assert found.hearing == HearingSettings(pronunciations={"stop": ("S T AA P",)})


def test_a_way_of_saying_must_stand_a_faster_a_slower_and_a_noisier_recording() -> None:
    person = Person(CLEAR)
    fitted(person, weigh=weigh)
    assert [bool(hearing.pronunciations) for hearing in person.tried] == [False] * 4 + [True] * 4


@pytest.mark.parametrize(
    ("person", "left"),
    [
        (Person(CLEAR | {"left": -9.0}), SPOKEN),  # who knows what they said
        (Person(CLEAR), np.concatenate([room(1, 1500), voice(0.5), room(1, 1500)])),  # noise
        (Person(CLEAR), SILENT),
    ],
)
def test_what_was_not_heard_clearly_does_not_tell_how_a_word_is_said(person: Person, left: NDArray[np.int16]) -> None:
    assert fitted(person, recordings=(SPOKEN, SPOKEN, left), weigh=weigh).picked == {}


LEVELS = Levels(-24, -60, 0.0, False)
TASK = Task("stop", Intent(IntentKind.STOP), State.PRESS)


def hypothesis(text: str, *, accepted: bool = True, sure: bool = True) -> Hypothesis:
    return Hypothesis(text, 0.7, 1.0, 1.5, accepted, sure)


@pytest.mark.parametrize(
    ("heard", "text", "right", "wrong", "points"),
    [
        ([], None, False, False, 0),
        ([hypothesis("stop")], "stop", True, False, 1),
        ([hypothesis("stop it")], "stop it", True, False, 1),
        ([hypothesis("stop", sure=False)], "stop", True, False, 0.5),
        ([hypothesis("stop", accepted=False)], "stop", False, False, 0),
        ([hypothesis("next")], "next", False, True, -1),
        ([hypothesis("next"), hypothesis("stop")], "stop", True, True, 0),
        ([hypothesis("", accepted=False), hypothesis("next")], "next", False, True, -1),
    ],
)
def test_what_was_heard_against_what_was_said(
    heard: list[Hypothesis], text: str | None, right: bool, wrong: bool, points: float
) -> None:
    found = judge(TASK, LEVELS, heard, BOOK)
    assert (found.hypothesis.text if found.hypothesis else None) == text
    assert (found.right, found.wrong, found.points) == (right, wrong, points)
