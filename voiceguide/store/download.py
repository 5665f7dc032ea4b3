"""The only part of voiceguide that ever opens a connection, and only when somebody asks for a model.

What was loaded stays when the connection breaks, and the next attempt goes on from there (RFC 9110: Range, and If-Range
with what the server called that file, so that halves of two files are never joined).
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from voiceguide import __version__
from voiceguide.errors import DownloadError, UsageError
from voiceguide.store.disk import Disk, RealDisk, megabytes, unwritten

Progress = Callable[[int, int], None]
"""Told how many bytes are here, and how many there are; the same where that is unknown."""

TIMEOUT = 30.0
"""Seconds without a byte."""

PAUSES = (1.0, 4.0, 15.0)
"""Seconds before each further attempt, where a connection broke."""

LARGEST = 2_500_000_000
"""Bytes of an archive whose size nobody told: more than the largest model of Vosk."""

_BLOCK = 1 << 16
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class _BrokenError(Exception):
    """The connection ended early; another attempt may go on."""


class _Redirects(HTTPRedirectHandler):
    """To https alone."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme != "https":
            raise DownloadError(f"{req.full_url}: leads to {newurl}, which is not https", "choose another mirror")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def check_address(address: str, plain: bool = False) -> None:
    """Nothing, where it is one of https, or of http and that is wanted (`plain`).

    Raises:
        UsageError: it is none.

    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host:
        raise UsageError(f"'{address}' is no address", "give one like https://example.org/NAME.zip")
    if parts.scheme != "https" and not (plain and parts.scheme == "http"):
        raise UsageError(f"{address}: is not https", "what comes over it could be changed on its way")


def mirrored(address: str, mirror: str) -> str:
    """The address of the same file in a mirror: a folder with all archives."""
    return f"{mirror.rstrip('/')}/{urlsplit(address).path.rsplit('/', 1)[-1]}"


def _opener() -> OpenerDirector:
    """Without the handlers for file, ftp and data that urllib has."""
    opener = OpenerDirector()
    handlers = (ProxyHandler, HTTPHandler, HTTPSHandler, _Redirects, HTTPDefaultErrorHandler, HTTPErrorProcessor)
    for handler in (*handlers, UnknownHandler):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", f"voiceguide/{__version__}"), ("Accept-Encoding", "identity")]
    return opener


@dataclass(frozen=True, slots=True)
class Download:
    """One archive on its way.

    Raises, from `run`:
        DownloadError: it did not come; what came is kept where it can be gone on with.
        CacheError: it cannot be written.

    """

    address: str
    draft: Path
    """Where it is written; what is there already is gone on with."""
    size: int | None
    """Bytes that it must have; None: whatever the server says."""
    progress: Progress
    wait: Callable[[float], None]
    """Lets seconds pass."""
    disk: Disk = field(default_factory=RealDisk)
    timeout: float = TIMEOUT

    @property
    def marks(self) -> Path:
        """Which file of the server the draft is a part of."""
        return self.draft.with_name(f"{self.draft.name}.json")

    def run(self) -> None:
        """Load all of it."""
        pauses = iter(PAUSES)
        while True:
            try:
                self._attempt(self._here())
                return
            except _BrokenError as broken:
                pause = next(pauses, None)
                if pause is None:
                    of = f" of {megabytes(self.size)}" if self.size else ""
                    what = f"{self.address}: {broken} after {megabytes(self._here())}{of}"
                    raise DownloadError(what, "try again; it goes on from there") from None
                self.wait(pause)

    def discard(self) -> None:
        """Forget what has come so far."""
        self.draft.unlink(missing_ok=True)
        self.marks.unlink(missing_ok=True)

    def _here(self) -> int:
        return self.draft.stat().st_size if self.draft.exists() else 0

    def _attempt(self, here: int) -> None:
        if here and here == self.size:
            return
        mark = self._mark() if here else None
        request = Request(self.address)  # noqa: S310 - the scheme was checked, and the opener knows only two
        if mark:
            request.add_header("Range", f"bytes={here}-")
            request.add_header("If-Range", mark)
        try:
            with _opener().open(request, timeout=self.timeout) as response:
                self._take(response, here if mark else 0)
        except HTTPError as error:
            self._refused(error)
        except (URLError, HTTPException, OSError) as error:
            what = f"{self.address}: cannot be reached ({_reason(error)})"
            raise DownloadError(what, "check the network; only this needs it") from None

    def _refused(self, error: HTTPError) -> None:
        """Answers that are not the file."""
        with error:
            if error.code == 416:  # what is here is not a part of what is there
                self.discard()
                raise _BrokenError("the server has another file")
            if error.code >= 500:
                raise _BrokenError(f"the server answers {error.code} {error.reason}")
            remedy = "look for its new address" if error.code in (404, 410) else "try later, or use a mirror"
            raise DownloadError(f"{self.address}: the server answers {error.code} {error.reason}", remedy)

    def _take(self, response: HTTPResponse, here: int) -> None:
        """Write the answer behind what is here, or in its place."""
        here, total = self._place(response, here)
        wanted = self.size or total
        if total is not None and self.size is not None and total != self.size:
            self.discard()
            what = f"{self.address}: has {total} bytes instead of {self.size}"
            raise DownloadError(what, "it is not the file of the list; use another mirror")
        if wanted is not None and wanted > LARGEST:
            raise DownloadError(f"{self.address}: {megabytes(wanted)} is too large for a model", "check the address")
        if not here:
            self.discard()
            self._set_mark(response.headers)
        done = self._write(response, here, wanted)
        if wanted is not None and done < wanted:
            raise _BrokenError("the connection ended")
        self.progress(done, done)

    def _place(self, response: HTTPResponse, here: int) -> tuple[int, int | None]:
        """Where in the file the answer begins, and how long the file is; None where nobody knows."""
        if response.status == 206:
            match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if not here or not match or int(match[1]) != here:
                self.discard()
                raise DownloadError(f"{self.address}: the server sends another part than asked", "use another mirror")
            return here, int(match[2])
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdecimal() else None

    def _write(self, response: HTTPResponse, here: int, wanted: int | None) -> int:
        """Write what comes; how much is there then."""
        try:
            with self.disk.open(self.draft, append=here > 0) as file:
                while block := _read(response):
                    here += len(block)
                    if here > (wanted or LARGEST):
                        raise DownloadError(f"{self.address}: sends more than it should", "use another mirror")
                    file.write(block)
                    self.progress(min(here, wanted or here), wanted or here)
        except OSError as error:
            raise unwritten(self.draft, error) from None
        except DownloadError:
            self.discard()
            raise
        return here

    def _mark(self) -> str | None:
        """What the server called the file of which the draft is a part; None where that is unknown."""
        try:
            marks = json.loads(self.marks.read_bytes())
            return str(marks["mark"]) if marks["address"] == self.address and marks["mark"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _set_mark(self, headers: Message) -> None:
        tag = headers.get("ETag")
        strong = tag if tag and not tag.startswith("W/") else None  # a weak one means alike, not the same
        marks = {"address": self.address, "mark": strong or headers.get("Last-Modified")}
        try:
            with self.disk.open(self.marks) as file:
                file.write(json.dumps(marks).encode())
        except OSError as error:
            self.discard()
            raise unwritten(self.marks, error) from None


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read1(_BLOCK)  # what is here, so that little is lost
    except (HTTPException, OSError) as error:
        raise _BrokenError(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, URLError):
        if not isinstance(error.reason, Exception):
            return str(error.reason)
        error = error.reason
    if isinstance(error, TimeoutError):
        return "nothing came in time"
    text = getattr(error, "strerror", None) or str(error)
    return str(text) or type(error).__name__
