"""New settings reach those who work with them."""

from concurrent.futures import Future
from datetime import time
from math import log10
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import RecordingSpeaker
from tests.replies import Kept
from tests.run.night import ScriptedListener
from tests.run.test_lifeline import Room
from voiceguide.content.library import Library
from voiceguide.errors import VoiceError
from voiceguide.guide.session import Session
from voiceguide.hear.judge import SPHINX, FittedJudge
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import Cue, Heard, ScheduledSound
from voiceguide.run.equipment import RETRY, Equipment, Staff
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.night import Profile
from voiceguide.run.notices import Notices
from voiceguide.run.settings import GuideSettings, HearingSettings, Settings
from voiceguide.run.volume import VolumeMemory
from voiceguide.run.wardrobe import Wardrobe
from voiceguide.speak.mixer import Mixer
from voiceguide.understand.match import Phrasebook

ALERT = "chest-pain"


class Words:
    """Clips as long as their texts; each sample is that length too."""

    def __init__(self, library: Library, slower: int = 1) -> None:
        self.lengths = {sound: slower * len(text) for sound, text in library.spoken()}

    def samples(self, sound: str) -> NDArray[np.int16]:
        return np.full(self.lengths[sound], self.lengths[sound], np.int16)


class Stand:
    """All that a session needs, with clips that are made at once, at noon."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.made: dict[Future[Wardrobe], Wardrobe] = {}
        self.hour = 12
        self.folder = folder
        self.told = Notices(print)
        self.orders: list[Future[Wardrobe]] = []
        wardrobe = self.wardrobe(Settings(), library)
        clips = wardrobe[Profile.DAY]
        self.session = Session(library, clips.lengths)
        self.mixer = Mixer(clips)
        self.judge = FittedJudge.of(SPHINX)
        self.room = Room()
        self.listener = ScriptedListener([], echo=False)
        self.speaker = RecordingSpeaker()
        self.loop = Loop(
            clock=self.room,
            microphone=self.room.microphone,
            listener=self.listener,
            phrasebook=Phrasebook.of(library),
            session=self.session,
            speaker=self.speaker,
            sounds=Sounds.of(clips, library),
            trace=Kept(),
        )
        staff = Staff(self.session, self.loop, self.mixer, self.judge)
        self.equipment = Equipment(
            Settings(),
            library,
            wardrobe,
            self.prepare,
            staff,
            VolumeMemory(folder / "volume.json", self.told),
            lambda: time(self.hour),
        )
        self.equipment.look(0.0)

    def prepare(self, settings: Settings, library: Library) -> "Future[Wardrobe]":
        """Begins, and is done where `finish` says so."""
        order: Future[Wardrobe] = Future()
        self.orders.append(order)
        self.made[order] = self.wardrobe(settings, library)
        return order

    def finish(self, *, mute: bool = False) -> None:
        """What was begun last is ready."""
        if mute:
            self.orders[-1].set_exception(VoiceError("no voice"))
        else:
            self.orders[-1].set_result(self.made[self.orders[-1]])

    def take(self, settings: Settings) -> None:
        """New settings, for which clips are made in no time."""
        if not self.equipment.take(settings):
            self.finish()
            assert self.equipment.take(settings)

    def wardrobe(self, settings: Settings, library: Library) -> dict[Profile, Any]:
        wardrobe = {Profile.DAY: Words(library), Profile.NIGHT: Words(library, slower=2)}
        return wardrobe if settings.night.enabled else {Profile.DAY: wardrobe[Profile.DAY]}

    def look(self, *seconds: float) -> "Stand":
        """Let it look once after each of these spans of time."""
        for span in seconds:
            self.room.wait(span)
            self.equipment.look(self.room.now())
        return self

    def hear(self, kind: IntentKind, **slots: str) -> "Stand":
        self.loop._do(self.session.receive(Heard(Intent(kind, slots)), self.room.now()))
        return self

    @property
    def decibels(self) -> float:
        return round(20 * log10(self.speaker.gain), 2)


@pytest.fixture
def stand(library: Library, tmp_path: Path) -> Stand:
    return Stand(library, tmp_path)


def test_the_number_to_call_is_said_from_now_on(stand: Stand) -> None:
    sound = stand.library.flags[ALERT].say
    before = stand.mixer.sounds.samples(sound)
    stand.take(Settings(emergency_number="112"))
    assert "Call 1 1 2" in dict(stand.session.library.spoken())[sound]
    assert len(stand.mixer.sounds.samples(sound)) < len(before), "three digits are shorter than three words"
    assert stand.session.script.lengths[sound] == len(stand.mixer.sounds.samples(sound))
    stand.take(Settings())
    assert len(stand.mixer.sounds.samples(sound)) == len(before)


def test_waits_and_caution_hold_from_now_on(stand: Stand) -> None:
    stand.equipment.take(Settings(guide=GuideSettings(step_wait=33), hearing=HearingSettings(caution=1.5)))
    assert stand.session.options.step_wait == stand.session.script.options.step_wait == 33
    assert stand.judge.caution == 1.5


def test_where_a_clip_cannot_be_made_all_stays(stand: Stand) -> None:
    wanted = Settings(emergency_number="112", guide=GuideSettings(step_wait=33))
    assert not stand.equipment.take(wanted)
    stand.finish(mute=True)
    with pytest.raises(VoiceError):
        stand.equipment.take(wanted)
    assert stand.session.options.step_wait == 8
    assert stand.session.library is stand.library
    stand.take(wanted)
    assert len(stand.orders) == 2, "who asks again has it tried again"
    assert stand.session.options.step_wait == 33


def test_while_clips_are_made_all_goes_on_as_it_was(stand: Stand) -> None:
    before = stand.mixer.sounds
    wanted = Settings(emergency_number="112", volume=3)
    assert not stand.equipment.take(wanted)
    assert not stand.equipment.take(wanted)
    assert len(stand.orders) == 1
    stand.hour = 22
    assert stand.look(1).equipment.profile is Profile.NIGHT
    stand.hour = 12
    assert stand.look(1).decibels == 0
    assert stand.mixer.sounds is before
    assert stand.session.library is stand.library
    stand.finish()
    assert stand.look(1).mixer.sounds is before, "it waits until it is asked for"
    assert stand.equipment.take(wanted)
    assert stand.decibels == 3
    assert stand.session.library.emergency != stand.library.emergency


def test_other_settings_meanwhile_give_up_what_they_do_not_need(stand: Stand) -> None:
    assert not stand.equipment.take(Settings(emergency_number="112"))
    assert not stand.equipment.take(Settings(emergency_number="112", volume=3))
    assert len(stand.orders) == 1, "the same clips"
    assert not stand.equipment.take(Settings(emergency_number="999"))
    assert [order.cancelled() for order in stand.orders] == [True, False]
    assert stand.equipment.take(Settings(volume=3))
    assert stand.orders[-1].cancelled()
    assert stand.session.library.emergency == stand.library.emergency
    assert stand.decibels == 3


def test_what_is_scheduled_already_sounds_as_it_was(stand: Stand) -> None:
    sound = stand.library.flags[ALERT].say
    before = stand.mixer.sounds.samples(sound)
    stand.mixer.schedule([ScheduledSound(0, sound, Cue.SAY)])
    stand.take(Settings(emergency_number="112"))
    assert (stand.mixer.render(0, len(before)) == before).all()


def test_at_night_it_is_another_voice_softer_and_remembers_its_own_volume(stand: Stand) -> None:
    day = stand.mixer.sounds
    assert (stand.equipment.profile, stand.decibels) == (Profile.DAY, 0)
    stand.hour = 22
    stand.look(1)
    assert (stand.equipment.profile, stand.decibels) == (Profile.NIGHT, -6)
    sound = stand.library.flags[ALERT].say
    assert len(stand.mixer.sounds.samples(sound)) == 2 * len(day.samples(sound))
    assert stand.session.script.lengths[sound] == 2 * len(day.samples(sound))
    stand.hear(IntentKind.SYMPTOM, place="calf").hear(IntentKind.QUIETER)
    assert stand.look(1).decibels == -9
    stand.hear(IntentKind.STOP).look(30)
    stand.hour = 7
    assert stand.look(1).decibels == 0
    stand.hour = 23
    assert stand.look(1).decibels == -9
    assert Stand(stand.library, stand.folder).decibels == 0


def test_what_was_asked_for_is_there_after_a_restart(stand: Stand) -> None:
    stand.hear(IntentKind.SYMPTOM, place="calf").hear(IntentKind.WHISPER).look(0.02)
    assert not (stand.folder / "volume.json").exists(), "not within a session"
    stand.hear(IntentKind.STOP).look(30)
    assert Stand(stand.library, stand.folder).decibels == -12


def test_night_waits_until_nobody_is_being_helped(stand: Stand) -> None:
    stand.hear(IntentKind.SYMPTOM, place="calf")
    stand.hour = 22
    assert stand.look(1, 1).equipment.profile is Profile.DAY
    stand.hear(IntentKind.STOP)
    assert stand.look(1, 1, 1).equipment.profile is Profile.NIGHT


def test_where_the_night_is_off_it_is_day(stand: Stand) -> None:
    stand.equipment.take(Settings().by_day())
    stand.hour = 23
    assert stand.look(1).equipment.profile is Profile.DAY


def test_a_volume_that_could_not_be_written_is_written_once_that_is_possible(stand: Stand) -> None:
    path = stand.folder / "volume.json"
    path.mkdir()
    stand.hear(IntentKind.SYMPTOM, place="calf").hear(IntentKind.WHISPER).hear(IntentKind.STOP).look(30)
    assert stand.told.trouble
    path.rmdir()
    assert stand.look(RETRY / 2).told.trouble
    assert not stand.look(RETRY).told.trouble
    assert VolumeMemory(path, stand.told).steps(Profile.DAY) == -4


def test_a_night_that_has_no_clips_has_those_of_the_day(stand: Stand) -> None:
    stand.hour = 23
    stand.equipment.take(Settings(volume=3))
    assert stand.decibels == -3
    day = stand.wardrobe(Settings().by_day(), stand.library)[Profile.DAY]
    staff = Staff(stand.session, stand.loop, stand.mixer, None)
    memory = VolumeMemory(stand.folder / "volume.json", Notices(print))
    Equipment(Settings(), stand.library, {Profile.DAY: day}, stand.prepare, staff, memory, lambda: time(23)).look(0.0)
    assert stand.mixer.sounds is day


def test_it_follows_a_noisy_room_slowly_only_where_that_is_wanted_and_never_while_it_speaks(stand: Stand) -> None:
    stand.listener.room = -50.0
    assert stand.look(*[1.0] * 20).decibels == 0
    stand.equipment.take(Settings(match_room=True))
    assert stand.look(1.0, 0.5, 0.5).decibels == 1
    stand.hear(IntentKind.SYMPTOM, place="calf")
    assert not stand.loop.silent
    assert stand.look(0.001).decibels == 1
    stand.hear(IntentKind.STOP)
    assert stand.look(*[1.0] * 30).decibels == 5
    stand.listener.room = None
    assert stand.look(*[1.0] * 30).decibels == 0


def test_a_judge_that_only_trusts_has_no_caution(stand: Stand) -> None:
    staff = Staff(stand.session, stand.loop, stand.mixer, None)
    memory = VolumeMemory(stand.folder / "volume.json", Notices(print))
    wardrobe = stand.wardrobe(Settings(), stand.library)
    equipment = Equipment(Settings(), stand.library, wardrobe, stand.prepare, staff, memory, lambda: time(12))
    assert equipment.profile is Profile.DAY
    equipment.take(Settings())
    assert stand.judge.caution == 0
