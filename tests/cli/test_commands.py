"""Each command, as a user calls it."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests import own
from voiceguide.cli import COMMANDS, call
from voiceguide.cli.devices import bar, show_devices
from voiceguide.devices import Device, Kind, listed
from voiceguide.run.doctor import find_device, interrupting
from voiceguide.run.findings import Verdict
from voiceguide.run.settings import Settings
from voiceguide.run.soundcheck import Listing, Reading

AUDIO = Path(__file__).parent.parent / "audio"
SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert call([name, "--help"]) == 0
    assert f"voiceguide {name}" in capsys.readouterr().out


def test_replay_says_which_transcripts_hold(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text('name: Wrong\nscript:\n  - at 0 heard "calf cramp"\n  - expect state press\n', "utf-8")
    assert call(["replay", str(SCENARIOS[0]), str(bad)]) == 9
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0].startswith("ok ")
    assert captured.out.splitlines()[1].startswith("FAILED")
    assert captured.err == f"voiceguide: {bad}:4: expected state press, is stretch\n"


def test_replay_prints_the_transcript(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["replay", "--transcript", str(SCENARIOS[0])]) == 0
    assert 'YOU       "left calf cramp"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("place", "stretch", "point"),
    [
        ("left calf cramp", "toes up towards your shin", "left knee"),
        ("foot cramp", "Pull all your toes up", "sole"),
        ("my toes are curling", "back towards your shin", "sole"),
        ("hamstring cramp", "lean forwards", "back of your thigh"),
        ("front of my thigh", "draw the heel", "above your knee"),
    ],
)
def test_chat_leads_from_each_place_to_its_point(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: str, stretch: str, point: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{place}\n+20\nnext\n+15\n\nblah\nstop\n"))
    assert call(["chat"]) == 0
    out = capsys.readouterr().out
    assert stretch in out
    assert point in out
    assert '(nothing that makes sense now: "blah")' in out
    assert out.rstrip().endswith("[idle]")


def test_hear_gives_an_object_per_utterance(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["hear", str(AUDIO / "left-calf-cramp-slt.wav"), "--json", "--model", own.MODEL]) == 0
    captured = capsys.readouterr()
    (record,) = [json.loads(line) for line in captured.out.splitlines()]
    assert record["intent"] == "symptom"
    assert record["slots"] == {"place": "calf", "side": "left"}
    assert record["accepted"] is True
    assert 0 <= record["start"] < record["end"]
    assert set(record) == {
        *("file", "start", "end", "text", "intent", "slots", "confidence", "accepted", "sure", "latency_s"),
    }
    assert captured.err.startswith("Hearing with Vosk")


def test_hear_says_it_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["hear", str(AUDIO / "stop-rms.wav"), "--state", "press"]) == 0
    assert '"stop" -> stop' in capsys.readouterr().out


def test_prepare_renders_all_and_then_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("VOICEGUIDE_NIGHT__ENABLED", "false")  # one voice takes half the time
    assert call(["prepare"]) == 0
    first = capsys.readouterr()
    assert first.err.startswith("Preparing prompts: ")
    assert f"are ready in {tmp_path / 'voiceguide'}" in first.out
    assert call(["prepare"]) == 0
    assert capsys.readouterr().err == ""


def test_run_from_a_wav_to_a_wav(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    recording, rate = soundfile.read(AUDIO / "left-calf-cramp-slt.wav", dtype="int16")
    stop, _ = soundfile.read(AUDIO / "stop-slt.wav", dtype="int16")
    gap = np.zeros(3 * rate, np.int16)
    soundfile.write(tmp_path / "mic.wav", np.concatenate([gap[:rate], recording, gap, stop, gap[:rate]]), rate)
    arguments = ["run", "--input", str(tmp_path / "mic.wav"), "--output", str(tmp_path / "guide.wav"), "--stereo"]
    arguments += ["--timeline", str(tmp_path / "t.jsonl"), "--transcript", "--model", own.MODEL]
    assert call(arguments) == 0
    captured = capsys.readouterr()
    assert 'YOU       "left calf cramp"' in captured.out
    events = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text("utf-8").splitlines()]
    assert [event["text"] for event in events if event["kind"] == "state"] == ["idle", "stretch", "idle"]
    output, rate = soundfile.read(tmp_path / "guide.wav", dtype="int16")
    assert rate == 48_000
    assert output.shape[1] == 2
    stopped = next(event for event in events if event["kind"] == "silence")
    confirmed = next(event for event in events if event["kind"] == "say" and event["time"] > stopped["time"])
    begin, end = round((stopped["time"] + 0.02) * rate), round(confirmed["time"] * rate)
    assert not output[begin:end, 1].any()
    assert len(output) / rate > confirmed["time"] + 0.5


def test_a_repeatable_run_is_the_same_however_busy_the_computer_is(tmp_path: Path) -> None:
    for name in ("first", "second"):
        recording = ["--input", str(AUDIO / "left-calf-cramp-slt.wav"), "--timeline", str(tmp_path / name)]
        assert call(["run", *recording, "--repeatable", "--model", own.MODEL]) == 0
    night = (tmp_path / "first").read_bytes()
    assert b"latency_s" in night
    assert night == (tmp_path / "second").read_bytes()


def test_doctor_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    code = call(["doctor", "--json"])
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["python"]["verdict"] == "fine"
    assert findings["content"]["verdict"] == "fine"
    assert findings["voice"]["verdict"] in ("fine", "could be better")
    assert code == (10 if any(finding["verdict"] == "wrong" for finding in findings.values()) else 0)


def test_doctor_for_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert call(["doctor", "--content", str(tmp_path)]) == 10
    assert "BAD   content" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--settings", "{}/faulty.yaml"], "BAD   settings"),
        (["--voice", "xx-nobody"], "BAD   voice          unknown voice 'xx-nobody'"),
        (["--model", "nowhere"], "BAD   recogniser     nowhere: no such folder"),
    ],
)
def test_doctor_finds_what_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], line: str
) -> None:
    (tmp_path / "faulty.yaml").write_text("enginne: vosk\n", "utf-8")
    assert call(["doctor", *(argument.format(tmp_path) for argument in arguments)]) == 10
    out = capsys.readouterr().out
    assert line in out
    assert "ok    content" in out, "it goes on after what is wrong"


def test_doctor_finds_a_cache_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert call(["doctor"]) == 10
    assert f"and {tmp_path / 'file'} cannot be written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "there", "verdict"),
    [
        (None, ["USB Audio"], Verdict.FINE),
        ("usb", ["USB Audio"], Verdict.FINE),
        ("0", ["USB Audio"], Verdict.FINE),
        ("1", ["USB Audio"], Verdict.WRONG),
        ("Jabra", ["USB Audio"], Verdict.WRONG),
        ("usb", ["USB Audio", "USB Video"], Verdict.WRONG),
        (None, [], Verdict.WRONG),
    ],
)
def test_doctor_looks_for_the_chosen_device(wanted: str | None, there: list[str], verdict: Verdict) -> None:
    devices = listed([{"name": name, "max_input_channels": 1} for name in there])
    assert find_device(Kind.MICROPHONE, wanted, devices).verdict is verdict
    assert find_device(Kind.SPEAKER, wanted, devices).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("settings", "verdict", "words"),
    [
        (Settings(), Verdict.FINE, "is taken out"),
        (Settings(echo_cancelling=False), Verdict.BETTER, "half duplex"),
        (Settings(headphones=True), Verdict.FINE, "headphones: true"),
        (Settings(headphones=True, echo_cancelling=False), Verdict.FINE, "headphones: true"),
    ],
)
def test_doctor_says_whether_it_can_be_interrupted(settings: Settings, verdict: Verdict, words: str) -> None:
    finding = interrupting(settings)
    assert finding.verdict is verdict
    assert words in finding.detail
    assert bool(finding.remedy) is (settings != Settings()), "where it may be otherwise, it says how"


def test_devices_lists_what_there_is_and_tries_nothing_where_there_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = call(["devices", "--test", "--seconds", "1"])
    told = capsys.readouterr()
    assert code in (0, 6)
    assert "Microphones" in told.out or "voiceguide: sound devices need PortAudio" in told.err


def test_devices_marks_what_is_used_and_draws_the_meter(capsys: pytest.CaptureFixture[str]) -> None:
    found = Device(3, "USB mic", 1, 0, 48_000.0)
    show_devices([Listing(found, (Kind.MICROPHONE,))])
    assert capsys.readouterr().out.splitlines() == [
        *("Microphones", "  *   3  USB mic", "Speakers", "    none -> connect one"),
    ]
    assert bar(Reading(-40.0, -20.0, 0.0, dead=False)) == f"  {'#' * 20:<40}  -40.0 dBFS"
    assert bar(Reading(0.0, 0.0, 0.5, dead=False)).endswith("too loud")
    assert bar(Reading(-100.0, -100.0, 0.0, dead=True)) == f"  {'':<40} -100.0 dBFS  zeros"
