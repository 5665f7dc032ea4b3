"""Evidence and its weight."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from voiceguide.hear.judge import (
    CLEAREST,
    EXPECTED,
    FARTHEST,
    IN_MODEL,
    SPHINX,
    Evidence,
    Fitted,
    FittedJudge,
    TrustingJudge,
)
from voiceguide.hear.judge import KINDS as ALL_KINDS
from voiceguide.intents import IntentKind
from voiceguide.models import built_in_model

EVEN = math.log(3)
"""Log-odds of a confidence of 0.75, but for `judge.UNSURE`."""
WEIGHTS = {
    "heard": {"bias": 1.5 - EVEN, "confidence": 1.0},
    "seen": {"bias": -2.0, "look": 0.5},
    "both": {"bias": -0.49 - EVEN, "confidence": 1.0, "look": 0.5, "lead": 0.5},
}
KINDS = ("heard", "seen", "both")
LEAST = {"session": {kind: {"": 1.0, "stop": 0.0} for kind in KINDS}, "idle": {kind: {"": 2.0} for kind in KINDS}}
SURE = {"session": dict.fromkeys(KINDS, 1.0), "idle": dict.fromkeys(KINDS, 3.0)}
FITS = Fitted(WEIGHTS, LEAST, SURE)
JUDGE = FittedJudge(FITS)

HEARD = Evidence("calf cramp", confidence=0.75, voiced=0.8)
BOTH = Evidence("next", confidence=0.75, voiced=0.4, look=3.0, rival=1.0)
SEEN = Evidence("next", confidence=None, voiced=0.4, look=6.0)


def test_each_kind_of_evidence_has_weights_of_its_own() -> None:
    assert [evidence.kind for evidence in (HEARD, BOTH, SEEN)] == ["heard", "both", "seen"]
    assert [JUDGE.score(evidence, evidence.kind) for evidence in (HEARD, BOTH, SEEN)] == pytest.approx(
        [1.5, 2.0, 1.0], abs=0.02
    )


def test_the_answer_to_what_was_just_asked_needs_less() -> None:
    plain, asked = (JUDGE.judge(replace(HEARD, asked=asked), IntentKind.PLACE, strict=False) for asked in (False, True))
    assert asked.margin == pytest.approx(plain.margin + EXPECTED)
    assert asked.chance == plain.chance
    assert TrustingJudge().judge(Evidence("left", 0.0, 0.4, asked=True), IntentKind.PLACE, strict=False).margin < 0


def test_a_rival_that_is_unlikely_itself_is_none() -> None:
    assert Evidence("next", 0.75, 0.4, look=3.0, rival=-5.0).features()["lead"] == 3.0


def test_looks_at_short_words_are_weighed_by_themselves_as_far_as_they_say_more() -> None:
    short, longer = (Evidence(text, 0.75, 0.4, look=20.0).features() for text in ("stop", "calf cramp"))
    assert (short["short"], short["short look"], short["short lead"]) == (1.0, FARTHEST, FARTHEST)
    assert (longer["short"], longer["short look"], longer["short lead"]) == (0.0, 0.0, 0.0)


def test_a_confidence_is_never_taken_for_certain() -> None:
    sure, never = (Evidence("next", confidence, 0.4).features()["confidence"] for confidence in (1.0, 0.0))
    assert sure == pytest.approx(math.log(1001))
    assert never == pytest.approx(-sure)


def test_the_ratio_to_unknown_words_is_the_phrases_own_share_of_it() -> None:
    half = Evidence("next", confidence=0.5, voiced=0.4, known=3.0).features()
    assert half["ratio"] == half["short ratio"] == pytest.approx(3.0 + math.log(0.5), abs=0.01)
    certain = Evidence("calf cramp", confidence=1.0, voiced=0.8, known=99.0).features()
    assert (certain["ratio"], certain["short ratio"]) == (CLEAREST, 0.0)
    assert "ratio" not in HEARD.features()  # PocketSphinx cannot tell


def test_what_a_phrase_needs_depends_on_what_it_does_and_whether_a_dialogue_is_going_on() -> None:
    assert JUDGE.judge(HEARD, IntentKind.SYMPTOM, strict=False).margin == pytest.approx(0.5, abs=0.01)
    assert JUDGE.judge(HEARD, IntentKind.STOP, strict=False).margin == pytest.approx(1.5, abs=0.01)
    assert JUDGE.judge(HEARD, IntentKind.SYMPTOM, strict=True).margin == pytest.approx(-0.5, abs=0.01)


def test_it_may_act_without_being_sure() -> None:
    verdict = JUDGE.judge(BOTH, IntentKind.SYMPTOM, strict=True)
    assert verdict.margin >= 0
    assert not verdict.sure
    clearer = Evidence("next", confidence=0.95, voiced=0.4, look=3.0, rival=1.0)
    assert JUDGE.judge(clearer, IntentKind.SYMPTOM, strict=True).sure


def test_caution_is_added_to_what_everything_needs() -> None:
    cautious = FittedJudge(FITS, caution=0.4)
    assert cautious.judge(HEARD, IntentKind.SYMPTOM, strict=False).margin == pytest.approx(0.1, abs=0.01)


def test_where_nothing_was_fitted_the_recogniser_is_trusted() -> None:
    assert TrustingJudge().judge(HEARD, IntentKind.STOP, strict=True).margin >= 0
    assert TrustingJudge().judge(SEEN, IntentKind.STOP, strict=True).margin < 0


def test_it_may_have_to_be_certain_but_for_what_is_urgent() -> None:
    judge = TrustingJudge({True: 0.9, False: 0.5})
    margins = [judge.judge(HEARD, IntentKind.SYMPTOM, strict).margin for strict in (True, False)]
    assert margins == pytest.approx([-0.15, 0.25])
    assert judge.judge(HEARD, IntentKind.STOP, strict=True).margin == pytest.approx(0.25)


def fitted() -> list[Path]:
    model = built_in_model("en")
    assert model
    return [SPHINX, model / IN_MODEL]


@pytest.mark.parametrize(("file", "known"), list(zip(fitted(), (None, 3.0), strict=True)), ids=["sphinx", "vosk"])
def test_what_was_fitted_has_a_weight_for_each_feature_and_is_readable(file: Path, known: float | None) -> None:
    weights = json.loads(file.read_text("utf-8"))["weights"]
    for evidence in (replace(one, known=known) for one in (HEARD, BOTH, SEEN)):
        assert set(weights[evidence.kind]) == set(evidence.features())
    judge = FittedJudge.of(file)
    better = Evidence("next", confidence=0.9, voiced=0.4, look=3.0, rival=1.0)
    assert judge.score(better, better.kind) > judge.score(BOTH, BOTH.kind)


@pytest.mark.parametrize("file", fitted(), ids=["sphinx", "vosk"])
def test_confidence_never_speaks_against_a_phrase(file: Path) -> None:
    weights = json.loads(file.read_text("utf-8"))["weights"]
    confident = {kind: mine["confidence"] for kind, mine in weights.items() if "confidence" in mine}
    assert set(confident) == {kind for kind in ALL_KINDS if "seen" not in kind}
    assert min(confident.values()) > 0


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("file", fitted(), ids=["sphinx", "vosk"])
def test_stop_never_needs_more_than_the_rest(file: Path, strict: bool) -> None:
    judge = FittedJudge.of(file)
    margins = [judge.judge(BOTH, intent, strict).margin for intent in (IntentKind.STOP, IntentKind.NEXT)]
    assert margins[0] >= margins[1]
