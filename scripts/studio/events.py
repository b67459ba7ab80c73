"""What ComfyUI sends over its websocket, read with the standard library (RFC 6455, reading side)."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0, 1, 2, 8, 9, 10


@dataclass(frozen=True)
class Event:
    """One message: the host's own ("progress", "executing", ...) or ours ("facechain...")."""

    type: str
    data: dict[str, Any] = field(default_factory=dict)
    preview: bytes = b""
    """Of a "preview" event: ComfyUI's binary frame, 4 bytes of type first."""


class EventStream:
    """An open websocket. Use it in a `with` block."""

    def __init__(self, url: str, client_id: str, *, timeout_s: float = 30.0) -> None:
        parts = urlsplit(url)
        self._buffer = b""
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), timeout_s)
        try:
            self._handshake(f"{parts.hostname}:{parts.port}", f"/ws?clientId={quote(client_id)}")
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> EventStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def next(self, timeout_s: float) -> Event | None:
        """The next event, or None if none came in `timeout_s`. Raises ConnectionError at its end."""
        deadline = time.monotonic() + timeout_s
        while True:
            message = self._next_message(deadline)
            if message is None:
                return None
            opcode, payload = message
            if opcode == _BINARY:
                return Event("preview", preview=payload)
            if opcode == _TEXT:
                fields = json.loads(payload)
                return Event(fields["type"], fields.get("data") or {})
            if opcode == _CLOSE:
                raise ConnectionError("ComfyUI closed the connection. Read its log.")
            if opcode == _PING:
                self._send(_PONG, payload)

    def _next_message(self, deadline: float) -> tuple[int, bytes] | None:
        """One whole message, or None if the deadline passes before its first byte."""
        if not self._wait_for_input(deadline):
            return None
        first, payload = self._frame()
        opcode = first & 0x0F
        while not first & 0x80:  # more fragments follow
            first, more = self._frame()
            payload += more
        return opcode, payload

    def _wait_for_input(self, deadline: float) -> bool:
        if self._buffer:
            return True
        self._socket.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            self._buffer += self._received()
        except TimeoutError:
            return False
        return True

    def _frame(self) -> tuple[int, bytes]:
        first, length = self._read(2)
        length &= 0x7F  # a server's frames are never masked
        if length == 126:
            (length,) = struct.unpack(">H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", self._read(8))
        return first, self._read(length)

    def _read(self, count: int) -> bytes:
        self._socket.settimeout(30.0)  # the rest of a frame that has begun
        while len(self._buffer) < count:
            self._buffer += self._received()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _received(self) -> bytes:
        block = self._socket.recv(1 << 16)
        if not block:
            raise ConnectionError("ComfyUI ended the connection. Read its log.")
        return block

    def _send(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)  # a client must mask; control frames stay below 126 bytes
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self._socket.sendall(bytes((0x80 | opcode, 0x80 | len(payload))) + mask + masked)

    def _handshake(self, host: str, path: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade")
        lines += (f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "")
        self._socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._received()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status = head.partition(b"\r\n")[0]
        if b" 101 " not in status + b" ":
            raise ConnectionError(f"ComfyUI refused the websocket: {status.decode(errors='replace')}")
