"""Reading and writing recordings, with errors that say what is wrong with the file.

The package works in mono 16-bit samples; whatever libsndfile can read is converted to that.
"""

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from voiceguide.errors import AudioFileError


def read(path: Path, rate: int) -> NDArray[np.int16]:
    """The recording as mono samples at `rate`, shape (n,); other rates, widths and channels are converted.

    Raises:
        AudioFileError: missing, empty or not a recording.

    """
    if not path.is_file():
        raise AudioFileError(f"{path}: no such file", "give the path of a WAV file")
    try:
        samples, own_rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError) as error:
        reason = getattr(error, "error_string", str(error)).rstrip(". ")
        raise AudioFileError(f"{path}: not a readable recording ({reason})", "give a WAV file") from None
    if not len(samples):
        raise AudioFileError(f"{path}: holds no samples", "record it again")
    return to_int16(soxr.resample(samples.mean(axis=1), own_rate, rate))


def write(path: Path, samples: NDArray[np.int16], rate: int) -> None:
    """Write a 16-bit WAV; `samples` of shape (n,) or (n, channels).

    Raises:
        AudioFileError: the file cannot be written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, rate, subtype="PCM_16", format="WAV")
    except (soundfile.LibsndfileError, OSError) as error:
        reason = getattr(error, "error_string", str(error)).rstrip(". ")
        raise AudioFileError(f"{path}: cannot be written ({reason})", "choose another place or free the disk") from None


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Floats in -1...1 as 16-bit samples; what is beyond is limited, not wrapped."""
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
