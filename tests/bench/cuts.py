"""scripts/bench cuts: a process that leads a session is killed (kill -9) at a random moment, again and again."""

import argparse
import itertools
import multiprocessing
import os
import random
import signal
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from tests.guide.talk import SENTENCE, TONE
from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load
from voiceguide.content.schema import Level
from voiceguide.guide import safety
from voiceguide.guide.script import TONES, Options
from voiceguide.guide.session import Session
from voiceguide.guide.states import TABLE, WORKING, State, legal
from voiceguide.intents import Intent
from voiceguide.intents import IntentKind as K
from voiceguide.messages import Account, CutOff, Heard, Record
from voiceguide.run.diary import OVERLONG
from voiceguide.run.keeper import Keeper
from voiceguide.run.notices import Notices

BEGIN = datetime(2024, 1, 1, 3, tzinfo=UTC)
SPEED = 60.0
"""Seconds of the night in a second."""

LOSS = 1.0
"""Seconds of what happened last that may be lost."""

OFF = 30.0
"""Seconds of the night for which the power is off."""

BACK = 1800.0
"""Seconds by which the clock is wrong afterwards, in every second cut, until it is set."""

SAID = (
    *[Intent(K.SYMPTOM, {"place": place, "side": "left"}) for place in ("calf", "foot", "thigh")],
    *[Intent(K.SYMPTOM, {"place": place, "side": "right"}) for place in ("calf", "toes", "thigh-back")],
    Intent(K.SYMPTOM),
    *[Intent(kind) for kind in (K.NEXT, K.FOUND, K.ON_POINT, K.STILL, K.NO, K.YES, K.WORSE, K.PAUSE, K.RESUME)] * 2,
    *[Intent(kind) for kind in (K.BETTER, K.STOP, K.SAFETY, K.CANT_FIND, K.OTHER_LEG, K.START_OVER)],
    Intent(K.RED_FLAG, {"flag": "pregnant"}),
    Intent(K.RED_FLAG, {"flag": "diabetic"}),
    Intent(K.RED_FLAG, {"flag": "chest-pain"}),
    Intent(K.NO_SIGN, {"flag": "pregnant"}),
    Intent(K.QUESTION, {"question": "magnesium"}),
    Intent(K.ROUTINE, {"routine": "calf-points"}),
)
"""What the person may say, where it makes sense."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What the session wanted recorded, and when."""

    at: float
    record: Record


def new_session(library: Library, keeper: Keeper) -> Session:
    """With sentences of a second."""
    lengths = {sound: SENTENCE for sound, _ in library.spoken()} | dict.fromkeys(TONES, TONE)
    return Session(library, lengths, past=keeper.past)


def live(folder: Path, library: Library, seed: int, told: Connection) -> None:
    """Lead sessions, at SPEED, until somebody ends it; what is handed to the journal is told first."""
    dice, start = random.Random(seed), time.monotonic()
    keeper = Keeper(
        folder / "journal.sqlite3",
        lambda: BEGIN + timedelta(seconds=(time.monotonic() - start) * SPEED),
        Notices(told.send),
        Options().remember,
        beat=0.1,
    )
    session = new_session(library, keeper)
    told.send(start)
    next_said = 0.0
    while True:
        now = (time.monotonic() - start) * SPEED
        actions = session.tick(now)
        if now >= next_said:
            fitting = [intent for intent in SAID if intent.kind in legal(session.state)]
            actions += session.receive(Heard(dice.choice(fitting)), now)
            next_said = now + dice.uniform(2, 25)
        for action in actions:
            if isinstance(action, Record):
                told.send(Handed(time.monotonic(), action))
                keeper.record(action)
        time.sleep(0.002)


@dataclass(frozen=True, slots=True)
class Cut:
    """What came of one cut."""

    seconds: float
    stage: str
    """Where the session was; empty where there was none."""
    offered: str
    """What the device did then."""
    faults: tuple[str, ...]


def cut(library: Library, seed: int, folder: Path) -> Cut:
    """Kill one, and see what is left."""
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    victim = context.Process(target=live, args=(folder, library, seed, theirs))
    victim.start()
    theirs.close()
    start = mine.recv()
    seconds = random.Random(f"cut {seed}").uniform(0.05, 4.0)
    time.sleep(max(0.0, start + seconds - time.monotonic()))
    os.kill(victim.pid or 0, signal.SIGKILL)
    killed = time.monotonic()
    victim.join()
    handed = [each for each in drained(mine) if isinstance(each, Handed)]
    back = BACK if seed % 2 else 0.0
    return examined(library, folder, seconds, killed, handed, (killed - start) * SPEED + OFF, back)


def drained(pipe: Connection) -> list[object]:
    """All that was told before the end."""
    found: list[object] = []
    try:
        while True:
            found.append(pipe.recv())
    except (EOFError, OSError):
        return found


def examined(
    library: Library, folder: Path, seconds: float, killed: float, handed: Sequence[Handed], now: float, back: float
) -> Cut:
    """Is the database whole, does it know all but the last second, and is what it offers right?"""
    faults: list[str] = []
    with closing(sqlite3.connect(folder / "journal.sqlite3")) as database:
        found = database.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            faults.append(f"integrity_check: {found}")
    keeper = Keeper(
        folder / "journal.sqlite3",
        lambda: BEGIN + timedelta(seconds=now - back),
        Notices(faults.append),
        Options().remember,
    )
    session = new_session(library, keeper)
    offered = keeper.resume(session, 0.0)
    if back and offered and offered.account.standing and offered.account.standing.stage != State.ALERT:
        faults.append(f"offers {offered}, and can't know how long ago it was")
    back = 0.0  # the network sets it
    offered = offered or keeper.reconsider(1.0)
    due = [number for number, each in enumerate(handed) if each.at <= killed - LOSS]
    possible = [each.record for each in handed[due[-1] if due else 0 :]]
    wanted = [expected(record) for record in possible] + ([] if due else [None])
    if (offered.account if offered else None) not in wanted:
        faults.append(f"offers {offered}, not one of {wanted}")
    lasting = set.intersection(*(told(record) for record in possible)) if due else set()
    known = {*session.cautions} | ({OVERLONG} if session.overlong is not None else set())
    if lasting - known:
        faults.append(f"has forgotten {lasting - known}")
    did = carried_on(session, offered, faults) if offered else "nothing"
    keeper.close()
    stage = offered.account.standing.stage if offered and offered.account.standing else ""
    return Cut(seconds, stage, did, tuple(faults))


def expected(record: Record) -> Account | None:
    """What is to be offered."""
    account = record.account
    return account if account and account.cramp and not account.over else None


def told(record: Record) -> set[str]:
    """What speaks against pressing."""
    return {*record.cautions} | ({OVERLONG} if record.overlong is not None else set())


def carried_on(session: Session, offered: CutOff, faults: list[str]) -> str:
    """Say yes, and go on to the end: at the same place, and never pressing what is not safe."""
    standing, account = offered.account.standing, offered.account
    session.receive(offered, 1.0)
    state = session.state
    wanted = State.CUT_OFF if standing and standing.stage in WORKING else State.IDLE
    if standing and standing.stage == State.ALERT:
        alarming = any(flag.level.stops for flag in safety.told(session).values())
        wanted = State.ALERT if alarming else State.IDLE
    if state is not wanted:
        faults.append(f"is in {state} after {standing}")
    if state is not State.CUT_OFF:
        return state
    session.receive(Heard(Intent(K.YES)), 3.0)
    if session.state not in TABLE[State.CUT_OFF][K.YES].to:
        faults.append(f"goes on with {session.state}")
    if (session.progress.place, session.progress.side) != (account.place, account.side):
        faults.append(f"goes on at {session.progress.place}, not {account.place}")
    stretch_only = any(flag.level is Level.STRETCH_ONLY for flag in safety.told(session).values())
    for step in itertools.count(1):
        session.tick(3.0 + step)
        if session.state is State.PRESS and (stretch_only or not safety.is_safe(session, session.point.id)):
            faults.append("presses what is not safe")
        if session.state is State.IDLE or step > 1500:
            return "went on"
    raise AssertionError


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench cuts", description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="how many cuts (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="other moments, other sessions")
    options = parser.parse_args(arguments)
    library, well = load(*find_content("en")), 0
    print("| | cut after (s) | in | then | fault |\n|---|---|---|---|---|")
    for number in range(options.count):
        with tempfile.TemporaryDirectory() as folder:
            result = cut(library, options.seed * 1000 + number, Path(folder))
        well += not result.faults
        faults = "; ".join(result.faults)
        print(f"| {number + 1} | {result.seconds:.2f} | {result.stage} | {result.offered} | {faults} |", flush=True)
    print(f"\n{well} of {options.count}: database intact, and what is offered right")
