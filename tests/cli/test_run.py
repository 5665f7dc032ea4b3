"""`voiceguide run` with the sound devices, as far as it comes without any: what is told before."""

from pathlib import Path

import pytest

from tests import own
from voiceguide.cli import call
from voiceguide.cli.run import usual_settings
from voiceguide.content.roles import Role
from voiceguide.run.notices import Notices

AUDIO = Path(__file__).parent.parent / "audio"
NO_DEVICE = ["run", "--microphone", "no such microphone", "--model", own.MODEL]


@pytest.fixture(autouse=True)
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own settings, which are wrong."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "voiceguide" / "settings.yaml"
    path.parent.mkdir()
    path.write_text("speeker: USB\nrate: 130\n", "utf-8")
    return path


def test_a_bedside_goes_on_with_what_is_right_where_some_of_its_settings_are_faulty(
    capsys: pytest.CaptureFixture[str], faulty: Path
) -> None:
    assert call(NO_DEVICE) == 6, "it has come as far as the devices"
    lines = capsys.readouterr().err.splitlines()
    (number,) = (number for number, line in enumerate(lines) if "speeker" in line)
    assert lines[number].startswith(f"voiceguide: {faulty}:1:1: ")
    assert lines[number].endswith("(did you mean 'speaker'?) -> mend it: until then speeker is passed over")
    assert lines[number + 1] == "-> all other settings hold"
    assert lines[-1].startswith("voiceguide: ")


def test_what_this_device_does_not_have_is_passed_over_too(capsys: pytest.CaptureFixture[str], faulty: Path) -> None:
    faulty.write_text("language: xx\nmodel: /nope\nvoice: xx-no\nnight:\n  voice: yy-no\nspeeker: USB\n", "utf-8")
    assert call(["run", "--microphone", "no such microphone"]) == 6, "it has come as far as the devices"
    lines = [line.removeprefix(f"voiceguide: {faulty}:") for line in capsys.readouterr().err.splitlines()]
    for start in (
        "1: language: unknown language 'xx' -> use one of: ",
        "2: model: /nope: no such folder -> ",
        "3: voice: unknown voice 'xx-no' -> ",
        "5: night.voice: unknown voice 'yy-no' -> ",
    ):
        (line,) = (line for line in lines if line.startswith(start))
        name = start.split(": ")[1]
        assert line.endswith(f"; until it is mended {name} is passed over")
    assert call(["run", "--voice", "xx-no"]) == 7, "the call itself names it"


def test_all_that_is_right_holds_and_what_is_faulty_is_said_aloud(faulty: Path) -> None:
    notices = Notices(lambda _: None)
    settings, passable = usual_settings(notices, {"settings": None, "voice": "en-us"})
    assert passable == {}, "the call itself named the voice"
    assert (settings.journal, settings.rate, settings.voice) == (True, 130, "en-us")
    assert notices.take() is Role.TROUBLE_SETTINGS


def test_where_no_journal_may_have_been_wanted_none_is_kept_and_that_is_told(faulty: Path) -> None:
    faulty.write_text("rate: 130\njurnal: false\n", "utf-8")
    lines: list[str] = []
    settings, _ = usual_settings(Notices(lines.append), {"settings": None, "rate": 150})
    assert (settings.journal, settings.rate) == (False, 150)
    (told,) = lines
    assert told.endswith("\n-> all other settings hold; no journal is kept, as that may have been meant")


@pytest.mark.parametrize(
    "arguments", [[*NO_DEVICE, "--settings", "{}"], ["run", "--input", str(AUDIO / "stop-slt.wav")]]
)
def test_settings_that_were_named_and_those_of_a_recording_must_be_right(
    capsys: pytest.CaptureFixture[str], faulty: Path, arguments: list[str]
) -> None:
    assert call([argument.format(faulty) for argument in arguments]) == 3
    assert "Preparing" not in capsys.readouterr().err
