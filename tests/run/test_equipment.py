"""New settings reach those who work with them."""

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
from voiceguide.messages import Cue, ScheduledSound
from voiceguide.run.equipment import Equipment
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.settings import GuideSettings, HearingSettings, Settings
from voiceguide.speak.mixer import Mixer
from voiceguide.understand.match import Phrasebook

ALERT = "chest-pain"


class Words:
    """Clips as long as their texts; each sample is that length too."""

    def __init__(self, library: Library) -> None:
        self.lengths = {sound: len(text) for sound, text in library.spoken()}

    def samples(self, sound: str) -> NDArray[np.int16]:
        return np.full(self.lengths[sound], self.lengths[sound], np.int16)


class Stand:
    """All that a session needs, with clips that are made at once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.mute = False
        clips = self.prepare(Settings(), library)
        self.session = Session(library, clips.lengths)
        self.mixer = Mixer(clips)
        self.judge = FittedJudge.of(SPHINX)
        room = Room()
        self.loop = Loop(
            clock=room,
            microphone=room.microphone,
            listener=ScriptedListener([], echo=False),
            phrasebook=Phrasebook.of(library),
            session=self.session,
            speaker=RecordingSpeaker(),
            sounds=Sounds.of(clips, library),
            trace=Kept(),
        )
        self.equipment = Equipment(library, self.prepare, self.session, self.loop, self.mixer, self.judge)

    def prepare(self, settings: Settings, library: Library) -> Words:
        if self.mute:
            raise VoiceError("no voice")
        return Words(library)


@pytest.fixture
def stand(library: Library) -> Stand:
    return Stand(library)


def test_the_number_to_call_is_said_from_now_on(stand: Stand) -> None:
    sound = stand.library.flags[ALERT].say
    before = stand.mixer.sounds.samples(sound)
    stand.equipment.take(Settings(emergency_number="112"))
    assert "Call 1 1 2" in dict(stand.session.library.spoken())[sound]
    assert len(stand.mixer.sounds.samples(sound)) < len(before), "three digits are shorter than three words"
    assert stand.session.script.lengths[sound] == len(stand.mixer.sounds.samples(sound))
    stand.equipment.take(Settings())
    assert len(stand.mixer.sounds.samples(sound)) == len(before)


def test_waits_and_caution_hold_from_now_on(stand: Stand) -> None:
    stand.equipment.take(Settings(guide=GuideSettings(step_wait=33), hearing=HearingSettings(caution=1.5)))
    assert stand.session.options.step_wait == stand.session.script.options.step_wait == 33
    assert stand.judge.caution == 1.5


def test_where_a_clip_cannot_be_made_all_stays(stand: Stand) -> None:
    stand.mute = True
    with pytest.raises(VoiceError):
        stand.equipment.take(Settings(emergency_number="112", guide=GuideSettings(step_wait=33)))
    assert stand.session.options.step_wait == 8
    assert stand.session.library is stand.library


def test_what_is_scheduled_already_sounds_as_it_was(stand: Stand) -> None:
    sound = stand.library.flags[ALERT].say
    before = stand.mixer.sounds.samples(sound)
    stand.mixer.schedule([ScheduledSound(0, sound, Cue.SAY)])
    stand.equipment.take(Settings(emergency_number="112"))
    assert (stand.mixer.render(0, len(before)) == before).all()


def test_a_judge_that_only_trusts_has_no_caution(stand: Stand) -> None:
    Equipment(stand.library, stand.prepare, stand.session, stand.loop, stand.mixer, None).take(Settings())
    assert stand.judge.caution == 0
