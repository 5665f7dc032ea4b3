"""Edits a settings file as visudo does: in a copy, which takes its place only when nothing is wrong with it."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from voiceguide import wav
from voiceguide.content.source import Problem, Source, shown
from voiceguide.errors import AudioFileError, ContentError
from voiceguide.run.catalogue import template
from voiceguide.run.documents import faults
from voiceguide.run.rewrite import Rewrite
from voiceguide.run.settings import DOUBTFUL, Settings

Refused = Callable[[Settings, Collection[str]], Iterable[tuple[str, str, str]]]
"""See `trial.refused`."""


def edit(
    path: Path, open_editor: Callable[[Path], None], again: Callable[[Sequence[str]], bool], refused: Refused
) -> bool:
    """Let somebody change a settings file; one that is not there yet begins with all settings, commented out.

    Args:
        path: the file.
        open_editor: returns when the editor was closed.
        again: told all that is wrong; whether to edit it once more.
        refused: tells what of it cannot be used here.

    Returns:
        False where nothing was changed.

    Raises:
        ContentError: it was left faulty, so the file stays as it was.
        AudioFileError: the file cannot be read or written.

    """
    wav.check_writable(path)
    try:
        before = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read ({error.strerror})", "check its permissions") from None
    begun = template(Settings).encode() if before is None else before
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_bytes(begun)
        while True:
            open_editor(draft)
            found = _faults(draft, path, refused)
            if not found:
                break
            if not again(found):
                raise ContentError([f"{shown(path)}: stays as it was: what was edited is faulty"], "see above")
        text = draft.read_bytes()
    if text == begun:
        return False
    if (path.read_bytes() if path.exists() else None) != before:
        what = f"{shown(path)}: was changed by somebody else meanwhile, so nothing is written"
        raise AudioFileError(what, "edit it again")
    Rewrite(path, "", text.decode("utf-8")).write()
    return True


def _faults(draft: Path, path: Path, refused: Refused) -> list[str]:
    """All that is wrong with the draft, by the name of the file that it is to become."""
    source = Source.read(draft)
    found: list[Problem] = [] if source.empty else faults(source, Settings) or _unusable(source, refused)
    return [str(replace(problem, path=shown(path))) for problem in found]


def _unusable(source: Source, refused: Refused) -> list[Problem]:
    """What of it names something that is not here."""
    trails = {name: tuple(name.split(".")) for name in DOUBTFUL}
    names = [name for name, trail in trails.items() if trail in source.keys]
    settings = Settings.model_validate(source.data)
    found = refused(settings, names) if names else ()
    return [source.problem(trails[name], f"{what} -> {remedy}" if remedy else what) for name, what, remedy in found]
