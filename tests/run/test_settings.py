"""What a settings file may say about hearing, and what becomes of it."""

from pathlib import Path

import pytest

from voiceguide.content.library import Library
from voiceguide.errors import ContentError
from voiceguide.hear.sphinx import pronunciations
from voiceguide.run.settings import HearingSettings, PanelSettings, Settings, load_settings
from voiceguide.run.wiring import build_phrasebook


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.yaml"
    path.write_text(text, "utf-8")
    return load_settings(path)


def fault(tmp_path: Path, text: str) -> str:
    with pytest.raises(ContentError) as raised:
        read(tmp_path, text)
    return str(raised.value)


def test_how_one_person_is_heard(tmp_path: Path) -> None:
    settings = read(tmp_path, "hearing:\n  caution: -0.5\n  pronunciations: {left: [L EH F, L AE F T], no: [N OW]}\n")
    assert settings.hearing.caution == -0.5
    assert settings.hearing.pronunciations == {"left": ("L EH F", "L AE F T"), "no": ("N OW",)}


@pytest.mark.parametrize("text", ["hearing:\n", "hearing:\n  caution:\n  pronunciations:\n", "hearing: {}\n"])
def test_what_is_left_out_is_the_default(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).hearing == HearingSettings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("caution: 3", "hearing.caution: must be less than or equal to 2, not 3"),
        ("caution: -2.5", "hearing.caution: must be greater than or equal to -2, not -2.5"),
        ("caution: high", "hearing.caution: must be a number, not 'high'"),
        ("cautoin: 1", "hearing.cautoin: unknown key 'cautoin' (did you mean 'caution'?)"),
        ("pronunciations: {left: [L EX F]}", "unknown phone 'EX' in 'L EX F'"),
        ("pronunciations: {left: [L EH0 F]}", "hearing.pronunciations.left.0: unknown phone 'EH0' in 'L EH0 F'"),
        ('pronunciations: {left: [""]}', "hearing.pronunciations.left.0: must be phones, e.g. S T AA P"),
        ("pronunciations: {left: []}", "hearing.pronunciations.left: must not be empty"),
        ("pronunciations: {left: L EH F}", "hearing.pronunciations.left: must be a list, not 'L EH F'"),
        ("pronunciations: {Left: [L EH F]}", "hearing.pronunciations.Left: must be one word in lower case, not 'Left'"),
        ("pronunciations: {left leg: [L EH F]}", "must be one word in lower case, not 'left leg'"),
    ],
)
def test_what_is_wrong_has_its_address(tmp_path: Path, text: str, problem: str) -> None:
    found = fault(tmp_path, f"hearing:\n  {text}\n")
    assert found.startswith(f"{tmp_path / 'settings.yaml'}:2:")
    assert problem in found


def test_a_panel_has_a_light_and_a_button(tmp_path: Path) -> None:
    settings = read(tmp_path, "panel: {led: 17, button: 27, brightness: 0.5}\n").panel
    assert (settings.led, settings.button, settings.brightness) == (17, 27, 0.5)
    assert read(tmp_path, "panel:\n  led:\n").panel == PanelSettings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("led: 28", "panel.led: must be less than or equal to 27, not 28"),
        ("button: -1", "panel.button: must be greater than or equal to 0, not -1"),
        ("brightness: 0", "panel.brightness: must be greater than or equal to 0.01, not 0"),
        ("buton: 5", "panel.buton: unknown key 'buton' (did you mean 'button'?)"),
        ("{led: 5, button: 5}", "panel: led and button are both at GPIO 5: give each its own"),
    ],
)
def test_a_wrong_panel_has_its_address(tmp_path: Path, text: str, problem: str) -> None:
    assert problem in fault(tmp_path, f"panel:\n  {text}\n")


def test_how_a_word_is_said_reaches_the_recogniser(library: Library) -> None:
    settings = Settings(hearing=HearingSettings(pronunciations={"left": ("L EH F",)}))
    book = build_phrasebook(settings, library)
    sounds = pronunciations(["left", "stop"], book.pronunciations, book.picks)
    assert sounds["left"] == ("L EH F",)
    assert len(sounds["stop"]) > 1
