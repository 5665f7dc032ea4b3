"""The soak itself: its nights end, a seed is a night, and what is wrong is found."""

import pytest

from tests.bench import chaos
from tests.bench.chaos import Fault, Night
from tests.bench.vigil import Outcome, Sample
from voiceguide.content.library import Library
from voiceguide.messages import Cue
from voiceguide.understand.match import Phrasebook


@pytest.fixture(scope="module")
def phrasebook(library: Library) -> Phrasebook:
    return Phrasebook.of(library)


def night(library: Library, phrasebook: Phrasebook, seed: int) -> Night:
    return Night(library, phrasebook, chaos.sayings(library, phrasebook), seed)


def test_a_seed_is_a_night(library: Library, phrasebook: Phrasebook) -> None:
    nights = [night(library, phrasebook, seed) for seed in (3, 3, 4)]
    for one in nights:
        one.play()
    told = [(one.card.now(), one.person.utterances, dict(one.events)) for one in nights]
    assert told[0] == told[1] != told[2]


def test_a_lost_tone_and_a_short_hold_are_found(library: Library, phrasebook: Phrasebook) -> None:
    one = night(library, phrasebook, 1)
    session = one.session
    session._round_on = (session.progress, ("st-36",), 1)
    cues = [(0.0, Cue.PRESS, 0), (5.0, Cue.RELEASE, 0), (7.0, Cue.PRESS, 0), (11.9, Cue.RELEASE, 0)]
    one.heard.cues[:] = cues[:2]
    session._judge(1, 1)
    with pytest.raises(Fault, match="lost cues"):
        session._judge(2, 2)
    one.heard.cues[:] = cues
    with pytest.raises(Fault, match=r"a hold of 4\.900 s instead of 5\.000"):
        session._judge(2, 2)


def test_growth_is_found() -> None:
    steady = [(70.0 + n % 2, 72_000 + n % 2, 1) for n in range(9)]
    assert chaos.grown(steady) == []
    assert len(chaos.grown([*steady, (90.0, 80_000, 2)])) == 3
    outcome = Outcome([Sample(n, 100 + 10 * n, 6, 20 + n // 5) for n in range(12)])
    outcome.judge()
    assert [fault.split()[0] for fault in outcome.faults] == ["memory", "files"]
