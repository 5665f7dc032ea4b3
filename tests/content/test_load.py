import copy
import dataclasses
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.conftest import Edit
from voiceguide.content.check import Files
from voiceguide.content.load import build, find_content, load, read
from voiceguide.content.schema import Point
from voiceguide.content.source import Source
from voiceguide.errors import ContentError, UsageError

RELEASE = "    - cue: release\n      seconds: 2\n      say: release\n"

BROKEN = {
    "unknown prompt": (
        *("points/st-36.yaml", "say: shin-ridge,", "say: shin-rigde,"),
        "points/st-36.yaml:{line}:11: steps.4.say: unknown prompt 'shin-rigde' (did you mean 'shin-ridge'?)",
    ),
    "unknown prompt of another file": (
        *("points/st-36.yaml", "on_it: on-it", "on_it: gb-34/on-itt"),
        "points/st-36.yaml:{line}:8: on_it: unknown prompt 'gb-34/on-itt' (did you mean 'gb-34/on-it'?)",
    ),
    "unknown point": (
        *("guides/calf.yaml", "[st-36, gb-34]", "[st-36, gb-43]"),
        "guides/calf.yaml:{line}:17: points.1: unknown point 'gb-43' (did you mean 'gb-34'?)",
    ),
    "unknown place": (
        *("points/ki-1.yaml", "[foot, toes]", "[foot, tows]"),
        "points/ki-1.yaml:{line}:16: serves.1: unknown place 'tows' (did you mean 'toes'?)",
    ),
    "unknown place, nothing like it": (
        *("skill.yaml", "default_place: calf", "default_place: elbow"),
        "skill.yaml:{line}:16: default_place: unknown place 'elbow' "
        "(there are: calf, foot, thigh-back, thigh-front, toes)",
    ),
    "unknown flag": (
        *("phrases.yaml", "flag: numb}", "flag: nunb}"),
        "phrases.yaml:{line}:16: intents.red_flag.data.5.slots: unknown flag 'nunb' (did you mean 'numb'?)",
    ),
    "unknown slot": (
        *("examples/calf.yaml", "slots: {place: calf}", "slots: {plaice: calf}"),
        "examples/calf.yaml:2:48: examples.0.slots: unknown slot 'plaice' (did you mean 'place'?)",
    ),
    "unknown value of a list": (
        *("phrases.yaml", "{in: left, out: left}", "{in: left, out: port}"),
        "phrases.yaml:{line}:25: lists.side.values.0.out: unknown side 'port' (there are: left, right)",
    ),
    "flag without a name": (
        *(
            "safety.yaml",
            "  - id: swollen",
            "  - id: 7\n    level: emergency\n    say: numb\n    sources: [x]\n  - id: swollen",
        ),
        "safety.yaml:{line}:9: flags.6.id: must be text: put 7 in quotes",
    ),
    "flag twice": (
        *(
            "safety.yaml",
            "  - id: swollen",
            "  - id: numb\n    level: emergency\n    say: numb\n    sources: [x]\n  - id: swollen",
        ),
        "safety.yaml:{line}:9: flags.6.id: duplicate id 'numb'",
    ),
    "id not the file's name": (
        *("points/gb-34.yaml", "id: gb-34", "id: gb34"),
        "points/gb-34.yaml:1:5: id: 'gb34' must be the name of the file, 'gb-34'",
    ),
    "missing role": (
        *("prompts.yaml", "  check: Is it easing?\n", ""),
        "prompts.yaml:4:3: prompts: missing prompt 'check'",
    ),
    "only a press": (
        *("skill.yaml", RELEASE, ""),
        "skill.yaml:16:5: dose.beats: must have at least 2 of them",
    ),
    "press without a release": (
        *("skill.yaml", RELEASE, RELEASE + "    - {cue: press, seconds: 2}\n"),
        "skill.yaml:14:3: dose: a press without a release at the end",
    ),
    "two presses": (
        *("skill.yaml", "cue: release", "cue: press"),
        "skill.yaml:14:3: dose: beat 1 must be a release: each press is followed by a release",
    ),
    "unknown value": (
        *("skill.yaml", "cue: press\n", "cue: pres\n"),
        "skill.yaml:{line}:12: dose.beats.0.cue: unknown value 'pres' (did you mean 'press'?)",
    ),
    "unknown key": (
        *("skill.yaml", "say: press\n", "says: press\n"),
        "skill.yaml:{line}:7: dose.beats.0.says: unknown key 'says' (did you mean 'say'?)",
    ),
    "unknown key deep in a mapping": (
        *("phrases.yaml", "{in: left, out: left}", "{in: left, out: left, also: left}"),
        "phrases.yaml:{line}:31: lists.side.values.0.also: unknown key 'also' (there are: in, out)",
    ),
    "unknown key of what may be left out": (
        *(
            "points/ki-1.yaml",
            "introduce: introduce\n",
            "dose: {times: 3, beats: [{cue: press, "
            "seconds: 3}, {cue: release, seconds: 2, hard: 1}]}\nintroduce: introduce\n",
        ),
        "points/ki-1.yaml:{line}:79: dose.beats.1.hard: unknown key 'hard' (there are: count, cue, say, seconds)",
    ),
    "a word, not a number": (
        *("skill.yaml", "times: 8", "times: many"),
        "skill.yaml:{line}:10: dose.times: must be a whole number, not 'many'",
    ),
    "too large a number": (
        *("skill.yaml", "seconds: 5", "seconds: 600.5"),
        "skill.yaml:{line}:16: dose.beats.0.seconds: must be less than or equal to 600, not 600.5",
    ),
    "a side is missing": (*("skill.yaml", "  right: right\n", ""), "skill.yaml:9:3: sides: missing 'right'"),
    "a side that is none": (
        *("skill.yaml", "  right: right\n", "  rigth: right\n"),
        "skill.yaml:{line}:3: sides.rigth: unknown key 'rigth' (did you mean 'right'?)",
    ),
    "answers do not rise": (
        *("skill.yaml", "up_to: 35", "up_to: 10"),
        "skill.yaml:26:3: remaining: up_to must rise from answer to answer",
    ),
    "a key is missing": (
        *("guides/calf.yaml", "aftercare: aftercare\n", ""),
        "guides/calf.yaml:1:1: aftercare: missing",
    ),
    "a key twice": (
        *("guides/calf.yaml", "hold: hold\n", "hold: hold\nhold: stretch\n"),
        "guides/calf.yaml:{next}:1: hold: this key is there twice, first in line 7",
    ),
    "text for a list": (
        *("guides/calf.yaml", "[st-36, gb-34]", "st-36"),
        "guides/calf.yaml:{line}:9: points: must be a list, not 'st-36'",
    ),
    "a list for text": (
        *("guides/calf.yaml", "stretch: stretch", "stretch: [a]"),
        "guides/calf.yaml:{line}:10: stretch: must be text, not a list",
    ),
    "a mapping for text": (
        *("guides/calf.yaml", "stretch: stretch", "stretch: {a: b}"),
        "guides/calf.yaml:{line}:10: stretch: must be text, not a mapping",
    ),
    "nothing for text": (
        *("prompts.yaml", "three: Three.", "three:"),
        "prompts.yaml:{line}:9: prompts.three: must be text, not nothing",
    ),
    "no text": (*("prompts.yaml", "Three.", "''"), "prompts.yaml:{line}:10: prompts.three: must not be empty"),
    "too long a text": (
        *("prompts.yaml", "three: Three.", "three: " + "x" * 401),
        "prompts.yaml:{line}:10: prompts.three: longer than 400 characters",
    ),
    "a number for text": (
        *("prompts.yaml", "three: Three.", "three: 3"),
        "prompts.yaml:{line}:10: prompts.three: must be text: put 3 in quotes",
    ),
    "not an id": (
        *("prompts.yaml", "three: Three.", "three: Three.\n  Four: Four."),
        "prompts.yaml:{next}:3: prompts.Four: must be lower-case words joined by hyphens, not 'Four'",
    ),
    "unknown placeholder": (
        *("guides/calf.yaml", "Straighten your {side} knee", "Straighten your {sid} knee"),
        "guides/calf.yaml:{line}:12: prompts.stretch: unknown placeholder '{sid}' (there is only '{side}')",
    ),
    "not YAML": (
        *("prompts.yaml", "three: Three.", "three: [a"),
        "prompts.yaml:{next}:6: YAML: expected ',' or ']', but got ':'",
    ),
    "an alias": (
        *("prompts.yaml", "three: Three.", "three: Three.\n  four: &a [*a]"),
        "prompts.yaml:{next}:9: YAML: anchors and aliases are not for content: write it out",
    ),
    "a tag": (
        *("prompts.yaml", "three: Three.", "three: !python/name:os.system x"),
        "prompts.yaml:{line}:10: prompts.three: tags such as '!python/name:os.system' are not for content",
    ),
    "a bell": (
        *("prompts.yaml", "three: Three.", 'three: "\\a"'),
        "prompts.yaml:{line}:10: prompts.three: a character that cannot be printed",
    ),
    "an escape beyond Unicode": (
        *("prompts.yaml", "three: Three.", 'three: "\\UFFFFFFFF"'),
        "prompts.yaml:1:1: YAML: a number or escape that is out of range",
    ),
    "a zero byte": (
        *("prompts.yaml", "three: Three.", "three: a\0b"),
        "prompts.yaml:{line}:11: YAML: a character that is not text",
    ),
    "a list as a key": (
        *("prompts.yaml", "  three: Three.", "  three: Three.\n  ? [a, b]\n  : x"),
        "prompts.yaml:{next}:5: prompts: a key must be a word",
    ),
    "brackets": (
        *("phrases.yaml", "- please stop", "- (please stop"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: '(please stop': "
        "brackets that don't match, or are empty",
    ),
    "unknown list": (
        *("phrases.yaml", "- please stop", "- stop {here}"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: 'stop {here}': unknown list {here}",
    ),
    "unknown rule": (
        *("phrases.yaml", "- please stop", "- stop <here>"),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: 'stop <here>': unknown rule <here>",
    ),
    "no words": (
        *("phrases.yaml", "- please stop", '- "[please]"'),
        "phrases.yaml:{line}:13: intents.stop.data.0.sentences.1: '[please]': may stand for no words at all",
    ),
    "a rule that needs itself": (
        *("phrases.yaml", "grips: (is cramping", "grips: (<grips>"),
        "phrases.yaml:{line}:10: expansion_rules.grips: '(<grips>|has locked up|has seized up)': <grips> needs itself",
    ),
    "an intent without its slot": (
        *("phrases.yaml", "to my {place}", "to my foot"),
        "phrases.yaml:{line}:13: intents.moved.data.0.sentences.0: 'it's (moving|moved) to my foot': "
        "says nothing for the slot 'place'",
    ),
    "unknown phone": (
        *("phrases.yaml", "S T AO P", "S T AO0 P"),
        "phrases.yaml:{line}:20: pronunciations.stop.1: unknown phone 'AO0' in 'S T AO0 P'",
    ),
}


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ContentError) as caught:
        load(folder)
    return caught.value.problems


@pytest.mark.parametrize(("name", "old", "new", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_a_fault_has_one_line_with_its_address(
    folder: Path, edit: Edit, name: str, old: str, new: str, problem: str
) -> None:
    before = (folder / name).read_text(encoding="utf-8").partition(old)[0]
    edit(name, old, new)
    line = before.count("\n") + 1
    problem = problem.replace("{line}", str(line)).replace("{next}", str(line + 1))
    assert problems(folder) == (f"content/en/{problem}",)


def test_all_faults_are_told_at_once_in_the_order_of_the_files(folder: Path, edit: Edit) -> None:
    edit("skill.yaml", "times: 8", "times: 0")
    edit("guides/calf.yaml", "id: calf", "id: shin")
    edit("prompts.yaml", "stopped: Okay, stopped.", "stoped: Okay, stopped.")
    assert problems(folder) == (
        "content/en/guides/calf.yaml:1:5: id: 'shin' must be the name of the file, 'calf'",
        "content/en/prompts.yaml:4:3: prompts: missing prompt 'stopped'",
        "content/en/skill.yaml:14:10: dose.times: must be greater than or equal to 1, not 0",
    )


def test_a_point_and_a_guide_with_one_id(folder: Path) -> None:
    shutil.copy(folder / "guides/calf.yaml", folder / "guides/st-36.yaml")
    assert problems(folder) == (
        "content/en/guides/st-36.yaml:1:5: id: 'calf' must be the name of the file, 'st-36'",
        "content/en/guides/st-36.yaml:1:5: id: duplicate id 'st-36': content/en/points/st-36.yaml has it",
    )


def test_prompts_that_cannot_be_read_do_not_make_all_others_unknown(folder: Path) -> None:
    (folder / "prompts.yaml").write_bytes(b"prompts:\n  caf\xe9: x\n")
    (folder / "safety.yaml").unlink()
    assert problems(folder) == (
        "content/en/prompts.yaml:2:6: not UTF-8 text",
        "content/en/safety.yaml: cannot be read: No such file or directory",
    )


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file(folder: Path, text: str) -> None:
    (folder / "guides/calf.yaml").write_text(text, encoding="utf-8")
    assert problems(folder) == ("content/en/guides/calf.yaml:1:1: the file is empty",)


def test_a_file_that_is_only_text(folder: Path) -> None:
    (folder / "guides/calf.yaml").write_text("pull your toes up", encoding="utf-8")
    assert problems(folder) == (
        "content/en/guides/calf.yaml:1:1: must be a mapping (key: value), not 'pull your toes up'",
    )


def test_a_missing_intent(folder: Path) -> None:
    path = folder / "phrases.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  other_leg:"), text.index("  moved:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.endswith("intents: missing intent 'other_leg'")


def test_nested_too_deeply(folder: Path) -> None:
    (folder / "guides/calf.yaml").write_text("[" * 5000, encoding="utf-8")
    assert problems(folder) == ("content/en/guides/calf.yaml:1:1: YAML: nested too deeply",)


def test_a_folder_that_is_not_there(folder: Path) -> None:
    assert problems(Path("content/fr")) == ("content/fr: no such folder",)


def test_a_folder_elsewhere_is_named_in_full(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    (tmp_path / "content/en/skill.yaml").write_text("", encoding="utf-8")
    shown = tmp_path.relative_to("/")
    assert problems(tmp_path / "content/en") == (f"{shown}/content/en/skill.yaml:1:1: the file is empty",)


def test_a_reference_without_resolver_is_taken_as_it_is(library: Any) -> None:
    point = library.points["st-36"]
    assert Point.model_validate(point.model_dump()) == point


def test_find_content_lists_the_languages() -> None:
    assert find_content("en").name == "en"
    with pytest.raises(UsageError, match="unknown language 'tlh' -> use one of: en"):
        find_content("tlh")


def test_find_content_in_a_folder_of_ones_own(folder: Path, tmp_path: Path) -> None:
    assert find_content("en", Path("content")) == folder
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="unknown language 'en' -> there is none in empty"):
        find_content("en", tmp_path / "empty")


KEYS = ["prompts", "id", "steps", "flags", "examples", "slots", "intents", "lists", "data", "dose", "beats"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["{side}", "(a|", "[a]"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3) | st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=25,
)
ONE = ["skill", "prompts", "safety", "phrases"]
one_file = st.sampled_from(ONE)
fuzz = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def pristine(folder: Path) -> Files:
    return read(folder)


@fuzz
@given(name=one_file, content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_random_bytes_give_only_content_errors(folder: Path, pristine: Files, name: str, content: bytes) -> None:
    check_survives(folder, pristine, name, content)


@fuzz
@given(name=one_file, content=anything)
def test_random_yaml_gives_only_content_errors(folder: Path, pristine: Files, name: str, content: Any) -> None:
    check_survives(folder, pristine, name, dumped(content))


@fuzz
@given(data=st.data(), name=one_file)
def test_any_value_swapped_gives_only_content_errors(
    folder: Path, pristine: Files, data: st.DataObject, name: str
) -> None:
    node = tree = copy.deepcopy(getattr(pristine, name).data)
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    node[key] = data.draw(anything)
    check_survives(folder, pristine, name, dumped(tree))


def dumped(tree: Any) -> bytes:
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True).encode("utf-8", "surrogatepass")


def check_survives(folder: Path, pristine: Files, name: str, content: bytes) -> None:
    """It loads, or each error has an address and fits into a line of a terminal."""
    file = folder / "fuzzed.yaml"
    file.write_bytes(content)
    fresh = {field: without_problems(getattr(pristine, field)) for field in ("points", "guides", "examples")}
    one = {field: dataclasses.replace(getattr(pristine, field), problems=[]) for field in ONE}
    try:
        build(Files(**{**one, **fresh, name: Source.read(file)}))
        told: tuple[str, ...] = ()
    except ContentError as error:
        told = error.problems
    assert all(problem.startswith("content/en/") and problem.isprintable() for problem in told)


def without_problems(sources: Mapping[str, Source]) -> dict[str, Source]:
    return {name: dataclasses.replace(source, problems=[]) for name, source in sources.items()}
