"""The folder of the models that were fetched: what is in it, and how something comes in or goes.

A model appears with one rename, whole and checked, or not at all. Beside its folder `NAME.json` tells what it was when
it came (`record.py`). What is not finished lies in `.incoming`, where nobody looks for models.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from voiceguide.errors import DownloadError, ModelError, UsageError
from voiceguide.models import check_model, looks_like_a_model
from voiceguide.store.disk import Disk, RealDisk, check_space, unwritten
from voiceguide.store.download import Download, Progress
from voiceguide.store.manifest import Offer, Trust
from voiceguide.store.record import (
    File,
    Record,
    check_unchanged,
    hash_of,
    listing,
    read_record,
    record_of,
    write_record,
)
from voiceguide.store.unpack import Limits, unpack

INCOMING = ".incoming"

ROOM = 3
"""Times the size of an archive that must be free before it is loaded: itself, and what it becomes."""


class Shelf:
    """A folder with models.

    Args:
        folder: made when something comes in.
        wait: lets seconds pass, between attempts.
        disk: where it is written; None: that of the machine.
        probe: tries a model that was unpacked; raises ModelError.
        limits: of what is unpacked; None: the usual ones.

    """

    def __init__(
        self,
        folder: Path,
        wait: Callable[[float], None],
        disk: Disk | None = None,
        probe: Callable[[Path], None] = check_model,
        limits: Limits | None = None,
    ) -> None:
        self.folder = folder
        self._wait = wait
        self._disk = disk or RealDisk()
        self._probe = probe
        self._limits = limits

    def fetch(self, offer: Offer, progress: Progress) -> Record | None:
        """Fetch a model and put it on the shelf; None where it is there already, whole.

        Raises:
            DownloadError: the archive does not come, or another fetch is under way.
            ModelError: it is not what it must be, broken, or hostile.
            CacheError: there is no room, or it cannot be written.
            UsageError: something else has its place.

        """
        with self._alone() as incoming:
            if self._is_here(offer):
                return None
            check_space(self._disk, incoming, (offer.size or 0) * ROOM)
            download = Download(
                offer.address, incoming / f"{offer.name}.zip", offer.size, progress, self._wait, self._disk
            )
            download.run()
            try:
                record = self._put(offer, download.draft, incoming / offer.name)
            except ModelError:
                download.discard()
                raise
            download.discard()
            return record

    def take(self, offer: Offer, archive: Path) -> Record | None:
        """The same with an archive that is here already; it stays where it is."""
        with self._alone() as incoming:
            if self._is_here(offer):
                return None
            if not archive.is_file():
                raise UsageError(f"{archive}: no such file", "give a ZIP archive with a Vosk model")
            return self._put(offer, archive, incoming / offer.name)

    def records(self) -> dict[str, Record | None]:
        """What was fetched and is here, by name; None: its record is damaged."""
        found: dict[str, Record | None] = {}
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            folder = path.with_suffix("")
            if folder.is_dir():
                try:
                    found[folder.name] = read_record(folder)
                except ModelError:
                    found[folder.name] = None
        return found

    def remove(self, name: str) -> None:
        """Take a model away. That one was trusted on first use is remembered: it must be the same when it comes again.

        Raises:
            UsageError: there is no such model here, or it is none.
            CacheError: it cannot be removed.

        """
        folder = self.removable(name)
        with self._alone() as incoming:
            try:
                record = read_record(folder)
            except ModelError:
                record = None
            _replace(folder, incoming / f"{name}.old")
            if record and record.trust is Trust.FIRST_USE:
                write_record(folder, record.model_copy(update={"files": {}}))
            else:
                record_of(folder).unlink(missing_ok=True)

    def removable(self, name: str) -> Path:
        """The folder of a model on this shelf.

        Raises:
            UsageError: there is no such model here, or it is none.

        """
        folder = self.folder / name
        if Path(name).name != name or name in ("", ".", "..") or not os.path.lexists(folder):
            here = ", ".join(self.records()) or "there is none"
            raise UsageError(f"no model '{name}' in {self.folder}", f"use one of: {here}")
        if folder.is_symlink() or not folder.is_dir():
            raise UsageError(f"{folder}: is no folder", "remove it by hand")
        if not (record_of(folder).is_file() or looks_like_a_model(folder)):
            raise UsageError(f"{folder}: is no model", "remove it by hand")
        return folder

    @contextmanager
    def _alone(self) -> Iterator[Path]:
        """The folder for what is not finished, for one at a time; leftovers of one that was killed are cleared."""
        incoming = self.folder / INCOMING
        try:
            incoming.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder, os.O_RDONLY)
        except OSError as error:
            raise unwritten(self.folder, error) from None
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                what = f"{self.folder}: somebody else fetches or removes a model now"
                raise DownloadError(what, "wait until that is done") from None
            try:
                incoming.mkdir(exist_ok=True)
                _clear(incoming)
                yield incoming
            except OSError as error:
                raise unwritten(incoming, error) from None
            finally:
                _clear(incoming)
                if not any(incoming.iterdir()):
                    incoming.rmdir()
        finally:
            os.close(lock)

    def _is_here(self, offer: Offer) -> bool:
        """True where the model is here and whole; where it is broken, it is fetched again."""
        folder = self.folder / offer.name
        if not os.path.lexists(folder):
            return False
        if not record_of(folder).exists():
            raise UsageError(f"{folder}: is there, and was not fetched", "use it, or move it away first")
        try:
            record = check_unchanged(folder, thorough=True)
        except ModelError:
            return False
        return record is not None and offer.sha256 in (None, record.archive_sha256)

    def _put(self, offer: Offer, archive: Path, draft: Path) -> Record:
        """Check an archive, unpack it, try the model, and move it to its place."""
        size, digest = archive.stat().st_size, hash_of(archive)
        trust = self._trust(offer, size, digest)
        unpack(archive, draft, self._disk, self._limits)
        try:
            check_model(draft)
            self._probe(draft)
        except ModelError as error:
            what = f"{offer.name}: {error.what.removeprefix(f'{draft}: ')}"
            raise ModelError(what, "it is not installed; use another mirror") from None
        folder = self.folder / offer.name
        files = {name: File(size=size, sha256=hash_of(draft / name)) for name, size in listing(draft).items()}
        record = Record(
            name=offer.name,
            language=offer.language,
            address=offer.address,
            license=offer.license,
            archive_size=size,
            archive_sha256=digest,
            trust=trust,
            files=files,
        )
        _settle(draft)
        if folder.exists():
            _replace(folder, draft.with_name(f"{draft.name}.old"))
        write_record(folder, record)
        draft.rename(folder)
        return record

    def _trust(self, offer: Offer, size: int, digest: str) -> Trust:
        """Who says that the archive is the right one.

        Raises:
            ModelError: it is not.

        """
        wanted, trust = offer.sha256, offer.trust
        if offer.size and size != offer.size:
            what = f"{offer.name}: has {size} bytes instead of {offer.size}"
            raise ModelError(what, "it is not the file of the list")
        if wanted is None:
            trust = Trust.FIRST_USE
            try:
                earlier = read_record(self.folder / offer.name)
            except ModelError:
                earlier = None
            wanted = earlier.archive_sha256 if earlier else digest
        if digest != wanted:
            path = record_of(self.folder / offer.name)
            remedy = "it was changed on its way, or at its source; use another mirror"
            if trust is Trust.FIRST_USE:
                remedy = f"it is another one than the first time; if you trust it, delete {path}"
            raise ModelError(f"{offer.name}: its SHA-256 is {digest} instead of {wanted}; it is not installed", remedy)
        return trust


def _replace(folder: Path, aside: Path) -> None:
    """Take a folder away at once, and then its contents."""
    folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)


def _clear(incoming: Path) -> None:
    """All but parts of archives that can be gone on with."""
    for path in incoming.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def _settle(folder: Path) -> None:
    """To the disk: its name must never stand for half a model, not even after a power cut."""
    for place, _, names in os.walk(folder):
        for path in (*(Path(place, name) for name in names), Path(place)):
            opened = os.open(path, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
