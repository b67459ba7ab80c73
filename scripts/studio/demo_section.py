"""One section of the page, before it has a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""What report.json holds, or a part of it."""


@dataclass(frozen=True)
class Section:
    """Heading and content."""

    title: str
    chinese: str
    workflow: str
    """Name of the shipped workflow that does this; empty where there is none."""
    content: tuple[str, ...]
    """Strings that are not Html are escaped."""
