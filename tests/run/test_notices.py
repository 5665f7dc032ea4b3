"""What it says by itself: at the start and when something is the matter, and never where it disturbs."""

from collections.abc import Collection

import pytest

from tests.run.test_caretaker import Stand
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.states import State
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import Heard
from voiceguide.run.notices import AGAIN, CALM, NEWS, Herald, Notices

TROUBLES = [role for role in Role if role.startswith("trouble-")]


class Bedside(Stand):
    """A night stand that says what is the matter; `night` is what the clock on the wall would say."""

    def __init__(
        self, library: Library, *, greeting: bool = False, night: bool = False, missing: Collection[str] = ()
    ) -> None:
        super().__init__(library, missing)
        self.night = night
        self.lines: list[str] = []
        self.told = Notices(self.lines.append)
        herald = Herald(
            self.told,
            self.loop,
            self.session,
            self.room.lifeline,
            greeting=greeting,
            is_night=lambda: self.night,
        )
        self.keepers.append(herald)

    def mean(self, kind: IntentKind, **slots: str) -> "Bedside":
        self.loop._do(self.session.receive(Heard(Intent(kind, slots)), self.room.now()))
        return self


def test_it_says_once_that_it_is_ready_and_then_what_is_the_matter(library: Library) -> None:
    stand = Bedside(library, greeting=True)
    stand.told("settings.yaml:1: nonsense", Role.TROUBLE_SETTINGS)
    stand.told("only a line")
    stand.live(60)
    assert stand.sounds("say") == [Role.READY, Role.TROUBLE_SETTINGS]
    assert stand.lines == ["settings.yaml:1: nonsense", "only a line"]
    said = [event.time for event in stand.trace if event.kind == "say"]
    assert said[1] - said[0] >= 0.9 + CALM, "one at a time"
    assert stand.session.state is State.IDLE


def test_who_was_helped_at_once_is_not_greeted_after_the_good_night(library: Library) -> None:
    stand = Bedside(library, greeting=True)
    stand.mean(IntentKind.SYMPTOM, place="calf").live(3)
    stand.mean(IntentKind.STOP).live(60)
    assert Role.STOPPED in stand.sounds("say")
    assert Role.READY not in stand.sounds("say")
    assert stand.session.state is State.IDLE


@pytest.mark.parametrize("missing", ["microphone", "speaker"])
def test_it_says_that_it_is_ready_once_the_missing_device_is_there(library: Library, missing: str) -> None:
    stand = Bedside(library, greeting=True, missing={missing}).live(60)
    assert stand.sounds("say") == []
    stand.room.gone.clear()
    stand.live(10)
    assert stand.sounds("say") == [Role.READY]


def test_it_need_not_greet(library: Library) -> None:
    assert Bedside(library).live(60).sounds("say") == []


@pytest.mark.parametrize("role", TROUBLES)
def test_each_trouble_is_said_once_however_often_it_is_told(library: Library, role: Role) -> None:
    stand = Bedside(library)
    assert not stand.told.trouble
    for _ in range(3):
        stand.told("again", role)
        stand.live(30)
    assert stand.sounds("say") == [role]
    assert stand.lines == ["again"] * 3
    assert stand.told.trouble


def test_what_is_over_is_not_the_matter_and_not_said_any_more(library: Library) -> None:
    stand = Bedside(library)
    stand.told("the disk is full", Role.TROUBLE_DISK)
    stand.told("settings.yaml:1: nonsense", Role.TROUBLE_SETTINGS)
    stand.told.over(Role.TROUBLE_DISK)
    assert stand.told.trouble
    assert stand.live(10).sounds("say") == [Role.TROUBLE_SETTINGS]
    stand.told.over(Role.TROUBLE_SETTINGS)
    stand.told.over(Role.TROUBLE_PANEL)
    assert not stand.told.trouble


def test_what_comes_again_is_said_again_but_not_at_once(library: Library) -> None:
    stand = Bedside(library)
    stand.listener._script.clear()
    for _ in range(5):
        stand.told("the disk is full", Role.TROUBLE_DISK)
        assert stand.told.trouble
        stand.live(10)
        stand.told.over(Role.TROUBLE_DISK)
        assert not stand.told.trouble
    assert stand.sounds("say") == [Role.TROUBLE_DISK]
    stand.told("the disk is full", Role.TROUBLE_DISK)
    stand.told("the button is stuck", Role.TROUBLE_PANEL)
    stand.live(10)
    assert stand.sounds("say") == [Role.TROUBLE_DISK, Role.TROUBLE_PANEL], "others need not wait for it"
    stand.room.wait(AGAIN)
    assert stand.live(20).sounds("say") == [Role.TROUBLE_DISK, Role.TROUBLE_PANEL, Role.TROUBLE_DISK]


def test_of_two_with_the_same_sentence_the_other_one_is_still_the_matter() -> None:
    told = Notices(lambda _line: None)
    told("no journal", Role.TROUBLE_DISK, "journal")
    told("no volume", Role.TROUBLE_DISK, "volume")
    told.over(Role.TROUBLE_DISK, "journal")
    assert told.trouble
    assert told.take() is Role.TROUBLE_DISK
    told("no journal", Role.TROUBLE_DISK, "journal")
    assert told.take() is None, "said, and not over since"
    told.over(Role.TROUBLE_DISK, "journal")
    told.over(Role.TROUBLE_DISK, "volume")
    assert not told.trouble


@pytest.mark.parametrize("role", NEWS)
def test_news_are_said_by_day_once_and_then_over(library: Library, role: Role) -> None:
    stand = Bedside(library, night=True)
    stand.told("damaged", role)
    assert stand.live(60).sounds("say") == []
    assert stand.told.trouble, "the light tells who looks"
    stand.night = False
    stand.mean(IntentKind.SYMPTOM, place="calf").live(20)
    assert role not in stand.sounds("say")
    stand.mean(IntentKind.STOP).live(60)
    assert stand.sounds("say").count(role) == 1
    assert not stand.told.trouble


def test_it_is_ready_when_both_devices_work(library: Library) -> None:
    stand = Bedside(library, greeting=True)
    stand.room.gone = {"microphone"}
    stand.live(20)
    assert Role.READY not in stand.sounds("say")
    stand.room.gone.clear()
    stand.live(20)
    assert stand.sounds("say").count(Role.READY) == 1


def test_nothing_is_said_within_a_session(library: Library) -> None:
    stand = Bedside(library)
    stand.mean(IntentKind.SYMPTOM, place="calf").live(2)
    stand.told("the disk is full", Role.TROUBLE_DISK)
    stand.live(100)
    assert stand.session.state is not State.IDLE
    assert Role.TROUBLE_DISK not in stand.sounds("say")
    stand.mean(IntentKind.STOP).live(10)
    assert stand.sounds("say")[-2:] == [Role.STOPPED, Role.TROUBLE_DISK]


def test_whoever_speaks_is_not_interrupted(library: Library) -> None:
    stand = Bedside(library, greeting=True)
    stand.listener.echo = True
    assert stand.live(10).sounds("say") == []
    stand.listener.echo = False
    assert stand.live(10).sounds("say") == [Role.READY]


def test_a_cramp_cuts_it_short_and_stop_silences_it(library: Library) -> None:
    stand = Bedside(library)
    stand.told("", Role.TROUBLE_DISK)
    while not stand.sounds("say"):
        stand.live(0.02)
    stand.mean(IntentKind.SYMPTOM, place="calf", side="left").live(1)
    assert stand.sounds("say") == [Role.TROUBLE_DISK, "calf/stretch@left"]
    assert [event.kind for event in stand.trace if event.kind in ("say", "silence")] == ["say", "silence", "say"]
    other = Bedside(library)
    other.told("", Role.TROUBLE_DISK)
    while not other.sounds("say"):
        other.live(0.02)
    assert other.mean(IntentKind.STOP).live(2).sounds("say") == [Role.TROUBLE_DISK, Role.STOPPED]


def test_in_the_night_nobody_is_greeted_and_the_rest_waits_for_the_morning(library: Library) -> None:
    stand = Bedside(library, greeting=True, night=True)
    stand.told("", Role.TROUBLE_MODEL)
    assert stand.live(60).sounds("say") == []
    stand.night = False
    assert stand.live(10).sounds("say") == [Role.TROUBLE_MODEL]


def test_where_something_is_going_on_a_sentence_of_its_own_is_nothing(library: Library) -> None:
    stand = Bedside(library)
    stand.mean(IntentKind.SYMPTOM, place="calf")
    assert stand.session.mention(stand.room.now(), Role.READY) == []
    stand.mean(IntentKind.STOP)
    assert not stand.session.at_rest, "it still says that it has stopped"
    stand.live(5)
    assert stand.session.at_rest
    stand.loop.suspend(stand.room.now(), stand.room.now())
    assert stand.session.mention(stand.room.now(), Role.READY) == []
