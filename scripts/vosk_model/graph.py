"""The decoder's graph in two parts that libvosk joins while it decodes: sounds to words, and which words come when."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from scripts.vosk_model.fst import EPSILON, Fst
from scripts.vosk_model.lexicon import UNKNOWN, Lexicon, token
from scripts.vosk_model.topology import (
    BEGIN,
    END,
    INTERNAL,
    PAUSE_ID,
    PHONES,
    SILENCE_ID,
    phone_id,
    transitions,
    word_phones,
)

DISCOUNT = 0.5
"""Share of the probability that goes to words seen after a word; the rest to all others. As in libvosk's grammars."""


PAUSE_COST = -math.log(0.2)
"""Of a pause inside a phrase."""
PAUSE_COST_STAYING = 0.4
"""Of every 30 ms that it lasts: after a word that is a phrase of its own, silence is likelier its end."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Negative natural logarithms, beside the words' own."""

    silence: float = -math.log(0.5)
    """Of a silence before or after a word; going on without one costs the rest."""
    unknown: float = 0.0
    """Of beginning an unknown word."""
    unknown_phone: float = math.log(len(PHONES))
    """Of each phone of an unknown word."""


def words_of_sounds(lexicon: Lexicon, costs: Costs) -> Fst:
    """From transitions of phones to words: HCLr.fst, a tree of all pronunciations with shared beginnings.

    Kaldi's graphs hold the probabilities of transitions; here all have the same, which decides nothing, so they are
    left out. A phone is entered by its leaving transition and stays on by the other one, as Kaldi reorders them.
    """
    fst = Fst()
    start, between, after = fst.state(), fst.state(), fst.state()
    fst.final[between] = 0.0
    silence = _phone(fst, [(start, costs.silence), (after, costs.silence)], SILENCE_ID)
    fst.arc(silence, between, EPSILON, EPSILON)
    at_once = -math.log1p(-math.exp(-costs.silence))
    for state in (start, after):
        fst.arc(state, between, EPSILON, EPSILON, at_once)
    nodes: dict[tuple[int, ...], int] = {(): between}
    for entry in lexicon.entries:
        for count in range(1, len(entry.phones) + 1):
            path = entry.phones[:count]
            if path not in nodes:
                nodes[path] = _phone(fst, [(nodes[path[:-1]], 0.0)], path[-1])
        fst.arc(nodes[entry.phones], after, EPSILON, lexicon.numbers[entry.word])
    _add_phrases(fst, between, after, lexicon)
    _add_unknown(fst, between, after, lexicon.numbers[UNKNOWN], costs)
    return fst


def _add_phrases(fst: Fst, before: int, after: int, lexicon: Lexicon) -> None:
    """Whole phrases as words: a tree of their words, in which each may be followed by a pause."""
    places: dict[tuple[str, ...], int] = {(): before}
    nodes: dict[tuple[tuple[str, ...], tuple[int, ...]], int] = {}
    for phrase in lexicon.phrases:
        for count, word in enumerate(phrase, start=1):
            head, last = phrase[: count - 1], count == len(phrase)
            if not last and phrase[:count] in places:
                continue
            ends = set()
            for sounds in lexicon.sounds[word]:
                phones = word_phones(sounds.split(), begins=count == 1, ends=last)
                state = places[head]
                for length in range(1, len(phones) + 1):
                    key = (head, phones[:length])
                    if key not in nodes:
                        nodes[key] = _phone(fst, [(state, 0.0)], phones[length - 1])
                    state = nodes[key]
                ends.add(state)
            if last:
                for end in sorted(ends):
                    fst.arc(end, after, EPSILON, lexicon.numbers[token(phrase)])
            else:
                places[phrase[:count]] = _pause(fst, sorted(ends))


def _pause(fst: Fst, ends: Iterable[int]) -> int:
    """A state after an optional pause."""
    place = fst.state()
    for end in ends:
        fst.arc(end, place, EPSILON, EPSILON)
    pause = _phone(fst, [(end, PAUSE_COST) for end in ends], PAUSE_ID, PAUSE_COST_STAYING)
    fst.arc(pause, place, EPSILON, EPSILON)
    return place


def _phone(fst: Fst, sources: Iterable[tuple[int, float]], phone: int, staying: float = 0.0) -> int:
    """A state that is in `phone`, entered from `sources` at their costs."""
    numbers = transitions(phone)
    state = fst.state()
    for source, cost in sources:
        fst.arc(source, state, numbers.leave, EPSILON, cost)
    fst.arc(state, state, numbers.stay, EPSILON, staying)
    return state


def _add_unknown(fst: Fst, before: int, after: int, number: int, costs: Costs) -> None:
    """The unknown word: two phones or more, any of them."""
    hub = fst.state()
    for phone in PHONES:
        first = _phone(fst, [(before, costs.unknown + costs.unknown_phone)], phone_id(phone, BEGIN))
        inner = _phone(fst, [(hub, costs.unknown_phone)], phone_id(phone, INTERNAL))
        last = _phone(fst, [(hub, costs.unknown_phone)], phone_id(phone, END))
        fst.arc(first, hub, EPSILON, EPSILON)
        fst.arc(inner, hub, EPSILON, EPSILON)
        fst.arc(last, after, EPSILON, number)


def word_order(phrases: Iterable[str], lexicon: Lexicon) -> Fst:
    """Gr.fst, for decoding without a grammar: a bigram of the phrases that backs off to single words."""
    follows: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for phrase in phrases:
        words = ["", *phrase.split(), ""]  # the empty word stands for both ends
        for word, following in pairwise(words):
            follows[word][following] += 1
    anywhere: Counter[str] = Counter()
    for counts in follows.values():
        anywhere += counts
    fst = Fst()
    state_after = {"": fst.state()}
    back_off = fst.state()
    state_after |= {word: fst.state() for word in sorted(follows) if word}
    for word, state in state_after.items():
        _words(fst, state, follows[word], DISCOUNT, state_after, lexicon)
        fst.arc(state, back_off, EPSILON, EPSILON, -math.log(1 - DISCOUNT))
    _words(fst, back_off, anywhere, 1.0, state_after, lexicon)
    return fst


def _words(
    fst: Fst, state: int, counts: Counter[str], share: float, state_after: dict[str, int], lexicon: Lexicon
) -> None:
    """Arcs for the words that may follow, or the end."""
    for word, count in counts.items():
        cost = -math.log(share * count / counts.total())
        if word:
            fst.arc(state, state_after[word], lexicon.numbers[word], lexicon.numbers[word], cost)
        else:
            fst.final[state] = cost
