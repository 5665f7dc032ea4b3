"""New content files for authors: commented, and without errors."""

from collections.abc import Mapping
from pathlib import Path
from re import fullmatch

from voiceguide.content.load import built_in
from voiceguide.content.source import shown
from voiceguide.errors import UsageError

KINDS: Mapping[str, str] = {"point": "points", "guide": "guides", "routine": "routines", "question": "questions"}
"""What can be made anew, and its folder."""

_BLANK = "new-id"


def scaffold(kind: str, id_: str, folder: Path, taken: Mapping[str, Path]) -> list[Path]:
    """Write a new file, and examples where it says how people ask for it.

    Args:
        kind: one of `KINDS`.
        id_: lower-case words joined by hyphens.
        folder: of the language, e.g. `content/en`; made where it is missing.
        taken: the ids that are in use, each with its file.

    Returns:
        The files written.

    Raises:
        UsageError: no id, or it is taken.

    """
    if not fullmatch("[a-z0-9]+(-[a-z0-9]+)*", id_):
        raise UsageError(f"'{id_}' is no id", "use lower-case words joined by hyphens, e.g. warm-socks")
    if id_ in taken:
        raise UsageError(f"'{id_}' is taken by {shown(taken[id_])}", "choose another id")
    files = {folder / KINDS[kind] / f"{id_}.yaml": f"{kind}.yaml"}
    if kind in ("routine", "question"):
        files[folder / "examples" / f"{id_}.yaml"] = f"{kind}-examples.yaml"
    for path in files:
        if path.exists():
            raise UsageError(f"{shown(path)} is there already", "choose another id, or edit it")
    for path, blank in files.items():
        text = (built_in() / "blank" / blank).read_text(encoding="utf-8")
        if not (folder.parent / "schema").is_dir():  # only the built-in content has it beside
            text = text.partition("\n")[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(_BLANK, id_).replace("new id", id_.replace("-", " ")), encoding="utf-8")
    return [*files]
