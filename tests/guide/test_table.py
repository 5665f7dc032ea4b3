"""The table as a whole: nothing missing, nothing dead. What it makes of whole nights: `test_machine.py`."""

import pytest

from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.roles import Role
from voiceguide.guide import answers, calls, controls, danger, going_on, plan, points
from voiceguide.guide.session import MOVES
from voiceguide.guide.states import TABLE, Signal, State, legal
from voiceguide.intents import URGENT, IntentKind


def test_every_state_is_in_the_table() -> None:
    assert set(TABLE) == set(State)


def test_every_move_of_the_table_exists_and_every_move_is_used() -> None:
    assert {move.name for triggers in TABLE.values() for move in triggers.values()} == set(MOVES)


def test_no_move_has_two_names() -> None:
    assert len(MOVES) == sum(len(module.MOVES) for module in (plan, points, answers, calls, danger, controls, going_on))


@pytest.mark.parametrize("state", State)
def test_stop_and_danger_are_legal_in_every_state(state: State) -> None:
    assert legal(state) >= URGENT


@pytest.mark.parametrize("kind", IntentKind)
def test_every_intent_makes_sense_somewhere(kind: IntentKind) -> None:
    assert any(kind in legal(state) for state in State)


@pytest.mark.parametrize("signal", Signal)
def test_every_signal_makes_sense_somewhere(signal: Signal) -> None:
    assert any(signal in triggers for triggers in TABLE.values())


@pytest.mark.parametrize("state", [state for state in State if state is not State.IDLE])
def test_every_state_but_idle_ends_by_itself(state: State) -> None:
    assert Signal.ENDED in TABLE[state]


def test_every_role_is_said_somewhere(library: Library) -> None:
    """No prompt of the dialogue is dead: a few long walks say each of them."""
    k = IntentKind
    said = set(Talk(library).half_hear(k.SYMPTOM).said())
    for walk in (
        # unclear place, nobody answers, nobody answers the checks either
        [(k.SYMPTOM, {}), 600.0],
        # all that can be answered on the spot
        [(k.SYMPTOM, {"place": "calf", "side": "left"}), 4.0, (k.SLOWER, {}), (k.FASTER, {}), (k.LOUDER, {}),
         (k.QUIETER, {}), (k.WHISPER, {}), (k.HELP, {}), (k.STILL, {}), (k.HOW_LONG, {}), (k.NEXT, {}), 4.5, "mumble",
         4.0, "mumble", (k.CANT_FIND, {}), (k.CANT_FIND, {}), 100.0, (k.NO, {}), (k.NEXT_POINT, {}), (k.NEXT_POINT, {}),
         (k.NEXT_POINT, {}), 60.0],
        [(k.SYMPTOM, {"place": "foot"}), (k.OTHER_LEG, {}), (k.WORSE, {}), (k.WORSE, {}), (k.STOP, {}), 2.0],
        [(k.SYMPTOM, {"place": "foot"}), (k.SAFETY, {}), (k.NO, {}), (k.SAFETY, {}), 60.0],
        [(k.SYMPTOM, {"place": "calf"}), (k.SAFETY, {}), 60.0],
        [(k.SYMPTOM, {"place": "calf"}), (k.NEXT, {}), (k.WORSE, {})],
        # cautions, a leg that is asked about, questions, both legs
        [(k.RED_FLAG, {"flag": "pregnant"}), 60.0, (k.SYMPTOM, {"place": "calf"}), (k.BOTH, {}), 30.0, (k.NO, {}), 5.0,
         (k.BETTER, {}), 60.0],
        [(k.SYMPTOM, {"place": "calf"}), (k.NEXT, {}), (k.ON_POINT, {}), (k.QUESTION, {"question": "magnesium"}), 60.0],
        [(k.SYMPTOM, {"place": "calf"}), (k.NEXT, {}), (k.CANT_FEEL, {}), (k.NO, {})],
        [(k.SYMPTOM, {"place": "leg-whole"}), 20.0, (k.NO, {}), 20.0, (k.NO, {}), 20.0, (k.NO, {}), 9.0],
        [(k.ROUTINE, {"point": "st-36"}), (k.ON_POINT, {}), (k.WORSE, {})],
        [(k.SYMPTOM, {"place": "calf"}), *[(k.START_OVER, {}), 100.0] * 7],
    ):  # fmt: skip
        talk = Talk(library)
        for step in walk:
            if isinstance(step, float):
                talk.wait(step)
            elif isinstance(step, str):
                talk.mumble()
            else:
                talk.hear(step[0], **step[1])
            said |= {s.sound.split("@")[0] for s in talk.sounds}
    memory = {role for role in Role if role.startswith(("last-", "helped-"))} | {Role.OFTEN, Role.NO_CRAMP}
    memory |= {Role.CUT_OFF, Role.NO_JOURNAL, Role.JOURNAL_DAMAGED, Role.CLOCK_UNSET}  # test_recall, test_going_on
    memory -= {Role.LAST_POINT}
    devices = {Role.DEAF, Role.HEARS_AGAIN, Role.SPEAKS_AGAIN, Role.TOO_LOUD}  # tests/run/test_caretaker.py
    by_itself = {Role.READY, *(role for role in Role if role.startswith("trouble-"))}  # tests/run/test_notices.py
    assert set(Role) - devices - by_itself - memory <= said
