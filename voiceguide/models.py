"""Vosk models on disk: where one is, and whether it is whole."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from voiceguide.errors import ModelError

NEEDED = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "graph/Gr.fst",
    "graph/HCLr.fst",
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
)
"""Files of every model that takes a grammar at run time, relative to its folder."""

NEEDED_IVECTOR = (
    "ivector/final.dubm",
    "ivector/final.ie",
    "ivector/final.mat",
    "ivector/global_cmvn.stats",
    "ivector/online_cmvn.conf",
    "ivector/splice.conf",
)
"""Files of a model that adapts to the speaker: all or none."""


def find_model(wanted: Path | None, folders: Sequence[Path]) -> Path | None:
    """The Vosk model to use: `wanted`, else the first whole one of `candidates`, else None.

    Raises:
        ModelError: `wanted` is missing or incomplete.

    """
    if wanted is not None:
        check_model(wanted)
        return wanted
    return next((folder for folder in candidates(folders) if not _missing(folder)), None)


def candidates(folders: Sequence[Path]) -> Iterator[Path]:
    """What looks like a model, whole or not: the folders themselves and what lies directly in them, by name."""
    for folder in folders:
        if folder.is_dir():
            for inner in (folder, *sorted(folder.iterdir())):
                if (inner / "am").is_dir() or (inner / "graph").is_dir():
                    yield inner


def check_model(folder: Path) -> None:
    """Nothing, where `folder` holds a whole model.

    Raises:
        ModelError: no such folder, or the first file that is missing or empty.

    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder", "give the folder of an unpacked Vosk model")
    missing = _missing(folder)
    if missing and (folder / "graph" / "HCLG.fst").is_file():
        raise ModelError(f"{folder}: its vocabulary is fixed (graph/HCLG.fst)", "use a small Vosk model")
    if missing:
        state = "is empty" if (folder / missing).is_file() else "is missing"
        raise ModelError(f"{folder}: {missing} {state}", "half-downloaded? unpack the model again")


def _missing(folder: Path) -> str:
    needed = NEEDED + (NEEDED_IVECTOR if (folder / "ivector").exists() else ())
    return next((name for name in needed if not _has_content(folder / name)), "")


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
