"""Compute devices without a host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class CpuLease:
    """The CPU, for tests, scripts and processes that own no GPU. Nothing is ever evicted."""

    has_lent = False

    def borrow(self, bytes: int) -> str:
        """Always "cpu"."""
        return "cpu"

    @contextmanager
    def hold(self, module: Any) -> Iterator[Any]:
        """`module` is on the CPU; gives its torch.device."""
        # Asked of the module instead of built, so that this file needs no torch.
        yield next(module.to("cpu").parameters()).device
