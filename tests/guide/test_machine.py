"""The real session as a machine that is driven anywhere: from everywhere "stop" ends it, and else it ends by itself."""

from copy import deepcopy
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.guide.reach import WAYS
from tests.guide.talk import Talk
from voiceguide.content.library import Library
from voiceguide.content.load import find_content, load
from voiceguide.content.roles import Role
from voiceguide.guide.script import TONES, Options
from voiceguide.guide.states import TABLE, Signal, State, legal
from voiceguide.intents import IntentKind
from voiceguide.messages import SPEAK_RATE

LIBRARY = load(*find_content("en"))

LONG = 4000.0
"""Seconds after which every session is over: a pause, and ten minutes of pressing, take less."""

LIMIT = Options().pause_limit

DEVICES = (Role.HEARS_AGAIN, Role.SPEAKS_AGAIN, Role.TOO_LOUD)
"""What is said where a device is back."""

WAITS = st.sampled_from([0.0, 0.3, 1.0, 5.0, 40.0, 700.0]) | st.floats(0, 40)


def intents(library: Library) -> st.SearchStrategy[tuple[IntentKind, dict[str, str]]]:
    places, flags, sides = sorted(library.guides), sorted(library.flags), ["left", "right"]

    def slots(kind: IntentKind) -> st.SearchStrategy[dict[str, str]]:
        if kind in (IntentKind.RED_FLAG, IntentKind.SIGN):
            return st.fixed_dictionaries({"flag": st.sampled_from(flags)})
        if kind is IntentKind.MOVED:
            return st.fixed_dictionaries({"place": st.sampled_from(places)})
        if kind is IntentKind.NO_SIGN:
            return st.fixed_dictionaries({}, optional={"flag": st.sampled_from(flags)})
        if kind is IntentKind.POSTURE:
            return st.fixed_dictionaries({"posture": st.sampled_from(["lying", "sitting"])})
        if kind is IntentKind.QUESTION:
            question = st.fixed_dictionaries({"question": st.sampled_from(sorted(library.questions))})
            return question | st.fixed_dictionaries({"point": st.sampled_from(sorted(library.points))})
        if kind is IntentKind.ROUTINE:
            routine = st.fixed_dictionaries({"routine": st.sampled_from(sorted(library.routines))})
            return routine | st.fixed_dictionaries({"point": st.sampled_from(sorted(library.points))})
        if kind in (IntentKind.SYMPTOM, IntentKind.PLACE):
            optional = {"place": st.sampled_from(places), "side": st.sampled_from(sides)}
            return st.fixed_dictionaries({}, optional=optional)
        return st.just({})

    return st.sampled_from(IntentKind).flatmap(lambda kind: st.tuples(st.just(kind), slots(kind)))


class Night(RuleBasedStateMachine):
    """Everything that can happen to a session, in any order: what is said, time, and devices that go and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(LIBRARY)
        self.clips = {sound for sound, _ in LIBRARY.spoken()} | set(TONES)
        self.away = False
        self.since = 0.0
        self.played = 0

    @initialize(state=st.sampled_from(State))
    def begin(self, state: State) -> None:
        self.talk = WAYS[state](self.talk)
        assert self.talk.state is state

    @rule(said=intents(LIBRARY), sure=st.booleans(), took=st.none() | st.floats(0, 5))
    def hear(self, said: tuple[IntentKind, dict[str, str]], sure: bool, took: float | None) -> None:
        (kind, slots), before = said, self.talk.state
        self.since = self.talk.now
        if sure:
            self.talk.hear(kind, took, **slots)
        else:
            self.talk.half_hear(kind, **slots)
        half_heard = not sure and before is State.IDLE and kind is not IntentKind.STOP
        move = TABLE[before].get(Signal.HALF_HEARD if half_heard else kind)
        assert self.talk.state in (move.to if move else (before,))

    @rule()
    def mumble(self) -> None:
        before = self.talk.state
        self.talk.mumble()
        move = TABLE[before].get(Signal.MISHEARD)
        assert self.talk.state in (move.to if move else (before,))

    @rule(seconds=WAITS)
    def wait(self, seconds: float) -> None:
        before = self.talk.state
        self.talk.wait(seconds)
        assert not self.away or self.talk.state is before, "nothing happens by itself while a device is away"

    @rule(ago=st.floats(0, 1))
    def lose(self, ago: float) -> None:
        """A device goes; also a second one, or the same that is gone."""
        self.talk._do(self.talk.session.suspend(self.talk.now, self.talk.now - ago))
        self.since = self.since if self.away else self.talk.now
        self.away = True
        assert not self.coming()

    @precondition(lambda self: self.away)
    @rule(words=st.lists(st.sampled_from(DEVICES), max_size=1))
    def mend(self, words: list[Role]) -> None:
        before = self.talk.state
        self.talk._do(self.talk.session.carry_on(self.talk.now, *words))
        self.away = False
        over = self.talk.now - self.since > LIMIT
        assert self.talk.state in (before, *((State.IDLE,) if over else ())), "a pause that was too long is the end"

    def coming(self) -> list[tuple[int, str]]:
        """What is still to begin."""
        now = round(self.talk.now * SPEAK_RATE)
        return sorted((s.start, s.sound) for s in self.talk.sounds if s.start > now)

    @invariant()
    def what_is_said_has_a_clip_and_one_thing_sounds_at_a_time(self) -> None:
        assert {sound for _, sound in self.coming()} <= self.clips
        lengths = self.talk.session.script.lengths
        for (first, sound), (second, _) in pairwise(self.coming()):
            assert first + lengths[sound] <= second

    @invariant()
    def it_is_told_what_makes_sense(self) -> None:
        assert self.talk.listening[-1].state == self.talk.state
        assert self.talk.listening[-1].legal == legal(self.talk.state)

    @invariant()
    def it_goes_on_by_itself_unless_it_waits_for_a_device_or_a_cramp(self) -> None:
        waits = self.away or self.talk.state is State.IDLE
        assert (self.talk.session.deadline() is None) is waits
        assert not (self.away and self.coming()), "nobody would hear it"

    @invariant()
    def stop_ends_it_from_here(self) -> None:
        self.stopped(self.copy())

    def teardown(self) -> None:
        """Nobody says anything any more; in the end the device is back."""
        talk = self.copy()
        talk._do(talk.session.carry_on(talk.now))
        assert talk.wait(LONG).state is State.IDLE, "it has no way out"
        self.stopped(talk)

    def copy(self) -> Talk:
        """The talk as it is, to see what would be."""
        shared = (LIBRARY, self.talk.session.script, self.talk.session.options)
        return deepcopy(self.talk, {id(one): one for one in shared})

    def stopped(self, talk: Talk) -> None:
        talk.hear(IntentKind.STOP)
        assert talk.state is State.IDLE
        now = round(talk.now * SPEAK_RATE)
        talk._do(talk.session.carry_on(talk.now))
        assert {s.sound for s in talk.sounds if s.start > now} <= {Role.STOPPED}
        assert talk.wait(LONG).state is State.IDLE
        assert talk.session.deadline() is None
        assert talk.hear(IntentKind.SYMPTOM, place="calf").state is not State.IDLE, "it helps again"


def test_from_everywhere_there_is_a_way_out() -> None:
    run_state_machine_as_test(Night, settings=settings(max_examples=100, stateful_step_count=25))


@pytest.mark.parametrize("state", State)
def test_a_device_may_go_in_every_state(state: State) -> None:
    """What chance may not reach, one by one."""
    night = Night()
    night.begin(state)
    night.lose(0.3)
    night.it_goes_on_by_itself_unless_it_waits_for_a_device_or_a_cramp()
    night.stop_ends_it_from_here()
    night.wait(3.0)
    night.mend([Role.SPEAKS_AGAIN])
    assert night.talk.state is state
    night.it_goes_on_by_itself_unless_it_waits_for_a_device_or_a_cramp()
    night.teardown()
