"""From frames to hypotheses: gate, recogniser, decision. No clock and no thread: everything follows from the frames."""

from collections.abc import Collection

import numpy as np

from voiceguide.hear.commit import CommitRule
from voiceguide.hear.gate import Gate
from voiceguide.hear.recognizer import Partial, Recognizer
from voiceguide.messages import AudioFrame, Hypothesis, IntentKind
from voiceguide.understand.match import Phrasebook

EPSILON = 1e-6
"""Seconds; durations are differences of floating-point times."""

REAL_SPEECH = 0.3
"""Voiced seconds from which on something that is no phrase is reported: a cough is not worth an answer."""

AFTERMATH = 0.5
"""Seconds after a phrase in which the rest of the sentence is not reported as misheard."""

TAIL = 0.2
"""Voiced seconds below which what follows in the aftermath is the release of the last sound, not a phrase."""

STRICT_STATES = frozenset({"idle"})
"""Where nobody is in a dialogue with the device."""


class Listener:
    """Hears phrases in a stream of frames.

    Args:
        recognizer: made with the same phrases.
        phrasebook: says what is a whole phrase, and what may continue.
        gate: None: one with Silero.
        rule: None: the usual one.

    """

    def __init__(
        self,
        recognizer: Recognizer,
        phrasebook: Phrasebook,
        gate: Gate | None = None,
        rule: CommitRule | None = None,
    ) -> None:
        self._recognizer = recognizer
        self._phrasebook = phrasebook
        self._gate = gate or Gate()
        self._rule = rule or CommitRule()
        self._legal: Collection[IntentKind] = frozenset()
        self._strict = False
        self._last_commit = -np.inf

    def expect(self, state: str, legal: frozenset[IntentKind]) -> None:
        """From now on these intents act, in the utterance that is going on as well. Costs nothing."""
        self._strict = state in STRICT_STATES
        self._legal = legal

    @property
    def hearing(self) -> bool:
        """True while somebody, or something like it, speaks."""
        return self._gate.is_open

    def feed(self, frame: AudioFrame) -> list[Hypothesis]:
        """Take the next 20 ms; what was decided with it, mostly nothing."""
        activity = self._gate.feed(frame)
        if activity.opened:
            self._recognizer.begin(self._strict)
            self._rule.begin()
        if activity.frames:
            self._recognizer.feed(np.concatenate([heard.samples for heard in activity.frames]))
        if activity.closed:
            return self._end()
        if not self._gate.is_open:
            return []
        return self._commit(frame.end)

    def finish(self) -> list[Hypothesis]:
        """The recording has ended: decide what is open."""
        if not self._gate.is_open:
            return []
        self._gate.restart()
        return self._end()

    def _commit(self, now: float) -> list[Hypothesis]:
        """Act early where that is safe; the utterance is over then, and what follows is another."""
        partial = self._recognizer.partial()
        whole = self._phrasebook.match(partial.text, self._legal) is not None
        continues = whole and self._phrasebook.continues(partial.text, self._legal)
        silence = now - self._gate.last_voiced + EPSILON
        decided = self._rule.decide(now + EPSILON, partial.text, silence, whole=whole, continues=continues)
        if not decided or self._is_tail:
            return []
        self._recognizer.finish()
        self._gate.restart()
        return [self._accepted(partial)]

    def _end(self) -> list[Hypothesis]:
        """The utterance is over without a commit: a phrase after all, or speech that is none."""
        last = self._recognizer.finish()
        if self._phrasebook.match(last.text, self._legal) and not self._is_tail:
            return [self._accepted(last)]
        if self._in_aftermath or self._gate.voiced_seconds < REAL_SPEECH:
            return []
        return [self._hypothesis(last, accepted=False)]

    @property
    def _in_aftermath(self) -> bool:
        return self._gate.first_voiced - self._last_commit < AFTERMATH

    @property
    def _is_tail(self) -> bool:
        return self._in_aftermath and self._gate.voiced_seconds < TAIL

    def _accepted(self, heard: Partial) -> Hypothesis:
        self._last_commit = self._gate.last_voiced
        return self._hypothesis(heard, accepted=True)

    def _hypothesis(self, heard: Partial, *, accepted: bool) -> Hypothesis:
        return Hypothesis(heard.text, heard.confidence, self._gate.first_voiced, self._gate.last_voiced, accepted)
