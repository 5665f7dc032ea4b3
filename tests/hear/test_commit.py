"""The decision to act: stable words, a whole phrase, a short silence."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.hear.commit import CommitRule, CommitSettings
from voiceguide.intents import IntentKind as I

IS = CommitSettings()
BLOCK = 0.02


def when(
    words: Callable[[float], str],
    silence_from: float,
    *,
    intent: I | None = I.NEXT,
    continues: bool = False,
    settled: bool = False,
) -> float | None:
    """When the rule acts on `words(now)`, the voice having ended at `silence_from`."""
    rule = CommitRule()
    for number in range(1, 100):
        now = number * BLOCK
        text = words(now)
        silence = max(0.0, now - silence_from) + 1e-6
        meant = intent if text else None
        if rule.decide(now + 1e-6, text, silence, intent=meant, continues=continues, settled=settled):
            return now
    return None


def test_acts_when_the_silence_is_long_enough() -> None:
    assert when(lambda now: "stop", 0.4) == pytest.approx(0.48)


def test_waits_until_the_words_are_stable() -> None:
    assert when(lambda now: "stop" if now >= 0.44 else "", 0.4) == pytest.approx(0.44 + IS.stable)


def test_does_not_wait_for_stability_where_both_listeners_agree() -> None:
    assert when(lambda now: "next" if now >= 0.44 else "", 0.4, settled=True) == pytest.approx(0.48)


def test_stop_acts_before_all_others_and_what_ends_a_session_after_them() -> None:
    waits = [when(lambda _: "so", 0.4, intent=intent) or 0.0 for intent in (I.STOP, I.NEXT, I.BETTER)]
    assert 0.4 < waits[0] < waits[1] < waits[2]


def test_waits_for_the_rest_of_a_longer_phrase() -> None:
    assert when(lambda now: "cramp", 0.4, continues=True) == pytest.approx(0.4 + IS.silence_if_continues, abs=BLOCK)


def test_never_acts_on_half_a_phrase() -> None:
    assert when(lambda now: "can't find", 0.2, intent=None) is None


def test_never_acts_on_words_that_keep_changing() -> None:
    assert when(lambda now: f"word {round(now / BLOCK) // 3}", 0.1) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "stop", "go back"]),
            st.floats(0, 0.5),
            st.sampled_from([None, I.STOP, I.NEXT, I.BETTER]),
            st.booleans(),
            st.booleans(),
        )
    )
)
def test_acts_only_after_stability_and_silence(blocks: list[tuple[str, float, I | None, bool, bool]]) -> None:
    rule = CommitRule()
    since, last = 0.0, None
    for number, (text, silence, intent, continues, settled) in enumerate(blocks):
        now = number * BLOCK
        if text != last:
            since, last = now, text
        if rule.decide(now, text, silence, intent=intent, continues=continues, settled=settled):
            assert intent
            assert settled or now - since >= IS.stable or (last == "" and now >= IS.stable)
            assert silence >= (IS.silence_if_continues if continues else IS.by_intent.get(intent, IS.silence))
