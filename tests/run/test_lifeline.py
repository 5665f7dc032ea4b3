"""The devices as the loop has them: they come and go, and nothing breaks."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import RecordingSpeaker
from voiceguide.devices import Kind
from voiceguide.errors import DeviceError
from voiceguide.messages import BLOCK, SPEAK_RATE, AudioFrame, Cue, ScheduledSound
from voiceguide.run.cards import Cards, restart_portaudio
from voiceguide.run.health import Change
from voiceguide.run.lifeline import HUSH, REST, Lifeline, News, SteadyMicrophone, SteadySpeaker
from voiceguide.speak.mixer import Mixer, Started

PRESS = ScheduledSound(0, "tone.press", Cue.PRESS)


class Tone:
    def samples(self, sound: str) -> NDArray[np.int16]:
        return np.full(SPEAK_RATE // 10, 1000, np.int16)


class FakeMicrophone:
    """Gives a block each time that it is read, as the room wants it."""

    waits = True

    def __init__(self, room: "Room", name: str | None) -> None:
        self.room, self.name, self.blocks, self.closed = room, name or "USB mic", 0, False

    @property
    def active(self) -> bool:
        return "microphone" not in self.room.gone

    def read(self, timeout: float) -> AudioFrame | None:
        if not self.active or "microphone" in self.room.hung:
            self.room.wait(timeout)
            if not self.active:
                raise DeviceError("microphone: gone silent")
            return None
        self.room.wait(0.02)
        self.blocks += 1
        return AudioFrame(self.room.block, self.room.now() - 0.02)

    def close(self) -> None:
        self.closed = True


class FakeSpeaker(RecordingSpeaker):
    """Asks for a block each time that it is looked at."""

    latency = 0.05
    underruns = reanchored = 0

    def __init__(self, room: "Room", name: str | None) -> None:
        super().__init__()
        self.room, self.name, self.forgotten, self._blocks = room, name or "USB speaker", 0, 0
        self._waiting: list[ScheduledSound] = []

    @property
    def active(self) -> bool:
        return "speaker" not in self.room.gone

    @property
    def blocks(self) -> int:
        self._blocks += self.active and "speaker" not in self.room.hung
        return self._blocks

    def play(self, sounds: Sequence[ScheduledSound]) -> None:
        self.played += sounds
        self._waiting += sounds

    def hush(self) -> None:
        self._waiting.clear()
        if not self.active:
            raise DeviceError("speaker: lost")

    def started(self) -> list[Started]:
        if not self.active or "speaker" in self.room.hung:
            return []
        due = [sound for sound in self._waiting if sound.start <= self.room.now() * SPEAK_RATE]
        self._waiting = [sound for sound in self._waiting if sound not in due]
        return [Started(sound.sound, sound.cue, sound.start, sound.start) for sound in due]

    def check(self) -> None:
        if not self.active:
            raise DeviceError("speaker: lost")

    def forget_clock(self) -> None:
        self.forgotten += 1


class Room:
    """A night stand with two devices, and its clock.

    Args:
        numbered: the devices are chosen by their numbers.
        cards: lists the sound cards.
        system: as `sys.platform`.
        missing: the devices that are not there at first, and are waited for.

    """

    def __init__(
        self,
        *,
        numbered: bool = False,
        cards: Path = Path("no-cards"),
        system: str = "linux",
        missing: Collection[str] = (),
    ) -> None:
        self._now = 0.0
        self.gone = set(missing)
        self.hung: set[str] = set()
        self.block = np.arange(BLOCK, dtype=np.int16)
        self.opened: list[tuple[str, str | None]] = []
        self.restarts = 0
        self.speakers: list[FakeSpeaker] = []
        self.mixer = Mixer(Tone())
        awaited = bool(missing)
        self.microphone = SteadyMicrophone(self._microphone, self, self.wait, numbered=numbered, awaited=awaited)
        self.speaker = SteadySpeaker(self._speaker, self, self.mixer, numbered=numbered, awaited=awaited)
        self.lifeline = Lifeline(self.microphone, self.speaker, Cards(cards, system), self._restart)
        self.news: list[News] = []
        self.frames: list[AudioFrame] = []

    def now(self) -> float:
        return self._now

    def live(self, seconds: float) -> "Room":
        end = self._now + seconds
        while self._now < end:
            self.news += self.lifeline.look(self._now)
            self.speaker.check()
            if frame := self.microphone.read(0.1):
                self.frames.append(frame)
        return self

    def changes(self, kind: Kind) -> list[Change]:
        return [news.change for news in self.news if news.kind is kind]

    def wait(self, seconds: float) -> None:
        self._now += seconds

    def _restart(self) -> None:
        self.restarts += 1

    def _microphone(self, name: str | None) -> FakeMicrophone:
        self.opened.append(("microphone", name))
        if "microphone" in self.gone:
            raise DeviceError("no microphone 'USB'", "use one of: 0 Built-in")
        self.latest = FakeMicrophone(self, name)
        return self.latest

    def _speaker(self, name: str | None) -> FakeSpeaker:
        self.opened.append(("speaker", name))
        if "speaker" in self.gone:
            raise DeviceError("speaker: there is none", "connect one")
        self.speakers.append(FakeSpeaker(self, name))
        return self.speakers[-1]


def test_a_microphone_that_goes_is_opened_anew_and_the_speaker_is_left_alone() -> None:
    room = Room().live(3)
    room.gone = {"microphone"}
    room.live(20)
    assert room.changes(Kind.MICROPHONE) == [Change.LOST]
    assert not room.lifeline.whole
    assert room.restarts == 0
    room.gone.clear()
    room.live(6)
    assert room.changes(Kind.MICROPHONE) == [Change.LOST, Change.BACK]
    assert room.lifeline.whole
    assert room.changes(Kind.SPEAKER) == []
    assert len(room.speakers) == 1


def test_what_was_said_when_it_went_is_over_after_a_second_of_silence() -> None:
    room = Room().live(3)
    heard = len(room.frames)
    room.gone = {"microphone"}
    lost = room.now()
    room.live(5)
    silence = room.frames[heard:]
    assert len(silence) == HUSH
    assert not any(frame.samples.any() for frame in silence)
    assert all(later.start >= earlier.start + 0.019 for earlier, later in pairwise(silence))
    assert lost - 0.02 <= silence[0].start <= lost + 0.2
    room.gone.clear()
    room.live(6)
    room.gone = {"microphone"}
    before = len(room.frames)
    room.live(5)
    assert len(room.frames) - before == HUSH, "and so it is the next time"


def test_zeros_are_passed_on_but_are_no_life() -> None:
    room = Room().live(3)
    room.block = np.zeros(BLOCK, np.int16)
    room.live(1)
    assert room.changes(Kind.MICROPHONE) == [Change.LOST]
    assert len(room.frames) > 150
    room.block = np.arange(BLOCK, dtype=np.int16)
    room.live(3)
    assert room.changes(Kind.MICROPHONE) == [Change.LOST, Change.BACK]


def test_a_microphone_that_clips_is_told_once() -> None:
    room = Room().live(3)
    assert not room.microphone.clips
    room.block = np.where(np.arange(BLOCK) % 4, 100, -32768).astype(np.int16)
    room.live(0.9)
    assert room.microphone.clips
    room.microphone.clips = False
    room.live(10)
    assert not room.microphone.clips


def test_a_lost_speaker_forgets_what_it_is_told_and_the_new_one_begins_with_nothing() -> None:
    room = Room().live(3)
    room.speaker.play([PRESS])
    room.speaker.set_gain(0.5)
    room.gone = {"speaker"}
    room.speaker.hush()  # it is gone already, but nobody knows
    room.live(1)
    assert room.changes(Kind.SPEAKER) == [Change.LOST]
    assert 2.5 <= room.speaker.heard_until <= 3.0
    room.speaker.play([PRESS])
    room.speaker.hush()
    room.live(2)
    assert room.speaker.started() == []
    room.gone.clear()
    room.live(6)
    assert room.changes(Kind.SPEAKER) == [Change.LOST, Change.BACK]
    first, second = room.speakers
    assert first.closed
    assert first.played == [PRESS]
    assert second.played == []
    assert second.forgotten == 1
    assert not room.mixer.render(0, 100).any()
    assert room.mixer.gain == 0.5
    room.speaker.play([PRESS])
    assert len(room.speaker.started()) == 1


def test_a_device_that_hangs_is_closed_before_it_is_opened_anew() -> None:
    room = Room().live(3)
    room.hung = {"microphone", "speaker"}
    old = room.latest
    room.live(1)
    assert old.closed
    assert room.speakers[0].closed
    room.hung.clear()
    room.live(15)
    assert room.changes(Kind.MICROPHONE) == room.changes(Kind.SPEAKER) == [Change.LOST, Change.BACK]


def test_where_both_are_gone_portaudio_looks_for_devices_anew() -> None:
    room = Room().live(3)
    room.gone = {"microphone", "speaker"}
    room.live(10)
    assert room.restarts >= 2
    room.gone.clear()
    room.live(8)
    assert room.lifeline.whole


@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_where_cards_came_or_went_it_does_so_too_and_the_other_device_is_no_news(tmp_path: Path, system: str) -> None:
    cards = tmp_path / "pcm"
    cards.write_text("00-00: PCH\n01-00: USB mic\n")
    room = Room(cards=cards, system=system).live(3)
    room.gone = {"microphone"}
    cards.write_text("00-00: PCH\n")
    room.live(10)
    assert room.restarts == 1 if system == "linux" else room.restarts > 1
    cards.write_text("00-00: PCH\n01-00: USB mic\n")
    room.gone.clear()
    room.live(8)
    assert room.lifeline.whole
    assert room.changes(Kind.SPEAKER) == []


def test_without_any_device_portaudio_lists_them_ever_more_rarely() -> None:
    room = Room().live(3)
    room.gone = {"microphone", "speaker"}
    room.live(60)
    soon = room.restarts
    assert soon >= 10
    room.live(3600)
    assert soon < room.restarts < 100, "each time takes memory"
    room.live(86_400)
    assert room.restarts < 100 + 86_400 / 300
    tried = room.restarts
    room.gone.clear()
    room.live(10)
    assert room.lifeline.whole, "what was listed before is tried as often as ever"
    assert room.restarts <= tried + 1


def test_a_card_that_may_not_be_opened_at_once_is_looked_for_once_more(tmp_path: Path) -> None:
    cards = tmp_path / "pcm"
    cards.write_text("00-00: PCH\n")
    room = Room(cards=cards, missing={"microphone"}).live(20)
    assert room.restarts == 0
    cards.write_text("00-00: PCH\n01-00: USB mic\n")
    room.live(20)
    assert room.restarts == 2
    cards.write_text("00-00: PCH\n")
    room.live(20)
    assert room.restarts == 3, "one that went is gone at once"


def test_what_was_chosen_by_number_comes_back_by_name() -> None:
    for numbered, name in ((True, "USB mic"), (False, None)):
        room = Room(numbered=numbered).live(3)
        room.gone = {"microphone"}
        room.live(1)
        assert room.opened[0] == ("microphone", None)
        assert room.opened[-1] == ("microphone", name)


def test_what_cannot_be_opened_at_first_is_an_error() -> None:
    room = Room()
    room.gone = {"speaker"}
    with pytest.raises(DeviceError):
        SteadySpeaker(room._speaker, room, room.mixer)


def test_a_microphone_that_is_awaited_is_lost_from_the_first_look_on_and_found_when_it_comes() -> None:
    room = Room(missing={"microphone"})
    room.live(20)
    assert room.news == [News(Kind.MICROPHONE, Change.LOST)]
    assert len(room.speakers) == 1
    assert room.restarts == 0
    assert 5 <= len(room.opened) <= 10, "at once, then ever more rarely"
    assert str(room.microphone.missing) == "no microphone 'USB' -> use one of: 0 Built-in"
    room.gone.clear()
    room.live(8)
    assert room.changes(Kind.MICROPHONE) == [Change.LOST, Change.BACK]
    assert (room.microphone.name, room.microphone.missing) == ("USB mic", None)
    room.gone = {"microphone"}
    room.live(8)
    assert room.microphone.missing is None, "it was there"


def test_a_microphone_that_never_was_there_gives_no_silence() -> None:
    room = Room(missing={"microphone"}).live(5)
    assert room.frames == [], "nothing was said before, and zeros would be taken for a very quiet room"
    room.gone.clear()
    room.live(8)
    room.gone = {"microphone"}
    room.live(5)
    assert sum(not frame.samples.any() for frame in room.frames) == HUSH, "but later it does"


def test_a_speaker_that_is_awaited_takes_what_it_is_told_and_begins_with_nothing() -> None:
    room = Room(missing={"speaker"})
    room.speaker.play([PRESS])
    room.speaker.set_gain(0.5)
    room.speaker.hush()
    assert room.speaker.rendered() == room.speaker.started() == []
    room.live(3)
    assert room.news == [News(Kind.SPEAKER, Change.LOST)]
    assert room.speaker.heard_until == 0.0
    room.gone.clear()
    room.live(8)
    assert room.lifeline.whole
    assert room.speakers[0].played == []
    assert room.mixer.gain == 0.5


def test_where_both_are_awaited_portaudio_looks_for_devices_anew() -> None:
    room = Room(missing={"microphone", "speaker"}).live(10)
    assert room.restarts >= 2
    room.gone.clear()
    room.live(8)
    assert room.lifeline.whole


def test_what_was_chosen_by_number_and_came_late_is_opened_by_that_number_first_and_then_by_name() -> None:
    room = Room(numbered=True, missing={"microphone"}).live(3)
    room.gone.clear()
    room.live(8)
    assert {name for kind, name in room.opened if kind == "microphone"} == {None}
    room.gone = {"microphone"}
    room.live(1)
    assert room.opened[-1] == ("microphone", "USB mic")


def test_closing_lets_go_of_both_and_once_more_does_no_harm() -> None:
    room = Room().live(1)
    for _ in range(2):
        room.microphone.close()
        room.speaker.close()
    assert room.latest.closed
    assert room.speakers[0].closed
    assert room.speaker.started() == []
    room.speaker.check()


def test_a_microphone_that_fails_while_it_is_read_is_no_error() -> None:
    room = Room().live(3)
    room.gone = {"microphone"}
    assert room.microphone.read(0.1) is None


def test_portaudio_can_be_started_anew() -> None:
    sounddevice = pytest.importorskip("sounddevice", exc_type=OSError)
    before = len(sounddevice.query_devices())
    restart_portaudio()
    assert len(sounddevice.query_devices()) == before


def test_frames_gather_where_nobody_is_in_a_hurry() -> None:
    room = Room()
    device = room.microphone._device
    assert isinstance(device, FakeMicrophone)
    times = []
    for patient, waits in ((False, True), (True, True), (True, False)):
        room.microphone.patient, device.waits = patient, waits
        before = room.now()
        assert room.microphone.read(0.1)
        times.append(room.now() - before)
    assert times == pytest.approx([0.02, REST + 0.02, 0.02]), "what waits already is taken at once"


def test_a_patient_microphone_that_hangs_keeps_the_loop_no_longer_than_any() -> None:
    room = Room()
    room.microphone.patient = True
    room.hung.add("microphone")
    before = room.now()
    assert room.microphone.read(0.1) is None
    assert room.now() - before == pytest.approx(0.1)
