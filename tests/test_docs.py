"""The documentation cannot drift: generated pages are current, hand-written ones name what there is."""

import re
from pathlib import Path

import pytest

from voiceguide import errors
from voiceguide.cli import COMMANDS, reference
from voiceguide.cli.generated import pages
from voiceguide.guide import diagram
from voiceguide.guide.states import State
from voiceguide.run.catalogue import keys
from voiceguide.run.scenario import LINES
from voiceguide.run.settings import Settings, load_settings

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("path", pages())
def test_generated_files_are_current(path: str) -> None:
    assert (DOCS.parent / path).read_text("utf-8") == pages()[path], "run scripts/docs"


def test_every_state_is_in_the_diagram() -> None:
    assert all(f"| {state} |" in diagram.page() for state in State)


def test_every_command_is_in_the_reference() -> None:
    assert all(f"## {name}\n" in reference.page() for name in COMMANDS)


def exit_codes() -> list[int]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    named = [errors.EXIT_UNWELL, errors.EXIT_BUG, errors.EXIT_INTERRUPTED]
    return [*(kind.exit_code for kind in kinds if issubclass(kind, errors.VoiceguideError)), *named]


def test_exit_codes_are_distinct_and_documented() -> None:
    codes = exit_codes()
    assert len(set(codes)) == len(codes)
    page = (DOCS / "errors.md").read_text("utf-8")
    assert all(f"| {code} |" in page for code in codes)


def test_every_line_of_a_scenario_is_explained() -> None:
    page = (DOCS / "scenarios.md").read_text("utf-8")
    assert all(f"`{line.example}`" in page for line in LINES)


def test_the_settings_of_the_readme_are_there_with_their_defaults(tmp_path: Path) -> None:
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    path = tmp_path / "settings.yaml"
    path.write_text(block, "utf-8")
    assert load_settings(path) == Settings()
    path.write_text(re.sub(r"^# (\w+: *[\w/.-]+).*", r"\1", block, flags=re.MULTILINE), "utf-8")
    assert load_settings(path).rate == 130


def test_every_setting_is_on_its_page() -> None:
    page = (DOCS / "settings.md").read_text("utf-8")
    assert all(f"## {key.name}\n" in page for key in keys(Settings))
