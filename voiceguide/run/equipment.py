"""What the session speaks and waits with, exchanged while it runs: only when nobody is being helped."""

from collections.abc import Callable

from voiceguide.content.library import Library
from voiceguide.guide.session import Session
from voiceguide.hear.judge import FittedJudge, Judge
from voiceguide.run.loop import Loop, Sounds
from voiceguide.run.settings import Settings
from voiceguide.speak.clips import Clips
from voiceguide.speak.mixer import Mixer


class Equipment:
    """Hands new settings to those who work with them.

    Args:
        library: what is said.
        prepare: all prompts as sound; those that are not there yet are rendered meanwhile.
        session: decides.
        loop: joins the stages.
        mixer: plays.
        judge: weighs what is heard.

    """

    def __init__(
        self,
        library: Library,
        prepare: Callable[[Settings, Library], Clips],
        session: Session,
        loop: Loop,
        mixer: Mixer,
        judge: Judge | None,
    ) -> None:
        self._library = library
        self._prepare = prepare
        self._session = session
        self._loop = loop
        self._mixer = mixer
        self._judge = judge

    def take(self, settings: Settings) -> None:
        """From now on these.

        Raises:
            CacheError: the clips cannot be kept; all stays as it was.
            VoiceError: a clip cannot be rendered; all stays as it was.

        """
        library = self._library.calling(settings.emergency_number)
        clips = self._prepare(settings, library)
        self._mixer.sounds = clips
        self._loop.equip(Sounds.of(clips, library))
        self._session.equip(library, clips.lengths, settings.options())
        if isinstance(self._judge, FittedJudge):
            self._judge.caution = settings.hearing.caution
