"""Is this sound device well, and when is it opened again? Pure: it is told what came of the device, and the time.

PortAudio tells nothing where a device goes. Measured on PulseAudio: where all hardware goes, or the sound daemon dies,
the stream is inactive at once; where a device hangs, the callbacks cease; where a microphone is unplugged, the daemon
joins the stream to another source, and only zeros come. So a heartbeat is asked for: callbacks, and from a microphone
samples with life in them.
"""

from enum import StrEnum

from voiceguide.devices import Pulse

STALL = 0.7
"""Seconds without a callback after which a device has gone; read every 0.1 s, that is known within a second."""

LONGEST_STALL = 4.0
"""STALL is doubled up to this, in seconds, each time that a device stalls again soon after a loss that was BRIEF: then
opening it anew did not help. A busy machine lets a device pause for a second, and that makes it busier still."""

RELAPSE = 60.0
"""Seconds after it was back for which a stall is the same one again; then STALL is what it was."""

BRIEF = 3.0
"""Seconds that a loss lasts at most which was none: opened anew it is back at once, and PulseAudio takes 2 to begin."""

LIFELESS = 0.7
"""Seconds of one and the same sample after which a microphone is dead: a real one has noise."""

OWN_STALL = 0.2
"""Seconds between two looks that count at most: where this program itself was held up, the device is not to blame."""

BEGIN = 4.0
"""Seconds that an opened device has for its first blocks: PulseAudio takes 2."""

STEADY = 0.25
"""Seconds of blocks without a pause that tell that it has begun: the first ones only fill the buffer."""

PAUSE = 0.15
"""Seconds without a block that are such a pause."""

FIRST_DELAY, LONGEST_DELAY = 0.25, 5.0
"""Seconds between two trials to open it anew: doubled each time. The first one is at once."""

LONGEST_MUTE_DELAY = 15.0
"""The same where it gives zeros only: it may be muted, and each trial loses up to 2 s of sound."""

SETTLING = 0.3
"""Seconds of zeros that a device may give when it is opened."""

LONGEST_PATIENCE = 60.0
"""LIFELESS is doubled up to this, in seconds, each time that life comes back by itself within as long: some devices
mute what is quiet. Who muted a microphone for an hour tells nothing of that."""

REMEMBERED = 86400.0
"""Seconds after the last time for which that holds."""


class Fault(StrEnum):
    """What is wrong with a device."""

    GONE = "gone"  # it ended, or cannot be opened
    STALLED = "stalled"  # no blocks any more
    LIFELESS = "lifeless"  # zeros only


class Change(StrEnum):
    """What is new about a device."""

    LOST = "lost"
    BACK = "back"


class _Stage(StrEnum):
    OPENED = "opened"  # nothing is known yet
    WELL = "well"
    ILL = "ill"


class Health:
    """Of one device. `look` often (every 0.1 s); all times are seconds on one clock.

    Args:
        now: when it was opened for the first time.

    """

    _stage: _Stage
    _seen: Pulse
    _looked: float
    _steady: float
    """Seconds since it was opened, or last paused for longer than PAUSE."""
    _quiet: float
    """Seconds since the last block."""
    _dead: float
    """Seconds of blocks since the last life."""
    _waited: float
    """The same, before this look."""
    _begun: bool

    def __init__(self, now: float) -> None:
        self.fault: Fault | None = None
        """What is, or was last, wrong with it."""
        self.lost = False
        """True from a `Change.LOST` to a `Change.BACK`."""
        self.attempts = 0
        """How often it was opened anew since it was lost."""
        self.lost_at = now
        """When the last loss was noticed."""
        self.last_beat = now
        """When the last block came while it was well, as far as looks tell."""
        self._stall = STALL
        self._back_at = -RELAPSE
        self._patience, self._patient_at = LIFELESS, now
        self._due = now
        self._begin(now)

    @property
    def ill(self) -> bool:
        """True where it waits to be opened anew."""
        return self._stage is _Stage.ILL

    @property
    def well(self) -> bool:
        """True where it is known to work: blocks come from it, or go to it."""
        return self._stage is _Stage.WELL

    def look(self, now: float, pulse: Pulse | None) -> Change | None:
        """What is new; `pulse` is None where it could not be opened."""
        passed = min(max(now - self._looked, 0.0), OWN_STALL)
        self._looked = max(now, self._looked)
        if pulse is None or not pulse.active:
            return self._fail(Fault.GONE)
        fresh, lively = self._feel(pulse, passed)
        stall = self._stall if self._looked - self._back_at < RELAPSE else STALL
        if self._quiet >= (stall if self._begun else BEGIN):
            return self._stalled()
        if self._looked - self._patient_at > REMEMBERED:
            self._patience = LIFELESS
        if self._dead >= self._patience:
            return self._fail(Fault.LIFELESS)
        if fresh and not self.lost:
            self.last_beat = self._looked
        return self._live() if lively and self._begun else None

    def due(self, now: float) -> bool:
        """True where it is to be opened anew, which `opened` is to be told."""
        return self.ill and now >= self._due

    def opened(self, now: float) -> None:
        """It was closed, and opened again or not: `look` will tell."""
        self.attempts += 1
        self._begin(now)

    def _begin(self, now: float) -> None:
        self._stage = _Stage.OPENED
        self._seen = Pulse(active=True, blocks=0, lively=0)
        self._looked = now
        self._steady = self._quiet = self._dead = self._waited = 0.0
        self._begun = False

    def _feel(self, pulse: Pulse, passed: float) -> tuple[bool, bool]:
        """Whether blocks came, and whether there was life in them."""
        fresh = pulse.blocks > self._seen.blocks
        lively = pulse.lively > self._seen.lively
        self._seen = pulse
        self._quiet = 0.0 if fresh else self._quiet + passed
        self._steady = self._steady + passed if self._quiet <= PAUSE else 0.0
        self._begun = self._begun or (fresh and self._steady >= STEADY)
        self._waited = self._dead
        if lively or not self._begun:
            self._dead = 0.0
        elif self._quiet <= PAUSE:  # without blocks it is stalled, not dead
            self._dead += passed
        return fresh, lively

    def _stalled(self) -> Change | None:
        if not self.lost:
            again = self._looked - self._back_at < RELAPSE
            self._stall = min(2 * self._stall, LONGEST_STALL) if again else STALL
        return self._fail(Fault.STALLED)

    def _fail(self, fault: Fault) -> Change | None:
        if not self.ill or fault is not self.fault:
            anew = self.ill or not self.lost
            self._stage, self.fault = _Stage.ILL, fault
            self._due = self._looked + (0.0 if anew else self._delay())
        if self.lost:
            return None
        self.lost, self.lost_at, self.attempts = True, self._looked, 0
        return Change.LOST

    def _delay(self) -> float:
        longest = LONGEST_MUTE_DELAY if self.fault is Fault.LIFELESS else LONGEST_DELAY
        return float(min(FIRST_DELAY * 2 ** min(self.attempts - 1, 10), longest))

    def _live(self) -> Change | None:
        by_itself = self.lost and self.fault is Fault.LIFELESS and self._waited > SETTLING  # not as it was opened anew
        if by_itself and self._looked - self.lost_at < LONGEST_PATIENCE:
            self._patience, self._patient_at = min(2 * self._patience, LONGEST_PATIENCE), self._looked
        self._stage = _Stage.WELL
        if not self.lost:
            return None
        self.lost = False
        self._back_at = self._looked if self._looked - self.lost_at <= BRIEF else -RELAPSE
        return Change.BACK


class Alarm:
    """When a deaf device says so: at once, then ever more rarely; in the night, too, but not all night.

    Args:
        now: when it went deaf, in seconds.

    """

    FIRST, LONGEST = 10.0, 3600.0

    def __init__(self, now: float) -> None:
        self._due = now
        self._gap = self.FIRST

    def due(self, now: float) -> bool:
        """True where it is to be said now; then not for a while."""
        if now < self._due:
            return False
        self._due, self._gap = now + self._gap, min(2 * self._gap, self.LONGEST)
        return True


class Clipping:
    """Does this microphone clip? Told once, until it has been clean for a while."""

    SHARE = 0.05
    """Of the samples of `WINDOW` blocks; a person who shouts beside it stays below."""

    WINDOW = 40
    """Blocks of 20 ms: 0.8 s."""

    CLEAN = 3000
    """Blocks without, after which it is worth telling again: a minute."""

    def __init__(self) -> None:
        self._shares: list[float] = []
        self._clean = self.CLEAN

    def feed(self, share: float) -> bool:
        """The share of a block's samples that are as loud as can be, 0 to 1; True where it is to be told."""
        self._shares = [*self._shares[1 - self.WINDOW :], share]
        clips = sum(self._shares) >= self.SHARE * self.WINDOW
        tell = clips and self._clean >= self.CLEAN
        self._clean = 0 if clips else self._clean + 1
        return tell
