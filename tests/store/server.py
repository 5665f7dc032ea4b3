"""A server on this machine that behaves as well or as badly as it is told: for those who fetch models."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer


@dataclass
class Goods:
    """One file, and how it is given out."""

    data: bytes
    tag: str | None = '"1"'
    """The ETag."""
    modified: str | None = None
    """Last-Modified."""
    status: list[int] = field(default_factory=list)
    """Answers to the first requests that are no file."""
    breaks: list[int] = field(default_factory=list)
    """Bytes after which the connection ends, of the first requests."""
    ranges: bool = True
    """Whether parts are given out."""
    length: int | None = 0
    """What Content-Length says; 0: the truth; None: nothing."""
    place: str = ""
    """What Content-Range says in place of the truth."""
    moved: str = ""
    """Where it is instead."""
    hangs: bool = False
    """Where the connection would end, it stays, and nothing comes."""
    silent: bool = False
    """It answers nothing, until the shop closes."""


class Shop:
    """Files by path, and who asked for what."""

    def __init__(self) -> None:
        self.goods: dict[str, Goods] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self.address = ""

    def sell(self, name: str, data: bytes, **ways: object) -> str:
        """Put a file there; its address."""
        self.goods[f"/{name}"] = Goods(data, **ways)  # type: ignore[arg-type]
        return f"{self.address}/{name}"

    @property
    def ranges(self) -> list[str | None]:
        """The parts that were asked for."""
        return [headers.get("Range") for _, headers in self.asked]


class _Clerk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        shop: Shop = self.server.shop  # type: ignore[attr-defined]
        shop.asked.append((self.path, dict(self.headers)))
        goods = shop.goods.get(self.path)
        self.close_connection = True
        if goods and goods.silent:
            shop.closing.wait(30)
        elif goods is None or goods.status:
            self.send_error(goods.status.pop(0) if goods else 404)
        elif goods.moved:
            self.send_response(302)
            self.send_header("Location", goods.moved)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._give(goods)

    def _give(self, goods: Goods) -> None:
        wanted, first = self.headers.get("Range"), 0
        if wanted and goods.ranges and self.headers.get("If-Range") in (goods.tag, goods.modified):
            first = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if first >= len(goods.data):
                return self.send_error(416)
        part = goods.data[first:]
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", goods.place or f"bytes {first}-{len(goods.data) - 1}/{len(goods.data)}")
        for name, value in (("ETag", goods.tag), ("Last-Modified", goods.modified)):
            if value:
                self.send_header(name, value)
        if goods.length is not None:
            self.send_header("Content-Length", str(goods.length or len(part)))
        self.end_headers()
        self.wfile.write(part[: goods.breaks.pop(0)] if goods.breaks else part)
        if goods.hangs:
            self.wfile.flush()
            self.server.shop.closing.wait(30)  # type: ignore[attr-defined]
        return None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Without asking for its own name, which takes seconds where there is no network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


@contextmanager
def open_shop() -> Iterator[Shop]:
    """A server, until the block ends."""
    shop = Shop()
    with _Server(("127.0.0.1", 0), _Clerk) as server:
        server.shop = shop  # type: ignore[attr-defined]
        shop.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield shop
        finally:
            shop.closing.set()
            server.shutdown()
            thread.join()
