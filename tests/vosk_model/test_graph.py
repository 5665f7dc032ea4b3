"""Topology, lexicon and graph: the numbers on which all files of a model must agree."""

import math
from collections.abc import Sequence

import pytest

from scripts.vosk_model.fst import EPSILON, START, Fst, intervals, next_outputs
from scripts.vosk_model.graph import Costs, word_order, words_of_sounds
from scripts.vosk_model.lexicon import UNKNOWN, Lexicon
from scripts.vosk_model.topology import (
    BEGIN,
    END,
    INTERNAL,
    LAST_PHONE_ID,
    LAST_TRANSITION,
    OUTPUTS,
    PAUSE_ID,
    PHONES,
    PLACES,
    SILENCE_ID,
    SINGLETON,
    log_probabilities,
    output,
    output_of,
    phone_id,
    transitions,
    word_phones,
)
from tests.vosk_model.tones import PHRASES, SOUNDS
from voiceguide.hear.sphinx import PHONES as SPHINX_PHONES


def test_the_phones_are_those_of_the_dictionary() -> None:
    assert PHONES == SPHINX_PHONES


def test_every_phone_has_numbers_of_its_own() -> None:
    phones = [phone_id(phone, place) for phone in PHONES for place in range(len(PLACES))]
    assert [SILENCE_ID, *phones, PAUSE_ID] == list(range(1, LAST_PHONE_ID + 1))
    assert sorted({output(phone) for phone in [SILENCE_ID, *phones]}) == list(range(OUTPUTS))
    assert all(output(phone_id(phone, 2)) == output_of(phone) for phone in PHONES)
    pairs = [transitions(phone) for phone in range(1, LAST_PHONE_ID + 1)]
    used = [number for pair in pairs for number in (pair.stay, pair.leave)]
    assert used == list(range(1, LAST_TRANSITION + 1))
    assert len(log_probabilities()) == 1 + LAST_TRANSITION


def test_phones_know_their_place_in_the_word() -> None:
    assert [PLACES[(phone - 2) % 4] for phone in word_phones(["S", "T", "AA", "P"])] == [
        "begin",
        "internal",
        "internal",
        "end",
    ]
    assert word_phones(["OW"]) == (phone_id("OW", SINGLETON),)
    assert word_phones(["G", "OW"], ends=False) == (phone_id("G", BEGIN), phone_id("OW", INTERNAL))
    assert word_phones(["OW"], begins=False) == (phone_id("OW", END),)
    assert output(PAUSE_ID) == output(SILENCE_ID) == 0


def test_words_are_numbered_in_the_order_of_the_tree() -> None:
    lexicon = Lexicon({"to": ["T UW"], "two": ["T UW"], "tea": ["T IY"], "a": ["AH", "EY"]})
    assert list(lexicon.numbers)[-1] == UNKNOWN
    assert sorted(lexicon.numbers.values()) == [1, 2, 3, 4, 5]
    assert abs(lexicon.numbers["to"] - lexicon.numbers["two"]) == 1
    assert len(lexicon.entries) == 5


def test_a_word_without_a_pronunciation_is_named() -> None:
    with pytest.raises(ValueError, match="no pronunciation: gloop, zebra"):
        Lexicon({"zebra": [], "gloop": [], "a": ["AH"]})


def test_one_interval_says_what_each_node_of_the_tree_leads_to() -> None:
    once = Lexicon({word: sounds[:1] for word, sounds in SOUNDS.items()})
    fst = words_of_sounds(once, Costs())
    assert max(len(list(intervals(outputs))) for outputs in next_outputs(fst, 1 + len(once.numbers))) <= 2


def test_words_with_the_same_beginning_share_it() -> None:
    def states(*words: str) -> int:
        return len(words_of_sounds(Lexicon({word: SOUNDS[word] for word in words}), Costs()).arcs)

    assert states("calf", "cramp") - states("calf") == len(["R", "AE", "M", "P"])  # the K is there already


def test_phrases_with_the_same_beginning_share_it() -> None:
    sounds = {"go": ["G OW"], "on": ["AA N", "AO N"], "back": ["B AE K"]}
    lexicon = Lexicon(sounds, ["go on", "go back", "go"])
    assert list(lexicon.numbers)[-3:] == ["go_on", "go_back", UNKNOWN]
    without = len(words_of_sounds(Lexicon(sounds), Costs()).arcs)
    place_and_pause = 2
    shared, last = len(["G", "OW"]), len(["AA", "N", "AO", "N", "B", "AE", "K"])
    assert len(words_of_sounds(lexicon, Costs()).arcs) == without + shared + place_and_pause + last


def test_a_phrase_may_be_said_with_a_pause() -> None:
    lexicon = Lexicon({"go": ["G OW"], "on": ["AA N"]}, ["go on"])
    number = lexicon.numbers["go_on"]
    fst = words_of_sounds(lexicon, Costs())
    go, on = word_phones(["G", "OW"], ends=False), word_phones(["AA", "N"], begins=False)
    assert (number,) in spelled(fst, [*go, *on])
    assert spelled(fst, [*go, PAUSE_ID, *on]) == {(number,)}


def test_the_word_comes_after_its_last_phone() -> None:
    fst = words_of_sounds(Lexicon({"go": ["G OW"]}), Costs())
    phones = [phone_id("G", BEGIN), phone_id("OW", END)]
    assert spelled(fst, phones) == {(1,), (2,)}  # "go", or a word that is not known


def spelled(fst: Fst, phones: Sequence[int], state: int = START, given: tuple[int, ...] = ()) -> set[tuple[int, ...]]:
    """The outputs of all ways to the end that enter these phones in turn."""
    found = {given} if state in fst.final and not phones else set()
    for arc in fst.arcs[state]:
        outputs = (*given, arc.output) if arc.output else given
        if arc.input == EPSILON:
            found |= spelled(fst, phones, arc.target, outputs)
        elif arc.target != state and phones and arc.input == transitions(phones[0]).leave:
            found |= spelled(fst, phones[1:], arc.target, outputs)
    return found


def test_probabilities_of_the_word_order_sum_to_one() -> None:
    lexicon = Lexicon(SOUNDS)
    fst = word_order(PHRASES, lexicon)
    for state, arcs in enumerate(fst.arcs):
        costs = [arc.weight for arc in arcs] + [cost for final, cost in fst.final.items() if final == state]
        assert sum(math.exp(-cost) for cost in costs) == pytest.approx(1.0)
