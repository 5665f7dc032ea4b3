"""`voiceguide content`, as an author uses it; and the page for authors, run line by line."""

import io
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.fakes import ToneVoice
from voiceguide.cli import call
from voiceguide.cli.content import command
from voiceguide.content.library import Library
from voiceguide.content.load import built_in
from voiceguide.errors import AudioFileError, DeviceError, UsageError
from voiceguide.intents import Side
from voiceguide.messages import SPEAK_RATE
from voiceguide.run import recital
from voiceguide.run.settings import Settings
from voiceguide.speak.clips import Clips
from voiceguide.speak.voice import VoiceSpec

PAGE = Path(__file__).parent.parent.parent / "docs" / "content.md"

Voiceguide = Callable[..., tuple[int, str, str]]
"""Runs a command: its exit code, standard output and standard error."""

TEA = """\
id: tea
said: [is there tea]
prompts: {brief: In the kitchen.}
answer: {brief: brief}
sources: [design]
"""
TEA_EXAMPLES = """\
examples:
  - {intent: question, slots: {question: tea}, states: [idle], said: [is there tea]}
"""
SLEEP_TIGHT = "prompts: {good-night: Sleep tight.}\n"
FAULTY = "prompts: {good-night: 5}\n"
FAULT = "own/en/prompts.yaml:1:23: prompts.good-night: must be text: put 5 in quotes"
PASSED_OVER = f"voiceguide: {FAULT}\n-> own is passed over until it is mended; the built-in content is used\n"


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with no settings of one's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def voiceguide(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Voiceguide:
    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        capsys.readouterr()
        code = call(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", command.commands)
def test_every_part_has_help(voiceguide: Voiceguide, name: str) -> None:
    code, out, _ = voiceguide("content", name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: voiceguide content {name} ")


def test_without_a_part_it_shows_what_there_is(voiceguide: Voiceguide) -> None:
    code, out, _ = voiceguide("content")
    assert code == 2
    assert all(f"  {name} " in out for name in ("check", "new", "say", "show", "stats"))


# check


def test_check_finds_nothing_wrong_with_the_built_in_content(voiceguide: Voiceguide) -> None:
    assert voiceguide("content", "check") == (0, "no errors, no warnings\n", "")


def test_check_tells_all_errors(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", FAULTY)
    write("own/en/guides/foot.yaml", "points: [ki-1, ki-2]\n")
    write("own/en/tea.yml", TEA)
    assert voiceguide("content", "check", "own") == (
        3,
        "own/en/guides/foot.yaml:1:16: points.1: unknown point 'ki-2' (did you mean 'ki-1'?)\n"
        f"{FAULT}\n"
        "own/en/tea.yml: is passed over: its name must end in .yaml\n"
        "3 errors, no warnings\n",
        "",
    )


def test_check_tells_warnings_which_are_no_failure(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", "prompts: {good-night: Look at the patella.}\n")
    assert voiceguide("content", "check", "own") == (
        0,
        "own/en/prompts.yaml:1:23: prompts.good-night: 'look' asks for eyes, and it is dark (warning)\n"
        "own/en/prompts.yaml:1:23: prompts.good-night: 'patella' is Latin (warning)\n"
        "no errors, 2 warnings\n",
        "",
    )


def test_check_takes_the_folder_as_the_other_commands_do(voiceguide: Voiceguide) -> None:
    write("own/en/questions/tea.yaml", TEA)
    warning = "own/en/questions/tea.yaml:2:8: said.0: no example for 'is there tea' (warning)\nno errors, 1 warning\n"
    write("settings.yaml", "content: own\n")
    assert voiceguide("content", "check", "own") == (0, warning, "")
    assert voiceguide("content", "check", "--content", "own") == (0, warning, "")
    assert voiceguide("content", "check", "--settings", "settings.yaml") == (0, warning, "")


def test_check_for_machines_gives_each_its_place(voiceguide: Voiceguide) -> None:
    write("own/en/questions/tea.yaml", TEA)
    code, out, err = voiceguide("content", "check", "own", "--json")
    place = {"path": "own/en/questions/tea.yaml", "line": 2, "column": 8}
    assert (code, err) == (0, "")
    assert json.loads(out) == {"errors": [], "warnings": [{**place, "what": "said.0: no example for 'is there tea'"}]}
    write("own/en/prompts.yaml", FAULTY)
    code, out, err = voiceguide("content", "check", "own", "--json")
    place = {"path": "own/en/prompts.yaml", "line": 1, "column": 23}
    assert (code, err) == (3, "")
    what = "prompts.good-night: must be text: put 5 in quotes"
    assert json.loads(out) == {"errors": [{**place, "what": what}], "warnings": []}


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["nowhere"], 3, "nowhere: no such folder"),
        (["own/en"], 3, "own/en: holds no folder 'en': name the folder above it"),
        (["own/en/prompts.yaml"], 3, "own/en/prompts.yaml: no such folder"),
        (["own", "--language", "fr"], 2, "unknown language 'fr' -> use one of: en"),
        (["own", "own"], 2, "Got unexpected extra argument (own) -> see voiceguide content check --help"),
    ],
)
def test_check_of_what_is_not_there(voiceguide: Voiceguide, arguments: list[str], code: int, line: str) -> None:
    write("own/en/prompts.yaml", SLEEP_TIGHT)
    assert voiceguide("content", "check", *arguments) == (code, "", f"voiceguide: {line}\n")


# new


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("point", ["points"]),
        ("guide", ["guides"]),
        ("routine", ["routines", "examples"]),
        ("question", ["questions", "examples"]),
    ],
)
def test_what_is_new_passes_the_check(voiceguide: Voiceguide, kind: str, files: list[str]) -> None:
    written = "".join(f"own/en/{folder}/warm-socks.yaml\n" for folder in files)
    hint = "Next: edit it, then voiceguide content check own\n"
    assert voiceguide("content", "new", kind, "warm-socks", "--content", "own") == (0, written, hint)
    code, out, _ = voiceguide("content", "check", "own")
    assert code == 0
    assert out.endswith("no errors, 1 warning\n" if kind == "guide" else "no errors, no warnings\n")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["point"], 2, "Missing argument 'ID'. -> see voiceguide content new --help"),
        (["spot", "socks"], 2, "unknown kind 'spot' -> use one of: point, guide, routine, question"),
        (
            ["point", "Warm Socks"],
            2,
            "'Warm Socks' is no id -> use lower-case words joined by hyphens, e.g. warm-socks",
        ),
        (["point", "../x"], 2, "'../x' is no id -> use lower-case words joined by hyphens, e.g. warm-socks"),
        (["guide", "st-36"], 2, f"'st-36' is taken by {built_in()}/en/points/st-36.yaml -> choose another id"),
        (["question", "tea"], 2, "'tea' is taken by own/en/questions/tea.yaml -> choose another id"),
        (["question", "milk"], 2, "own/en/examples/milk.yaml is there already -> choose another id, or edit it"),
        (["point", "socks", "--language", "fr"], 2, "unknown language 'fr' -> use one of: en"),
        (["routine", "socks"], 4, "own/en/routines: File exists -> check the path, its permissions and the disk"),
    ],
)
def test_nothing_new_without_a_good_id_and_place(
    voiceguide: Voiceguide, arguments: list[str], code: int, line: str
) -> None:
    write("own/en/questions/tea.yaml", TEA)
    write("own/en/examples/milk.yaml", TEA_EXAMPLES)
    write("own/en/routines", "in the way")
    before = sorted(Path().rglob("*"))
    assert voiceguide("content", "new", *arguments, "--content", "own") == (code, "", f"voiceguide: {line}\n")
    assert sorted(Path().rglob("*")) == before


def test_new_wants_a_folder_of_ones_own(voiceguide: Voiceguide) -> None:
    line = "voiceguide: where should it go? -> name a folder of your own with --content DIR\n"
    assert voiceguide("content", "new", "point", "socks") == (2, "", line)


def test_new_for_a_language_of_ones_own(voiceguide: Voiceguide) -> None:
    shutil.copytree(built_in() / "en", "own/fr")
    french = ("--content", "own", "--language", "fr")
    code, out, _ = voiceguide("content", "new", "point", "chaussettes", *french)
    assert (code, out) == (0, "own/fr/points/chaussettes.yaml\n")
    taken = "voiceguide: 'st-36' is taken by own/fr/points/st-36.yaml -> choose another id\n"
    assert voiceguide("content", "new", "point", "st-36", *french) == (2, "", taken)


def test_what_is_new_can_be_asked_for(voiceguide: Voiceguide) -> None:
    for kind, id_ in {"question": "socks", "routine": "dawn", "point": "heel", "guide": "hip"}.items():
        voiceguide("content", "new", kind, id_, "--content", "own")
    write("own/en/phrases.yaml", "intents: {symptom: {data: [{slots: {place: hip}, sentences: [cramp in my hip]}]}}\n")
    typed = {
        "what about the socks": "A short answer, in one to three sentences.",
        "start the dawn routine": "A short routine. Say pause or next whenever you like.",
        "what is heel point": "It is a point that somebody should describe.",
        "cramp in my hip": "Straighten your leg, slowly.",
    }
    _, out, err = voiceguide("chat", "--content", "own", typed="\n".join(f"{words}\nstop" for words in typed))
    assert err == ""
    for words, answer in typed.items():
        assert re.search(rf'YOU +"{words}"\n(?!.*YOU).*\n.*GUIDE +{re.escape(answer)}', out), out


# show


def test_show_a_question_with_all_that_is_said_about_it(voiceguide: Voiceguide) -> None:
    write("own/en/questions/tea.yaml", TEA.replace("{brief: brief}", "{brief: brief, more: [brief, brief]}"))
    code, out, err = voiceguide("content", "show", "tea", "--content", "own")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        " 0:00.0            [idle]",
        " 0:00.0            [answer]",
        " 0:00.0  GUIDE     In the kitchen.",
        " 0:01.7  GUIDE     More?",
        " 0:02.4  GUIDE     In the kitchen.",
        " 0:04.1  GUIDE     In the kitchen.",
        " 0:05.8            [idle]",
        " 0:05.8  in all",
    ]


@pytest.mark.parametrize(
    ("id_", "begins", "holds"),
    [
        ("calf", "stretch", ["Is it easing?", "This point lies on the back of your calf, halfway down."]),
        ("thigh", "ask_place", ["Front, back, or inside?", "[stretch]"]),
        ("five-minutes", "", ["Press. Three. Two. One."]),
        ("lu-7", "locate", ["This point lies on your wrist", "Press. Three. Two. One."]),
        ("sp-6", "answer", ["I never lead anyone to it."]),
        ("chest-pain", "alert", ["No more pressing", "Call your emergency number now, or wake someone."]),
    ],
)
def test_show_goes_through_it_to_its_end(voiceguide: Voiceguide, id_: str, begins: str, holds: list[str]) -> None:
    code, out, err = voiceguide("content", "show", id_)
    assert (code, err) == (0, "")
    first, second, *_, last, total = out.splitlines()
    assert first == " 0:00.0            [idle]"
    assert begins in second
    assert last.endswith("[idle]")
    assert total == f"{last[:7]}  in all"
    assert all(text in out for text in holds)


def test_show_a_caution_which_begins_nothing(voiceguide: Voiceguide, library: Library) -> None:
    code, out, err = voiceguide("content", "show", "pregnant")
    assert (code, err) == (0, "")
    said = library.prompts[library.flags["pregnant"].say].text
    assert out.splitlines()[:2] == [" 0:00.0            [idle]", f" 0:00.0  GUIDE     {said}"]


def test_show_takes_each_point_of_a_guide_once(voiceguide: Voiceguide, library: Library) -> None:
    _, out, _ = voiceguide("content", "show", "calf")
    assert [out.count("[press]"), out.count("△")] == [3, 24]
    for point in library.guides["calf"].points:
        assert out.count(library.prompts[library.points[point].on_it].text) == 1


def test_show_keeps_to_the_waits_of_the_settings(voiceguide: Voiceguide) -> None:
    write("slow.yaml", "guide: {stretch_hold: 100}\n")
    lengths = [
        voiceguide("content", "show", "calf", *options)[1].splitlines()[-1]
        for options in ((), ("--settings", "slow.yaml"))
    ]
    minutes, seconds = zip(*(re.findall(r"(\d+):(\d\d\.\d)", line)[0] for line in lengths), strict=True)
    assert 60 * (int(minutes[1]) - int(minutes[0])) + float(seconds[1]) - float(seconds[0]) == pytest.approx(
        88, abs=0.1
    )


@pytest.mark.parametrize(
    ("id_", "what"),
    [
        ("st-63", "unknown id 'st-63' (did you mean 'st-36'?)"),
        ("good-night", "unknown id 'good-night'"),
    ],
)
def test_show_nothing_that_is_not_there(voiceguide: Voiceguide, id_: str, what: str) -> None:
    line = f"voiceguide: {what} -> use the id of a guide, routine, point, question or flag\n"
    assert voiceguide("content", "show", id_) == (2, "", line)


# stats


def test_stats_count_what_there_is(voiceguide: Voiceguide, library: Library) -> None:
    code, out, err = voiceguide("content", "stats", "--json")
    assert (code, err) == (0, "")
    figures = json.loads(out)
    counts = figures["counts"]
    assert counts["points"] + counts["points documented only"] == len(library.points)
    assert counts["points documented only"] == 1
    assert counts["guides"] == len(library.guides)
    assert counts["questions"] == len(library.questions)
    assert counts["examples"] == len(library.examples)
    assert counts["prompts"] < counts["clips"] == len(dict(library.spoken()))
    assert 0 < counts["safety phrasings"] < counts["phrases"]
    assert figures["lengths"].keys() == library.guides.keys() | library.routines.keys()
    assert all(30 < seconds < 900 for seconds in figures["lengths"].values())


def test_stats_count_ones_own_too(voiceguide: Voiceguide, library: Library) -> None:
    write("own/en/questions/tea.yaml", TEA)
    write("own/en/examples/tea.yaml", TEA_EXAMPLES)
    _, out, _ = voiceguide("content", "stats", "--content", "own")
    lines = out.splitlines()
    assert f"{len(library.questions) + 1:6d}  questions" in lines
    assert f"{len(library.examples) + 1:6d}  examples" in lines
    assert re.fullmatch(r" \d:\d\d\.\d  thigh-points", lines[-1])


# say


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "Missing argument 'ID'. -> see voiceguide content say --help"),
        (
            ["calf/strtch"],
            "unknown id 'calf/strtch' (did you mean 'calf/stretch'?) -> use the id of a prompt, or of its file",
        ),
        (
            ["chest-pain"],
            "unknown id 'chest-pain' (did you mean 'safety/chest-pain'?) -> use the id of a prompt, or of its file",
        ),
        (["check", "--side", "middle"], "unknown side 'middle' -> use one of: left, right"),
        (
            ["check", "--rate", "5"],
            "Invalid value for '--rate': 5 is not in the range 80<=x<=300. -> see voiceguide content say --help",
        ),
    ],
)
def test_say_nothing_that_is_not_there(voiceguide: Voiceguide, arguments: list[str], line: str) -> None:
    assert voiceguide("content", "say", *arguments, "--output", "x.wav") == (2, "", f"voiceguide: {line}\n")
    assert not Path("x.wav").exists()


def test_a_prompt_by_its_id_and_all_of_a_file(library: Library) -> None:
    assert [prompt.id for prompt in recital.prompts(library, "check")] == ["check"]
    assert [prompt.id for prompt in recital.prompts(library, "foot/hold")] == ["foot/hold"]
    assert [prompt.id for prompt in recital.prompts(library, "foot")] == [
        *("foot/stretch", "foot/hold", "foot/lying", "foot/sitting", "foot/aftercare", "foot/was"),
    ]
    with pytest.raises(UsageError, match="unknown id 'fo'"):
        recital.prompts(library, "fo")


def test_a_prompt_is_said_of_a_leg_only_where_it_names_one(library: Library) -> None:
    chosen = recital.prompts(library, "foot")
    left = recital.texts(library, chosen, Side.LEFT)
    assert left["foot/stretch@left"] == "Pull all your left toes up towards your shin, with your hand."
    assert "foot/lying" in left
    neither = recital.texts(library, chosen, None)
    assert neither["foot/stretch"] == "Pull all your toes up towards your shin, with your hand."


def test_what_is_said_goes_into_a_wav_one_after_the_other(library: Library, tmp_path: Path) -> None:
    chosen = recital.prompts(library, "foot")
    texts = recital.texts(library, chosen, Side.RIGHT)
    clips = Clips.prepare(texts.items(), ToneVoice(), VoiceSpec("en-gb", 150), tmp_path, lambda done, of: None)
    timeline = recital.recital(library, clips, chosen, Side.RIGHT)
    recital.write(clips, timeline, tmp_path / "foot.wav")
    sound, rate = soundfile.read(tmp_path / "foot.wav")
    assert rate == SPEAK_RATE
    assert len(sound) == timeline.length > sum(clips.lengths[id_] for id_ in texts)
    starts = [scheduled.start for scheduled in timeline.schedule(0)]
    assert [scheduled.sound for scheduled in timeline.schedule(0)] == list(texts)
    assert all(np.any(sound[start : start + SPEAK_RATE // 10]) for start in starts)
    assert not any(np.any(sound[start - SPEAK_RATE // 10 : start]) for start in starts[1:]), "a pause between them"
    with pytest.raises(AudioFileError, match=r"/foot\.wav/x\.wav: cannot be written"):
        recital.write(clips, timeline, tmp_path / "foot.wav" / "x.wav")


def test_say_needs_the_speaker_that_was_chosen(library: Library, tmp_path: Path) -> None:
    chosen = recital.prompts(library, "check")
    texts = recital.texts(library, chosen, None)
    clips = Clips.prepare(texts.items(), ToneVoice(), VoiceSpec("en-gb", 150), tmp_path, lambda done, of: None)
    timeline = recital.recital(library, clips, chosen, None)
    with pytest.raises(DeviceError, match=r"^((no )?speaker 'nobody has this'|sound devices need PortAudio)"):
        recital.play(Settings(speaker="nobody has this"), clips, timeline)


# A faulty overlay: the device at the bedside works without it.


def test_chat_tells_the_errors_of_ones_own_content_and_uses_the_built_in(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", FAULTY)
    code, out, err = voiceguide("chat", "--content", "own", typed="calf cramp\n+1\nstop\n")
    assert (code, err) == (0, PASSED_OVER)
    assert "GUIDE     Straighten your knee, and pull your toes up towards your shin." in out


def test_the_errors_of_ones_own_content_are_told_to_its_author(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", FAULTY)
    for arguments in (["show", "calf"], ["stats"], ["say", "check"]):
        assert voiceguide("content", *arguments, "--content", "own") == (3, "", f"voiceguide: {FAULT}\n")


def test_check_fails_where_chat_goes_on(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", FAULTY)
    assert voiceguide("content", "check", "own") == (3, f"{FAULT}\n1 error, no warnings\n", "")


def test_doctor_names_the_errors_of_ones_own_content(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", FAULTY)
    code, out, _ = voiceguide("doctor", "--content", "own", "--json")
    (content,) = [finding for finding in json.loads(out) if finding["name"] == "content"]
    assert code == 10
    assert content["verdict"] == "wrong"
    assert content["detail"] == FAULT
    assert content["remedy"] == "mend it; the built-in content is used"


def test_a_sentence_of_ones_own_is_said(voiceguide: Voiceguide) -> None:
    write("own/en/prompts.yaml", SLEEP_TIGHT)
    _, out, err = voiceguide("chat", "--content", "own", typed="calf cramp\n+3\ngood night\n")
    assert err == ""
    assert "GUIDE     Sleep tight." in out


# The page for authors.


def blocks() -> Iterator[tuple[str, str]]:
    """The YAML files and the console sessions of the page, in their order."""
    yield from re.findall(r"^```(yaml|console)\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_page_for_authors_shows_what_happens(voiceguide: Voiceguide) -> None:
    sessions = 0
    for kind, text in blocks():
        if kind == "yaml":
            write(text.partition("\n")[0].removeprefix("# "), text)
            continue
        for session in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            line, _, shown = session.partition("\n")
            printed = entered(voiceguide, line)
            assert re.fullmatch(pattern(shown), timeless(printed), re.DOTALL), f"$ {line}\n{printed}"
            sessions += 1
    assert sessions >= 8
    sound, rate = soundfile.read("crease.wav")
    assert 2 < len(sound) / rate < 8
    assert np.abs(sound).max() > 0.1


def entered(voiceguide: Voiceguide, line: str) -> str:
    """What a line of the page prints; progress apart."""
    words = shlex.split(line)
    if words[0] == "sed":
        subprocess.run(words, check=True)
        return ""
    typed, words = (words[1], words[words.index("|") + 1 :]) if words[0] == "echo" else ("", words)
    assert words[0] == "voiceguide"
    _, out, err = voiceguide(*words[1:], typed=typed)
    return out + "".join(f"{told}\n" for told in err.splitlines() if not told.startswith("Preparing"))


def timeless(text: str) -> str:
    return re.sub(r"\b\d+:\d\d\.\d\b", "0:00.0", text)


def pattern(shown: str) -> str:
    """`...` stands for anything; the times may differ."""
    return re.escape(timeless(shown)).replace(re.escape("..."), ".*")


def test_the_page_for_authors_is_short_and_its_links_lead_somewhere() -> None:
    text = PAGE.read_text("utf-8")
    assert len(text.splitlines()) < 150
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (PAGE.parent / link).is_file(), link
