"""From frames to hypotheses: gate, recogniser, second look, decision. No clock, no thread: all follows from frames."""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from voiceguide.hear.commit import CommitRule
from voiceguide.hear.gate import Gate
from voiceguide.hear.judge import Evidence, Judge, TrustingJudge, Verdict
from voiceguide.hear.recognizer import Partial, Recognizer
from voiceguide.hear.second import WINDOW, Looker
from voiceguide.messages import BLOCK, URGENT, AudioFrame, Hypothesis, Intent, IntentKind
from voiceguide.understand.match import Phrasebook

EPSILON = 1e-6
"""Seconds; durations are differences of floating-point times."""

REAL_SPEECH = 0.3
"""Voiced seconds from which on something that is no phrase is reported: a cough is not worth an answer."""

AFTERMATH = 0.5
"""Seconds after a phrase in which the rest of the sentence is not reported as misheard."""

TAIL = 0.2
"""Voiced seconds below which what follows in the aftermath is the release of the last sound, not a phrase."""

LOOK_AFTER = 0.05
"""Seconds of silence after which the second look is taken, once in each pause: so it is there when the decision is."""

LONGEST_LOOK = 1.2
"""Voiced seconds up to which an utterance may be a short phrase."""

STRICT_STATES = frozenset({"idle"})
"""Where nobody is in a dialogue with the device."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the second look makes of a phrase that makes sense now."""

    look: float
    intent: Intent


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase that makes sense now, and how it stands with it."""

    text: str
    intent: Intent
    verdict: Verdict
    confidence: float
    """The recogniser's; 0 where only the second look names it."""
    agreed: bool
    """Recogniser and second look name the same."""


class Listener:
    """Hears phrases in a stream of frames.

    Args:
        recognizer: made with the same phrases.
        phrasebook: says what is a whole phrase, and what may continue.
        gate: None: one with Silero.
        rule: None: the usual one.
        judge: None: what the recogniser hears acts.
        looker: a second look at short phrases, where there is one.

    """

    def __init__(
        self,
        recognizer: Recognizer,
        phrasebook: Phrasebook,
        gate: Gate | None = None,
        rule: CommitRule | None = None,
        judge: Judge | None = None,
        looker: Looker | None = None,
    ) -> None:
        self._recognizer = recognizer
        self._phrasebook = phrasebook
        self._gate = gate or Gate()
        self._rule = rule or CommitRule()
        self._judge = judge or TrustingJudge()
        self._looker = looker
        self._legal: Collection[IntentKind] = frozenset()
        self._strict = False
        self._last_commit = -np.inf
        self._recent: deque[AudioFrame] = deque(maxlen=-(-WINDOW // BLOCK))
        self._seen: Mapping[str, _Seen] = {}
        self._first_seen = ""
        self._looked_at = -np.inf

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
        self._recent.append(frame)
        activity = self._gate.feed(frame)
        if activity.opened:
            self._recognizer.begin(self._strict)
            self._rule.begin()
            self._see({})
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
        silence = now - self._gate.last_voiced + EPSILON
        self._look_again(silence)
        best = self._best(self._recognizer.partial(), silence)
        continues = best is not None and self._phrasebook.continues(best.text, self._legal)
        decided = self._rule.decide(
            now + EPSILON,
            best.text if best else "",
            silence,
            intent=best.intent.kind if best and best.verdict.margin >= 0 else None,
            continues=continues,
            settled=best is not None and best.agreed and self._is_whole(best),
        )
        if not best or not decided or self._is_tail:
            return []
        self._recognizer.finish()
        self._gate.restart()
        return [self._accepted(best)]

    def _is_whole(self, best: _Candidate) -> bool:
        """No more words are likely; after "stop" they don't matter, but "hamstring" would be cut off its "cramp"."""
        return best.intent.kind in URGENT or not self._phrasebook.begins(best.text, self._legal)

    def _look_again(self, silence: float) -> None:
        """Take a second look, once in each pause of a short utterance."""
        if not self._looker or silence < LOOK_AFTER or self._looked_at == self._gate.last_voiced:
            return
        self._looked_at = self._gate.last_voiced
        short = self._gate.voiced_seconds <= LONGEST_LOOK
        self._see(self._looker.look(np.concatenate([heard.samples for heard in self._recent])) if short else {})

    def _see(self, looks: Mapping[str, float]) -> None:
        """Keep what makes sense now."""
        meant = {text: self._phrasebook.match(text, self._legal) for text in looks}
        self._seen = {text: _Seen(looks[text], intent) for text, intent in meant.items() if intent}
        self._first_seen = max(self._seen, key=lambda text: self._seen[text].look, default="")

    def _best(self, partial: Partial, silence: float) -> _Candidate | None:
        """What the recogniser heard, where that may act; else what the second look saw, where that may."""
        if self._seen and self._looked_at != self._gate.last_voiced:  # somebody has gone on since
            self._see({})
        texts = dict.fromkeys(filter(None, (partial.text, self._first_seen)))
        found = list(filter(None, (self._candidate(text, partial, silence) for text in texts)))
        return next((one for one in found if one.verdict.margin >= 0), found[0] if found else None)

    def _candidate(self, text: str, partial: Partial, silence: float) -> _Candidate | None:
        intent = self._phrasebook.match(text, self._legal)
        if intent is None:
            return None
        seen = self._seen.get(text)
        rivals = (other.look for other in self._seen.values() if other.intent.meaning != intent.meaning)
        evidence = Evidence(
            text,
            partial.confidence if text == partial.text else None,
            self._gate.voiced_seconds,
            silence,
            seen.look if seen else None,
            max(rivals, default=0.0),
        )
        verdict = self._judge.judge(evidence, intent.kind, self._strict)
        return _Candidate(text, intent, verdict, evidence.confidence or 0.0, text == partial.text == self._first_seen)

    def _end(self) -> list[Hypothesis]:
        """The utterance is over without a commit: a phrase after all, or speech that is none."""
        last = self._recognizer.finish()
        best = self._best(last, AFTERMATH)
        if best and best.verdict.margin >= 0 and not self._is_tail:
            return [self._accepted(best)]
        if self._in_aftermath or self._gate.voiced_seconds < REAL_SPEECH:
            return []
        return [self._hypothesis(last.text, last.confidence, accepted=False)]

    @property
    def _in_aftermath(self) -> bool:
        return self._gate.first_voiced - self._last_commit < AFTERMATH

    @property
    def _is_tail(self) -> bool:
        return self._in_aftermath and self._gate.voiced_seconds < TAIL

    def _accepted(self, best: _Candidate) -> Hypothesis:
        self._last_commit = self._gate.last_voiced
        self._recent.clear()  # what follows is seen without these words
        return self._hypothesis(best.text, best.confidence, accepted=True, sure=best.verdict.sure)

    def _hypothesis(self, text: str, confidence: float, *, accepted: bool, sure: bool = True) -> Hypothesis:
        return Hypothesis(text, confidence, self._gate.first_voiced, self._gate.last_voiced, accepted, sure)
