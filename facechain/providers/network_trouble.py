"""Why an address on the network gave nothing, in words for people."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager

_REASONS = {
    401: "wants an account, or does not have it any more",
    403: "wants an account, or serves nobody in this region",
    404: "does not have it any more",
    410: "does not have it any more",
    429: "had too many requests from here; wait a while",
}


class Unreachable(Exception):
    """An address did not give what was asked; the text is the reason, to stand behind the host's name."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        """Of HTTP; 0 without an answer."""


@contextmanager
def network_trouble() -> Iterator[None]:
    """What the standard library raises while the block runs leaves it as Unreachable."""
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            raise Unreachable(_http_reason(error.code), error.code) from error
    # ValueError: an address that is none, for example of a mirror.
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        raise Unreachable(_reason(cause)) from error


def _http_reason(status: int) -> str:
    if status // 100 == 3:
        reason = "redirects in a circle or to an address that is not https"
    elif status // 100 == 5:
        reason = "has trouble of its own"
    else:
        reason = _REASONS.get(status, "refuses")
    return f"{reason} (HTTP {status})"


def _reason(cause: object) -> str:
    table = (
        (socket.gaierror, "is not found: no network, or the name is blocked"),
        (ConnectionRefusedError, "refuses the connection"),
        (ssl.SSLCertVerificationError, "cannot prove its identity"),
        (ssl.SSLError, "speaks no TLS that this Python understands"),
        (TimeoutError, "sent nothing for too long"),
        (ConnectionError, "cut the connection"),
        (http.client.IncompleteRead, "cut the connection"),
        (http.client.HTTPException, "does not speak HTTP"),
    )
    text = next((text for kind, text in table if isinstance(cause, kind)), "cannot be reached")
    return f"{text} ({cause})"
