"""Which addresses are opened, and what is said of those that do not answer."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from facechain.errors import AssetMissing
from facechain.providers.model_files import ModelLocations

from .loopback_server import LoopbackServer, loopback_server
from .tiny_models import HALF, WEIGHTS, fetch, leave_part, published


@pytest.fixture
def server(monkeypatch) -> Iterator[LoopbackServer]:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    with loopback_server() as server:
        yield server


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """An empty models folder."""
    return ModelLocations(tmp_path / "models")


def test_a_redirect_within_this_machine_is_followed_with_its_range(server, own):
    leave_part(own, WEIGHTS[:HALF])
    model = published(WEIGHTS, server.serve("/tiny.onnx", location=server.serve("/cdn/tiny.onnx", WEIGHTS)))
    fetch(own, model)
    assert [(asked.path, asked.range) for asked in server.asked] == [
        ("/tiny.onnx", "bytes=150000-"),
        ("/cdn/tiny.onnx", "bytes=150000-"),
    ]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://example.org/x", "data:,x"])
def test_a_redirect_to_anything_but_https_is_refused(server, own, location):
    model = published(WEIGHTS, server.serve("/tiny.onnx", location=location))
    with pytest.raises(AssetMissing, match=r"redirects in a circle or to an address that is not https \(HTTP 302\)"):
        fetch(own, model)


def test_a_redirect_to_itself_ends(server, own):
    model = published(WEIGHTS, server.serve("/tiny.onnx", location=f"{server.address}/tiny.onnx"))
    with pytest.raises(AssetMissing, match=r"redirects in a circle"):
        fetch(own, model)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://example.org/tiny.onnx", "ftp://example.org/t", "tiny"])
def test_an_address_without_https_is_never_opened(own, url):
    with pytest.raises(AssetMissing, match=rf"is not asked, because {re.escape(url)} is no https address"):
        fetch(own, published(WEIGHTS, url))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "wants an account, or does not have it any more"),
        (403, "wants an account, or serves nobody in this region"),
        (404, "does not have it any more"),
        (418, "refuses"),
        (429, "had too many requests from here; wait a while"),
        (503, "has trouble of its own"),
        (204, "gave an answer without the file"),
    ],
)
def test_the_answer_of_a_server_is_told_in_words(server, own, status, reason):
    model = published(WEIGHTS, server.serve("/tiny.onnx", status=status))
    with pytest.raises(AssetMissing, match=rf"127\.0\.0\.1 {reason} \(HTTP {status}\)\. It belongs into"):
        fetch(own, model)


def test_a_machine_that_refuses_and_one_that_does_not_exist_are_told_apart(own, monkeypatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{free.getsockname()[1]}/x"
    with pytest.raises(
        AssetMissing, match=r"127\.0\.0\.1 refuses the connection .*no-such\.invalid is not found: no net"
    ):
        fetch(own, published(WEIGHTS, refusing, "https://no-such.invalid/x"))


def test_a_server_without_tls_is_named_as_that(server, own):
    url = server.serve("/tiny.onnx", WEIGHTS).replace("http:", "https:")
    with pytest.raises(AssetMissing, match=r"127\.0\.0\.1 speaks no TLS that this Python understands"):
        fetch(own, published(WEIGHTS, url))


@pytest.mark.parametrize("folder", ["", "/", "/mirror", "/mirror/"])
def test_a_mirror_of_the_hub_is_asked_instead_of_it(server, own, monkeypatch, folder):
    server.serve(f"{folder.rstrip('/')}/acme/tiny/resolve/main/tiny.onnx", WEIGHTS)
    monkeypatch.setenv("HF_ENDPOINT", server.address + folder)
    model = published(WEIGHTS, "https://huggingface.co/acme/tiny/resolve/main/tiny.onnx")
    fetch(own, model)
    assert own.home(model).read_bytes() == WEIGHTS


@pytest.mark.parametrize("mirror", ["http://mirror.lan", "mirror", "http://["])
def test_a_mirror_that_is_no_https_address_is_named(own, monkeypatch, mirror):
    monkeypatch.setenv("HF_ENDPOINT", mirror)
    with pytest.raises(AssetMissing, match=r"(no https address|cannot be reached)"):
        fetch(own, published(WEIGHTS, "https://huggingface.co/acme/tiny.onnx"))


def test_the_proxy_of_the_environment_is_asked_for_addresses_outside_of_this_machine(server, own, monkeypatch):
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, server.address)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    fetch(own, published(WEIGHTS, server.serve("/tiny.onnx", WEIGHTS)))
    assert [asked.path for asked in server.asked] == ["/tiny.onnx"], "a proxy would be asked for the whole address"
    with pytest.raises(AssetMissing, match=r"no-such\.invalid cannot be reached \(Tunnel connection failed: 501"):
        fetch(own, published(WEIGHTS, "https://no-such.invalid/x", file="other.onnx"))
