import pytest

from voiceguide.content.library import Library
from voiceguide.content.schema import Example
from voiceguide.content.templates import clashes
from voiceguide.guide.states import State, legal
from voiceguide.messages import NO_SLOTS, Intent
from voiceguide.messages import IntentKind as I
from voiceguide.understand.match import Phrase, Phrasebook


@pytest.fixture(scope="module")
def book(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


def meaning(book: Phrasebook, text: str, state: State) -> tuple[I, dict[str, str]] | None:
    intent = book.match(text, legal(state))
    return (intent.kind, dict(intent.slots)) if intent else None


def test_every_example_means_what_it_should_wherever_it_makes_sense(book: Phrasebook, library: Library) -> None:
    def states(example: Example) -> list[State]:
        return [state for state in State if example.intent in legal(state)]

    for example in library.examples:
        assert states(example), f"{example.intent} makes sense nowhere"
        for state in states(example):
            assert meaning(book, example.text, state) == (example.intent, example.slots), (example.text, state)


@pytest.mark.parametrize("state", State)
def test_nothing_has_two_meanings_at_once(book: Phrasebook, state: State) -> None:
    assert clashes(book.phrases, legal(state)) == ()


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("text", ["stop", "Stop!", "STOP"])
def test_stop_is_understood_everywhere_at_once(book: Phrasebook, state: State, text: str) -> None:
    assert meaning(book, text, state) == (I.STOP, {})
    assert not book.continues(text, legal(state))


@pytest.mark.parametrize("state", State)
def test_red_flags_are_understood_everywhere(book: Phrasebook, state: State) -> None:
    assert meaning(book, "I can\u2019t breathe", state) == (I.RED_FLAG, {"flag": "breathless"})
    assert meaning(book, "safety", state) == (I.SAFETY, {})


@pytest.mark.parametrize(
    ("text", "state", "expected"),
    [
        ("make it stop", State.IDLE, (I.SYMPTOM, {})),
        ("make it stop", State.PRESS, (I.SYMPTOM, {})),
        ("it stopped", State.CHECK, (I.BETTER, {})),
        ("it won't stop", State.CHECK, (I.STILL, {})),
        ("hold on", State.PRESS, (I.PAUSE, {})),
        ("worst's over", State.CHECK, (I.BETTER, {})),
        ("worse", State.CHECK, (I.WORSE, {})),
        ("right one", State.ASK_PLACE, (I.PLACE, {"side": "right"})),
        ("right", State.CHECK, None),
        ("the right one", State.CHECK, None),
        ("I can't feel it", State.LOCATE, (I.CANT_FIND, {})),
        ("I can't feel my leg", State.LOCATE, (I.RED_FLAG, {"flag": "numb"})),
        ("back", State.ASK_PLACE, (I.PLACE, {"place": "thigh-back"})),
        ("back", State.LOCATE, None),
        ("carry on", State.PAUSED, (I.RESUME, {})),
        ("carry on", State.CHECK, (I.STILL, {})),
        ("stomach cramp", State.IDLE, None),
        ("period cramp", State.IDLE, None),
        ("hand cramp", State.IDLE, None),
        ("cough cramp", State.IDLE, None),
        ("ow", State.PRESS, None),
        ("pins and needles", State.PRESS, None),
        ("", State.IDLE, None),
        ("!", State.IDLE, None),
    ],
)
def test_collisions(book: Phrasebook, text: str, state: State, expected: tuple[I, dict[str, str]] | None) -> None:
    assert meaning(book, text, state) == expected


@pytest.mark.parametrize("text", ["no swelling", "it's not swollen", "I can breathe", "no chest pain", "not numb"])
def test_a_denied_danger_is_no_danger(book: Phrasebook, text: str) -> None:
    assert {meaning(book, text, state) for state in State if state is not State.SAFETY_CHECK} == {None}
    answer = book.match(text, legal(State.SAFETY_CHECK))
    assert answer is None or answer.kind is I.NO_SIGN


def test_a_danger_beside_a_denial_is_one(book: Phrasebook) -> None:
    assert meaning(book, "no swelling, but my chest hurts", State.PRESS) == (I.RED_FLAG, {"flag": "chest-pain"})


def test_the_intent_keeps_the_words_as_they_were_heard(book: Phrasebook) -> None:
    assert book.match("Left calf cramp!", {I.SYMPTOM}) == Intent(
        I.SYMPTOM, {"place": "calf", "side": "left"}, "Left calf cramp!"
    )


def test_only_what_makes_sense_is_matched(book: Phrasebook) -> None:
    assert book.match("calf cramp", {I.STOP}) is None
    assert book.match("calf cramp", ()) is None
    assert "calf cramp" not in book.texts({I.STOP})
    assert "stop" in book.texts({I.STOP})


def test_texts_are_the_phrases_that_match(book: Phrasebook) -> None:
    for state in State:
        assert all(book.match(text, legal(state)) for text in book.texts(legal(state)))


def test_continues() -> None:
    side = {"side": "left"}
    phrases = Phrase("left", I.PLACE, side), Phrase("left leg", I.PLACE, side), Phrase("stop it now", I.STOP)
    book = Phrasebook((*phrases, Phrase("left leg cramp", I.SYMPTOM, side), Phrase("leftover", I.HELP)))
    everything = frozenset(I)
    assert book.continues("Left", everything)
    assert not book.continues("left", {I.PLACE})  # the longer one means the same
    assert book.continues("stop it", everything)  # no phrase yet, but the beginning of one
    assert not book.continues("stop it now", everything)
    assert not book.continues("help", everything)
    assert not book.continues("stop it", {I.PLACE})


def test_words_and_pronunciations(book: Phrasebook) -> None:
    assert {"charley", "can't", "hammy's"} <= book.words()
    assert "S T AO P" in book.pronunciations["stop"]
    assert Phrasebook([Phrase("stop", I.STOP, NO_SLOTS)]).pronunciations == {}


def test_the_vocabulary_stays_small_enough_to_be_told_apart(book: Phrasebook) -> None:
    assert len(book.phrases) < 750
