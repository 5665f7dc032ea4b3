"""Every transcript in `tests/scenarios/` holds."""

from pathlib import Path

import pytest

from voiceguide.content.library import Library
from voiceguide.errors import ContentError, ScenarioError
from voiceguide.guide.script import Options
from voiceguide.run import scenario
from voiceguide.run.trace import Traces

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path, library: Library) -> None:
    scenario.play(scenario.read(path), library, Options(), Traces())


def play(tmp_path: Path, library: Library, *lines: str) -> None:
    path = tmp_path / "night.yaml"
    path.write_text("name: A night\nscript:\n" + "".join(f"  - {line}\n" for line in lines), "utf-8")
    scenario.play(scenario.read(path), library, Options(), Traces())


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ['at 0 heard "calf cramp"', "expect state press"],
            "night.yaml:4: expected state press, is stretch",
        ),
        (
            ['at 0 heard "calf cramp"', "after 30", "expect press within 0.5 s"],
            "night.yaml:5: expected press within 0.5 s of 30.00, got nothing",
        ),
        (
            ['at 0 heard "calf cramp"', "expect silence for 1 s"],
            "night.yaml:4: expected silence, but something is sounding",
        ),
        (
            ["expect silence for 1 s", 'after 0 heard "calf cramp"', "after 25", "expect no press for 200 s"],
            "night.yaml:6: expected no press for 200 s, got cue press",
        ),
    ],
)
def test_an_expectation_that_is_not_met_says_where_and_what(
    tmp_path: Path, library: Library, lines: list[str], message: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        play(tmp_path, library, *lines)
    assert message in str(caught.value)


def test_a_line_that_means_nothing_has_an_address(tmp_path: Path, library: Library) -> None:
    with pytest.raises(ContentError) as caught:
        play(tmp_path, library, "at 3 o'clock heard nothing", "expect peace")
    lines = str(caught.value).splitlines()
    assert lines[0].endswith(
        "night.yaml:3:5: 'at 3 o'clock heard nothing' is no line of a scenario (docs/scenarios.md explains them)"
    )
    assert lines[1].endswith(
        "night.yaml:4:5: 'expect peace' is no line of a scenario (docs/scenarios.md explains them)"
    )


def test_what_can_never_hold_is_told_before_it_is_played(tmp_path: Path, library: Library) -> None:
    with pytest.raises(ContentError) as caught:
        play(tmp_path, library, "expect state pressing", "at 9", 'at 5 heard "stop"')
    lines = str(caught.value).splitlines()
    assert lines[0].endswith("night.yaml:3:5: unknown state 'pressing' (did you mean 'press'?)")
    assert lines[1].endswith("night.yaml:5:5: 'at 5 heard \"stop\"' goes back in time, to before 9")


@pytest.mark.parametrize("text", ["", "[", "name: x", "script: []\nname: x", "name: x\nscript: hello", "\xff\x00"])
def test_what_is_no_scenario_is_an_error_not_a_traceback(tmp_path: Path, text: str) -> None:
    path = tmp_path / "night.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ContentError, match=r"night\.yaml"):
        scenario.read(path)
