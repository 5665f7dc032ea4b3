from pathlib import Path

import pytest

from tests.content.conftest import Changed, Edit, edited
from voiceguide.content.files import Files
from voiceguide.content.lint import lint, sentences
from voiceguide.content.load import find_content, read_all
from voiceguide.content.models import Models
from voiceguide.errors import ContentError
from voiceguide.guide.states import State, legal

STATES = {state.value: legal(state) for state in State}

UNTIDY = {
    "a long sentence": (
        *("guides/calf.yaml", "Straighten your {side} knee", "As you do so, straighten your {side} knee"),
        "guides/calf.yaml:{line}:12: prompts.stretch: "
        "a sentence of 15 words: 'As you do so, straighten your {side} knee, "
        "and pull your toes up towards your shin.'",
    ),
    "a sentence of long words": (
        *("prompts.yaml", "three: Three.", "three: " + "Comfortably everywhere " * 4 + "comfortably."),
        "prompts.yaml:{line}:10: prompts.three: "
        "a sentence of 7.4 seconds: '" + "Comfortably everywhere " * 4 + "comfortably.'",
    ),
    "a figure": (
        *("prompts.yaml", "three: Three.", "three: Just 3."),
        "prompts.yaml:{line}:10: prompts.three: write figures as words: 'Just 3.'",
    ),
    "an eye word": (
        *("points/st-36.yaml", "feel a soft dimple", "look for a soft dimple"),
        "points/st-36.yaml:{line}:11: prompts.dimple: 'look' asks for eyes, and it is dark",
    ),
    "a Latin word": (
        *("points/st-36.yaml", "feel a soft dimple", "feel the patella"),
        "points/st-36.yaml:{line}:11: prompts.dimple: 'patella' is Latin",
    ),
    "a Latin word in an answer": (
        *("questions/what-time.yaml", ">-\n    I'm sorry, I can't tell the time.", "Mind your Tibialis. #"),
        "questions/what-time.yaml:{line}:10: prompts.brief: 'tibialis' is Latin",
    ),
    "an unused prompt": (
        *("prompts.yaml", "  three: Three.", "  four: Four.\n  three: Three."),
        "prompts.yaml:{line}:3: prompts.four: never used",
    ),
    "an unused prompt of a point": (
        *("points/st-36.yaml", "  bend: Let", "  wait: Wait.\n  bend: Let"),
        "points/st-36.yaml:{line}:3: prompts.wait: never used",
    ),
    "an unused prompt of a flag": (
        *("safety.yaml", "\nprompts:\n", "\nprompts:\n  wait: Wait.\n"),
        "safety.yaml:{after}:3: prompts.wait: never used",
    ),
    "a template without example": (
        *("phrases.yaml", "          - please stop\n", "          - no more please\n          - please stop\n"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: no example for 'no more please'",
    ),
    "a template of a question without example": (
        *("questions/ginger.yaml", "- is ginger good for cramps\n", "- is ginger good for cramps\n  - why ginger\n"),
        "questions/ginger.yaml:{next}:5: said.3: no example for 'why ginger'",
    ),
    "a template of a flag without example": (
        *("safety.yaml", "      - chest pain\n", "      - my chest is bad\n      - chest pain\n"),
        "safety.yaml:{line}:9: flags.chest-pain.said.0: no example for 'my chest is bad'",
    ),
    "an example in a state that is none": (
        *("examples/calf.yaml", "states: [idle, answer", "states: [idel, answer"),
        "examples/calf.yaml:{line}:14: examples.0.states.0: unknown state 'idel' (did you mean 'idle'?)",
    ),
    "an example in a state where it makes no sense": (
        *("examples/progress.yaml", "states: [stretch,", "states: [idle,"),
        "examples/progress.yaml:{line}:14: examples.0.states.0: how_long makes no sense in 'idle'",
    ),
    "an example everywhere that makes no sense somewhere": (
        *("examples/progress.yaml", "states: [stretch, locate, press, check]", "states: [all]"),
        "examples/progress.yaml:{line}:14: examples.0.states.0: how_long makes no sense in 'idle'",
    ),
    "an item told nowhere": (
        *("sources.yaml", "\nitems:\n", "\nitems:\n  five-points/wrist: A point of the wrist\n"),
        "sources.yaml:{after}:3: items.five-points/wrist: "
        "told nowhere: name it in the `sources` of a file, or in `left_out` with the reason",
    ),
    "an item told and left out": (
        *("sources.yaml", "\nleft_out:\n", "\nleft_out:\n  five-points/st-36-use: Nobody asks\n"),
        "sources.yaml:{after}:3: left_out.five-points/st-36-use: is told all the same",
    ),
}

CLASHING = {
    "in one file": (
        *("phrases.yaml", "          - pause\n", "          - speak up\n          - pause\n"),
        "phrases.yaml:{line}:13: intents.pause.data.0.sentences.0: in 'ask_place', 'speak up' is louder as well",
    ),
    "of two questions": (
        *("questions/wind.yaml", "  - what about wind\n", "  - is it my desk job\n  - what about wind\n"),
        "questions/wind.yaml:{line}:5: said.0: in 'idle', 'is it my desk job' is question (desk) as well",
    ),
    "of a phrase and a flag": (
        *("safety.yaml", "      - chest pain\n", "      - please (stop|help)\n      - chest pain\n"),
        "safety.yaml:{line}:9: flags.chest-pain.said.0: in 'idle', 'please stop' is stop as well",
    ),
    "of a phrase and a routine": (
        *("routines/evening.yaml", "  - bedtime stretches\n", "  - leg cramp\n  - bedtime stretches\n"),
        "routines/evening.yaml:{line}:5: said.2: in 'idle', 'leg cramp' is symptom as well",
    ),
}


def warnings(files: Files, lacks: str = "") -> list[str]:
    return [str(warning) for warning in lint(Models.of(files), lambda word: word != lacks, STATES)]


@pytest.mark.parametrize(("name", "old", "new", "warning"), UNTIDY.values(), ids=UNTIDY.keys())
def test_a_warning_has_an_address(changed: Changed, name: str, old: str, new: str, warning: str) -> None:
    text, told = edited(name, old, new, warning)
    assert warnings(changed(name, text)) == [told]


@pytest.mark.parametrize(("name", "old", "new", "warning"), CLASHING.values(), ids=CLASHING.keys())
def test_words_with_two_meanings_are_told_where_the_later_one_stands(
    changed: Changed, name: str, old: str, new: str, warning: str
) -> None:
    text, told = edited(name, old, new, warning)
    assert told in warnings(changed(name, text))


def test_the_same_words_may_mean_different_things_at_different_times(changed: Changed) -> None:
    text, _ = edited("phrases.yaml", "          - resume\n", "          - resume\n          - no better\n", "")
    assert not any("as well" in warning for warning in warnings(changed("phrases.yaml", text)))


def test_the_same_words_may_mean_the_same_twice(changed: Changed) -> None:
    text, _ = edited(
        "questions/wind.yaml", "  - what about wind\n", "  - what about [the] wind\n  - what about wind\n", ""
    )
    assert warnings(changed("questions/wind.yaml", text)) == []


def test_an_intent_without_examples(folder: Path) -> None:
    (folder / "examples/progress.yaml").unlink()
    told = [warning for warning in warnings(read_all(folder)) if "how_long" in warning]
    assert told[0].endswith("intents.how_long: no example of how_long")
    assert all("no example for" in warning for warning in told[1:])


def test_a_word_that_the_recogniser_lacks(pristine: Files) -> None:
    (told,) = warnings(pristine, lacks="pardon")
    assert told.endswith("intents.repeat.data.0.sentences.8: the recogniser lacks 'pardon': give it a pronunciation")
    assert warnings(pristine, lacks="hammy's") == []


def test_a_word_of_a_question_that_the_recogniser_lacks(pristine: Files) -> None:
    what = "the recogniser lacks 'thrillers': give it a pronunciation"
    told = warnings(pristine, lacks="thrillers")
    assert told
    assert all(
        warning.startswith("content/en/questions/thrillers.yaml:") and warning.endswith(what) for warning in told
    )


def test_a_word_of_a_point_s_name_that_the_recogniser_lacks(changed: Changed) -> None:
    text, told = edited(
        *("points/st-36.yaml", "- leg three miles", "- leg three furlongs"),
        "points/st-36.yaml:{line}:7: names.said.1: the recogniser lacks 'furlongs': give it a pronunciation",
    )
    lacking = [warning for warning in warnings(changed("points/st-36.yaml", text), "furlongs") if "lacks" in warning]
    assert lacking == [told]


def test_the_dose_of_a_point_is_spoken_too(folder: Path, edit: Edit) -> None:
    edit("points/st-36.yaml", "  bend: Let", "  push: Push.\n  bend: Let")
    beats = "[{cue: press, seconds: 3, say: push}, {cue: release, seconds: 2}]"
    edit("points/st-36.yaml", "on_it: on-it", f"on_it: on-it\ndose: {{times: 3, beats: {beats}}}")
    assert warnings(read_all(folder)) == []


def test_errors_come_first(changed: Changed) -> None:
    text, _ = edited("points/st-36.yaml", "on_it: on-it", "on_it: nowhere", "")
    with pytest.raises(ContentError, match="unknown prompt 'nowhere'"):
        warnings(changed("points/st-36.yaml", text))


def test_a_warning_of_one_s_own_content_has_the_address_of_one_s_own_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = Path("own/en")
    own.mkdir(parents=True)
    (own / "prompts.yaml").write_text("prompts:\n  good-night: Look at 1 star.\n", encoding="utf-8")
    assert warnings(read_all(*find_content("en", Path("own")))) == [
        "own/en/prompts.yaml:2:15: prompts.good-night: 'look' asks for eyes, and it is dark",
        "own/en/prompts.yaml:2:15: prompts.good-night: write figures as words: 'Look at 1 star.'",
    ]


def test_a_prompt_sentence_by_sentence() -> None:
    assert sentences("Is it easing?  Yes,\nor no? Rest.") == ["Is it easing?", "Yes, or no?", "Rest."]
