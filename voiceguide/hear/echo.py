"""Not listening to oneself: half duplex, for as long as the echo is not cancelled (`cancel.py`), or where nothing does.

Measured: without echo cancelling a recogniser acts on the device's own words 17-23 times a minute, and hears next to
nobody through them. So while a sentence sounds, only "stop" and the signs of danger act, and only in words that the
device is not saying itself. The pauses after each sentence are for all the rest, and so are the holds, but for what is
heard while a count or a tone sounds: a short word is easily taken for another ("let go" for "it let go").

Where nothing is heard while the device speaks, the microphone does not hear the speaker (headphones, another room, a
speaker turned low), and all that makes sense may interrupt. The echo stage, where there is one, knows it better: there
the person's own words don't count as an echo.
"""

from collections import deque
from dataclasses import dataclass, replace

from voiceguide.content.templates import normalise
from voiceguide.intents import URGENT, IntentKind
from voiceguide.messages import Hypothesis

CLEAR = 0.83
"""Confidence from which on "stop" and danger pass. Chosen: nine of ten "stop" by a voice of flite reach it, and in 51
minutes of the device's own speech, at nine levels of the echo, nothing did but its own words (at most 0.82)."""

_KEPT = 32

_ENOUGH = 100
"""Frames of 20 ms in which the device spoke, from which on it can be told whether the microphone hears it; the echo
stage needs half as many."""

_AROUND = 1.0
"""Seconds that a word of a sentence may be off the place that its letters give it, and its echo late."""

_RECENT = 150

_LEAKY = 0.1
"""Share of those frames in which speech was heard: less is a person now and then."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    start: float
    end: float
    words: tuple[str, ...]
    pace: float
    """Seconds that a letter takes."""
    brief: bool

    def near(self, start: float, end: float) -> frozenset[str]:
        """Words that may be heard within a span."""
        found, at = set(), self.start
        for word in self.words:
            at, began = at + self.pace * (len(word) + 1), at
            if at > start - _AROUND and began < end + _AROUND:
                found.add(word)
        return frozenset(found)

    def overlap(self, start: float, end: float) -> float:
        """Seconds that it shares with a span; negative where they are apart."""
        return min(self.end, end) - max(self.start, start)


class OwnVoice:
    """Remembers what the device said and when.

    Args:
        tail: seconds for which the room and the output buffer go on after a sentence.

    """

    def __init__(self, tail: float = 0.3) -> None:
        self._tail = tail
        self._spoken: deque[_Spoken] = deque(maxlen=_KEPT)
        self._heard: deque[bool] = deque(maxlen=_RECENT)

    @property
    def leaky(self) -> bool:
        """True where the microphone hears the speaker, or where that is not known yet."""
        return len(self._heard) < _ENOUGH or sum(self._heard) >= _LEAKY * len(self._heard)

    def listen(self, at: float, hearing: bool) -> None:
        """Take note of whether what may be the device is heard at a time (s)."""
        if any(s.start <= at < s.end - self._tail for s in self._spoken if not s.brief):
            self._heard.append(hearing)

    def speaks(self, start: float, end: float, text: str, *, brief: bool = False) -> None:
        """A sentence, or a brief word or tone, sounds from `start` to `end` (seconds)."""
        words = tuple(normalise(text).split())
        pace = (end - start) / max(sum(len(word) + 1 for word in words), 1)
        self._spoken.append(_Spoken(start, end + self._tail, words, pace, brief))

    def hushed(self, at: float) -> None:
        """All sound ended at `at` (seconds)."""
        self._spoken = deque(
            (replace(s, end=min(s.end, at + self._tail)) for s in self._spoken if s.start < at),
            maxlen=_KEPT,
        )

    def drowns(self, hypothesis: Hypothesis, kind: IntentKind | None) -> bool:
        """True where what was heard may be the device itself, and must not act."""
        start, end = hypothesis.start, hypothesis.end
        meanwhile = [s for s in self._spoken if s.overlap(start, end) > 0]
        if not (meanwhile and self.leaky):
            return False
        sentence = any(not s.brief for s in meanwhile)
        if not sentence and 2 * sum(s.overlap(start, end) for s in meanwhile) < end - start:
            return False
        words = hypothesis.text.split()
        own = frozenset[str]().union(*(s.near(start, end) for s in meanwhile))
        clear = hypothesis.confidence >= CLEAR and 2 * sum(word in own for word in words) < len(words)
        return kind not in URGENT or not clear
