"""Gate, recogniser and decision together, with a recogniser that reads a script."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import ScriptedRecognizer, loud_is_speech
from tests.hear.sounds import frames, room, voice
from voiceguide.guide.states import State
from voiceguide.hear.commit import CommitSettings
from voiceguide.hear.gate import Gate
from voiceguide.hear.judge import Evidence, TrustingJudge, Verdict
from voiceguide.hear.listener import LOOKS, Listener
from voiceguide.hear.recognizer import Partial
from voiceguide.hear.second import BEFORE, Looks
from voiceguide.intents import IntentKind
from voiceguide.messages import HEAR_RATE, AudioFrame, Hypothesis
from voiceguide.understand.match import Phrase, Phrasebook

BOOK = Phrasebook(
    [
        Phrase("stop", IntentKind.STOP),
        Phrase("stop it", IntentKind.STOP),
        Phrase("yes", IntentKind.YES),
        Phrase("cramp", IntentKind.SYMPTOM),
        Phrase("cramp in my foot", IntentKind.SYMPTOM, {"place": "foot"}),
        Phrase("safety", IntentKind.SAFETY),
    ]
)
ALL = frozenset(IntentKind)


def listen(
    recognizer: ScriptedRecognizer, stream: Iterable[AudioFrame], legal: frozenset[IntentKind] = ALL
) -> list[tuple[float, Hypothesis]]:
    """What is decided, with the time of the decision."""
    listener = Listener(recognizer, BOOK, Gate(detector=loud_is_speech))
    listener.expect("check", legal)
    decided, now = [], 0.0
    for frame in stream:
        now = frame.end
        decided += [(now, hypothesis) for hypothesis in listener.feed(frame)]
    return decided + [(now, hypothesis) for hypothesis in listener.finish()]


def test_a_phrase_acts_soon_after_its_last_sample() -> None:
    ((at, heard),) = listen(ScriptedRecognizer([(0.4, "stop")]), frames(room(1), voice(0.5), room(1)))
    assert heard.accepted
    assert heard.text == "stop"
    assert heard.start == pytest.approx(1.0, abs=0.01)
    assert heard.end == pytest.approx(1.5, abs=0.01)
    assert at - heard.end <= 0.1


def test_a_phrase_is_reported_once_and_a_second_one_is_heard() -> None:
    recognizer = ScriptedRecognizer([(0.4, "stop")], [(0.1, "stop")])
    decided = listen(recognizer, frames(room(1), voice(0.4), room(0.16), voice(0.4), room(1)))
    assert [heard.text for _, heard in decided] == ["stop", "stop"]
    assert decided[1][1].start == pytest.approx(1.56, abs=0.01)


def test_the_rest_of_a_sentence_is_not_reported_as_misheard() -> None:
    recognizer = ScriptedRecognizer([(0.4, "stop")], [])
    (only,) = listen(recognizer, frames(room(1), voice(0.4), room(0.2), voice(0.8), room(1)))
    assert only[1].text == "stop"


def test_the_release_of_the_last_sound_is_no_phrase() -> None:
    recognizer = ScriptedRecognizer([(0.4, "stop")], [(0.1, "yes")])
    (only,) = listen(recognizer, frames(room(1), voice(0.4), room(0.16), voice(0.1), room(1)))
    assert only[1].text == "stop"


def test_it_says_whether_somebody_is_heard() -> None:
    listener = Listener(ScriptedRecognizer([]), BOOK, Gate(detector=loud_is_speech))
    heard = []
    for frame in frames(room(1), voice(0.5), room(1)):
        listener.feed(frame)
        heard.append(listener.hearing)
    assert heard[0] is False
    assert heard[60] is True
    assert heard[-1] is False


def test_speech_that_is_no_phrase_is_given_up() -> None:
    ((at, heard),) = listen(ScriptedRecognizer([(0.4, "stop the")]), frames(room(1), voice(0.8), room(1)))
    assert not heard.accepted
    assert at - heard.end == pytest.approx(0.5, abs=0.03)


def test_a_cough_is_not_speech() -> None:
    assert listen(ScriptedRecognizer([]), frames(room(1), voice(0.25), room(1))) == []


def test_only_what_is_legal_acts() -> None:
    ((_, heard),) = listen(
        ScriptedRecognizer([(0.4, "yes")]), frames(room(1), voice(0.5), room(1)), frozenset({IntentKind.STOP})
    )
    assert heard.text == "yes"
    assert not heard.accepted


def test_the_beginning_of_a_longer_phrase_waits_for_it() -> None:
    recognizer = ScriptedRecognizer([(0.4, "cramp"), (1.0, "cramp in my foot")])
    ((_, heard),) = listen(recognizer, frames(room(1), voice(0.4), room(0.15), voice(0.6), room(1)))
    assert heard.text == "cramp in my foot"


def test_the_beginning_of_a_longer_phrase_acts_in_the_end() -> None:
    ((at, heard),) = listen(ScriptedRecognizer([(0.4, "cramp")]), frames(room(1), voice(0.5), room(1)))
    assert heard.text == "cramp"
    assert at - heard.end == pytest.approx(CommitSettings().silence_if_continues, abs=0.05)


@pytest.mark.parametrize(("text", "acts"), [("stop", True), ("yes", False)])
def test_where_much_is_missing_only_what_is_urgent_still_counts(text: str, acts: bool) -> None:
    before = list(frames(room(1), voice(0.5)))
    after = [AudioFrame(one.samples, one.start + 5.0) for one in frames(room(1), voice(0.5), room(1))]
    decided = listen(ScriptedRecognizer([(0.4, text)], [(0.4, "safety")]), [*before, *after])
    assert [heard.text for _, heard in decided] == [text, "safety"][0 if acts else 1 :]
    assert decided[-1][1].start == pytest.approx(6.0, abs=0.01), "it is another utterance"


def test_a_recording_that_ends_in_speech_is_decided() -> None:
    ((_, heard),) = listen(ScriptedRecognizer([(0.4, "safety")]), frames(room(1), voice(0.6)))
    assert heard.accepted
    ((_, heard),) = listen(ScriptedRecognizer([]), frames(room(1), voice(0.6)))
    assert not heard.accepted


def test_new_expectations_hold_at_once() -> None:
    listener = Listener(ScriptedRecognizer([(0.4, "yes")]), BOOK, Gate(detector=loud_is_speech))
    listener.expect("check", frozenset({IntentKind.STOP}))
    decided = []
    for frame in frames(room(1), voice(0.5), room(1)):
        if frame.start > 1.3:
            listener.expect("check", ALL)
        decided += listener.feed(frame)
    assert [heard.accepted for heard in decided] == [True]


def test_idle_is_strict() -> None:
    recognizer = ScriptedRecognizer([])
    listener = Listener(recognizer, BOOK, Gate(detector=loud_is_speech))
    for state in ("idle", "check"):
        listener.expect(state, ALL)
        for frame in frames(room(1), voice(0.5), room(1)):
            listener.feed(frame)
    assert recognizer.strict == [True, False]


class DoubtingRecognizer(ScriptedRecognizer):
    """It cannot decide between phrases."""

    def partial(self, silence: float) -> Partial:
        return Partial("yes", 0.4, {"stop": 0.3, "stop it": 0.25}, known=2.0)


class LikelyRecognizer(ScriptedRecognizer):
    """It takes one phrase for likelier."""

    def partial(self, silence: float) -> Partial:
        return Partial("yes", 0.55, {"stop": 0.45})


def test_phrases_that_mean_the_same_count_together() -> None:
    judge = TrustingJudge({True: 0.5, False: 0.5})
    listener = Listener(DoubtingRecognizer([]), BOOK, Gate(detector=loud_is_speech), judge=judge)
    listener.expect("check", ALL)
    (heard,) = [one for frame in frames(room(1), voice(0.5), room(1)) for one in listener.feed(frame)]
    assert (heard.text, heard.accepted) == ("stop", True)
    assert heard.confidence == pytest.approx(0.55)


class KeepingJudge:
    """Accepts nothing, and keeps the evidence."""

    def __init__(self) -> None:
        self.kept: list[Evidence] = []

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        self.kept.append(evidence)
        return Verdict(-1.0, sure=False)


def test_how_likely_all_of_it_is_is_evidence_too() -> None:
    judge = KeepingJudge()
    listener = Listener(DoubtingRecognizer([]), BOOK, Gate(detector=loud_is_speech), judge=judge)
    listener.expect("check", ALL)
    for frame in frames(room(1), voice(0.5)):
        listener.feed(frame)
    assert [(one.text, one.known) for one in judge.kept[-2:]] == [("stop", 2.0), ("yes", 2.0)]


def test_of_all_that_may_have_been_heard_the_second_look_may_decide() -> None:
    looker = ScriptedLooker({"yes": 3.0, "stop": -3.0})
    ((_, heard),) = listen_twice(DoubtingRecognizer([]), looker, frames(room(1), voice(0.5), room(1)), ALL)
    assert (heard.text, heard.sure) == ("yes", True)


@pytest.mark.parametrize(("state", "asked"), [(State.ASK_PLACE, True), (State.CHECK, False)])
def test_what_answers_the_question_is_told_from_the_rest(state: State, asked: bool) -> None:
    book, judge = Phrasebook([Phrase("left", IntentKind.PLACE), Phrase("stop", IntentKind.STOP)]), KeepingJudge()
    recognizer = ScriptedRecognizer([(0.4, "left")], [(0.4, "stop")])
    listener = Listener(recognizer, book, Gate(detector=loud_is_speech), judge=judge)
    listener.expect(state.value, ALL)
    for frame in frames(room(1), voice(0.5), room(1), voice(0.5), room(1)):
        listener.feed(frame)
    assert {(one.text, one.asked) for one in judge.kept} == {("left", asked), ("stop", False)}


def test_what_needs_less_acts_where_the_likeliest_may_not() -> None:
    class CautiousJudge:
        def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
            chance = evidence.confidence or 0.0
            return Verdict(chance - (0.4 if intent is IntentKind.STOP else 0.9), sure=False, chance=chance)

    listener = Listener(LikelyRecognizer([]), BOOK, Gate(detector=loud_is_speech), judge=CautiousJudge())
    listener.expect("check", ALL)
    (heard,) = [one for frame in frames(room(1), voice(0.5), room(1)) for one in listener.feed(frame)]
    assert (heard.text, heard.accepted) == ("stop", True)


def test_what_makes_no_sense_now_does_not_act_but_counts_against_what_does() -> None:
    judge = TrustingJudge({True: 0.5, False: 0.5})
    listener = Listener(DoubtingRecognizer([]), BOOK, Gate(detector=loud_is_speech), judge=judge)
    listener.expect("check", frozenset({IntentKind.YES}))
    (heard,) = [one for frame in frames(room(1), voice(0.5), room(1)) for one in listener.feed(frame)]
    assert (heard.accepted, heard.confidence) == (False, pytest.approx(0.4))


class ScriptedLooker:
    """A second look that reads a script: each look gives the next entry, and the last one from then on."""

    def __init__(self, *looks: Mapping[str, float]) -> None:
        self._looks = list(looks)
        self.lengths: list[int] = []
        """Samples that each look was given."""

    def look(self, samples: NDArray[np.int16]) -> Looks:
        self.lengths.append(len(samples))
        seen = self._looks[min(len(self.lengths), len(self._looks)) - 1]
        return Looks({phrase.text: -9.0 for phrase in BOOK.phrases} | {**seen})


class LookingJudge:
    """Believes the recogniser and the second look alike; what only one of them says is not sure."""

    def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
        said = (evidence.confidence or 0.0) - 0.5
        margin = max(said, (evidence.look or -1.0) - max(evidence.rival, 0.0))
        return Verdict(margin, sure=evidence.kind == "both", chance=1 / (1 + math.exp(-margin)))


def listen_twice(
    recognizer: ScriptedRecognizer, looker: ScriptedLooker, stream: Iterable[AudioFrame], legal: frozenset[IntentKind]
) -> list[tuple[float, Hypothesis]]:
    """What is decided with a second look."""
    listener = Listener(recognizer, BOOK, Gate(detector=loud_is_speech), judge=LookingJudge(), looker=looker)
    listener.expect("check", legal)
    return [(frame.end, hypothesis) for frame in stream for hypothesis in listener.feed(frame)]


def test_a_short_word_that_only_the_second_look_sees_acts() -> None:
    looker = ScriptedLooker({"yes": 3.0, "stop": -2.0})
    ((at, heard),) = listen_twice(ScriptedRecognizer([]), looker, frames(room(1), voice(0.4), room(1)), ALL)
    assert (heard.text, heard.accepted, heard.sure) == ("yes", True, False)
    assert at - heard.end <= 0.2
    assert looker.lengths[0] / HEAR_RATE == pytest.approx(BEFORE + 0.4 + 0.06, abs=0.04)


def test_where_both_agree_nothing_needs_to_settle() -> None:
    recognizer, looker = ScriptedRecognizer([(0.7, "yes")]), ScriptedLooker({"yes": 3.0})
    ((at, heard),) = listen_twice(recognizer, looker, frames(room(1), voice(0.4), room(1)), ALL)
    assert heard.sure
    assert at - heard.end == pytest.approx(0.08, abs=0.01)


def test_a_word_that_often_goes_on_must_settle_even_where_both_agree() -> None:
    recognizer, looker = ScriptedRecognizer([(0.7, "cramp")]), ScriptedLooker({"cramp": 3.0})
    ((at, heard),) = listen_twice(recognizer, looker, frames(room(1), voice(0.4), room(1)), ALL)
    assert at - heard.end >= 0.2


def test_what_was_acted_on_is_not_seen_again() -> None:
    looker = ScriptedLooker({"yes": 3.0}, {"stop": 3.0})
    stream = frames(room(1), voice(0.4), room(0.3), voice(0.3), room(1))
    decided = listen_twice(ScriptedRecognizer([]), looker, stream, ALL)
    assert [heard.text for _, heard in decided] == ["yes", "stop"]
    assert looker.lengths[1] < looker.lengths[0]


def test_what_makes_no_sense_now_is_not_seen() -> None:
    looker = ScriptedLooker({"yes": 3.0, "stop": 1.0})
    stream = frames(room(1), voice(0.4), room(1))
    ((_, heard),) = listen_twice(ScriptedRecognizer([]), looker, stream, frozenset({IntentKind.STOP}))
    assert heard.text == "stop"


def test_a_look_is_taken_in_each_pause_and_what_was_seen_before_is_forgotten() -> None:
    looker = ScriptedLooker({"yes": -1.0}, {"yes": 2.0})  # the first pause is too short for two
    stream = frames(room(1), voice(0.2), room(0.08), voice(0.2), room(1))
    ((_, heard),) = listen_twice(ScriptedRecognizer([]), looker, stream, ALL)
    assert heard.text == "yes"
    assert len(looker.lengths) == 2


def test_a_second_look_is_taken_again_when_the_last_sound_has_died_away() -> None:
    looker = ScriptedLooker({"yes": -1.0}, {"yes": 2.0})
    ((at, heard),) = listen_twice(ScriptedRecognizer([]), looker, frames(room(1), voice(0.4), room(1)), ALL)
    assert heard.text == "yes"
    assert LOOKS[1] <= round(at - heard.end, 3) < LOOKS[1] + 0.1
    assert looker.lengths[1] - looker.lengths[0] == pytest.approx(
        (LOOKS[1] - LOOKS[0]) * HEAR_RATE, abs=0.02 * HEAR_RATE
    )


def test_a_long_utterance_is_looked_at_only_where_the_recogniser_names_a_phrase() -> None:
    looker = ScriptedLooker()
    decided = listen_twice(ScriptedRecognizer([]), looker, frames(room(1), voice(1.5), room(1)), ALL)
    assert [heard.accepted for _, heard in decided] == [False]
    assert looker.lengths == []
    recognizer, looker = ScriptedRecognizer([(0.5, "yes")]), ScriptedLooker({"yes": 3.0})
    ((_, heard),) = listen_twice(recognizer, looker, frames(room(1), voice(1.5), room(1)), ALL)
    assert heard.sure
    assert len(looker.lengths) == 1


def test_the_likeliest_phrase_that_means_something_else_is_the_rival() -> None:
    kept: list[Evidence] = []

    class KeepingJudge:
        def judge(self, evidence: Evidence, intent: IntentKind, strict: bool) -> Verdict:
            kept.append(evidence)
            return Verdict(-1.0, sure=False)

    looker = ScriptedLooker({"stop": -4.0, "yes": 3.0, "cramp": 1.0})
    listener = Listener(
        ScriptedRecognizer([]), BOOK, Gate(detector=loud_is_speech), judge=KeepingJudge(), looker=looker
    )
    listener.expect("check", ALL)
    for frame in frames(room(1), voice(0.4), room(1)):
        listener.feed(frame)
    assert {(one.text, one.look, one.rival) for one in kept} == {("yes", 3.0, 1.0)}


def test_an_end_without_a_word_from_either_is_misheard_once() -> None:
    looker = ScriptedLooker({"yes": -2.0})
    decided = listen_twice(ScriptedRecognizer([]), looker, frames(room(1), voice(0.4), room(1)), ALL)
    assert [(heard.text, heard.accepted) for _, heard in decided] == [("", False)]
