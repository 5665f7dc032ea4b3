"""Faulty settings at the bedside: what is faulty is passed over, and nothing else."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from voiceguide.errors import ContentError
from voiceguide.run.settings import Settings, forgiven, layered


class Places:
    """A system file, a user's file and an environment."""

    def __init__(self, folder: Path) -> None:
        self.system = folder / "etc.yaml"
        self.user = folder / "mine.yaml"
        self.lines: list[str] = []

    def read(
        self, user: str = "", system: str = "", env: Mapping[str, str] | None = None, **options: object
    ) -> Settings:
        self.system.write_text(system, "utf-8")
        self.user.write_text(user, "utf-8")
        environment = {"VOICEGUIDE_SYSTEM_SETTINGS": str(self.system), **(env or {})}
        with pytest.raises(ContentError):
            layered(self.user, environment, **options)  # which other commands go on to refuse
        found, passed = forgiven(self.user, environment, **options)
        self.lines = [str(each) for each in passed]
        return found.settings


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_one_faulty_key_costs_only_itself(places: Places) -> None:
    settings = places.read(
        "microphone: USB\nemergency_number: '112'\nvolume: 3\nnight:\n  form: '21:00'\n  softer: 9\n", "rate: 110\n"
    )
    assert (settings.microphone, settings.emergency_number, settings.volume) == ("USB", "112", 3)
    assert (settings.night.softer, settings.night.begins, settings.rate) == (9, "22:00", 110)
    assert settings.journal
    (line,) = places.lines
    assert line.startswith(f"{places.user}:5:3: night.form: unknown key 'form'")
    assert line.endswith(" -> mend it: until then night.form is passed over")


def test_below_a_faulty_key_the_place_below_it_has_the_last_word_and_then_the_default(places: Places) -> None:
    settings = places.read(
        "rate: fast\nvolume: 99\nguide: {rounds: 9, step_wait: 5}\n",
        "rate: 110\nguide: {rounds: 2, step_wait: 4}\n",
        {"VOICEGUIDE_GUIDE__STEP_WAIT": "soon"},
        voice="en-us",
    )
    assert (settings.rate, settings.volume, settings.voice) == (110, 0, "en-us")
    assert (settings.guide.rounds, settings.guide.step_wait) == (2, 5)
    assert [line.partition(": ")[0] for line in places.lines] == [
        f"{places.user}:1:7",
        f"{places.user}:2:9",
        f"{places.user}:3:17",
        "VOICEGUIDE_GUIDE__STEP_WAIT",
    ]


@pytest.mark.parametrize(
    ("user", "passed"),
    [
        ("night: begins: 22:00\nrate: 90\n", "mine.yaml"),
        ("- rate\n", "mine.yaml"),
        ("rate: &fast 200\nvolume: *fast\n", "mine.yaml"),
        ("\x00", "mine.yaml"),
        ("rate: 90\nrate: 91\n", "rate"),
        ("guide: {rounds: 3}\nguide: {rounds: 4}\n", "guide"),
        ("rate: !fast 90\n", "rate"),
        ("guide: 9\n", "guide"),
        ("hearing: {pronunciations: {left: [L EX F, L EY F, L EF]}}\n", "hearing.pronunciations.left"),
        ("hearing: {pronunciations: {left: }}\n", "hearing.pronunciations.left"),
        ("hearing: {pronunciations: {Left: [L EH F]}}\n", "hearing.pronunciations.Left"),
        ("panel: {led: 17, button: 17, brightness: 0.5}\n", "panel"),
    ],
)
def test_how_much_is_passed_over(places: Places, user: str, passed: str) -> None:
    below = "microphone: USB\nrate: 110\nguide: {rounds: 2}\nhearing: {pronunciations: {left: [L EH F]}}\n"
    settings = places.read(user, below)
    assert (settings.microphone, settings.rate, settings.guide.rounds) == ("USB", 110, 2)
    assert settings.hearing.pronunciations == {"left": ("L EH F",)}
    assert (settings.panel.led, settings.panel.brightness) == (None, 0.1)
    assert places.lines
    for line in places.lines:
        what = line.partition(" -> mend it: until then ")[2].removesuffix(" is passed over")
        assert what in (passed, str(places.user.with_name(passed)))


def test_of_keys_that_do_not_fit_together_the_upper_place_is_passed_over(places: Places) -> None:
    settings = places.read("rate: 90\npanel: {button: 17}\n", "panel: {led: 17, brightness: 0.5}\n")
    assert (settings.panel.led, settings.panel.button, settings.panel.brightness) == (17, None, 0.5)
    assert settings.rate == 90
    assert places.lines == [
        f"{places.user}:2:8: panel: led and button are both at GPIO 17: give each its own"
        " -> mend it: until then panel is passed over"
    ]


def test_a_variable_that_is_no_setting_costs_nothing_else(places: Places) -> None:
    settings = places.read("rate: 90\n", env={"VOICEGUIDE_RAET": "100", "VOICEGUIDE_VOLUME": "3"})
    assert (settings.rate, settings.volume, settings.journal) == (90, 3, True)
    (line,) = places.lines
    assert line.endswith("until then VOICEGUIDE_RAET is passed over")
    assert not places.read("rate: 90\n", env={"VOICEGUIDE_JURNAL": "false"}).journal


@pytest.mark.parametrize(
    ("user", "journal"),
    [
        ("journal: nope\n", False),
        ("jurnal: false\n", False),
        ("Journal: false\n", False),
        ("JOURNAL: false\n", False),
        ("guide:\n  journal: false\n", False),
        ("diary: false\n", False),
        ("journal: false\nrate: [\n", False),
        ("journal: true\njournal: false\n", False),
        ("raet: 90\n", True),
        ("log_speach: true\n", True),
        ("guide: {step_wiat: 9}\n", True),
        ("night: {form: '21:00'}\n", True),
        ("journal: true\ndiary: false\n", True),
        ("journal: false\nraet: 90\n", False),
    ],
)
def test_who_may_have_wanted_no_journal_gets_none(places: Places, user: str, journal: bool) -> None:
    assert places.read(user, "journal: true\n").journal is journal


def test_what_a_place_above_says_for_sure_holds(places: Places) -> None:
    assert places.read("journal: nope\n", env={"VOICEGUIDE_JOURNAL": "true"}).journal


def test_speech_is_not_logged_where_that_may_have_been_forbidden(places: Places) -> None:
    assert not places.read("log_speech: of\n", "log_speech: true\n").log_speech
    assert places.read("raet: 90\n", "log_speech: true\n").log_speech
    assert places.read("raet: 90\n", "log_speech: false\n", log_speech=True).log_speech


def test_where_nothing_is_faulty_nothing_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("rate: 90\nguide:\n# nothing\n")
    environment = {"VOICEGUIDE_SYSTEM_SETTINGS": "nowhere.yaml"}
    assert forgiven(path, environment, rate=100) == (layered(path, environment, rate=100), ())
