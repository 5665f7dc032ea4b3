"""An amplifier that sleeps is woken before the first word, and everything after it keeps its distances."""

from itertools import pairwise

import pytest

from tests.guide.talk import TONE, Talk
from voiceguide.content.library import Library
from voiceguide.guide.script import TONES, WAKE, Options
from voiceguide.guide.states import State
from voiceguide.intents import IntentKind as K
from voiceguide.messages import SPEAK_RATE, Cue


def talk_with(library: Library, lead_in: float) -> Talk:
    talk = Talk(library, Options(lead_in=lead_in))
    lengths = {**talk.session.script.lengths, WAKE: TONE}
    talk.session.equip(library, lengths, talk.session.options)
    return talk


def woken(talk: Talk) -> list[float]:
    return [sound.start / SPEAK_RATE for sound in talk.sounds if sound.cue is Cue.WAKE]


def test_the_whole_timeline_moves_as_one(library: Library) -> None:
    without, with_it = (talk_with(library, seconds).hear(K.SYMPTOM, place="calf") for seconds in (0.0, 0.5))
    spoken = [sound for sound in with_it.sounds if sound.cue is not Cue.WAKE]
    assert [s.start - SPEAK_RATE // 2 for s in spoken] == [s.start for s in without.sounds]
    assert woken(with_it) == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    before, after = without.session.deadline(), with_it.session.deadline()
    assert before is not None
    assert after == pytest.approx(before + 0.5)


def test_it_is_no_shorter_than_it_should_be(library: Library) -> None:
    talk = talk_with(library, 0.25).hear(K.SYMPTOM, place="calf")
    assert talk.sounds[3].start == 3 * TONE


def test_what_has_sounded_lately_is_awake(library: Library) -> None:
    talk = talk_with(library, 0.5).hear(K.SYMPTOM, place="calf")
    talk.wait(2).hear(K.SLOWER).hear(K.REPEAT).wait(1).hear(K.STOP)
    assert len(woken(talk)) == 5
    talk.wait(5).hear(K.SYMPTOM, place="calf")
    assert len(woken(talk)) == 5, "the last word was less than ten seconds ago"
    talk.hear(K.STOP).wait(30).hear(K.SYMPTOM, place="calf")
    assert len(woken(talk)) == 10


def test_a_word_that_was_silenced_at_once_has_not_kept_it_awake(library: Library) -> None:
    talk = talk_with(library, 0.5).hear(K.SYMPTOM, place="calf").wait(1).hear(K.PAUSE).wait(12).hear(K.RESUME)
    assert len(woken(talk)) == 10


def test_cues_keep_their_distances(library: Library) -> None:
    def cues(lead_in: float) -> list[int]:
        talk = talk_with(library, lead_in).hear(K.SYMPTOM, place="calf").until(State.PRESS).wait(90)
        tones = [sound.start for sound in talk.sounds if sound.sound in TONES]
        return [later - earlier for earlier, later in pairwise(tones)][:10]

    assert cues(0.5) == cues(0.0)


def test_nothing_is_woken_for_nothing(library: Library) -> None:
    talk = talk_with(library, 0.5).hear(K.SYMPTOM, place="calf").wait(1).hear(K.PAUSE).wait(200)
    assert len(woken(talk)) == 5
