"""Sounds laid out in time, exact to the sample.

A timeline is what a state says and does, from its start to its end; its past is kept, so that a sentence can be heard
again. Positions and lengths are samples at SPEAK_RATE, counted from the start of the timeline. All of it is immutable:
pausing, asides and a new tempo make a new timeline.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from voiceguide.messages import SPEAK_RATE, Cue, ScheduledSound


def samples(seconds: float) -> int:
    """Seconds as a count of samples at SPEAK_RATE."""
    return round(seconds * SPEAK_RATE)


@dataclass(frozen=True, slots=True)
class Placed:
    """A sound at its place."""

    start: int
    length: int
    sound: str
    cue: Cue

    @property
    def end(self) -> int:
        """The position after its last sample."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Timeline:
    """Sounds that never overlap, by rising start, and the silence after them."""

    sounds: tuple[Placed, ...]
    length: int

    def sounding(self, position: int) -> Placed | None:
        """The sound that is being heard at a position."""
        return next((s for s in self.sounds if s.start <= position < s.end), None)

    def pending(self, position: int) -> bool:
        """True where a sound is being heard, or is still to come."""
        return any(position < s.end for s in self.sounds)

    def last_sentence(self, position: int) -> Placed | None:
        """The sentence that is being heard or was the last to be heard."""
        return next((s for s in reversed(self.sounds) if s.cue is Cue.SAY and s.start <= position), None)

    def sentence_start(self, position: int) -> int:
        """Where that sentence begins; the position itself where there was none yet."""
        last = self.last_sentence(position)
        return last.start if last else position

    def resume_at(self, position: int) -> int:
        """Where to go on after a stop at `position`: there, but a sound that was cut is heard again from its start.

        A hold is so never shortened.
        """
        cut = self.sounding(position)
        return cut.start if cut else position

    def inserted(self, position: int, other: "Timeline") -> "Timeline":
        """Put another timeline in at a position; what is still to come moves back."""
        resume = self.resume_at(position)
        shift = position + other.length - resume
        past = (s for s in self.sounds if s.end <= position)
        put_in = (replace(s, start=s.start + position) for s in other.sounds)
        rest = (replace(s, start=s.start + shift) for s in self.sounds if s.start >= resume and s.end > position)
        return Timeline((*past, *put_in, *rest), self.length + shift)

    def retimed(self, position: int, factor: float) -> "Timeline":
        """The same with all after a position, or the sentence there, further apart (factor > 1) or closer.

        Sounds keep their length; where they would collide, the later one waits.
        """
        now = self.sounding(position)
        pivot = now.end if now and now.cue is Cue.SAY else position

        def moved(start: int) -> int:
            return start if start <= pivot else pivot + round((start - pivot) * factor)

        sounds: list[Placed] = []
        free = 0
        for sound in self.sounds:
            start = max(moved(sound.start), free)
            sounds.append(replace(sound, start=start))
            free = start + sound.length
        return Timeline(tuple(sounds), max(moved(self.length), free))

    def lasting(self, length: int) -> "Timeline":
        """The same, with silence at its end up to a length at least."""
        return Timeline(self.sounds, max(self.length, length))

    def without_asides(self, position: int, *, cut: bool = False) -> "Timeline":
        """The same without the asides that were heard before a position: they are not said again.

        Args:
            position: until where it was heard.
            cut: neither is the one that is cut there.

        """
        kept = (s for s in self.sounds if s.cue is not Cue.ASIDE or (s.start if cut else s.end - 1) >= position)
        return Timeline(tuple(kept), self.length)

    def schedule(self, origin: int, position: int = 0) -> tuple[ScheduledSound, ...]:
        """All sounds from a position on, for an output on which this timeline began at `origin`."""
        return tuple(ScheduledSound(origin + s.start, s.sound, s.cue) for s in self.sounds if s.start >= position)


class Score:
    """Writes a timeline from left to right.

    Args:
        lengths: samples of each sound, by its id.

    """

    def __init__(self, lengths: Mapping[str, int]) -> None:
        self._lengths = lengths
        self._sounds: list[Placed] = []
        self._now = 0

    def play(self, sound: str, cue: Cue) -> "Score":
        """A sound, here; the next thing follows it."""
        self._sounds.append(Placed(self._now, self._lengths[sound], sound, cue))
        self._now += self._lengths[sound]
        return self

    def say(self, sounds: Iterable[str], gap: float) -> "Score":
        """Sentences, each followed by a gap in seconds."""
        for sound in sounds:
            self.play(sound, Cue.SAY).rest(gap)
        return self

    def rest(self, seconds: float) -> "Score":
        """Silence."""
        self._now += samples(seconds)
        return self

    def until(self, position: int) -> "Score":
        """Silence up to a position; nothing where it has passed."""
        self._now = max(self._now, position)
        return self

    @property
    def position(self) -> int:
        """Where the next thing will be."""
        return self._now

    def timeline(self) -> Timeline:
        """What was written."""
        return Timeline(tuple(self._sounds), self._now)
