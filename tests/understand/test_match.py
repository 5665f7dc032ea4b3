import pytest

from tests.guide.reach import reach
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.states import State, legal
from voiceguide.intents import NO_SLOTS, Intent
from voiceguide.intents import IntentKind as I
from voiceguide.understand.match import Phrase, Phrasebook


@pytest.fixture(scope="module")
def book(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


def meaning(book: Phrasebook, text: str, state: State) -> tuple[I, dict[str, str]] | None:
    intent = book.match(text, legal(state))
    return (intent.kind, dict(intent.slots)) if intent else None


@pytest.mark.parametrize("state", State)
def test_every_example_means_what_it_should_in_its_states(book: Phrasebook, library: Library, state: State) -> None:
    for example in library.examples:
        if state in example.states or "all" in example.states:
            assert meaning(book, example.text, state) == (example.intent, example.slots), example.text


@pytest.mark.parametrize("state", State)
def test_nothing_has_two_meanings_at_once(book: Phrasebook, state: State) -> None:
    meant: dict[str, object] = {}
    for phrase in book.phrases:
        if phrase.intent in legal(state):
            assert meant.setdefault(phrase.text, phrase.meaning) == phrase.meaning, phrase.text


@pytest.mark.parametrize("state", State)
def test_every_safety_phrase_interrupts_every_state(book: Phrasebook, library: Library, state: State) -> None:
    """The whole product of phrases and states: what it says is heard at once."""
    answers = {I.RED_FLAG: lambda slots: library.flags[slots["flag"]].say, I.SAFETY: lambda _: Role.SAFETY_ASK}
    phrases = [phrase for phrase in book.phrases if phrase.intent in answers]
    assert len(phrases) > 250
    for phrase in phrases:
        intent = book.match(phrase.text, legal(state))
        assert intent, phrase.text
        talk = reach(library, state).hear(intent.kind, **intent.slots)
        assert talk.said(talk.now)[0] == answers[phrase.intent](phrase.slots), phrase.text


def denied(text: str) -> list[str]:
    """A danger sign, denied in the ways that people do."""
    words = text.split()
    without_i = text.removeprefix("i'm ").removeprefix("i have ").removeprefix("i've ").removeprefix("it's ")
    forms = [f"no {without_i}", f"not {without_i}", f"i don't have {without_i}", f"i'm not {without_i}"]
    forms += [f"it's not {without_i}", f"i haven't {without_i}", f"there's no {without_i}", f"without {without_i}"]
    for verb in ("is", "has", "are", "can"):
        forms += [
            " ".join([*words[:at], verb, "not", *words[at + 1 :]]) for at, word in enumerate(words) if word == verb
        ]
    return forms


@pytest.mark.parametrize("state", State)
def test_no_denied_danger_is_taken_for_one(book: Phrasebook, state: State) -> None:
    dangers = {I.RED_FLAG, I.SIGN, I.SAFETY}
    phrases = [phrase for phrase in book.phrases if phrase.intent in (I.RED_FLAG, I.SIGN)]
    for phrase in phrases:
        if not phrase.text.startswith("no ") and " but " not in phrase.text:
            for text in denied(phrase.text):
                taken = book.match(text, legal(state))
                assert taken is None or taken.kind not in dangers, text
    for phrase in book.phrases:
        if phrase.intent is I.NO_SIGN:
            taken = book.match(phrase.text, legal(state))
            assert taken is None or taken.kind not in dangers, phrase.text


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
        ("I can't feel it", State.LOCATE, (I.CANT_FEEL, {})),
        ("I can't feel my leg", State.LOCATE, (I.RED_FLAG, {"flag": "numb"})),
        ("back", State.ASK_PLACE, (I.PLACE, {"place": "thigh-back"})),
        ("back", State.LOCATE, None),
        ("carry on", State.PAUSED, (I.RESUME, {})),
        ("carry on", State.CHECK, (I.STILL, {})),
        ("stomach cramp", State.IDLE, (I.QUESTION, {"question": "out-of-scope"})),
        ("period cramp", State.IDLE, (I.QUESTION, {"question": "out-of-scope"})),
        ("hand cramp", State.IDLE, (I.QUESTION, {"question": "out-of-scope"})),
        ("cough cramp", State.IDLE, None),
        ("half cramp", State.IDLE, None),
        ("ow", State.PRESS, (I.GROAN, {})),
        ("ow ow ow", State.CHECK, (I.GROAN, {})),
        ("ow ow ow", State.IDLE, None),
        ("pins and needles", State.PRESS, (I.QUESTION, {"question": "pins-and-needles"})),
        ("how long should I hold", State.PRESS, (I.QUESTION, {"question": "how-long-hold"})),
        ("", State.IDLE, None),
        ("!", State.IDLE, None),
    ],
)
def test_collisions(book: Phrasebook, text: str, state: State, expected: tuple[I, dict[str, str]] | None) -> None:
    assert meaning(book, text, state) == expected


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


def test_begins_whatever_the_rest_means() -> None:
    book = Phrasebook([Phrase("hamstring", I.SYMPTOM), Phrase("hamstring cramp", I.SYMPTOM), Phrase("next", I.NEXT)])
    assert book.begins("Hamstring", {I.SYMPTOM})
    assert not book.begins("hamstring", {I.NEXT})
    assert not book.begins("next", set(I))


def test_words_and_pronunciations(book: Phrasebook) -> None:
    assert {"charley", "can't", "hammy's"} <= book.words()
    assert "S T AO P" in book.pronunciations["stop"]
    assert Phrasebook([Phrase("stop", I.STOP, NO_SLOTS)]).pronunciations == {}
