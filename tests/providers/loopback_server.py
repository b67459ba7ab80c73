"""A real HTTP server on this machine that serves files well or badly."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What one address gives."""

    content: bytes = b""
    status: int = 200
    location: str = ""
    """Redirects there."""
    cuts: list[int] = field(default_factory=list)
    """Bytes after which the first answer, the second and so on is cut off; later ones are whole."""
    stalls_after: int | None = None
    """Bytes after which nothing more comes, and the connection stays open."""
    declared_bytes: int | None = None
    """Content-Length; None: the true one. 0: none is sent."""
    is_chunked: bool = False
    """Sent as one announced chunk, without a Content-Length."""
    knows_ranges: bool = True
    range_shift: int = 0
    """Bytes by which an answer to a range begins too late."""
    delay_s: float = 0.0
    """Before the answer."""


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    range: str
    """Content of that header."""
    agent: str


class LoopbackServer(ThreadingHTTPServer):
    """Answers from `files`, keyed by path, and keeps what it was asked and how much it sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, Served] = {}
        self.asked: list[Asked] = []
        self.sent_bytes = 0
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def serve(self, path: str, content: bytes = b"", **how) -> str:
        """The address at which `content` is served from now on."""
        self.files[path] = Served(content, **how)
        return self.address + path

    @property
    def ranges(self) -> list[str]:
        return [asked.range for asked in self.asked]


@contextlib.contextmanager
def loopback_server() -> Iterator[LoopbackServer]:
    """A server that runs while the block does."""
    with LoopbackServer() as server:
        # Polled often: shutdown waits for the next poll.
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer

    def do_GET(self) -> None:
        headers = self.headers
        self.server.asked.append(Asked(self.path, headers.get("Range", ""), headers.get("User-Agent", "")))
        served = self.server.files.get(self.path, Served(status=404))
        self.server.closing.wait(served.delay_s)
        with contextlib.suppress(ConnectionError):
            self._answer(served)

    def _answer(self, served: Served) -> None:
        if served.location:
            self._head(302, {"Location": served.location})
        elif served.status != 200:
            self._head(served.status, {})
        else:
            self._send(served)

    def _send(self, served: Served) -> None:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if served.knows_ranges else None
        first, whole = int(found[1]) + served.range_shift if found else 0, len(served.content)
        if found and first >= whole:
            self._head(416, {"Content-Range": f"bytes */{whole}"})
            return
        body = served.content[first:]
        length = len(body) if served.declared_bytes is None else served.declared_bytes
        headers = {"Content-Length": str(length)} if length and not served.is_chunked else {}
        if served.is_chunked:
            headers["Transfer-Encoding"] = "chunked"
        if found:
            headers["Content-Range"] = f"bytes {first}-{whole - 1}/{whole}"
        self._head(206 if found else 200, headers)
        ends = [end for end in (served.stalls_after, served.cuts.pop(0) if served.cuts else None) if end is not None]
        sent = body[: min(ends, default=len(body))]
        self.server.sent_bytes += len(sent)
        self.wfile.write(b"%x\r\n" % len(body) if served.is_chunked else b"")
        self.wfile.write(sent)
        if served.stalls_after is not None:
            self.server.closing.wait()

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the requests are kept in `asked`."""
