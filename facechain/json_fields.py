"""Fields of JSON objects written by people, checked so that every problem is reported at once."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .stored_files import BLOCK_BYTES

_LONGEST_QUOTE = 80
_LARGEST_NUMBER = 1e15
"""Beyond it a float no longer holds every whole number."""


@dataclass(frozen=True, slots=True)
class Field:
    """What one field may hold."""

    rule: str
    """Reads well after "needs"."""
    is_valid: Callable[[Any], bool]
    is_required: bool = True


def read_fields(
    file: Path, expected: dict[str, Field], nested: dict[str, dict[str, Field]]
) -> tuple[dict[str, Any], list[str]]:
    """The JSON object in `file`, and all that is wrong with it, one sentence part each.

    `nested` are the fields of objects inside of it, which are looked at where there is an object. The
    object must hold an id, which is the file's name.
    """
    try:
        with file.open("rb") as stream:
            fields = json.loads(stream.read(BLOCK_BYTES).decode("utf-8-sig"))
    except OSError as error:
        return {}, [f"it cannot be opened ({error.strerror})"]
    except (ValueError, RecursionError) as error:
        return {}, [f"it is no JSON text ({error})"]
    if not isinstance(fields, dict):
        return {}, ["it is no JSON object"]
    problems = field_problems(fields, expected)
    for key, inner in nested.items():
        if isinstance(fields.get(key), dict):
            problems += field_problems(fields[key], inner, f"{key}.")
    if fields.get("id", file.stem) != file.stem:
        problems.append(f'id is "{fields["id"]}", but the file is named "{file.stem}"')
    return fields, problems


def problems_sentence(kind: str, file: Path, problems: list[str]) -> str:
    """What a person reads of a file with problems; `kind` is what the file is meant to be, for example "Style"."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return f'{kind} file "{file.name}" has {count}: {"; ".join(problems)}. Mend the file.'


def field_problems(fields: dict[str, Any], expected: dict[str, Field], prefix: str = "") -> list[str]:
    """What is missing, wrong or unknown in `fields`, one sentence part each; empty if all is well.

    `prefix` stands before every name, for example "title.".
    """
    missing = [
        f"{prefix}{key} is missing" for key, field in expected.items() if field.is_required and key not in fields
    ]
    wrong = [
        f"{prefix}{key} is {_quoted(fields[key])}, needs {field.rule}"
        for key, field in expected.items()
        if key in fields and not field.is_valid(fields[key])
    ]
    unknown = [f"{prefix}{key} is unknown{_hint(key, expected)}" for key in fields if key not in expected]
    return missing + wrong + unknown


def _quoted(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def is_word(value: Any) -> bool:
    """True for a text that is not empty."""
    return isinstance(value, str) and bool(value.strip())


def is_number(value: Any) -> bool:
    """True for a finite number of an ordinary size; JSON's true and false are none."""
    # Python reads whole numbers of any length, but cannot make floats of them.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST_NUMBER


def is_object(value: Any) -> bool:
    """True for a JSON object."""
    return isinstance(value, dict)


def _hint(key: str, expected: dict[str, Field]) -> str:
    nearest = difflib.get_close_matches(key, expected, n=1)
    return f" (did you mean {nearest[0]}?)" if nearest else ""
