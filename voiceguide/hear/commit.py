"""When to act: early, but only on a whole phrase that has settled, in a moment of silence.

Waiting for the end of speech as others do costs half a second and more; acting on the words alone acts on half
sentences. Both together, stable words and a short silence, are fast and safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from voiceguide.intents import IntentKind

HASTY: Mapping[IntentKind, float] = {IntentKind.STOP: 0.044, IntentKind.SAFETY: 0.044}
"""Seconds of silence after which these act: a false stop is cheap, a late one is not."""

PATIENT: Mapping[IntentKind, float] = {IntentKind.BETTER: 0.16, IntentKind.GOODBYE: 0.16, IntentKind.START_OVER: 0.16}
"""The same for what ends or undoes something."""


@dataclass(frozen=True, slots=True)
class CommitSettings:
    """Durations in seconds."""

    stable: float = 0.08
    """The words have been the same for this long, unless that is settled otherwise: "calf" may go on to "cramp"."""
    silence: float = 0.064
    """Nothing voiced for this long: more than the closure of a stop consonant."""
    by_intent: Mapping[IntentKind, float] = field(default_factory=lambda: {**HASTY, **PATIENT})
    """The same for some intents."""
    silence_if_continues: float = 0.2
    """The same where the words begin a longer phrase that means something else ("cramp" ... "in my foot")."""


class CommitRule:
    """Decides when the words of one utterance are acted on."""

    def __init__(self, settings: CommitSettings | None = None) -> None:
        self._is = settings or CommitSettings()
        self.begin()

    def begin(self) -> None:
        """A new utterance."""
        self._said: str | None = None
        self._since = 0.0

    def decide(
        self, now: float, said: str | None, silence: float, *, intent: IntentKind | None, continues: bool, settled: bool
    ) -> bool:
        """Whether to act at `now`, a time in seconds that never goes back.

        Args:
            now: end of the last frame.
            said: the words so far.
            silence: how long nothing was voiced.
            intent: the same, where they are a phrase that may act; else None.
            continues: the words begin a longer phrase that may act and means something else.
            settled: two independent listeners agree on the words, so they need not prove stable.

        """
        if said != self._said:
            self._said, self._since = said, now
        if intent is None or not (settled or now - self._since >= self._is.stable):
            return False
        needed = self._is.by_intent.get(intent, self._is.silence)
        return silence >= (max(needed, self._is.silence_if_continues) if continues else needed)
