"""A speaker that pauses for tenths of a second, too short to be missed: no tone is lost, and no hold is shorter."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.run.night import DECIDED_AFTER, Night, said
from voiceguide.content.library import Library
from voiceguide.messages import SPEAK_RATE, Hypothesis
from voiceguide.run.trace import TraceEvent
from voiceguide.run.virtual import WavSpeaker
from voiceguide.speak.mixer import Started

SCRIPT = (said("calf cramp", 1.0), said("next", 5.0), said("that's the spot", 9.0))
TONES = ("cue press", "cue release")
BUFFER = 0.3


def night(library: Library, *words: Hypothesis, pause: tuple[float, float] = (0.0, 0.0)) -> Night:
    """A night whose speaker plays nothing between two times (s)."""

    class Pausing(WavSpeaker):
        def _catch_up(self) -> None:
            if not pause[0] <= self._clock.now() < pause[1]:
                super()._catch_up()

    return Night(library, [*SCRIPT, *words], 100.0, echo=False, speaker=Pausing)


def holds(cues: list[TraceEvent]) -> list[float]:
    return [after.time - cue.time for cue, after in pairwise(cues) if cue.kind == TONES[0]]


@pytest.mark.parametrize("number", [2, 3], ids=TONES)
def test_a_tone_that_has_not_begun_when_somebody_speaks_is_heard_later(library: Library, number: int) -> None:
    planned = night(library).trace.kinds(*TONES)
    due = planned[number].time
    late = night(library, said("how long", due + 0.1), pause=(due - 0.1, due + 0.5))
    assert "how_long" in [event.details["intent"] for event in late.trace.kinds("intent")]
    cues = late.trace.kinds(*TONES)
    assert [cue.kind for cue in cues[:8]] == [cue.kind for cue in planned[:8]]
    assert all(now >= before - 1e-3 for now, before in zip(holds(cues)[:4], holds(planned), strict=False))
    assert cues[number].time > due + 0.3


def buffered(library: Library, *words: Hypothesis) -> Night:
    """A night whose speaker has a long buffer: what it plays sounds BUFFER seconds later."""

    class Buffered(WavSpeaker):
        def started(self) -> list[Started]:
            return [replace(one, position=one.position + round(BUFFER * SPEAK_RATE)) for one in super().started()]

    return Night(library, [*SCRIPT, *words], 100.0, echo=False, speaker=Buffered)


@pytest.mark.parametrize("number", [2, 3], ids=TONES)
def test_a_tone_that_is_cut_before_its_end_is_heard_again(library: Library, number: int) -> None:
    planned = buffered(library).trace.kinds(*TONES)
    begins = planned[number].time
    cues = buffered(library, said("how long", begins + 0.05 - DECIDED_AFTER)).trace.kinds(*TONES)
    kinds = [cue.kind for cue in planned]
    assert [cue.kind for cue in cues[:8]] == [*kinds[: number + 1], *kinds[number:7]]


def test_a_tone_that_was_heard_to_its_end_is_not_heard_again(library: Library) -> None:
    planned = buffered(library).trace.kinds(*TONES)
    begins = planned[2].time
    cues = buffered(library, said("how long", begins + 0.15 - DECIDED_AFTER)).trace.kinds(*TONES)
    assert [cue.kind for cue in cues[:8]] == [cue.kind for cue in planned[:8]]


def test_a_round_does_not_end_before_its_last_tone_has_begun(library: Library) -> None:
    undisturbed = night(library)
    end = next(event.time for event in undisturbed.trace.kinds("state") if event.text == "check")
    planned = [cue for cue in undisturbed.trace.kinds(*TONES) if cue.time < end]
    late = night(library, pause=(planned[-1].time - 0.1, end + 0.5))
    ended = next(event.time for event in late.trace.kinds("state") if event.text == "check")
    assert ended == pytest.approx(end + 0.5, abs=0.15)
    assert len([cue for cue in late.trace.kinds(*TONES) if cue.time < ended]) == len(planned)
