"""Keeps the journal while the device runs: in a thread of its own, for a disk may be slow, full or gone.

The loop hands over what the session wants recorded, and asks for the past; neither ever waits for the disk. What goes
wrong is told in a line, once until it is mended, and the guidance goes on.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from voiceguide.content.roles import Role
from voiceguide.errors import JournalError
from voiceguide.guide.past import Episode, Past
from voiceguide.guide.session import Session
from voiceguide.journal import glance
from voiceguide.journal.files import Claim, damaged_copies
from voiceguide.journal.store import Journal
from voiceguide.messages import CutOff, Record
from voiceguide.run.diary import Diary
from voiceguide.run.notices import Notice

BEAT = 10.0
"""Seconds between notes that a session is still under way, and looks at what others have erased."""

FAREWELL = 2.0
"""Seconds that the end of the program waits for the disk at most."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What is to be written."""

    episodes: Mapping[int, Episode]
    """By token."""
    cautions: bool
    """Whether there may be news of what was told of health."""

    def __bool__(self) -> bool:
        return bool(self.episodes) or self.cautions


_NOTHING = _Work({}, cautions=False)


def told_before(path: Path) -> dict[str, datetime]:
    """What was told of health, and when, as far as a journal or what was set aside of it can still be read.

    Also where it can't be opened as it should: a point that was left out must not be pressed because of a full disk.
    """
    told: dict[str, datetime] = {}
    for file in (*damaged_copies(path), path):
        with suppress(JournalError):
            for flag, at in glance.cautions(file).items():
                told[flag] = max(at, told.get(flag, at))
    return told


class Keeper:
    """The journal of one device.

    Args:
        path: of the database.
        wall: what time it is, with the offset from UTC.
        notice: is told in a line what goes wrong.
        remember: seconds for which what was told of health is kept.
        beat: see BEAT.

    Raises:
        JournalError: it can't be used, or another process keeps it.

    """

    def __init__(
        self,
        path: Path,
        wall: Callable[[], datetime],
        notice: Notice,
        remember: float,
        beat: float = BEAT,
    ) -> None:
        self._path, self._wall, self._notice, self._beat = path, wall, notice, beat
        self._aside = False  # the old one was damaged and set aside, and all that is known is not yet in a new one
        claim = Claim(path)
        try:
            self._journal = self._opened()
            self._kept = self._journal.cautions()
            damaged, self._aside = self._aside, False
            # with what was set aside: it may have been, and the power cut, before all of it was in the new file
            self._diary = Diary(wall, remember, self._journal.episodes(), told_before(path), damaged)
            self._journal.close_interrupted(besides=self._diary.offered)
            self._version = self._journal.version()
        except JournalError:
            claim.release()
            raise
        self._claim = claim
        self._written = set(self._diary.episodes)
        self._ready = threading.Condition()  # guards what follows, and the diary; never held while the disk is asked
        self._waiting = _Work({}, cautions=True)
        self._closing = False
        self._broken = False
        self._told: set[Role | None] = set()  # since it last went well
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    # For the loop.

    def resume(self, session: Session, now: float) -> CutOff | None:
        """See `Diary.resume`."""
        with self._ready:
            return self._diary.resume(session, now)

    def reconsider(self, now: float) -> CutOff | None:
        """What turns out to have been cut off a moment ago, once that is known; see `Diary.reconsider`."""
        with self._ready:
            cut, closed = self._diary.reconsider(now)
            if closed:
                self._wait(_Work(closed, cautions=False))
                self._ready.notify()
        return cut

    def record(self, record: Record) -> None:
        """Take note of how a session stands."""
        with self._ready:
            self._wait(_Work(self._diary.note(record), cautions=True))
            self._ready.notify()

    def past(self) -> Past:
        """What is remembered, as of now."""
        with self._ready:
            return self._diary.past()

    def close(self) -> None:
        """Write what is left, as far as the disk lets one in a moment."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join(FAREWELL)
        self._claim.release()

    def _wait(self, work: _Work) -> None:
        """Beside what waits already, in place of what is older of the same session."""
        episodes = {**self._waiting.episodes, **work.episodes}
        self._waiting = _Work(episodes, self._waiting.cautions or work.cautions)

    # In the thread.

    def _run(self) -> None:
        closing = False
        while not closing:
            with self._ready:
                # what fails is not tried again at once, but with the next beat
                self._ready.wait_for(lambda: self._closing or (self._waiting and not self._told), self._beat)
                work, self._waiting = self._waiting, _NOTHING
                closing = self._closing
            try:
                self._attend(work)
                self._recover()
            except JournalError as error:
                self._fail(error, work)
        self._journal.close()

    def _attend(self, work: _Work) -> None:
        """Write what waits, note what is still under way, and look whether others have erased anything."""
        if self._broken:
            self._begin_anew()
        with self._ready:
            cautions = self._diary.recent(self._diary.cautions)
        if cautions != self._kept:  # first: a session that goes on without them might press what it must not
            self._journal.keep_cautions(cautions)
            self._kept = cautions
        for token, episode in work.episodes.items():
            if token not in self._written:
                self._journal.begin(token, episode)
                self._written.add(token)
            else:
                self._journal.update(token, episode)
        with self._ready:
            live = [token for token, each in self._diary.episodes.items() if not each.account.over]
            live = [token for token in live if token in self._written and token != self._diary.offered]
        for token in live:
            if token not in work.episodes:
                self._journal.touch(token, self._wall())
        if (version := self._journal.version()) != self._version:
            # What was told of health counts on, also after a power cut: the next beat writes it where others erased it.
            self._version, self._kept, kept = version, self._journal.cautions(), self._journal.episodes()
            with self._ready:
                self._diary.erase(kept, self._written)

    def _fail(self, error: JournalError, work: _Work) -> None:
        """Say it, and keep what was to be written for later."""
        self._keep(work)
        self._tell(error)
        if error.damaged:
            self._journal.close()
            self._broken = True
            try:
                self._begin_anew()
            except JournalError as again:
                self._tell(again)

    def _keep(self, work: _Work) -> None:
        """What came meanwhile is newer."""
        with self._ready:
            newer, self._waiting = self._waiting, work
            self._wait(newer)

    def _tell(self, error: JournalError) -> None:
        """Once until it goes well again."""
        say = None if error.damaged else Role.TROUBLE_DISK
        if say not in self._told:
            self._told.add(say)
            self._notice(str(error), say, self._path)

    def _recover(self) -> None:
        """All is written."""
        if Role.TROUBLE_DISK in self._told:
            self._notice(f"{self._path}: the journal is written again")
            self._notice.over(Role.TROUBLE_DISK, self._path)
        self._told.clear()

    def _begin_anew(self) -> None:
        """In a new file, with all that is known; or in the old one, where it can be read after all."""
        self._journal = self._opened()
        self._version, self._kept, kept = self._journal.version(), self._journal.cautions(), self._journal.episodes()
        with self._ready:
            if not self._aside:  # what somebody erased meanwhile stays erased
                self._diary.erase(kept, self._written)
            self._waiting = _Work(dict(self._diary.episodes), cautions=True)
            cautions = self._diary.recent(self._diary.cautions)
        self._written, self._broken, self._aside = set(kept), False, False
        self._journal.keep_cautions(cautions)  # at once: a card that is dying may not see the next beat
        self._kept = cautions

    def _opened(self) -> Journal:
        try:
            journal = Journal(self._path, f"{self._wall():%Y-%m-%d}")
        except JournalError as error:
            self._put(error.aside)
            raise
        self._put(journal.aside)
        return journal

    def _put(self, aside: Path | None) -> None:
        """Where a damaged one is now, if there was one."""
        if aside:
            self._aside = True
            line = f"{self._path}: damaged; it is kept as {aside.name}, and a new one begins"
            self._notice(line, Role.JOURNAL_DAMAGED)
