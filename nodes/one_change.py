"""Changes of a library that the page asks for, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class OneChange:
    """Two changes at once could both find a name free."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def make(self, change: Callable[..., T], *given: Any) -> T:
        """What `change(*given)` returns, beside the event loop, and after every change that began before."""
        async with self._lock:
            return await asyncio.to_thread(change, *given)
