"""Every setting has its words: a sentence, a unit and a range, from one source."""

from pathlib import Path

import pytest

from voiceguide.run.catalogue import Key, by_name, explained, keys, template, written
from voiceguide.run.settings import Settings, load_settings


@pytest.mark.parametrize("key", list(keys(Settings)), ids=lambda key: key.name)
def test_every_setting_has_a_sentence_a_unit_and_a_range(key: Key) -> None:
    assert key.sentence.endswith("."), "a docstring below the field"
    assert "`" not in key.sentence.replace("`voiceguide", "").replace("`,", ""), "plain text"
    assert key.unit, "an About(unit) in its type"
    assert key.range, "limits, or an About(unit, range)"
    assert key.of(Settings()) == key.default


def test_settings_in_words() -> None:
    found = by_name(Settings)
    wait = found["guide.step_wait"]
    assert (wait.unit, wait.range, wait.default, wait.live, wait.plain) == ("seconds", "1 to 600", 8.0, True, False)
    assert wait.variable == "VOICEGUIDE_GUIDE__STEP_WAIT"
    assert (found["engine"].range, found["engine"].default) == ("auto, vosk or sphinx", "auto")
    assert (found["headphones"].unit, found["headphones"].range) == ("switch", "true or false")
    assert (found["rate"].range, found["rate"].live) == ("80 to 300", False)
    assert found["emergency_number"].plain


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "not set"), (True, "true"), (8.0, "8"), (3, "3"), ({"left": ("L EH F",)}, "{left: [L EH F]}"), ("a", "a")],
)
def test_values_as_they_are_written(value: object, text: str) -> None:
    assert written(value) == text


def test_a_setting_is_explained() -> None:
    assert list(explained(by_name(Settings)["rate"], "120 (--rate)")) == [
        "rate",
        "  How fast it speaks, in place of the content's rate.",
        "  unit      words a minute",
        "  range     80 to 300",
        "  default   not set",
        "  now       120 (--rate)",
        "  variable  VOICEGUIDE_RATE",
        "  changes   at the next start",
    ]


def test_the_template_is_the_defaults_also_without_its_comment_marks(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(template(Settings), "utf-8")
    assert load_settings(path) == Settings()
    lines = template(Settings).splitlines()
    names = {key.trail[-1] for key in keys(Settings)}
    bare = [line.replace("# ", "", 1) if line.strip("# ").split(":")[0] in names else line for line in lines]
    path.write_text("\n".join(bare), "utf-8")
    assert load_settings(path) == Settings()
    assert sum(line != other for line, other in zip(lines, bare, strict=True)) == len(list(keys(Settings)))
