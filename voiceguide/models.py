"""Vosk models on disk: where one is, and whether it is whole."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.resources import files as package_files
from pathlib import Path

from voiceguide.errors import ModelError

_TRY = """
import sys, vosk
vosk.SetLogLevel(-1)
model = vosk.Model(sys.argv[1])
if model.vosk_model_find_word("[unk]") < 0:
    sys.exit(3)
for recognizer in vosk.KaldiRecognizer(model, 16000.0, '["[unk]"]'), vosk.KaldiRecognizer(model, 16000.0):
    recognizer.AcceptWaveform(bytes(32000))
    recognizer.FinalResult()
"""

OWN = "voiceguide-"
"""How the folders of the models begin that were made for the content; a language follows."""

NEEDED = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/Gr.fst",
    "graph/HCLr.fst",
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
)
"""Files of every model that takes a grammar at run time, relative to its folder."""

NEEDED_FLAT = (
    "final.mdl",
    "mfcc.conf",
    "Gr.fst",
    "HCLr.fst",
    "disambig_tid.int",
    "word_boundary.int",
)
"""The same in an older layout, without folders: that of vosk-model-small-pt-0.3, which libvosk still reads."""

NEEDED_IVECTOR = (
    "ivector/final.dubm",
    "ivector/final.ie",
    "ivector/final.mat",
    "ivector/global_cmvn.stats",
    "ivector/online_cmvn.conf",
    "ivector/splice.conf",
)
"""Files of a model that adapts to the speaker: all or none."""


def built_in_model(language: str) -> Path | None:
    """The model that is part of voiceguide, where there is one for the language."""
    folder = Path(str(package_files("voiceguide_models"))) / f"{OWN}{language}"
    return folder if folder.is_dir() else None


def unknown_words(folder: Path, words: Iterable[str]) -> list[str]:
    """Which of the words a model lacks, without loading it: in alphabetical order."""
    with (folder / "graph" / "words.txt").open(encoding="utf-8") as lines:
        return sorted({*words} - {line.split(" ", 1)[0] for line in lines})


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
    """What looks like a model, whole or not: the folders themselves and what lies directly in them, by name.

    voiceguide's own are none of these.
    """
    for folder in folders:
        if folder.is_dir():
            for inner in (folder, *sorted(folder.iterdir())):
                if looks_like_a_model(inner) and not inner.name.startswith(OWN):
                    yield inner


def looks_like_a_model(folder: Path) -> bool:
    """True where it may be one, whole or not."""
    return (folder / "am").is_dir() or (folder / "graph").is_dir() or _is_flat(folder)


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


def probe(folder: Path, stamps: Path) -> None:
    """Try the model once in a process of its own: libvosk does not raise on a broken file, it takes all down with it.

    Args:
        folder: a model that `check_model` finds whole.
        stamps: a folder that remembers which models were tried; where it cannot be written, each time is the first.

    Raises:
        ModelError: the model cannot be loaded, or lacks a word that it needs.

    """
    stamp = _stamp(folder, stamps)
    if stamp.is_file():
        return
    loaded = subprocess.run([sys.executable, "-c", _TRY, str(folder)], capture_output=True, check=False)  # noqa: S603
    if loaded.returncode == 3:
        raise ModelError(f"{folder}: lacks the word [unk], so it cannot reject", "use another Vosk model")
    if loaded.returncode:
        raise ModelError(f"{folder}: Vosk cannot load it", "half-downloaded? unpack the model again")
    with suppress(OSError):
        stamps.mkdir(parents=True, exist_ok=True)
        stamp.touch()


def distrust(folder: Path, stamps: Path) -> None:
    """Forget that a model was tried: a card may spoil its files, and leave their sizes and dates."""
    with suppress(OSError):
        _stamp(folder, stamps).unlink(missing_ok=True)


def _stamp(folder: Path, stamps: Path) -> Path:
    """Where it is remembered that a model was tried, as it is now."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    state = [(str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return stamps / f"model-{hashlib.sha256(repr(state).encode()).hexdigest()[:16]}"


def _missing(folder: Path) -> str:
    layout = NEEDED_FLAT if _is_flat(folder) else NEEDED
    needed = layout + (NEEDED_IVECTOR if (folder / "ivector").exists() else ())
    return next((name for name in needed if not _has_content(folder / name)), "")


def _is_flat(folder: Path) -> bool:
    return (folder / "final.mdl").is_file()


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0
