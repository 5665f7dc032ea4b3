"""What is said and done when a device goes: heard in a session played in virtual time."""

from collections.abc import Callable, Collection
from typing import Protocol

import numpy as np
import pytest

from tests.replies import Kept
from tests.run.night import Buzz, ScriptedListener, said
from tests.run.test_lifeline import Room
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.devices import Kind
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import BLOCK, Account, CutOff, Heard, Standing
from voiceguide.run.caretaker import DEAF, Caretaker
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.trace import Transcript
from voiceguide.understand.match import Phrasebook


class Keeper(Protocol):
    """Who looks after something in each step of the loop."""

    def look(self, now: float) -> None: ...


class Stand:
    """A night stand whose caretaker looks after it; `missing` are the devices that are waited for from the start."""

    def __init__(self, library: Library, missing: Collection[str] = (), cut: CutOff | None = None) -> None:
        self.library = library
        self.room = Room(missing=missing)
        buzz = Buzz(library)
        lengths = {**buzz.lengths, DEAF: 4800}
        self.trace = Kept()
        self.notices: list[str] = []
        self.session = Session(library, lengths)
        self.listener = ScriptedListener([said("calf cramp", 900.0)], echo=False)
        self.loop = Loop(
            clock=self.room,
            microphone=self.room.microphone,
            listener=self.listener,
            phrasebook=Phrasebook.of(library),
            session=self.session,
            speaker=self.room.speaker,
            sounds=Sounds(lengths, dict(library.spoken())),
            trace=self.trace,
        )
        self.caretaker = Caretaker(
            self.room.lifeline, self.loop, self.session, library, self.trace, self.notices.append
        )
        self.keepers: list[Keeper] = [self.caretaker]
        if cut:
            self.loop.tell(self.room.now(), cut)
        self.live(2)

    def live(self, seconds: float) -> "Stand":
        end = self.room.now() + seconds

        def over() -> bool:
            for keeper in self.keepers:
                keeper.look(self.room.now())
            return self.room.now() >= end

        self.loop.run(until=over)
        return self

    def cramp(self) -> "Stand":
        self.loop._do(self.session.receive(Heard(Intent(IntentKind.SYMPTOM, {"place": "calf"})), self.room.now()))
        return self

    def sounds(self, *kinds: str) -> list[str]:
        return [str(event.details["sound"]) for event in self.trace if event.kind in kinds]

    def kinds(self, *kinds: str) -> list[tuple[str, str, str]]:
        return [(e.kind, e.text, str(e.details.get("fault", ""))) for e in self.trace if e.kind in kinds]


@pytest.fixture
def stand(library: Library) -> Stand:
    return Stand(library)


def test_in_a_session_it_says_that_it_is_deaf_and_then_goes_on_with_the_cut_sentence(stand: Stand) -> None:
    stand.cramp().live(1.5)
    first, second = stand.sounds("say")[:2]
    stand.room.gone = {"microphone"}
    stand.live(30)
    assert stand.kinds("lost") == [("lost", "microphone", "gone")]
    assert stand.sounds("say") == [first, second, Role.DEAF]
    assert stand.sounds("alarm") == [DEAF], "ten seconds later"
    assert stand.session.state is State.STRETCH
    stand.room.gone.clear()
    stand.live(8)
    assert stand.kinds("back") == [("back", "microphone", "")]
    assert stand.sounds("say")[3:5] == [Role.HEARS_AGAIN, second]
    assert stand.notices[0] == (
        "microphone 'USB mic': has gone -> plug it in, or choose another with --microphone: see voiceguide devices"
    )
    assert stand.notices[1].startswith("microphone 'USB mic': is back, after ")


def test_in_the_night_it_is_a_tone_and_ever_more_rarely(stand: Stand) -> None:
    stand.room.block = np.zeros(BLOCK, np.int16)
    stand.live(200)
    assert stand.kinds("lost") == [("lost", "microphone", "lifeless")]
    assert 3 <= len(stand.sounds("alarm")) <= 6
    assert stand.sounds("say") == []
    stand.room.block = np.arange(BLOCK, dtype=np.int16)
    stand.live(20)
    assert stand.sounds("say") == [], "when it is back, all may sleep"


def test_without_a_microphone_at_the_start_it_sounds_and_tells_what_there_is(library: Library) -> None:
    stand = Stand(library, missing={"microphone"}).live(60)
    assert stand.kinds("lost") == [("lost", "microphone", "gone")]
    assert stand.notices == ["no microphone 'USB'; it is waited for -> use one of: 0 Built-in"]
    assert 3 <= len(stand.sounds("alarm")) <= 4
    assert stand.sounds("say") == []
    stand.room.gone.clear()
    stand.live(8)
    assert stand.kinds("back") == [("back", "microphone", "")]
    assert stand.notices[1].startswith("microphone 'USB mic': is back, after ")
    heard = len(stand.sounds("alarm"))
    stand.live(300)
    assert len(stand.sounds("alarm")) == heard
    stand.cramp().live(1)
    assert stand.sounds("say"), "it helps"


def test_without_both_at_the_start_it_sounds_as_soon_as_it_can(library: Library) -> None:
    stand = Stand(library, missing={"microphone", "speaker"}).live(20)
    assert stand.sounds("alarm") == []
    stand.room.gone = {"microphone"}
    stand.live(8)
    assert stand.sounds("alarm") == [DEAF]
    assert stand.notices[1] == "speaker: there is none; it is waited for -> connect one"


@pytest.mark.parametrize(
    ("missing", "before", "after"),
    [
        ("microphone", [Role.CUT_OFF, Role.DEAF], Role.HEARS_AGAIN),  # the first is cut as it begins
        ("speaker", [], Role.SPEAKS_AGAIN),
    ],
)
def test_whether_to_go_on_after_a_power_cut_is_asked_once_it_can_be_heard_and_answered(
    library: Library, missing: str, before: list[Role], after: Role
) -> None:
    cut = CutOff(Account(cramp=True, place="calf", standing=Standing("stretch")), age=60.0)
    stand = Stand(library, missing={missing}, cut=cut).live(60)
    assert stand.sounds("say") == before
    stand.room.gone.clear()
    stand.live(8)
    assert stand.sounds("say")[len(before) :] == [after, Role.CUT_OFF]
    assert stand.session.state is State.CUT_OFF


def test_a_lost_speaker_repeats_what_was_not_heard(stand: Stand) -> None:
    stand.cramp().live(0.5)
    first = stand.sounds("say")[0]
    stand.room.hung = {"speaker"}
    stand.live(5)
    assert stand.kinds("lost") == [("lost", "speaker", "stalled")]
    stand.room.hung.clear()
    stand.live(8)
    assert stand.sounds("say")[1:3] == [Role.SPEAKS_AGAIN, first]
    assert stand.sounds("alarm") == []


def test_where_both_are_gone_it_says_so_as_soon_as_it_can_speak(stand: Stand) -> None:
    stand.cramp().live(1.5)
    stand.room.gone = {"microphone", "speaker"}
    stand.live(5)
    before = len(stand.sounds("say"))
    stand.room.gone = {"microphone"}
    stand.live(8)
    assert stand.sounds("say")[before:] == [Role.DEAF]
    stand.room.gone.clear()
    stand.live(8)
    assert stand.sounds("say")[before + 1] == Role.HEARS_AGAIN


def test_a_speaker_that_comes_back_last_tells_what_was_to_be_told(stand: Stand) -> None:
    stand.cramp().live(1.5)
    stand.room.gone = {"microphone", "speaker"}
    stand.live(5)
    before = len(stand.sounds("say"))
    stand.room.gone = {"speaker"}
    stand.live(8)
    assert stand.sounds("say")[before:] == []
    stand.room.gone.clear()
    stand.live(8)
    assert stand.sounds("say")[before] == Role.SPEAKS_AGAIN


@pytest.mark.parametrize("asleep", [True, False])
def test_a_microphone_that_clips_is_told(stand: Stand, asleep: bool) -> None:
    if not asleep:
        stand.cramp()
    stand.room.block = np.where(np.arange(BLOCK) % 4, 100, 32767).astype(np.int16)
    stand.live(5)
    assert stand.kinds("clipped") == [("clipped", "microphone", "")]
    assert (Role.TOO_LOUD in stand.sounds("say")) is not asleep
    assert stand.notices == [
        "microphone 'USB mic': is too loud, and distorts -> turn it down: see voiceguide devices --test"
    ]


def test_the_transcript_tells_of_it(stand: Stand) -> None:
    stand.room.gone = {str(Kind.SPEAKER)}
    stand.live(3)
    stand.room.gone.clear()
    stand.live(8)
    lines: list[str] = []
    write: Callable[[str], None] = lines.append
    transcript = Transcript(write)
    for event in stand.trace:
        transcript.write(event)
    assert [line.split("  ")[-1] for line in lines if "speaker" in line] == ["(speaker: gone)", "(speaker: back)"]


def test_each_stumble_of_the_speaker_is_written_down(stand: Stand) -> None:
    (speaker,) = stand.room.speakers
    speaker.underruns, speaker.reanchored = 1, 0
    stand.live(1)
    speaker.reanchored = 1
    stand.live(1)
    told = [(e.details["underruns"], e.details["reanchored"]) for e in stand.trace if e.kind == "stumble"]
    assert told == [(1, 0), (1, 1)]
    stand.room.gone = {"speaker"}
    stand.live(2)
    assert stand.room.speaker.stumbles == {}
