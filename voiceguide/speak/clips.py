"""The prompts as sound: rendered once, kept as WAV files, read when they are needed.

A clip's file is named by a hash of all that shapes it, so a changed text, voice or engine is simply another file, and a
session never meets a wrong one. Files appear whole or not at all.
"""

import hashlib
import json
import os
import wave
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.errors import AudioFileError, CacheError
from voiceguide.messages import SPEAK_RATE
from voiceguide.speak.hold import Hold
from voiceguide.speak.mastering import master
from voiceguide.speak.tones import tones
from voiceguide.speak.voice import Voice, VoiceSpec

FORMAT = 1
"""Raised whenever `master` or the file format changes."""

KEPT = 48
"""Clips that are kept in memory, those used last: 30 MB, more than a session says again. All would be 350 MB, after
months."""

BATCH = 32
"""Texts that are rendered, then saved, at a time: what an interruption may cost."""

Texts = Iterable[tuple[str, str]]
"""Sound id and text, as `Library.spoken()` gives them."""


class Clips:
    """Every sound there is, by its id: the prompts of `files` and the tones.

    Args:
        files: the clip of each prompt.
        gentle: with the tones of the night.
        hold: keeps the files where they are, as long as these clips are used.

    """

    def __init__(self, files: Mapping[str, Path], *, gentle: bool = False, hold: Hold | None = None) -> None:
        self._files, self._hold = files, hold
        self._tones = tones(gentle=gentle)
        self._read = lru_cache(KEPT)(partial(wav.read, rate=SPEAK_RATE))
        spoken = {path: _length(path) for path in set(files.values())}
        lengths = {sound: len(samples) for sound, samples in self._tones.items()}
        lengths |= {sound: spoken[path] for sound, path in files.items()}
        self.lengths: Mapping[str, int] = MappingProxyType(lengths)
        """Samples at SPEAK_RATE by sound id."""

    @classmethod
    def prepare(
        cls,
        texts: Texts,
        voice: Voice,
        spec: VoiceSpec,
        folder: Path,
        progress: Callable[[int, int], None],
        *,
        gentle: bool = False,
        hold: Hold | None = None,
    ) -> "Clips":
        """All clips; those that are not in the folder yet are rendered, and all are marked as used today.

        Args:
            texts: sound ids and texts.
            voice: renders what is missing.
            spec: how it is to sound.
            folder: where clips are kept; it must be writable only where something is missing.
            progress: told how many of the missing clips are done, and how many there are; not called where none is.
            gentle: with the tones of the night.
            hold: that of the folder, where they are used for longer than a moment.

        Raises:
            CacheError: the folder cannot be written.
            VoiceError: a clip cannot be rendered.

        """
        wanted = dict(texts)
        files = {text: folder / _file_name(text, voice, spec) for text in wanted.values()}
        missing = [text for text, path in files.items() if not _length(path)]
        for text in files.keys() - missing:
            with suppress(OSError):  # read-only: then nobody can remove it either
                os.utime(files[text])
        if missing:
            _make_writable(folder)
        for first in range(0, len(missing), BATCH):
            batch = missing[first : first + BATCH]

            def count(done: int, before: int = first) -> None:
                progress(before + done, len(missing))

            rendered = voice.render(batch, spec, count)
            for text, samples in zip(batch, rendered, strict=True):
                _save(files[text], master(samples))
        return cls({sound: files[text] for sound, text in wanted.items()}, gentle=gentle, hold=hold)

    @property
    def files(self) -> frozenset[Path]:
        """Where the prompts are."""
        return frozenset(self._files.values())

    @staticmethod
    def missing(texts: Texts, voice: Voice, spec: VoiceSpec, folder: Path) -> int:
        """How many clips `prepare` would have to render."""
        names = {_file_name(text, voice, spec) for _, text in texts}
        return sum(not _length(folder / name) for name in names)

    def samples(self, sound: str) -> NDArray[np.int16]:
        """The sound at SPEAK_RATE, shape (n,); read from its file where it was not used lately, not to be written to.

        Raises:
            CacheError: the file has gone since it was prepared.
            KeyError: no such sound.

        """
        if sound in self._tones:
            return self._tones[sound]
        try:
            return self._read(self._files[sound])
        except AudioFileError as error:
            raise CacheError(error.what, "run `voiceguide prepare`") from None


def _file_name(text: str, voice: Voice, spec: VoiceSpec) -> str:
    key = json.dumps([FORMAT, voice.version, spec.name, spec.rate, text])
    return f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.wav"


def _length(path: Path) -> int:
    """Samples in a clip's file; 0 where it is missing, truncated or anything else."""
    try:
        with wave.open(str(path), "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            length = file.getnframes()
        complete = path.stat().st_size >= 2 * length
    except (OSError, EOFError, wave.Error):
        return 0
    return length if complete and shape == (1, 2, SPEAK_RATE) else 0


def _make_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error.strerror or str(error)) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unwritable(folder, "read-only")


def _save(path: Path, samples: NDArray[np.int16]) -> None:
    try:
        wav.write(path, samples, SPEAK_RATE)
    except AudioFileError as error:
        raise _unwritable(path.parent, error.what) from None


def _unwritable(folder: Path, reason: str) -> CacheError:
    return CacheError(
        f"{folder}: clips cannot be kept here ({reason})", "make it writable, or set XDG_CACHE_HOME to one that is"
    )
