"""Reading and writing recordings, with errors that say what is wrong with the file.

The package works in mono 16-bit samples; whatever libsndfile can read is converted to that.
"""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voiceguide.errors import AudioFileError
from voiceguide.files import draft_of, replacing

RATES = range(4_000, 768_001)
"""Samples per second that a recording of speech can have."""


def read(path: Path, rate: int) -> NDArray[np.int16]:
    """The recording as mono samples at `rate`, shape (n,); other rates, widths and channels are converted.

    Raises:
        AudioFileError: missing, empty or not a recording.

    """
    try:
        with path.open("rb") as file:
            own_rate, samples = _decode(path, file.fileno())
    except OSError as error:
        raise AudioFileError(f"{path}: cannot be read ({_reason(error)})", "give the path of a WAV file") from None
    if own_rate not in RATES:
        raise AudioFileError(f"{path}: {own_rate} samples per second are no recording of speech", "record it again")
    if not len(samples):
        raise AudioFileError(f"{path}: holds no samples", "record it again")
    return to_int16(soxr.resample(np.nan_to_num(samples).mean(axis=1), own_rate, rate))


def _decode(path: Path, descriptor: int) -> tuple[int, NDArray[np.float32]]:
    """Rate and samples, shape (n, channels). By descriptor, as file names need not be text."""
    try:
        with soundfile.SoundFile(descriptor, closefd=False) as recording:
            return recording.samplerate, recording.read(dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        reason = error.error_string.rstrip(". ")
        raise AudioFileError(f"{path}: not a readable recording ({reason})", "give a WAV file") from None


def write(path: Path, samples: NDArray[np.int16], rate: int) -> None:
    """Write a 16-bit WAV; `samples` of shape (n,) or (n, channels). What was there before is replaced at the end.

    Raises:
        AudioFileError: the file cannot be written.

    """
    check_writable(path)
    try:
        with replacing(path) as file:
            soundfile.write(file, samples, rate, subtype="PCM_16", format="WAV")
    except (soundfile.LibsndfileError, OSError) as error:
        raise unwritable(path, error) from None


def check_writable(path: Path) -> None:
    """Find out before the night, not after it.

    Raises:
        AudioFileError: the file could not be written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise FileExistsError(None, "not a regular file")
        draft = draft_of(path)
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: Exception) -> AudioFileError:
    """The error for a file that could not be written."""
    return AudioFileError(f"{path}: cannot be written ({_reason(error)})", "choose another place or free the disk")


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or getattr(error, "error_string", None) or error).rstrip(". ")


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Floats in -1...1 as 16-bit samples; what is beyond is limited, not wrapped."""
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
