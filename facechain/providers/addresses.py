"""Addresses on the network: which may be opened, and what they send."""

from __future__ import annotations

import http.client
import ipaddress
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from .network_trouble import Unreachable, network_trouble

HUB = "https://huggingface.co/"
HUB_SETTING = "HF_ENDPOINT"
"""Environment variable of the hub's own tools: a mirror's address in place of HUB."""
BLOCK_BYTES = 1 << 20
RANGE_NOT_THERE = 416
_AGENT = "ComfyUI-FaceChain"
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Content:
    """What an address sends."""

    first_byte: int
    """Place of the first byte within the file; 0 where the server has no ranges."""
    total_bytes: int
    """Size of the whole file as the server says; 0 when it does not."""
    response: http.client.HTTPResponse

    def blocks(self) -> Iterator[bytes]:
        """The bytes as they come, at most BLOCK_BYTES at once. Raises Unreachable when they cease to come."""
        with network_trouble():
            # read1, not read: a slow connection would report nothing until a whole block is there.
            while block := self.response.read1(BLOCK_BYTES):
                yield block


def mirrored(url: str) -> str:
    """`url`; on the mirror that the environment names if it is one of the hub."""
    mirror = os.environ.get(HUB_SETTING, "").strip().rstrip("/")
    return f"{mirror}/{url.removeprefix(HUB)}" if mirror and url.startswith(HUB) else url


def host_of(url: str) -> str:
    """Name of the machine that serves `url`; `url` itself when it names none."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


@contextmanager
def opened(url: str, *, first_byte: int, timeout_s: float) -> Iterator[Content]:
    """The content of `url`, from `first_byte` on if the server can do that.

    Only https, also behind redirects; plain http only within this machine. Proxies that the
    environment names are used. `timeout_s` is the longest wait for any single byte. Raises Unreachable.
    """
    with network_trouble():
        response = _open(url, first_byte, timeout_s)
    with response:
        yield _content(response)


def _open(url: str, first_byte: int, timeout_s: float) -> http.client.HTTPResponse:
    if not (_is_https(url) or _is_local(url)):
        raise Unreachable(f"is not asked, because {url} is no https address")
    # Compressed content would have another length and another hash.
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if first_byte:
        headers["Range"] = f"bytes={first_byte}-"
    return _opener(url).open(urllib.request.Request(url, headers=headers), timeout=timeout_s)


def _content(response: http.client.HTTPResponse) -> Content:
    if response.status == http.client.OK:
        length = response.headers.get("Content-Length") or ""
        return Content(0, int(length) if length.isdecimal() else 0, response)
    found = _RANGE.fullmatch(response.headers.get("Content-Range") or "")
    if response.status != http.client.PARTIAL_CONTENT or found is None:
        raise Unreachable(f"gave an answer without the file (HTTP {response.status})", response.status)
    first_byte, total = found.groups()
    return Content(int(first_byte), 0 if total == "*" else int(total), response)


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Knows http and https and nothing else, so that no redirect can reach a file."""
    opener = urllib.request.OpenerDirector()
    if not _is_local(url):
        opener.add_handler(urllib.request.ProxyHandler())
    for handler in (
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
        _SafeRedirects,
    ):
        opener.add_handler(handler())
    return opener


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if not (_is_https(newurl) or (_is_local(newurl) and _is_local(req.full_url))):
            raise urllib.error.HTTPError(newurl, code, msg, headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _is_https(url: str) -> bool:
    return urlsplit(url).scheme == "https"


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
