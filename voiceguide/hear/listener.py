"""From frames to hypotheses: gate, recogniser, second look, decision. No clock, no thread: all follows from frames."""

from bisect import bisect
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voiceguide.hear.commit import CommitRule
from voiceguide.hear.gate import Gate
from voiceguide.hear.judge import Evidence, Judge, TrustingJudge, Verdict
from voiceguide.hear.recognizer import LATER, Partial, Recognizer
from voiceguide.hear.second import BEFORE, LONGEST, Looker, Looks
from voiceguide.intents import URGENT, Intent, IntentKind, Meaning
from voiceguide.messages import BLOCK, HEAR_RATE, AudioFrame, Hypothesis
from voiceguide.understand.match import Phrasebook

EPSILON = 1e-6
"""Seconds; durations are differences of floating-point times."""

REAL_SPEECH = 0.3
"""Voiced seconds from which on something that is no phrase is reported: a cough is not worth an answer."""

AFTERMATH = 0.5
"""Seconds after a phrase in which the rest of the sentence is not reported as misheard."""

TAIL = 0.2
"""Voiced seconds below which what follows in the aftermath is the release of the last sound, not a phrase."""

LOOKS = (0.04, *LATER)
"""Seconds of silence after which a second look is taken: so it is there when the decision is; and LATER."""

SHORT = 1.2
"""Voiced seconds from which on a second look is taken only where the recogniser names a phrase: it costs computing."""

MISSING = 0.5
"""Seconds without frames after which what was said before them is stale."""

STRICT_STATES = frozenset({"idle"})
"""Where nobody is in a dialogue with the device."""

ASKED: Mapping[str, IntentKind] = {"ask_place": IntentKind.PLACE}
"""What was just asked, by state."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the second look makes of all that makes sense now."""

    ratios: Mapping[Meaning, float] = field(default_factory=dict)
    """The likeliest first."""
    intents: Mapping[Meaning, Intent] = field(default_factory=dict)
    """By its likeliest phrase."""
    best: float = 0.0
    """See `second.Looks`."""

    @property
    def first(self) -> Intent | None:
        """The likeliest."""
        return next(iter(self.intents.values()), None)

    def rival(self, intent: Intent) -> float:
        """The ratio of the likeliest that means something else."""
        return next((ratio for meaning, ratio in self.ratios.items() if meaning != intent.meaning), 0.0)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase that makes sense now, and how it stands with it."""

    intent: Intent
    verdict: Verdict
    agreed: bool
    """Recogniser and second look name the same."""

    @property
    def text(self) -> str:
        """The phrase."""
        return self.intent.text


class Listener:
    """Hears phrases in a stream of frames.

    Args:
        recognizer: made with the same phrases.
        phrasebook: says what is a whole phrase, and what may continue.
        gate: None: one with Silero.
        rule: None: the usual one.
        judge: None: what the recogniser hears acts.
        looker: a second look, where there is one.

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
        self._legal: frozenset[IntentKind] = frozenset()
        self._strict = False
        self._last_commit = -np.inf
        self._recent: deque[AudioFrame] = deque(maxlen=-(-LONGEST // BLOCK))
        self._seen = _Seen()
        self._known: dict[frozenset[IntentKind], Mapping[str, tuple[Meaning, Intent]]] = {}
        self._looked = -np.inf, 0
        """In which pause, told by its last voiced sample, and how often."""
        self._asked: IntentKind | None = None
        self._heard: tuple[Partial, frozenset[IntentKind], list[tuple[Intent, float]]] = (Partial(), self._legal, [])
        """What the recogniser told last, what made sense then, and what it may mean."""

    def expect(self, state: str, legal: frozenset[IntentKind]) -> None:
        """From now on these intents act, in the utterance that is going on as well. Costs nothing."""
        self._strict, self._asked = state in STRICT_STATES, ASKED.get(state)
        self._legal = legal

    @property
    def hearing(self) -> bool:
        """True while somebody, or something like it, speaks."""
        return self._gate.is_open

    @property
    def room(self) -> float | None:
        """Level of the room's noise (dBFS); None before anything was heard."""
        return self._gate.room

    def feed(self, frame: AudioFrame) -> list[Hypothesis]:
        """Take the next 20 ms; what was decided with it, mostly nothing.

        Where much is missing before it, an utterance that was open is over: only what is urgent still counts.
        """
        if self._recent and frame.start - self._recent[-1].end > MISSING:
            return [*self._broken_off(), *self.feed(frame)]
        self._recent.append(frame)
        activity = self._gate.feed(frame)
        if activity.opened:
            self._recognizer.begin(self._strict)
            self._rule.begin()
            self._see(Looks())
        if activity.frames:
            self._recognizer.feed(np.concatenate([heard.samples for heard in activity.frames]))
        if activity.closed:
            return self._end()
        if not self._gate.is_open:
            return []
        return self._commit(frame.end)

    def _broken_off(self) -> list[Hypothesis]:
        said = self.finish()
        self._recent.clear()
        meant = {one: self._phrasebook.match(one.text, self._legal) for one in said if one.accepted}
        return [one for one, intent in meant.items() if intent and intent.kind in URGENT]

    def finish(self) -> list[Hypothesis]:
        """The recording has ended: decide what is open."""
        if not self._gate.is_open:
            return []
        self._gate.restart()
        return self._end()

    def _commit(self, now: float) -> list[Hypothesis]:
        """Act early where that is safe; the utterance is over then, and what follows is another."""
        silence = now - self._gate.last_voiced + EPSILON
        partial = self._recognizer.partial(silence)
        self._look_again(partial, silence)
        best = self._best(partial, silence)
        continues = best is not None and self._phrasebook.continues(best.text, self._legal)
        decided = self._rule.decide(
            now + EPSILON,
            best.text if best else None,
            silence,
            intent=best.intent.kind if best and best.verdict.margin >= 0 else None,
            continues=continues,
            settled=best is not None and best.agreed and self._is_whole(best),
        )
        if not best or not decided or self._is_tail:
            return []
        self._gate.restart()  # the recogniser begins the next utterance anew: to finish this one would take time
        return [self._accepted(best)]

    def _is_whole(self, best: _Candidate) -> bool:
        """No more words are likely; after "stop" they don't matter, but "hamstring" would be cut off its "cramp"."""
        return best.intent.kind in URGENT or not self._phrasebook.begins(best.text, self._legal)

    def _look_again(self, partial: Partial, silence: float) -> None:
        """Take a second look where it is time for one."""
        now = self._gate.last_voiced, bisect(LOOKS, silence)
        if not self._looker or not now[1] or now == self._looked:
            return
        if self._gate.voiced_seconds <= SHORT or self._meant(partial):
            self._looked = now
            self._see(self._looker.look(self._sound()))

    def _sound(self) -> NDArray[np.int16]:
        """The utterance so far and the room before it; silence in place of what was acted on already."""
        first = self._gate.first_voiced - BEFORE
        kept = [one for one in self._recent if one.start >= first]
        lacking = round(max(kept[0].start - first, 0.0) * HEAR_RATE)
        return np.concatenate([np.zeros(lacking, np.int16), *(one.samples for one in kept)])

    def _see(self, looks: Looks) -> None:
        """Keep what makes sense now."""
        known = self._meanings(looks)
        ratios: dict[Meaning, float] = {}
        intents: dict[Meaning, Intent] = {}
        for ratio, text in sorted(
            ((ratio, text) for text, ratio in looks.ratios.items() if text in known), reverse=True
        ):
            meaning, intent = known[text]
            ratios.setdefault(meaning, ratio)
            intents.setdefault(meaning, intent)
        self._seen = _Seen(ratios, intents, looks.best)

    def _meanings(self, looks: Looks) -> Mapping[str, tuple[Meaning, Intent]]:
        """What the phrases mean that make sense now; found once for each set of intents, as they are many."""
        if looks.ratios and self._legal not in self._known:
            meant = {text: self._phrasebook.match(text, self._legal) for text in looks.ratios}
            self._known[self._legal] = {text: (intent.meaning, intent) for text, intent in meant.items() if intent}
        return self._known.get(self._legal, {})

    def _meant(self, partial: Partial) -> list[tuple[Intent, float]]:
        """What may have been meant, and how sure that is: as sure as all phrases that mean the same are together."""
        if self._heard[:2] != (partial, self._legal):  # mostly it is what it was 20 ms ago
            by_meaning: dict[Meaning, list[tuple[float, str, Intent]]] = {}
            for text, chance in ((partial.text, partial.confidence), *partial.others.items()):
                if intent := self._phrasebook.match(text, self._legal):
                    by_meaning.setdefault(intent.meaning, []).append((chance, text, intent))
            found = [(max(same)[2], min(sum(chance for chance, *_ in same), 1.0)) for same in by_meaning.values()]
            self._heard = partial, self._legal, sorted(found, key=lambda one: -one[1])
        return self._heard[2]

    def _best(self, partial: Partial, silence: float) -> _Candidate | None:
        """The likeliest of all that may act, by recogniser or second look; else the likeliest of all."""
        if self._seen.ratios and self._looked[0] != self._gate.last_voiced:  # somebody has gone on since
            self._see(Looks())
        meant = self._meant(partial)
        found = [self._candidate(intent, silence, chance, partial.known) for intent, chance in meant]
        if (seen := self._seen.first) and all(intent.meaning != seen.meaning for intent, _ in meant):
            found.append(self._candidate(seen, silence))
        return max(found, key=lambda one: (one.verdict.margin >= 0, one.verdict.chance), default=None)

    def _candidate(
        self, intent: Intent, silence: float, confidence: float | None = None, known: float | None = None
    ) -> _Candidate:
        evidence = Evidence(
            intent.text,
            confidence,
            self._gate.voiced_seconds,
            silence,
            self._seen.ratios.get(intent.meaning),
            self._seen.rival(intent),
            self._seen.best,
            self._gate.clearness,
            known,
            intent.kind is self._asked,
        )
        verdict, seen = self._judge.judge(evidence, intent.kind, self._strict), self._seen.first
        return _Candidate(
            intent, verdict, confidence is not None and seen is not None and seen.meaning == intent.meaning
        )

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
        return self._hypothesis(best.text, best.verdict.chance, accepted=True, sure=best.verdict.sure)

    def _hypothesis(self, text: str, confidence: float, *, accepted: bool, sure: bool = True) -> Hypothesis:
        return Hypothesis(text, confidence, self._gate.first_voiced, self._gate.last_voiced, accepted, sure)
