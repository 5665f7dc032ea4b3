"""Which device is meant, and what is said where none is."""

import pytest

from voiceguide.devices import Kind, find, listed, remedy
from voiceguide.errors import DeviceError

DEVICES = listed(
    [
        {"name": "HDA Intel: ALC257 (hw:0,0)", "max_input_channels": 2, "max_output_channels": 2},
        {"name": "HDMI 0 (hw:0,3)", "max_input_channels": 0, "max_output_channels": 8},
        {"name": "Jabra SPEAK 410 (hw:1,0)", "max_input_channels": 1, "max_output_channels": 2},
        {"name": "jabra", "max_input_channels": 1, "max_output_channels": 0, "default_samplerate": 44_100.0},
    ]
)
ALL_MICROPHONES = "use one of: 0 HDA Intel: ALC257 (hw:0,0); 2 Jabra SPEAK 410 (hw:1,0); 3 jabra"


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (0, 0),
        (2, 2),
        ("alc257", 0),
        ("SPEAK", 2),
        ("hw:1", 2),
        ("Jabra", 3),
        ("JABRA SPEAK 410 (hw:1,0)", 2),
        ("Jabra SPEAK 410 (hw:3,0)", 2),
    ],
)
def test_a_device_is_found_by_number_name_or_part_of_it(wanted: str | int, number: int) -> None:
    assert find(DEVICES, Kind.MICROPHONE, wanted).number == number


@pytest.mark.parametrize(
    ("kind", "wanted", "line"),
    [
        (Kind.MICROPHONE, 1, f"no microphone 1 -> {ALL_MICROPHONES}"),
        (Kind.MICROPHONE, 9, f"no microphone 9 -> {ALL_MICROPHONES}"),
        (Kind.MICROPHONE, "moon", f"no microphone 'moon' -> {ALL_MICROPHONES}"),
        (Kind.MICROPHONE, "jarba", f"no microphone 'jarba' (did you mean 'jabra'?) -> {ALL_MICROPHONES}"),
        (
            Kind.SPEAKER,
            "hw:0",
            "speaker 'hw:0': 2 devices have that name -> use one of: 0 HDA Intel: ALC257 (hw:0,0); 1 HDMI 0 (hw:0,3)",
        ),
    ],
)
def test_what_is_not_there_is_told_in_one_line(kind: Kind, wanted: str | int, line: str) -> None:
    with pytest.raises(DeviceError) as error:
        find(DEVICES, kind, wanted)
    assert str(error.value) == line


def test_where_there_is_none_recordings_are_left() -> None:
    assert remedy([], Kind.SPEAKER) == "connect one, or use recordings: voiceguide run --input WAV --output WAV"
