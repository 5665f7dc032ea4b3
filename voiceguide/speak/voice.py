"""Text to speech: espeak-ng through pyttsx3, in a worker process of its own.

pyttsx3 may hang, is not safe with threads and initialises once per process; none of that may reach a session. So each
batch of texts gets a fresh worker with a deadline, and a second one for what the first did not finish.
"""

import ctypes
import importlib.metadata
import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from voiceguide import wav
from voiceguide.errors import AudioFileError, VoiceError
from voiceguide.messages import SPEAK_RATE

LONGEST_TEXT = 5000
"""Characters; espeak-ng crashes on 15,000."""

DEADLINE = 20.0
"""Seconds that a worker may be silent; it starts in 0.2 s and needs 10 ms a text, a small device ten times that."""

ATTEMPTS = 2

SYSTEM_LIBRARY = "libespeak-ng.so.1"

_WORKER = (sys.executable, "-P", str(Path(__file__).with_name("voice_worker.py")))

_REINSTALL = "install libespeak-ng1 (Debian) or espeakng-loader (pip)"


@dataclass(frozen=True, slots=True)
class VoiceSpec:
    """Which voice, and how fast."""

    name: str
    """An espeak-ng voice, with or without a variant: `en-gb`, `en-us+f3`."""
    rate: int
    """Words a minute."""


class Voice(Protocol):
    """Turns text into sound."""

    @property
    def version(self) -> str:
        """Engine and version: where it changes, clips are rendered anew."""
        ...

    def render(self, texts: Sequence[str], spec: VoiceSpec, on_done: Callable[[int], None]) -> list[NDArray[np.int16]]:
        """Each text as samples at SPEAK_RATE, shape (n,), never all silent; `on_done` is told how many are done.

        Raises:
            VoiceError: no such voice, no sound, or no engine.

        """
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """An espeak-ng library."""

    library: str
    """Name or path, as the loader takes it."""
    data: str | None
    """Its `ESPEAK_DATA_PATH`; None where the library knows itself."""
    version: str

    @property
    def bundled(self) -> bool:
        """True for the one of the package espeakng-loader, False for the system's own."""
        return self.data is not None


def available() -> Engine:
    """The library that serves: the system's own, else the bundled one.

    Raises:
        VoiceError: neither can be loaded.

    """
    for engine in (_system_engine(), _bundled_engine()):
        if engine:
            return engine
    raise VoiceError("no espeak-ng library for text-to-speech", _REINSTALL)


# Cached because a second look would be wrong: once the bundled library is loaded, it answers to the system's name too.
@cache
def _system_engine() -> Engine | None:
    return _load(SYSTEM_LIBRARY, None)


@cache
def _bundled_engine() -> Engine | None:
    try:
        import espeakng_loader

        return _load(espeakng_loader.get_library_path(), espeakng_loader.get_data_path())
    except (ImportError, RuntimeError):  # no such package, or one without its data
        return None


def _load(library: str, data: str | None) -> Engine | None:
    try:
        handle = ctypes.CDLL(library)
    except OSError:
        return None
    handle.espeak_Info.restype = ctypes.c_char_p
    return Engine(library, data, handle.espeak_Info(None).decode())


def engines() -> tuple[Engine, ...]:
    """All libraries that can be loaded, the preferred one first."""
    return tuple(engine for engine in (_system_engine(), _bundled_engine()) if engine)


class EspeakVoice:
    """espeak-ng by way of pyttsx3.

    Args:
        engine: the library; by default the one that is available.
        command: starts a worker, given the path of its job file.
        deadline: seconds without a finished text after which a worker counts as hanging.

    Raises:
        VoiceError: there is no library.

    """

    def __init__(
        self, engine: Engine | None = None, *, command: Sequence[str] = _WORKER, deadline: float = DEADLINE
    ) -> None:
        self._engine = engine or available()
        self._command = command
        self._deadline = deadline

    @property
    def version(self) -> str:
        """Engine and version."""
        return f"espeak-ng {self._engine.version}, pyttsx3 {importlib.metadata.version('pyttsx3')}"

    def render(self, texts: Sequence[str], spec: VoiceSpec, on_done: Callable[[int], None]) -> list[NDArray[np.int16]]:
        """Each text as samples at SPEAK_RATE, shape (n,); `on_done` is told how many are done.

        Raises:
            VoiceError: an unknown voice, a text that is too long or gives no sound, a worker that failed twice.

        """
        for text in texts:
            if len(text) > LONGEST_TEXT:
                raise VoiceError(f"a text of {len(text)} characters is too long for text-to-speech", "split it")
        done: dict[int, NDArray[np.int16]] = {}
        for attempt in range(1, ATTEMPTS + 1):
            todo = {number: text for number, text in enumerate(texts) if number not in done and text.strip()}
            try:
                trouble = self._attempt(todo, spec, done, on_done) if todo else ""
            except OSError as error:  # no room for temporary files, or no memory for the worker
                raise VoiceError(f"text-to-speech: {error}", "see that there is room on the disk, and memory") from None
            if len(done) == len(texts):
                break
            if attempt == ATTEMPTS or not todo:
                silent = next(text for number, text in enumerate(texts) if number not in done)
                what = f"voice '{spec.name}': text-to-speech {trouble or 'gave no sound'} at '{_shorten(silent)}'"
                raise VoiceError(what, _remedy(trouble), spec.name)
        return [done[number] for number in range(len(texts))]

    def _attempt(
        self,
        todo: Mapping[int, str],
        spec: VoiceSpec,
        done: dict[int, NDArray[np.int16]],
        on_done: Callable[[int], None],
    ) -> str:
        """One worker's run; adds to `done`. Returns what went wrong with the worker, empty for nothing."""
        with TemporaryDirectory(prefix="voiceguide-") as folder:
            job: dict[str, Any] = {"library": self._engine.library, "data": self._engine.data, "folder": folder}
            job |= {"voice": spec.name, "rate": spec.rate, "texts": todo}
            job_file = Path(folder, "job.json")
            job_file.write_text(json.dumps(job), encoding="utf-8")
            for report in _reports([*self._command, str(job_file)], self._deadline):
                if "error" in report:
                    raise VoiceError(report["error"], report["remedy"], spec.name)
                if "trouble" in report:
                    return str(report["trouble"])
                samples = _read(Path(folder, f"{report['done']}.wav"))
                if samples.any():
                    done[report["done"]] = samples
                    on_done(len(done))
        return ""


def _reports(command: Sequence[str], deadline: float) -> Iterator[dict[str, Any]]:
    """What a worker reports, and at last `{"trouble": ...}` where it does not end well."""
    # In a session of its own: Ctrl-C is the business of this process, which then ends the worker.
    with subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        bufsize=0,
    ) as worker:
        output = cast(IO[bytes], worker.stdout)
        unread = b""
        try:
            while select.select([output], [], [], deadline)[0]:
                chunk = output.read(4096)
                if not chunk:
                    if worker.wait():
                        yield {"trouble": f"failed (exit code {worker.returncode})"}
                    return
                *lines, unread = (unread + chunk).split(b"\n")
                yield from map(json.loads, lines)
            yield {"trouble": f"hung for {deadline:g} s"}
        finally:
            worker.kill()


def _read(path: Path) -> NDArray[np.int16]:
    """The samples of a worker's file; none where it is empty or missing, which pyttsx3 does not tell."""
    try:
        return wav.read(path, SPEAK_RATE)
    except AudioFileError:
        return np.zeros(0, np.int16)


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _remedy(trouble: str) -> str:
    return f"try again; if it stays, {_REINSTALL}" if trouble else "take another voice, or reword it"
