"""Makes another wardrobe beside the loop: on a small device that takes up to a minute, and meanwhile it must hear.

Rendering waits for a worker process and writes clips of new names, so a thread shares nothing with the loop but the
`Future` that it fills in. Cancelling that is how the loop says that it does not need it any more.
"""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress

from voiceguide.content.library import Library
from voiceguide.run.settings import Settings
from voiceguide.run.wardrobe import Wardrobe

FAREWELL = 2.0
"""Seconds that the end of the program waits at most for a worker process to be ended."""

Prepare = Callable[[Settings, Library, Callable[[int, int], None]], Wardrobe]
"""See `wardrobe.prepare_clips`."""


class Tailor:
    """One wardrobe at a time, each in a thread; one that is cancelled stops at its next clip.

    Args:
        prepare: renders what is missing, and tells of each clip.

    """

    def __init__(self, prepare: Prepare) -> None:
        self._prepare = prepare
        self._turn = threading.Lock()  # two threads might write the same clip
        self._latest: tuple[threading.Thread, Future[Wardrobe]] | None = None

    def begin(self, settings: Settings, library: Library) -> "Future[Wardrobe]":
        """Begin to make what these need; the future may be cancelled at any moment."""
        future: Future[Wardrobe] = Future()
        thread = threading.Thread(target=self._make, args=(settings, library, future), name="clips", daemon=True)
        self._latest = thread, future
        thread.start()
        return future

    def close(self) -> None:
        """The end of the program: give up what is being made, and leave no worker process behind."""
        if self._latest:
            thread, future = self._latest
            future.cancel()
            thread.join(FAREWELL)

    def _make(self, settings: Settings, library: Library, future: "Future[Wardrobe]") -> None:
        def go_on(*_: int) -> None:
            if future.cancelled():
                raise CancelledError

        try:
            with self._turn:
                go_on()
                made = self._prepare(settings, library, go_on)
        except CancelledError:
            return
        except BaseException as error:  # whatever it is, it is the loop's to deal with
            with suppress(InvalidStateError):
                future.set_exception(error)
        else:
            with suppress(InvalidStateError):
                future.set_result(made)
