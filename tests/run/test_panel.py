"""The light and the button, on a night stand in virtual time, with gpiozero's mock pins."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from gpiozero.pins.mock import MockFactory

from tests.run.test_caretaker import Stand
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide.states import State, legal
from voiceguide.intents import Intent, IntentKind
from voiceguide.messages import Heard
from voiceguide.run.caretaker import DEAF
from voiceguide.run.notices import Notices
from voiceguide.run.panel import (
    APART,
    FLASH,
    FLASHES,
    MEANT,
    MOST,
    REST,
    STUCK,
    SWELLS,
    WITHIN,
    Contact,
    Fittings,
    Mood,
    Panel,
    level,
)
from voiceguide.run.settings import PanelSettings
from voiceguide.run.trace import Transcript

LED, BUTTON = 17, 27
STEP = 0.1
"""Seconds of the longest step of the loop."""


class Bedside(Stand):
    """A night stand with a light and a button."""

    def __init__(self, library: Library, header: MockFactory, *missing: str, **pins: int) -> None:
        super().__init__(library, missing)
        self.lines: list[str] = []
        self.told = Notices(self.lines.append)
        self.pins = pins or {"led": LED, "button": BUTTON}
        fittings = Fittings(PanelSettings(**self.pins, brightness=0.2), self.room.now, self.told)
        self.led, self.button = header.pin(LED), header.pin(BUTTON)
        self.panel = Panel(
            fittings,
            self.loop,
            self.session,
            self.room.lifeline,
            self.caretaker,
            self.told,
            self.room.now(),
        )
        self.keepers.append(self.panel)
        self.live(1)

    def press(self, seconds: float = 0.1) -> "Bedside":
        self.button.drive_low()
        self.live(seconds)
        self.button.drive_high()
        self.live(0.05)
        return self

    def shines(self, seconds: float) -> list[float]:
        """How bright the light is, from one step to the next."""
        found = []
        end = self.room.now() + seconds
        while self.room.now() < end:
            self.live(0.02)
            found.append(self.led.state)
        return found

    def meant(self) -> list[str]:
        return [event.text for event in self.trace if event.kind == "button"]


@pytest.fixture
def stand(library: Library, header: MockFactory) -> Bedside:
    return Bedside(library, header)


def flashes(shine: Sequence[float]) -> int:
    """How often it becomes light."""
    return sum(before < 0.1 <= after for before, after in pairwise([0.0, *shine]))


@pytest.mark.parametrize("mood", Mood)
def test_every_mood_has_a_light_of_its_own(mood: Mood) -> None:
    drawn = {other: [level(other, STEP * n) for n in range(200)] for other in Mood}
    assert all(0 <= value <= 1 for value in drawn[mood])
    assert [other for other in Mood if drawn[other] == drawn[mood]] == [mood]
    assert max(drawn[mood]) > 0.9


@pytest.mark.parametrize("mood", FLASHES)
@pytest.mark.parametrize("phase", [0.0, 0.03, 0.09])
def test_every_flash_is_seen_however_the_steps_fall_and_the_room_is_dark_for_most_of_the_time(
    mood: Mood, phase: float
) -> None:
    count, period = FLASHES[mood]
    for step in (0.02, STEP):
        drawn = [level(mood, phase + step * n) for n in range(round(5 * period / step))]
        assert flashes(drawn) in (5 * count, 5 * count + 1)
        assert sum(drawn) * step <= 0.15 * 5 * period
    assert STEP < FLASH < APART - STEP


def test_how_many_flashes_tells_how_bad_it_is() -> None:
    assert [FLASHES[mood][0] for mood in (Mood.LISTENING, Mood.DEAF, Mood.ERROR)] == [1, 2, 3]
    assert SWELLS[Mood.WAITING] > SWELLS[Mood.SPEAKING]


def test_nothing_is_brighter_than_was_chosen(stand: Bedside) -> None:
    stand.cramp()
    assert max(stand.shines(60)) == 0.2


def test_the_light_of_a_night_is_a_flash_now_and_then(stand: Bedside) -> None:
    shine = stand.shines(40)
    assert flashes(shine) == 4
    assert sum(value > 0 for value in shine) / len(shine) < 0.03


def test_the_light_follows_a_session(stand: Bedside) -> None:
    stand.listener.echo = True
    assert set(stand.shines(3)[1:]) == {0.2}, "somebody speaks"
    stand.listener.echo = False
    stand.press()
    assert flashes(stand.shines(2)) == 2, "it speaks"
    while not stand.loop.silent:
        stand.live(0.1)
    assert flashes(stand.shines(4)) == 1, "it waits"


def test_a_deaf_device_flashes_twice_and_one_without_a_voice_three_times(stand: Bedside) -> None:
    stand.room.gone = {"microphone"}
    stand.live(3)
    assert 5 <= flashes(stand.shines(9)) <= 7
    stand.room.gone = {"speaker"}
    stand.live(10)
    assert 5 <= flashes(stand.shines(20)) <= 7


def test_one_that_is_deaf_from_the_start_flashes_twice_until_it_hears(library: Library, header: MockFactory) -> None:
    stand = Bedside(library, header, "microphone")
    assert flashes(stand.shines(9)) in (6, 7)
    stand.room.gone = set()
    stand.live(10)
    assert flashes(stand.shines(30)) == 3


def test_what_is_the_matter_is_shown_where_nothing_goes_on(stand: Bedside) -> None:
    stand.told("the disk is full", Role.TROUBLE_DISK)
    assert 5 <= flashes(stand.shines(20)) <= 7


@pytest.mark.parametrize("state", State)
def test_what_the_button_means_makes_sense_in_every_state(state: State) -> None:
    assert MEANT.get(state, IntentKind.STOP) in legal(state)


def test_a_press_begins_as_leg_cramp_does_and_the_next_one_stops_at_once(stand: Bedside, library: Library) -> None:
    stand.press()
    assert stand.session.state is State.ASK_PLACE
    assert stand.sounds("say") == [Role.STRETCH_ANY]
    stand.live(2)
    before = stand.room.now()
    stand.press()
    assert stand.session.state is State.IDLE
    silence = next(event for event in stand.trace if event.kind == "silence")
    assert silence.time - before <= 0.04
    stand.live(3)
    assert stand.sounds("say")[-1] == Role.STOPPED
    assert stand.meant() == ["symptom", "stop"]


def test_a_press_answers_did_you_call_and_ends_a_pause(stand: Bedside) -> None:
    half_heard = Heard(Intent(IntentKind.SYMPTOM, {"place": "calf"}), sure=False)
    stand.loop._do(stand.session.receive(half_heard, stand.room.now()))
    assert stand.session.state is State.CALLED
    stand.press()
    assert (stand.session.state, stand.session.progress.place) == (State.STRETCH, "calf")
    stand.loop._do(stand.session.receive(Heard(Intent(IntentKind.PAUSE)), stand.room.now()))
    stand.live(5)
    stand.press()
    assert stand.session.state is State.STRETCH
    assert stand.meant() == ["yes", "resume"]


def test_a_double_press_of_somebody_in_a_fright_is_one(stand: Bedside) -> None:
    for _ in range(8):
        stand.press()
    assert stand.meant() == ["symptom"]
    stand.live(REST).press()
    assert stand.meant() == ["symptom", "stop"]


def test_a_button_that_is_held_down_presses_once(stand: Bedside) -> None:
    stand.press(3)
    assert stand.meant() == ["symptom"]


def test_a_button_that_is_stuck_presses_once_and_is_told_once(stand: Bedside) -> None:
    stand.button.drive_low()
    stand.live(3 * STUCK)
    assert stand.meant() == ["symptom"]
    assert stand.lines == ["panel.button: has been held down for a minute -> free it, or check its wires"]
    assert stand.told.take() is Role.TROUBLE_PANEL
    assert stand.told.trouble
    stand.button.drive_high()
    stand.live(1)
    assert not stand.told.trouble, "it was freed"
    stand.button.drive_low()
    stand.live(2 * STUCK)
    assert len(stand.lines) == 2
    assert stand.told.trouble


def test_a_button_that_was_freed_is_well_though_the_light_is_not(library: Library, header: MockFactory) -> None:
    stand = Bedside(library, header, button=BUTTON)
    stand.told("panel.led: GPIO 17 cannot be used", Role.TROUBLE_PANEL)
    stand.button.drive_low()
    stand.live(2 * STUCK)
    stand.button.drive_high()
    stand.live(1)
    assert stand.told.trouble


def test_a_worn_contact_does_not_start_and_stop_all_night(stand: Bedside) -> None:
    for _ in range(40):
        stand.press().live(3)
    assert len(stand.meant()) == MOST
    assert len(stand.lines) == 1
    assert stand.lines[0].startswith("panel.button: presses itself, and is not listened to")
    assert stand.told.trouble
    stand.live(WITHIN)
    assert not stand.told.trouble, "it has rested"
    stand.press()
    assert len(stand.meant()) == MOST + 1, "after a rest it is believed again"


def test_what_is_down_from_the_beginning_was_not_pressed() -> None:
    contact = Contact(10.0)
    assert not contact.look([(9.9, True)], 10.0)
    assert not contact.stuck(11.0)
    assert contact.stuck(9.9 + STUCK)
    assert not contact.look([(80.0, False)], 80.0)
    assert not contact.stuck(200.0)
    assert contact.look([(81.0, True), (81.01, False), (81.02, True)], 81.1)


def test_presses_while_the_loop_was_held_up_are_one() -> None:
    contact = Contact(0.0)
    assert contact.look([(1.0, True), (1.2, False), (3.0, True), (3.1, False)], 4.0)
    assert not contact.look([], 4.1)


def test_who_presses_where_it_is_deaf_is_told_so_in_words(stand: Bedside) -> None:
    stand.room.gone = {"microphone"}
    stand.live(30)
    assert stand.sounds("say", "alarm") == [DEAF, DEAF]
    stand.press()
    assert stand.session.state is State.IDLE, "who begins a session must be heard in it"
    assert stand.sounds("say") == [Role.DEAF]
    stand.caretaker.answer(stand.room.now())
    assert stand.live(3).sounds("say") == [Role.DEAF], "it is being said"


def test_a_session_whose_microphone_went_is_stopped_by_the_button(stand: Bedside) -> None:
    stand.cramp().live(2)
    stand.room.gone = {"microphone"}
    stand.live(3)
    stand.press()
    assert stand.session.state is State.IDLE


def test_the_transcript_tells_of_the_button(stand: Bedside) -> None:
    stand.press()
    lines: list[str] = []
    transcript = Transcript(lines.append)
    for event in stand.trace:
        transcript.write(event)
    assert [line.split("  ", 1)[1] for line in lines if "button" in line] == ["YOU       (the button: symptom)"]


@pytest.mark.parametrize("pins", [{"led": LED}, {"button": BUTTON}])
def test_one_without_the_other(library: Library, header: MockFactory, pins: dict[str, int]) -> None:
    stand = Bedside(library, header, **pins)
    stand.press()
    assert stand.meant() == (["symptom"] if "button" in pins else [])
    assert stand.lines == []
