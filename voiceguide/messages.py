"""Every type that flows through voiceguide, in the order of the flow.

    microphone -> AudioFrame -> hear -> Hypothesis -> understand -> Intent -> guide -> Action -> speak -> ScheduledSound

Times are seconds on the clock of the loop unless a field says otherwise; durations of sound are counts of samples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from voiceguide.intents import Intent, IntentKind, Side

HEAR_RATE = 16_000
"""Samples per second from the microphone: what both recognisers were trained on."""

BLOCK = 320
"""Samples of one `AudioFrame`: 20 ms at `HEAR_RATE`."""

SPEAK_RATE = 48_000
"""Samples per second to the speaker: the one rate that every sound card has."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """20 ms from the microphone."""

    samples: NDArray[np.int16]
    """Shape (BLOCK,), mono, at HEAR_RATE."""
    start: float
    """When the first sample was in the air."""
    voice: NDArray[np.int16] | None = None
    """The same with all made soft that may be the device's own voice, to tell speech from silence; None: the same."""

    @property
    def end(self) -> float:
        """When the last sample was in the air."""
        return self.start + len(self.samples) / HEAR_RATE


@dataclass(frozen=True, slots=True)
class Played:
    """What the loudspeaker was given to play: what the microphone will hear of the device."""

    samples: NDArray[np.int16]
    """Shape (n,), mono, at SPEAK_RATE. What was played between two of these was silence."""
    start: int
    """When the first sample sounds, as the device says: samples at SPEAK_RATE since the loop's time zero."""
    position: int
    """The same counted in samples of the stream: it follows the device's clock, and is never corrected."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What one utterance was heard as: committed early, or given up as no phrase of the moment."""

    text: str
    """The words, lower case, separated by single spaces; empty where nothing fitted."""
    confidence: float
    """0 (a guess) to 1 (certain), on the recogniser's own scale."""
    start: float
    """When the first voiced sample was in the air."""
    end: float
    """When the last voiced sample was in the air; latency counts from here."""
    accepted: bool
    """True: a whole phrase, legal in the present state, sure enough to act on. False: speech that is not."""
    sure: bool = True
    """False: accepted, but only likely: in idle it is asked before anything begins."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Event for the session: the person said something that makes sense now."""

    intent: Intent
    sure: bool = True
    """False: it is only likely that they said it. Within a session that makes no difference."""
    began: float | None = None
    """When they began to say it (s): they mean what they had heard until then. None: just now."""


@dataclass(frozen=True, slots=True)
class Unintelligible:
    """Event for the session: the person said something that is no phrase of the moment."""


class Outcome(StrEnum):
    """How a session ended."""

    EASED = "eased"  # they said that it is better
    UNHELPED = "unhelped"  # all was tried, and it did not ease
    WORSE = "worse"  # it was made worse twice
    DANGER = "danger"  # a danger sign was told, or nobody answered when it was asked for
    TOO_LONG = "too_long"  # the cramp went on for too long
    STOPPED = "stopped"
    GOODBYE = "goodbye"
    DONE = "done"  # a session by choice came to its end
    SILENT = "silent"  # nobody said how it went
    CUT_OFF = "cut_off"  # the device went off


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands: what is needed to go on with it after the device was off."""

    stage: str
    """The state, or the one that it holds."""
    points: tuple[str, ...] = ()
    """The points that are still to be pressed, the present one first."""
    step: int = 0
    """Index into the steps of the point."""
    rounds: int = 0
    """Rounds on the point that were begun."""
    worse: int = 0
    """How often it was made worse."""
    checking: bool = False
    """True while it is open whether there is a danger sign."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is kept of a session: what was done, and never what else was said."""

    cramp: bool
    """False: a session by choice."""
    place: str | None = None
    side: Side | None = None
    routine: str | None = None
    pressed: tuple[tuple[str, int], ...] = ()
    """Each point that was pressed, and in how many rounds, in the order in which they were begun."""
    answered: bool = False
    """True once a word followed the first one. Else it was most likely nobody: a television."""
    nudged: bool = False
    """True where it ended in the advice to ask a doctor."""
    outcome: Outcome | None = None
    standing: Standing | None = None
    """None: it is over."""

    @property
    def over(self) -> bool:
        """True where it has ended."""
        return self.standing is None


@dataclass(frozen=True, slots=True)
class CutOff:
    """Event for the session: the device is on again, and went off a moment ago in the middle of this."""

    account: Account
    age: float
    """Seconds since it had begun."""


Event = Heard | Unintelligible | CutOff


class Cue(StrEnum):
    """What a sound is to the person."""

    SAY = "say"  # a sentence
    ASIDE = "aside"  # a short answer in between
    PRESS = "press"  # the tone: press now
    RELEASE = "release"  # the tone: let go now
    WORD = "word"  # a word or count inside a hold
    ALARM = "alarm"  # the tone: it cannot hear
    WAKE = "wake"  # next to nothing, before the first word: an amplifier that sleeps awakes


@dataclass(frozen=True, slots=True)
class ScheduledSound:
    """A sound with its place on the clock."""

    start: int
    """Position of its first sample: samples at SPEAK_RATE since the loop's time zero."""
    sound: str
    """Id of a clip (a prompt, see `content.schema.sound_id`) or of a tone (`tone.press`, ...)."""
    cue: Cue


@dataclass(frozen=True, slots=True)
class Play:
    """Action: put these sounds on the output, in addition to what is scheduled already."""

    sounds: tuple[ScheduledSound, ...]


@dataclass(frozen=True, slots=True)
class Hush:
    """Action: silence at once; what is scheduled is forgotten."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Action: from now on, these intents make sense."""

    state: str
    legal: frozenset[IntentKind]


@dataclass(frozen=True, slots=True)
class Volume:
    """Action: play everything louder or softer from now on."""

    gain: float
    """Factor on amplitude; 1 is the content's own level."""


@dataclass(frozen=True, slots=True)
class Record:
    """Action: write down how it stands. It replaces what was recorded of the same session."""

    at: float
    """Now, like the other times on the clock of the loop."""
    began: float
    """When the session began; no two begin at once."""
    account: Account | None
    """None: there was no session yet, and only the cautions are news."""
    cautions: Mapping[str, float]
    """What was told that changes what is safe, by flag, and when."""
    overlong: float | None
    """When a cramp was last found to have gone on for too long."""


Action = Play | Hush | Listen | Volume | Record
