"""What the client makes of the host's answers, against a socket that plays the host."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from studio.events import Event, EventStream
from studio.results import PromptFailed, PromptRejected, PromptResult

GREETING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    first = bytes([opcode | (0x80 if final else 0)])
    if len(payload) < 126:
        return first + bytes([len(payload)]) + payload
    if len(payload) < 1 << 16:
        return first + b"\x7e" + struct.pack(">H", len(payload)) + payload
    return first + b"\x7f" + struct.pack(">Q", len(payload)) + payload


class PlayedHost:
    """Answers one connection with fixed bytes, then keeps what the client says."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread: threading.Thread | None = None
        self._received = b""

    def answering(self, content: bytes) -> str:
        self._thread = threading.Thread(target=self._serve, args=(content,))
        self._thread.start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self, content: bytes) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            while block := connection.recv(4096):
                self._received += block

    def received(self) -> bytes:
        """All that came after the handshake; the client has hung up then."""
        if self._thread is not None:
            self._thread.join(5)
        return self._received

    def close(self) -> None:
        self.received()
        self._listener.close()


@pytest.fixture
def host():
    played = PlayedHost()
    yield played
    played.close()


@pytest.mark.parametrize("length", [2, 125, 126, 65_535, 65_536])
def test_a_frame_of_any_length_arrives_whole(host, length):
    text = "x" * length
    url = host.answering(GREETING + frame(1, b'{"type": "status", "data": {"text": "' + text.encode() + b'"}}'))
    with EventStream(url, "me") as events:
        assert events.next(timeout_s=5) == Event("status", {"text": text})


def test_fragments_make_one_event_and_a_ping_is_answered(host):
    parts = frame(9, b"hi") + frame(1, b'{"type": "exe', final=False) + frame(0, b'cuting", "data": null}')
    with EventStream(host.answering(GREETING + parts), "me") as events:
        assert events.next(timeout_s=5) == Event("executing", {})
    first, length, *mask_and_text = host.received()
    assert (first, length) == (0x8A, 0x82)  # final pong; masked, two bytes
    mask, text = mask_and_text[:4], mask_and_text[4:]
    assert bytes(byte ^ key for byte, key in zip(text, mask, strict=False)) == b"hi"


def test_a_binary_frame_is_a_preview(host):
    with EventStream(host.answering(GREETING + frame(2, b"\0\0\0\1jpeg")), "me") as events:
        assert events.next(timeout_s=5) == Event("preview", preview=b"\0\0\0\1jpeg")


def test_silence_is_no_event_and_the_end_is_an_error(host):
    with EventStream(host.answering(GREETING), "me") as events, pytest.raises(ConnectionError, match="Read its log"):
        events.next(timeout_s=5)


def test_a_refused_websocket_says_why(host):
    with pytest.raises(ConnectionError, match=r"refused the websocket: HTTP/1\.1 403 Forbidden"):
        EventStream(host.answering(b"HTTP/1.1 403 Forbidden\r\n\r\n"), "me")


def history(*messages: tuple[str, dict], status: str = "success") -> PromptResult:
    entry = {
        "outputs": {"3": {"text": ["a"]}},
        "status": {"status_str": status, "messages": [list(m) for m in messages]},
    }
    return PromptResult.from_history("id", entry)


def test_a_result_knows_its_cached_nodes_and_its_time():
    result = history(
        ("execution_start", {"timestamp": 1000}),
        ("execution_cached", {"nodes": ["1"], "timestamp": 1001}),
        ("execution_success", {"timestamp": 3500}),
    )
    assert result.cached_nodes == {"1"}
    assert result.seconds == 2.5
    assert result.outputs["3"]["text"] == ["a"]
    assert not result.was_interrupted


def test_a_failed_prompt_names_the_node_and_its_message():
    error = {"node_id": "3", "node_type": "FaceChainAlignFaces", "exception_message": "No face in photo 1.\n"}
    failed = PromptFailed(history(("execution_error", error), status="error"))
    assert str(failed) == "FaceChainAlignFaces (node 3) failed: No face in photo 1."


def test_a_refused_prompt_names_every_input():
    error = {"message": "Value not in list", "details": "style: 'x' not in [...]"}
    answer = {"error": None, "node_errors": {"5": {"class_type": "FaceChainSelectStyle", "errors": [error]}}}
    rejected = PromptRejected(answer)
    assert "FaceChainSelectStyle (node 5): Value not in list style: 'x' not in [...]" in str(rejected)
    assert list(rejected.node_errors) == ["5"]
