"""Waiting for what another process does."""

from __future__ import annotations

import time


def wait_until(condition, seconds=10.0):
    """Nothing, as soon as `condition` is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
