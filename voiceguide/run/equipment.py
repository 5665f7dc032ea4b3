"""What the session speaks and waits with, exchanged while it runs: only when nobody is being helped."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import time

from voiceguide.content.library import Library
from voiceguide.guide.loudness import LOUDEST, SOFTEST
from voiceguide.guide.session import Session
from voiceguide.guide.states import State
from voiceguide.hear.judge import FittedJudge, Judge
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.night import Profile, matched
from voiceguide.run.settings import Settings
from voiceguide.run.volume import VolumeMemory
from voiceguide.run.wardrobe import Wardrobe
from voiceguide.speak.mixer import Mixer

PACE = 1.0
"""Seconds from one look at the room's noise to the next."""

RETRY = 600.0
"""Seconds from one try to the next to write down a volume that could not be written: a card that fails is slow."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Those who work with the equipment."""

    session: Session
    loop: Loop
    mixer: Mixer
    judge: Judge | None


class Equipment:
    """Hands settings, voice and volume to those who work with them.

    Args:
        settings: what holds now.
        library: what is said.
        wardrobe: it, as sound.
        prepare: begins to make the same for other settings, beside the loop; may be cancelled.
        staff: who works with it.
        memory: the volume that was asked for.
        local_time: the time of day.

    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        wardrobe: Wardrobe,
        prepare: Callable[[Settings, Library], Future[Wardrobe]],
        staff: Staff,
        memory: VolumeMemory,
        local_time: Callable[[], time],
    ) -> None:
        self._settings = settings
        self._library = library
        self._wardrobe = wardrobe
        self._prepare = prepare
        self._staff = staff
        self._memory = memory
        self._local_time = local_time
        self._coming: tuple[str, Future[Wardrobe]] | None = None  # whom to call, and the clips that say so
        self._profile: Profile | None = None
        self._noise = 0.0  # dB that the room's noise adds
        self._looked = 0.0
        self._tried = 0.0

    @property
    def profile(self) -> Profile:
        """Day or night, as it speaks now."""
        return self._profile or Profile.DAY

    def is_night(self) -> bool:
        """Whether it speaks as at night."""
        return self.profile is Profile.NIGHT

    @property
    def quiet(self) -> bool:
        """Nobody is being helped, and nothing sounds: all may be exchanged."""
        return self._staff.session.state is State.IDLE and self._staff.loop.silent

    def take(self, settings: Settings) -> bool:
        """From now on these; only while `quiet`.

        Returns:
            False where clips are being rendered for them: until then all stays as it was, and it must be asked again.
            Other settings may be asked for meanwhile; then those are given up.

        Raises:
            CacheError: the clips cannot be kept; all stays as it was.
            VoiceError: a clip cannot be rendered; all stays as it was.

        """
        library = self._library.calling(settings.emergency_number)
        coming = self._clips_for(settings, library)
        if coming:
            if not coming.done():
                return False
            self._coming = None
            self._wardrobe = coming.result()
        self._library, self._settings = library, settings
        if isinstance(self._staff.judge, FittedJudge):
            self._staff.judge.caution = settings.hearing.caution
        self._put_on(self._due())
        return True

    def _clips_for(self, settings: Settings, library: Library) -> Future[Wardrobe] | None:
        """Those that are being rendered, which are begun where they are not; None where it has them already."""
        if self._coming and self._coming[0] != library.emergency:
            self._coming[1].cancel()
            self._coming = None
        if library.emergency == self._library.emergency:  # what else shapes a clip waits for the next start
            return None
        if not self._coming:
            self._coming = library.emergency, self._prepare(settings, library)
        return self._coming[1]

    def look(self, now: float) -> None:
        """See to what is due at `now` (s): the volume is kept, night falls, the room becomes noisy."""
        if self.quiet:
            if self._profile:  # not within a session: a card may take its time to write
                self._write_again(now)
                self._memory.keep(self._profile, self._staff.session.loudness.steps)
            if (wanted := self._due()) is not self._profile:
                self._put_on(wanted)
        if now - self._looked >= PACE:
            self._match(now - self._looked)
            self._looked = now

    def _write_again(self, now: float) -> None:
        """What could not be written: a disk may be mended."""
        if not self._memory.unwritten:
            self._tried = now
        elif now - self._tried >= RETRY and not self._staff.loop.hearing:
            self._memory.write()
            self._tried = now

    def _due(self) -> Profile:
        return Profile.NIGHT if self._settings.night.is_night(self._local_time()) else Profile.DAY

    def _put_on(self, profile: Profile) -> None:
        clips = self._wardrobe.get(profile) or self._wardrobe[Profile.DAY]
        self._profile = profile
        self._staff.mixer.sounds = clips
        self._staff.loop.equip(Sounds.of(clips, self._library))
        self._staff.session.equip(self._library, clips.lengths, self._settings.options())
        self._staff.loop.adjust(self._level, self._memory.steps(profile))

    @property
    def _level(self) -> float:
        """Gain in dB re the content's own level, before what was asked for by voice."""
        night = self._settings.night.softer if self._profile is Profile.NIGHT else 0.0
        return max(SOFTEST, min(LOUDEST, self._settings.volume + self._noise - night))

    def _match(self, seconds: float) -> None:
        """Follow the room, slowly, and only between sentences: while it speaks, it may hear itself."""
        if not self._staff.loop.silent:
            return
        room = self._staff.loop.room if self._settings.match_room else None
        noise = matched(self._noise, room, seconds)
        if noise != self._noise and self._profile:
            self._noise = noise
            self._staff.loop.adjust(self._level, self._staff.session.loudness.steps)
