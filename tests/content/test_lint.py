from pathlib import Path

import pytest

from tests.content.conftest import Edit
from voiceguide.content.lint import lint
from voiceguide.errors import ContentError
from voiceguide.messages import IntentKind

EVERYTHING = {"anywhere": frozenset({IntentKind.STOP, IntentKind.GOODBYE})}

UNTIDY = {
    "a long sentence": (
        *("guides/calf.yaml", "Straighten your {side} knee", "If you can, straighten your {side} knee"),
        "guides/calf.yaml:{line}:12: prompts.stretch: "
        "a sentence of 15 words: 'If you can, straighten your {side} knee, and pull your toes up towards your shin.'",
    ),
    "an eye word": (
        *("points/st-36.yaml", "feel a soft dimple", "look for a soft dimple"),
        "points/st-36.yaml:{line}:11: prompts.dimple: 'look' asks for eyes, and it is dark",
    ),
    "an unused prompt": (
        *("prompts.yaml", "  three: Three.", "  three: Three.\n  four: Four."),
        "prompts.yaml:{next}:3: prompts.four: never used",
    ),
    "an unused prompt of a point": (
        *("points/st-36.yaml", "  bend: Let", "  wait: Wait.\n  bend: Let"),
        "points/st-36.yaml:{line}:3: prompts.wait: never used",
    ),
    "a template without example": (
        *("phrases.yaml", "          - please stop\n", "          - please stop\n          - no more please\n"),
        "phrases.yaml:{next}:13: intents.stop.data.0.sentences.2: no example for 'no more please'",
    ),
    "words with two meanings": (
        *("phrases.yaml", "          - that's all\n", "          - that's all\n          - cancel\n"),
        "phrases.yaml:{line}:3: intents.stop: in 'anywhere', 'cancel' is goodbye as well",
    ),
}


def warnings(folder: Path, known: str = "") -> list[str]:
    return [str(warning) for warning in lint(folder, lambda word: word != known, EVERYTHING)]


@pytest.mark.parametrize(("name", "old", "new", "warning"), UNTIDY.values(), ids=UNTIDY.keys())
def test_a_warning_has_an_address(folder: Path, edit: Edit, name: str, old: str, new: str, warning: str) -> None:
    edit(name, old, new)
    before, _, _ = (folder / name).read_text(encoding="utf-8").partition("  stop:\n" if "'cancel'" in warning else new)
    line = before.count("\n") + 1
    warning = warning.replace("{line}", str(line)).replace("{next}", str(line + 1))
    assert f"content/en/{warning}" in warnings(folder)


def test_an_intent_without_examples(folder: Path, edit: Edit) -> None:
    examples = folder / "examples/progress.yaml"
    examples.unlink()
    told = [warning for warning in warnings(folder) if "how_long" in warning]
    assert told[0].endswith("intents.how_long: no example")
    assert all("no example for" in warning for warning in told[1:])


def test_a_word_that_the_recogniser_lacks(folder: Path) -> None:
    (told,) = warnings(folder, known="pardon")
    assert told.endswith("intents.repeat.data.0.sentences.6: the recogniser lacks 'pardon': give it a pronunciation")
    assert warnings(folder, known="hammy's") == []


def test_the_dose_of_a_point_is_spoken_too(folder: Path, edit: Edit) -> None:
    edit("points/st-36.yaml", "  bend: Let", "  push: Push.\n  bend: Let")
    beats = "[{cue: press, seconds: 3, say: push}, {cue: release, seconds: 2}]"
    edit("points/st-36.yaml", "on_it: on-it", f"on_it: on-it\ndose: {{times: 3, beats: {beats}}}")
    assert warnings(folder) == []


def test_errors_come_first(folder: Path, edit: Edit) -> None:
    edit("points/st-36.yaml", "on_it: on-it", "on_it: nowhere")
    with pytest.raises(ContentError, match="unknown prompt 'nowhere'"):
        warnings(folder)
