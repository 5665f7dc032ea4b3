"""Gate, recogniser and decision together, with a recogniser that reads a script."""

from collections.abc import Iterable

import pytest

from tests.fakes import ScriptedRecognizer, loud_is_speech
from tests.hear.sounds import frames, room, voice
from voiceguide.hear.commit import CommitSettings
from voiceguide.hear.gate import Gate
from voiceguide.hear.listener import Listener
from voiceguide.messages import AudioFrame, Hypothesis, IntentKind
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
    ((_, heard),) = listen(recognizer, frames(room(1), voice(0.4), room(0.2), voice(0.6), room(1)))
    assert heard.text == "cramp in my foot"


def test_the_beginning_of_a_longer_phrase_acts_in_the_end() -> None:
    ((at, heard),) = listen(ScriptedRecognizer([(0.4, "cramp")]), frames(room(1), voice(0.5), room(1)))
    assert heard.text == "cramp"
    assert at - heard.end == pytest.approx(CommitSettings().silence_if_continues, abs=0.05)


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
