"""When to act: early, but only on a whole phrase that has settled, in a moment of silence.

Waiting for the end of speech as others do costs half a second and more; acting on the words alone acts on half
sentences. Both together, stable words and a short silence, are fast and safe.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommitSettings:
    """Durations in seconds."""

    stable: float = 0.1
    """The words have not changed for this long."""
    silence: float = 0.064
    """Nothing voiced for this long: more than the closure of a stop consonant."""
    silence_if_continues: float = 0.25
    """The same where the words begin a longer phrase that means something else ("cramp" ... "in my foot")."""


class CommitRule:
    """Decides when the words of one utterance are acted on."""

    def __init__(self, settings: CommitSettings | None = None) -> None:
        self._is = settings or CommitSettings()
        self.begin()

    def begin(self) -> None:
        """A new utterance."""
        self._text = ""
        self._since = 0.0

    def decide(self, now: float, text: str, silence: float, *, whole: bool, continues: bool) -> bool:
        """Whether to act at `now`, a time in seconds that never goes back.

        Args:
            now: end of the last frame.
            text: the words so far.
            silence: how long nothing was voiced.
            whole: the words are a phrase that may act.
            continues: the words begin a longer phrase that may act and means something else.

        """
        if text != self._text:
            self._text, self._since = text, now
        if not whole or now - self._since < self._is.stable:
            return False
        return silence >= (self._is.silence_if_continues if continues else self._is.silence)
