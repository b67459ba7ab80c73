"""Fields of JSON objects written by people, checked so that every problem is reported at once."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """What one field may hold."""

    rule: str
    """Reads well after "needs"."""
    is_valid: Callable[[Any], bool]


def field_problems(fields: dict[str, Any], expected: dict[str, Field], prefix: str = "") -> list[str]:
    """What is missing, wrong or unknown in `fields`, one sentence part each; empty if all is well.

    `prefix` stands before every name, for example "title.".
    """
    missing = [f"{prefix}{key} is missing" for key in expected if key not in fields]
    wrong = [
        f"{prefix}{key} is {json.dumps(fields[key], ensure_ascii=False)}, needs {field.rule}"
        for key, field in expected.items()
        if key in fields and not field.is_valid(fields[key])
    ]
    unknown = [f"{prefix}{key} is unknown{_hint(key, expected)}" for key in fields if key not in expected]
    return missing + wrong + unknown


def is_word(value: Any) -> bool:
    """True for a text that is not empty."""
    return isinstance(value, str) and bool(value.strip())


def is_number(value: Any) -> bool:
    """True for a finite number; JSON's true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_object(value: Any) -> bool:
    """True for a JSON object."""
    return isinstance(value, dict)


def _hint(key: str, expected: dict[str, Field]) -> str:
    nearest = difflib.get_close_matches(key, expected, n=1)
    return f" (did you mean {nearest[0]}?)" if nearest else ""
