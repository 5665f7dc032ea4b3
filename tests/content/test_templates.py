import pytest

from voiceguide.content.phrasing import Phrases
from voiceguide.content.templates import Phrase, expand, expand_template, normalise
from voiceguide.intents import IntentKind


def phrases(*templates: str, **rules: str) -> Phrases:
    return Phrases.model_validate(
        {
            "language": "en",
            "intents": {"symptom": {"data": [{"sentences": templates, "slots": {"place": "calf"}}]}},
            "lists": {
                "side": {"values": [{"in": "left", "out": "left"}, {"in": "right[ hand]", "out": "right"}]},
                "loop": {"values": [{"in": "{loop}", "out": "left"}]},
            },
            "expansion_rules": rules,
        }
    )


def texts(template: str, **rules: str) -> list[str]:
    return [text for text, _ in expand_template(template, phrases("x", **rules))]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Calf, I think!", "calf i think"),
        ("  can't   FIND it ", "can't find it"),
        ("can\u2019t", "can't"),
        ("'cause my toes' arch", "cause my toes arch"),
        ("charley-horse", "charley horse"),
        ("cafe\u0301", "caf\u00e9"),
        ("...", ""),
        ("snake_case 36", "snake case 36"),
    ],
)
def test_normalise(text: str, normal: str) -> None:
    assert normalise(text) == normal
    assert normalise(normal) == normal


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Stop!", ["stop"]),
        ("[please] stop", ["please stop", "stop"]),
        ("(stop|quit) it", ["stop it", "quit it"]),
        ("[the|my] calf", ["the calf", "my calf", "calf"]),
        ("(now;stop)", ["now stop", "stop now"]),
        ("{side} leg", ["left leg", "right hand leg", "right leg"]),
        ("<now> stop", ["right now stop", "now stop"]),
    ],
)
def test_expansion(template: str, expected: list[str]) -> None:
    assert texts(template, now="[right] now") == expected


def test_slots_come_from_lists_and_from_the_group() -> None:
    left, *_ = expand(phrases("{side} calf", "{side} calf"))
    assert left == Phrase("left calf", IntentKind.SYMPTOM, {"place": "calf", "side": "left"})


def test_a_list_may_fill_a_slot_of_another_name() -> None:
    assert expand_template("{side:leg}", phrases("x"))[0] == ("left", {"leg": "left"})


def test_a_meaning_of_a_text_is_there_once() -> None:
    assert [phrase.text for phrase in expand(phrases("[a] cramp", "cramp"))] == ["a cramp", "cramp"]


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("(stop", "brackets that don't match, or are empty"),
        ("stop)", "brackets that don't match, or are empty"),
        ("[] stop", "brackets that don't match, or are empty"),
        ("{nothing}", "unknown list {nothing}"),
        ("<nothing>", "unknown rule <nothing>"),
        ("<one>", "<one> needs itself"),
        ("{loop}", "{loop} needs itself"),
        ("(a|b|c) " * 6, "stands for more than 500 phrases"),
        ("[a] " * 200, "stands for more than 500 phrases"),
        ("(" * 3000 + "a" + ")" * 3000, "nested too deeply"),
    ],
)
def test_faulty_templates(template: str, what: str) -> None:
    with pytest.raises(ValueError, match=rf"^{what.replace('{', '[{]')}$"):
        texts(template, one="<two>", two="[a] <one>")
