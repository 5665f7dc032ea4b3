"""A speaker that pauses for tenths of a second, too short to be missed: no tone is lost, and no hold is shorter."""

from itertools import pairwise

import pytest

from tests.run.night import Night, said
from voiceguide.content.library import Library
from voiceguide.messages import Hypothesis
from voiceguide.run.trace import TraceEvent
from voiceguide.run.virtual import WavSpeaker

SCRIPT = (said("calf cramp", 1.0), said("next", 5.0), said("that's the spot", 9.0))
TONES = ("cue press", "cue release")


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


def test_a_round_does_not_end_before_its_last_tone_has_begun(library: Library) -> None:
    undisturbed = night(library)
    end = next(event.time for event in undisturbed.trace.kinds("state") if event.text == "check")
    planned = [cue for cue in undisturbed.trace.kinds(*TONES) if cue.time < end]
    late = night(library, pause=(planned[-1].time - 0.1, end + 0.5))
    ended = next(event.time for event in late.trace.kinds("state") if event.text == "check")
    assert ended == pytest.approx(end + 0.5, abs=0.15)
    assert len([cue for cue in late.trace.kinds(*TONES) if cue.time < ended]) == len(planned)
