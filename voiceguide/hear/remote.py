"""A recogniser in a process of its own, so that decoding never keeps sound waiting.

PocketSphinx holds the interpreter's lock while it decodes, and the beginning of an utterance is decoded at once. In the
same process PortAudio's callbacks would wait for that lock, longer than a small device's buffers last. Here the lock is
free while the answer is awaited. Calls and their order are the same as without the process, so results are too.
"""

import copyreg
import io
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiceguide.errors import ModelError
from voiceguide.hear.recognizer import Partial, Recognizer

LONGEST_START = 60.0
"""Seconds for starting Python, or for loading a model: a large one from a slow card."""

LONGEST_ANSWER = 5.0
"""Seconds for decoding, of which a block needs some milliseconds."""

BUILD = "build"

Call = tuple[str, tuple[Any, ...]]
"""A method of the recogniser and its arguments; BUILD, what makes a recogniser and that one's arguments."""

# `multiprocessing.Process` would start a second helper (its resource tracker), and import the main module again.
_SERVE = "import sys; sys.path[:] = sys.argv[2:]; from voiceguide.hear.remote import serve; serve(int(sys.argv[1]))"


class RecognizerProcess:
    """A process that waits for a recogniser to build; it ends with `close`, or when this process has ended, however.

    Args:
        deadline: seconds to wait for an answer; building may take LONGEST_START.

    """

    def __init__(self, deadline: float = LONGEST_ANSWER) -> None:
        self._deadline = deadline
        self._greeted = False
        self._connection, theirs = Pipe()
        with theirs:
            # In a session of its own: Ctrl-C is the business of this process.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", _SERVE, str(theirs.fileno()), *sys.path],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.pid = self._process.pid

    def build(self, make: Callable[..., Recognizer], *arguments: Any) -> "RemoteRecognizer":
        """A recogniser, made there by `make(*arguments)`, without waiting for it.

        It takes the place of the one before, if any, which must have answered a question: then it is built, or failed.

        Args:
            make: a class or function of a module, so that it can be sent by its name.
            arguments: are sent as copies.

        Raises:
            ModelError: the process has ended or hangs.

        """
        if not self._greeted:  # before that nobody reads, and sending might wait without end
            self.receive(LONGEST_START)
            self._greeted = True
        self.send([(BUILD, (make, *arguments))])
        return RemoteRecognizer(self)

    def send(self, calls: list[Call]) -> None:
        """Have calls carried out in turn; what the last one returns is to be received.

        Raises:
            ModelError: the process has ended.

        """
        try:
            self._connection.send_bytes(_pickled(calls))
        except OSError:
            raise self._ended() from None

    def receive(self, deadline: float | None = None) -> Any:
        """What the last call returned; waits for it without the interpreter's lock.

        Raises:
            ModelError: the process has ended, or gave no answer in `deadline` seconds; it is ended then.
            Exception: what a call raised there.

        """
        patience = self._deadline if deadline is None else deadline
        try:
            if not self._connection.poll(patience):
                self.close()
                remedy = "start again; if it stays, end what else keeps the computer busy"
                raise ModelError(f"recogniser: no answer for {patience:g} s", remedy)
            answer = self._connection.recv()
        except (EOFError, OSError):
            raise self._ended() from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def check(self) -> None:
        """Nothing, where the process is there; takes microseconds.

        Raises:
            ModelError: it has ended.

        """
        if self._process.poll() is not None:
            raise self._ended()

    def close(self) -> None:
        """End the process, which has nothing to save; may be called again."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _ended(self) -> ModelError:
        self.close()
        code = self._process.returncode
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return ModelError(f"recogniser: its process has ended ({how})", "start again; if it stays, free some memory")


class RemoteRecognizer:
    """See `Recognizer`: the one that a process holds. Made by `RecognizerProcess.build`, which does not wait for it.

    What is fed is sent with the next question: one message and one answer a block. Each question first waits until the
    recogniser is built, and raises what building it raised.

    Args:
        process: is building it.

    """

    def __init__(self, process: RecognizerProcess) -> None:
        self._process = process
        self._calls: list[Call] = []
        self._about: tuple[str, tuple[str, ...]] | None = None
        self._trouble: Exception | None = None

    @property
    def name(self) -> str:
        """See `Recognizer`."""
        return self._built()[0]

    @property
    def unknown_words(self) -> tuple[str, ...]:
        """See `Recognizer`."""
        return self._built()[1]

    def begin(self, strict: bool) -> None:
        """See `Recognizer`; what is wrong shows at the next question."""
        self._calls.append(("begin", (strict,)))

    def feed(self, samples: NDArray[np.int16]) -> None:
        """See `Recognizer`; what is wrong shows at the next question."""
        self._calls.append(("feed", (samples,)))

    def partial(self, silence: float) -> Partial:
        """See `Recognizer`.

        Raises:
            ModelError: the process has ended or hangs.

        """
        return self._ask("partial", silence)

    def finish(self) -> Partial:
        """See `Recognizer`.

        Raises:
            ModelError: the process has ended or hangs.

        """
        return self._ask("finish")

    def check(self) -> None:
        """See `RecognizerProcess.check`; to be called where nothing is asked for long, or a loss shows in need only."""
        self._process.check()

    def _ask(self, question: str, *arguments: Any) -> Partial:
        self._built()
        calls, self._calls = [*self._calls, (question, arguments)], []
        self._process.send(calls)
        answer: Partial = self._process.receive()
        return answer

    def _built(self) -> tuple[str, tuple[str, ...]]:
        """Name and unknown words, as soon as they are known."""
        if self._trouble:
            raise self._trouble
        if self._about is None:
            try:
                self._about = self._process.receive(LONGEST_START)
            except Exception as error:
                self._trouble = error
                raise
        return self._about


def serve(descriptor: int) -> None:
    """The process itself: carries out calls until the other end is closed.

    Args:
        descriptor: the file descriptor of the connection.

    """
    for not_for_it in (signal.SIGINT, signal.SIGHUP):
        signal.signal(not_for_it, signal.SIG_IGN)
    connection = Connection(descriptor)
    import voiceguide.hear.sphinx
    import voiceguide.hear.vosk  # noqa: F401 - now, while what to build is not known yet

    recognizer: Any = None
    answer: Any = None
    with suppress(EOFError, OSError):
        while True:
            connection.send(answer)
            message = connection.recv_bytes()
            try:
                for name, arguments in pickle.loads(message):  # noqa: S301 - from the process that started this one
                    if name == BUILD:
                        recognizer = None  # two at once are too large for a small device
                        make, *rest = arguments
                        recognizer = make(*rest)
                        answer = recognizer.name, recognizer.unknown_words
                    else:
                        answer = getattr(recognizer, name)(*arguments)
            except Exception as error:
                answer = _portable(error)


def _portable(error: Exception) -> Exception:
    """The error with a note on where it came from; another one in its place where it cannot be sent."""
    error.add_note(f"In the recogniser's process:\n{''.join(traceback.format_exception(error))}")
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - just made
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _pickled(calls: list[Call]) -> bytes:
    """The calls as bytes; with read-only mappings, which a phrasebook is full of and Python leaves out."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {
        MappingProxyType: lambda mapping: (_read_only, (dict(mapping),)),
    }
    pickler.dump(calls)
    return stream.getvalue()


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)
