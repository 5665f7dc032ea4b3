"""Half duplex: the device does not act on its own voice."""

import pytest

from voiceguide.hear.echo import OwnVoice
from voiceguide.intents import IntentKind
from voiceguide.messages import Hypothesis

SAFETY_LINE = "If the leg is swollen, hot, injured, numb or won't move, say safety."


def heard(text: str, start: float, end: float) -> Hypothesis:
    return Hypothesis(text, 1.0, start, end, True)


def speaking() -> OwnVoice:
    own = OwnVoice(tail=0.3)
    own.speaks(10.0, 14.0, SAFETY_LINE)
    return own


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "drowned"),
    [
        ("next", IntentKind.NEXT, 11.0, 11.4, True),  # any sentence drowns it
        ("next", IntentKind.NEXT, 9.0, 9.9, False),  # before it
        ("next", IntentKind.NEXT, 14.2, 14.6, True),  # the room's tail
        ("next", IntentKind.NEXT, 14.4, 14.8, False),  # after it
        ("stop", IntentKind.STOP, 11.0, 11.4, False),  # stop passes
        ("safety", IntentKind.SAFETY, 13.5, 14.0, True),  # the device says so itself
        ("safety", IntentKind.SAFETY, 12.9, 13.4, True),  # or may
        ("safety", IntentKind.SAFETY, 10.6, 11.1, False),  # not yet
        ("my chest hurts", IntentKind.RED_FLAG, 11.0, 12.0, False),
        ("leg is swollen", IntentKind.RED_FLAG, 11.0, 12.0, True),
        ("", None, 11.0, 12.0, True),
    ],
)
def test_while_a_sentence_sounds(text: str, kind: IntentKind | None, start: float, end: float, drowned: bool) -> None:
    assert speaking().drowns(heard(text, start, end), kind) is drowned


def test_over_a_sentence_only_a_clear_stop_passes() -> None:
    assert not speaking().drowns(Hypothesis("stop", 0.95, 11.0, 11.4, True), IntentKind.STOP)
    assert speaking().drowns(Hypothesis("stop", 0.6, 11.0, 11.4, True), IntentKind.STOP)


def test_a_sentence_that_was_cut_drowns_nothing_later() -> None:
    own = speaking()
    own.hushed(11.0)
    assert own.drowns(heard("next", 11.1, 11.5), IntentKind.NEXT)
    assert not own.drowns(heard("next", 11.4, 11.8), IntentKind.NEXT)


@pytest.mark.parametrize(
    ("kind", "start", "end", "drowned"),
    [
        (IntentKind.BETTER, 20.1, 20.7, True),  # "let go" taken for "it let go"
        (IntentKind.STOP, 20.1, 20.6, True),
        (IntentKind.STOP, 20.5, 21.1, False),  # mostly after it, and its echo
        (IntentKind.SLOWER, 21.0, 21.5, False),
    ],
)
def test_while_a_count_sounds(kind: IntentKind, start: float, end: float, drowned: bool) -> None:
    own = OwnVoice(tail=0.3)
    own.speaks(20.0, 20.4, "Let go.", brief=True)
    assert own.drowns(heard("it let go", start, end), kind) is drowned


def test_where_the_device_is_not_heard_everything_may_interrupt() -> None:
    own = speaking()
    next_ = heard("next", 11.4, 11.8)
    for number in range(99):
        own.listen(10.0 + 0.02 * number, hearing=False)
    assert own.leaky, "not known yet"
    own.listen(11.98, hearing=False)
    assert not own.drowns(next_, IntentKind.NEXT)
    for number in range(15):
        own.listen(12.0 + 0.02 * number, hearing=True)
    assert own.drowns(next_, IntentKind.NEXT), "it has been turned up"


def test_only_the_device_s_own_sentences_tell_of_the_echo() -> None:
    own = speaking()
    for number in range(100):
        own.listen(14.0 + 0.02 * number, hearing=False)
    assert own.leaky


def test_a_sentence_that_never_began_is_forgotten() -> None:
    own = speaking()
    own.hushed(9.0)
    assert not own.drowns(heard("next", 11.0, 11.5), IntentKind.NEXT)
