"""The decision to act: stable words, a whole phrase, a short silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.hear.commit import CommitRule, CommitSettings

IS = CommitSettings()
BLOCK = 0.02


def when(words, silence_from: float, *, whole: bool = True, continues: bool = False) -> float | None:
    """When the rule acts on `words(now)`, the voice having ended at `silence_from`."""
    rule = CommitRule()
    for number in range(1, 100):
        now = number * BLOCK
        text = words(now)
        silence = max(0.0, now - silence_from) + 1e-6
        if rule.decide(now + 1e-6, text, silence, whole=whole and bool(text), continues=continues):
            return now
    return None


def test_acts_when_the_silence_is_long_enough() -> None:
    assert when(lambda now: "stop", 0.4) == pytest.approx(0.48)


def test_waits_until_the_words_are_stable() -> None:
    assert when(lambda now: "stop" if now >= 0.44 else "", 0.4) == pytest.approx(0.54)


def test_waits_for_the_rest_of_a_longer_phrase() -> None:
    assert when(lambda now: "cramp", 0.4, continues=True) == pytest.approx(0.4 + IS.silence_if_continues, abs=BLOCK)


def test_never_acts_on_half_a_phrase() -> None:
    assert when(lambda now: "can't find", 0.2, whole=False) is None


def test_never_acts_on_words_that_keep_changing() -> None:
    assert when(lambda now: f"word {round(now / BLOCK) // 4}", 0.1) is None


@given(st.lists(st.tuples(st.sampled_from(["", "stop", "go back"]), st.floats(0, 0.5), st.booleans(), st.booleans())))
def test_acts_only_after_stability_and_silence(blocks: list[tuple[str, float, bool, bool]]) -> None:
    rule = CommitRule()
    since, last = 0.0, None
    for number, (text, silence, whole, continues) in enumerate(blocks):
        now = number * BLOCK
        if text != last:
            since, last = now, text
        if rule.decide(now, text, silence, whole=whole, continues=continues):
            assert whole
            assert now - since >= IS.stable or (last == "" and now >= IS.stable)
            assert silence >= (IS.silence_if_continues if continues else IS.silence)
