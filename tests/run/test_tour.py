"""A walk through each guide, routine, point, question and flag, in virtual time."""

from itertools import pairwise

import pytest

from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load
from voiceguide.content.schema import Answer, Point
from voiceguide.errors import UsageError
from voiceguide.guide.states import State, legal
from voiceguide.intents import IntentKind, Slot
from voiceguide.run.rehearsal import estimated_lengths
from voiceguide.run.statistics import statistics
from voiceguide.run.tour import subjects, walk
from voiceguide.run.trace import TraceEvent
from voiceguide.understand.match import Phrasebook

LIBRARY = load(*find_content("en"))
SOUNDS = {"say", "cue press", "cue release", "cue word"}


class Kept(list[TraceEvent]):
    def write(self, event: TraceEvent) -> None:
        self.append(event)

    def sounds(self) -> list[str]:
        """In order, by id, without the side."""
        return [event.details["sound"].split("@")[0] for event in self if event.kind in SOUNDS]


def of_point(point: Point) -> list[str]:
    return [point.introduce, *(step.say for step in point.steps), point.on_it, "tone.press", "tone.release"]


def of_answer(answer: Answer) -> list[str]:
    return [answer.brief, *(["more"] if answer.more else []), *answer.more]


def expected(library: Library, id_: str) -> list[str]:
    """What is said for certain, in this order."""
    if guide := library.guides.get(id_):
        ask = [guide.ask] if guide.ask else []
        rest = [sound for point in guide.points for sound in of_point(library.points[point])]
        return [
            guide.stretch,
            *ask,
            guide.hold,
            *rest,
            *([guide.no_points] if guide.no_points else []),
            guide.aftercare,
        ]
    if routine := library.routines.get(id_):
        parts = [
            [library.guides[part.stretch].stretch] if part.stretch else of_point(library.points[part.point or ""])
            for part in routine.parts
        ]
        return [routine.introduce, *(sound for part in parts for sound in part), routine.close]
    if question := library.questions.get(id_):
        return of_answer(question.answer)
    if flag := library.flags.get(id_):
        return [flag.say]
    point = library.points[id_]
    return of_answer(point.about) if point.not_offered else of_point(point)


@pytest.mark.parametrize("id_", subjects(LIBRARY))
def test_no_step_is_without_its_sound_and_no_two_sounds_are_heard_at_once(id_: str) -> None:
    kept, lengths = Kept(), estimated_lengths(LIBRARY)
    total = walk(LIBRARY, id_, kept)
    sounds = iter(kept.sounds())
    for wanted in expected(LIBRARY, id_):
        assert wanted in sounds, f"{id_}: {wanted} is not said, or not in its order"
    events = [event for event in kept if event.kind in SOUNDS]
    for first, second in pairwise(events):
        cut = any(event.kind == "silence" and first.time <= event.time <= second.time for event in kept)
        assert cut or first.time + lengths[first.details["sound"]] / 48_000 <= second.time + 1e-6
    assert total >= events[-1].time
    assert [event.text for event in kept if event.kind == "state"][-1] in ("idle", "alert")


def test_an_unknown_subject() -> None:
    with pytest.raises(UsageError, match=r"unknown id 'calve' \(did you mean 'calf'\?\)"):
        walk(LIBRARY, "calve", Kept())


def test_every_point_is_reachable_by_voice() -> None:
    """By a guide whose place can be said, or by its name; LU-7 by "I can't reach" as well."""
    book = Phrasebook.of(LIBRARY)
    said = [phrase for phrase in book.phrases if phrase.intent in legal(State.IDLE)]
    places = {phrase.slots.get(Slot.PLACE) for phrase in said if phrase.intent is IntentKind.SYMPTOM}
    named = {phrase.slots.get(Slot.POINT) for phrase in said if phrase.intent is IntentKind.ROUTINE}
    assert places >= LIBRARY.guides.keys()
    assert named >= LIBRARY.points.keys()
    guided = {point for guide in LIBRARY.guides.values() for point in guide.points}
    offered = {name for name, point in LIBRARY.points.items() if not point.not_offered}
    assert guided | {LIBRARY.skill.beyond_reach} == offered


def test_every_question_and_routine_can_be_said_when_nothing_goes_on() -> None:
    book = Phrasebook.of(LIBRARY)
    said = [phrase for phrase in book.phrases if phrase.intent in legal(State.IDLE)]
    assert {phrase.slots.get(Slot.QUESTION) for phrase in said} >= LIBRARY.questions.keys()
    assert {phrase.slots.get(Slot.ROUTINE) for phrase in said} >= LIBRARY.routines.keys()


def test_the_five_minutes_are_five_and_the_figures_are_counted() -> None:
    figures = statistics(LIBRARY)
    assert 270 <= figures.lengths["five-minutes"] <= 330
    assert figures.lengths.keys() == LIBRARY.guides.keys() | LIBRARY.routines.keys()
    assert figures.counts["points"] == 8
    assert figures.counts["guides"] >= 7
    assert figures.counts["questions"] >= 35
    assert figures.counts["safety phrasings"] >= 25
    assert figures.counts["examples"] >= 400
