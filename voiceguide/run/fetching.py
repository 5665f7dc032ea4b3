"""Models for a user's settings: which can be fetched, from where, and where they are put."""

from dataclasses import dataclass
from pathlib import Path
from time import sleep

from voiceguide.content.source import shown
from voiceguide.errors import ModelError, UsageError
from voiceguide.models import OWN, built_in_model, candidates, check_model, probe
from voiceguide.run.ears import model_in_use
from voiceguide.run.rewrite import Rewrite
from voiceguide.run.settings import Settings, cache_folder, load_settings, model_folders
from voiceguide.store.disk import megabytes
from voiceguide.store.download import Progress, check_address, mirrored
from voiceguide.store.manifest import Offer, Trust, offer_at, offered, offers
from voiceguide.store.record import Record, check_unchanged
from voiceguide.store.shelf import Shelf

AUTO = "auto"
"""What `use` is told for: whatever suits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    name: str
    language: str
    """In words where they are known."""
    size: int | None
    """Bytes of the archive, or of the folder where it was not fetched."""
    license: str
    state: str
    """`in use`, `here`, `damaged` or `to fetch`."""


def shelf(to: Path | None = None) -> Shelf:
    """Where models are put; None: the last of the models folders, which is the user's own."""
    return Shelf(to or model_folders()[-1], sleep, probe=lambda folder: probe(folder, cache_folder()))


def entries(settings: Settings) -> list[Entry]:
    """Our own model, what is in the models folders, and what can be fetched."""
    used = model_in_use(settings)
    own = built_in_model(settings.language)
    here = [*([own] if own else []), *candidates(model_folders())]
    if used and used not in here:
        here.insert(0, used)
    known = {offer.name: offer for offer in offers()}
    found = [_entry(folder, known.get(folder.name), folder == used) for folder in here]
    return [*found, *(_offered(offer) for offer in offers() if offer.name not in {each.name for each in found})]


def _entry(folder: Path, offer: Offer | None, used: bool) -> Entry:
    record: Record | None = None
    state = "in use" if used else "here"
    try:
        check_model(folder)
        record = check_unchanged(folder)
    except ModelError:
        state = "damaged"
    terms = record.license if record else offer.license if offer else "unknown"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    language = (offer.title if offer else "") or (record.language if record else "") or "unknown"
    if folder.name.startswith(OWN):
        language, terms = folder.name.removeprefix(OWN), "voiceguide's own"
    return Entry(folder.name, language, size, terms, state)


def _offered(offer: Offer) -> Entry:
    return Entry(offer.name, offer.title, offer.size, offer.license, "to fetch")


def wanted(what: str, sha256: str | None, settings: Settings) -> tuple[Offer, Path | None]:
    """What somebody asks for: a name of the list, an https address, or an archive that is here.

    Raises:
        UsageError: it is none of these.

    """
    if "://" in what:
        check_address(what)
        return offer_at(what, sha256), None
    if what.lower().endswith(".zip"):
        offer = offer_at(Path(what).name, sha256)
        known = next((each for each in offers() if each.name == offer.name and not sha256), offer)
        return known, Path(what).expanduser()
    if sha256:
        raise UsageError(f"--sha256 is for an address or an archive, and '{what}' is a name", "leave it out")
    offer = offered(what, offers())
    if settings.mirror:
        check_address(settings.mirror, plain=True)
        offer = offer.model_copy(update={"address": mirrored(offer.address, settings.mirror)})
    return offer, None


def fetch(what: str, sha256: str | None, settings: Settings, shelf: Shelf, progress: Progress) -> str:
    """Fetch a model, or take it out of an archive; a line on what came of it.

    Raises:
        VoiceguideError: all that `Shelf.fetch` raises.

    """
    offer, archive = wanted(what, sha256, settings)
    record = shelf.take(offer, archive) if archive else shelf.fetch(offer, progress)
    if record is None:
        return f"{offer.name}: is here already, and whole"
    return f"{offer.name}: is here ({megabytes(record.archive_size)}); {vouched(record)}"


def vouched(record: Record) -> str:
    """Who says that a model is the right one."""
    nobody = f"nobody vouches for its SHA-256, {record.archive_sha256}; from now on it must be this one"
    return {
        Trust.LIST: "its SHA-256 is that of the list",
        Trust.GIVEN: "its SHA-256 is the one that you gave",
        Trust.FIRST_USE: nobody,
    }[record.trust]


def verify(name: str) -> str:
    """Read all of a model, and compare it with what it was; a line on it.

    Raises:
        UsageError: there is no such model.
        ModelError: it has changed, or is not whole.

    """
    folder = _here(name)
    check_model(folder)
    record = check_unchanged(folder, thorough=True)
    if record is None:
        return f"{name}: whole; it was not fetched, so nobody knows what it was"
    return f"{name}: all {len(record.files)} files are as they came; {vouched(record)}"


def here() -> list[str]:
    """The names of all models that are in the models folders."""
    return sorted({folder.name for folder in candidates(model_folders())})


def _here(name: str) -> Path:
    found = {folder.name: folder for folder in reversed([*candidates(model_folders())])}
    if name not in found:
        remedy = f"use one of: {', '.join(sorted(found))}" if found else "fetch one: voiceguide models list"
        raise UsageError(f"no model '{name}' here", remedy)
    return found[name]


def choose(name: str, settings: Settings, path: Path) -> Rewrite:
    """What becomes of a settings file so that a model is used; `auto`: so that none is named there.

    Raises:
        UsageError: there is no such model, or it is for another language than the content.
        ModelError: it has changed, or Vosk cannot load it.
        ContentError: the file is faulty.

    """
    if name == AUTO:
        named = path.exists() and load_settings(path).model is not None
        return Rewrite.of(path, {"model": None} if named else {})
    folder = _here(name)
    check_model(folder)
    record = check_unchanged(folder, thorough=True)
    if record and record.language and not record.speaks(settings.language):
        what = f"{name}: is for '{record.language}', and what is said to voiceguide is '{settings.language}'"
        raise UsageError(what, "use a model of that language")
    probe(folder, cache_folder())
    return Rewrite.of(path, {"model": str(folder.resolve())})


def remove(name: str, settings: Settings, shelf: Shelf) -> None:
    """Take a model away.

    Raises:
        UsageError: there is no such model, it is none, or the settings name it.
        CacheError: it cannot be removed.

    """
    folder = shelf.removable(name)
    if settings.model and Path(settings.model).expanduser().resolve() == folder.resolve():
        remedy = f"first use another: voiceguide models use {AUTO}"
        raise UsageError(f"{shown(folder)}: the settings name it", remedy)
    shelf.remove(name)
