"""Settings from several places: who has the last word, where each was set, and what is told of faults."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from voiceguide.errors import ContentError
from voiceguide.run.catalogue import by_name
from voiceguide.run.layers import NO_SETTINGS
from voiceguide.run.settings import Settings, files, layered, load_settings

ROOT = Path(__file__).parents[2]


class Places:
    """A system file, a user's file and an environment."""

    def __init__(self, folder: Path) -> None:
        self.system = folder / "etc.yaml"
        self.user = folder / "mine.yaml"

    def stack(self, system: str = "", user: str = "", env: Mapping[str, str] | None = None, **options: object):  # type: ignore[no-untyped-def]
        self.system.write_text(system, "utf-8")
        self.user.write_text(user, "utf-8")
        environment = {"VOICEGUIDE_SYSTEM_SETTINGS": str(self.system), **(env or {})}
        return layered(self.user, environment, **options)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_the_last_word_and_where_it_was_said(places: Places) -> None:
    found = places.stack(
        "rate: 110\nvoice: en-gb\nguide:\n  rounds: 1\n  step_wait: 5\n  stretch_hold: 20\n",
        "# mine\nrate: 120\nguide:\n  rounds: 2\n  step_wait: 6\n",
        {"VOICEGUIDE_GUIDE__ROUNDS": "4", "VOICEGUIDE_RATE": "130"},
        rate=140,
        engine=None,
    )
    settings = found.settings
    assert (settings.rate, settings.voice, settings.engine) == (140, "en-gb", "auto")
    assert (settings.guide.rounds, settings.guide.step_wait, settings.guide.stretch_hold) == (4, 6.0, 20.0)
    assert found.origins == {
        "rate": "--rate",
        "voice": f"{places.system}:2",
        "guide.rounds": "VOICEGUIDE_GUIDE__ROUNDS",
        "guide.step_wait": f"{places.user}:5",
        "guide.stretch_hold": f"{places.system}:6",
    }


def test_how_words_are_said_comes_together_from_all_places(places: Places) -> None:
    found = places.stack(
        "hearing:\n  pronunciations: {left: [L EH F], no: [N OW]}\n",
        "hearing:\n  pronunciations:\n    left: [L AE F T]\n",
        {"VOICEGUIDE_HEARING__PRONUNCIATIONS": "{right: [R AY T]}"},
    )
    said = found.settings.hearing.pronunciations
    assert said == {"left": ("L AE F T",), "no": ("N OW",), "right": ("R AY T",)}


@pytest.mark.parametrize("user", ["rate:\nguide:\n", "guide:\n  rounds:\n", "# rate: 1\n"])
def test_a_key_without_a_value_says_nothing(places: Places, user: str) -> None:
    found = places.stack("rate: 110\nguide: {rounds: 1}\n", user, {"VOICEGUIDE_RATE": "", "VOICEGUIDE_VOICE": " "})
    assert (found.settings.rate, found.settings.guide.rounds, found.settings.voice) == (110, 1, None)


def test_text_in_the_environment_is_text_whatever_it_looks_like(places: Places) -> None:
    env = {"VOICEGUIDE_EMERGENCY_NUMBER": "112", "VOICEGUIDE_MICROPHONE": "[2", "VOICEGUIDE_HEADPHONES": "yes"}
    settings = places.stack(env=env).settings
    assert (settings.emergency_number, settings.microphone, settings.headphones) == ("112", "[2", True)


def test_variables_that_are_no_settings_are_left_alone(places: Places) -> None:
    assert places.stack(env={"VOICEGUIDE_DEBUG": "1", "HOME": "/", "VOICEGUID": "x"}).origins == {}


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("GUIDE__STEP_WIAT", "9", "unknown setting 'VOICEGUIDE_GUIDE__STEP_WIAT' (did you mean '{}GUIDE__STEP_WAIT'?)"),
        ("GUIDE", "{rounds: 1}", "unknown setting 'VOICEGUIDE_GUIDE' (did you mean"),
        ("RATE", "fast", "rate: must be a whole number, not 'fast'"),
        ("HEADPHONES", "perhaps", "headphones: must be true or false, not 'perhaps'"),
        ("ENGINE", "voks", "engine: unknown value 'voks' (did you mean 'vosk'?)"),
        ("GUIDE__ROUNDS", "9", "guide.rounds: must be less than or equal to 5, not 9"),
        ("HEARING__PRONUNCIATIONS", "{left: [L EX F]}", "hearing.pronunciations.left.0: unknown phone 'EX' in"),
    ],
)
def test_an_error_names_the_variable(places: Places, variable: str, value: str, problem: str) -> None:
    with pytest.raises(ContentError) as raised:
        places.stack(env={f"VOICEGUIDE_{variable}": value})
    assert str(raised.value).startswith(f"VOICEGUIDE_{variable}: {problem.format('VOICEGUIDE_')}")


def test_all_that_is_wrong_anywhere_is_told_at_once(places: Places) -> None:
    with pytest.raises(ContentError) as raised:
        places.stack("rate: 9\n", "rate: 100\nguide:\n  raunds: 1\n", {"VOICEGUIDE_HEARING__PRONUNCIATIONS": "{a: ["})
    first, second, third = str(raised.value).splitlines()
    assert first.startswith(f"{places.system}:1:7: rate: must be greater than or equal to 80, not 9")
    assert second == f"{places.user}:3:3: guide.raunds: unknown key 'raunds' (did you mean 'rounds'?)"
    assert third.startswith("VOICEGUIDE_HEARING__PRONUNCIATIONS:1:6: YAML: ")


def test_keys_that_do_not_fit_together_are_told_from_wherever_they_come(places: Places) -> None:
    with pytest.raises(ContentError) as raised:
        places.stack("panel: {led: 17}\n", "panel:\n  button: 17\n")
    what = "panel: led and button are both at GPIO 17: give each its own"
    assert str(raised.value) == f"{places.user}:2:3: {what}"


def test_where_no_file_is_there_all_is_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("VOICEGUIDE_SYSTEM_SETTINGS", str(tmp_path / "etc.yaml"))
    assert files(None) == ()
    assert load_settings(None) == Settings()
    own = tmp_path / "voiceguide" / "settings.yaml"
    own.parent.mkdir()
    own.write_text("rate: 120\n")
    assert files(None) == (own,)
    assert load_settings(None).rate == 120
    assert load_settings(None, rate=130).rate == 130


def test_the_file_for_everyone_is_in_etc() -> None:
    assert files(Path("mine.yaml"), {})[-1:] == (Path("mine.yaml"),)
    assert layered(None, {"VOICEGUIDE_SYSTEM_SETTINGS": "nowhere.yaml"}).origins.keys().isdisjoint({"rate"})


def test_no_script_sets_a_variable_that_would_be_taken_for_a_setting() -> None:
    files = [file for name in ("scripts", "packaging") for file in (ROOT / name).glob("**/*") if file.is_file()]
    named = {name for file in files for name in re.findall(rb"VOICEGUIDE_[A-Z_]+", file.read_bytes())}
    assert b"VOICEGUIDE_PROGRAM" in named
    known = {key.variable for key in by_name(Settings).values()} | NO_SETTINGS
    assert {name.decode() for name in named} <= known
