"""`docs/results.md` as a program reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "docs" / "results.md"
_HEADING = re.compile(r"### .+: `(FaceChain\w+)`")
_EXAMPLE = re.compile(r"```json\n(.*?)```", re.DOTALL)

_TYPES: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "true or false": lambda value: isinstance(value, bool),
    "whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "number 0..1": lambda value: isinstance(value, int | float) and 0 <= value <= 1,
    "object": lambda value: isinstance(value, dict),
    "list of objects": lambda value: _is_list_of(dict, value),
    "list of lists": lambda value: _is_list_of(list, value),
    "list of text": lambda value: _is_list_of(str, value),
    "list of numbers": lambda value: _is_list_of((int, float), value),
}


@dataclass
class NodeResult:
    """What the document says of one node."""

    types: dict[str, str] = field(default_factory=dict)
    """Path of a field -> its type in words."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Path of a field -> its codes with their meanings."""
    example: Any = None

    def fields_of(self, path: str) -> dict[str, str]:
        """Name -> type of the fields directly in the object at `path`."""
        start = f"{path}." if path else ""
        inside = {name.removeprefix(start): kind for name, kind in self.types.items() if name.startswith(start)}
        return {name: kind for name, kind in inside.items() if not re.search(r"[.\[]", name)}

    def faults(self, value: Any, path: str = "") -> list[str]:
        """Where `value`, which stands at `path`, is not as documented, one sentence each."""
        if isinstance(value, list):
            return [fault for one in value if isinstance(one, dict) for fault in self.faults(one, f"{path}[]")]
        if not isinstance(value, dict):
            return []
        expected = self.fields_of(path)
        wanted = {name for name, kind in expected.items() if name != "*" and not kind.endswith(" or absent")}
        missing = [f"{path}.{name} is missing" for name in sorted(wanted - value.keys()) if "*" not in expected]
        return missing + [fault for name, one in value.items() for fault in self._of_field(expected, path, name, one)]

    def _of_field(self, expected: Mapping[str, str], path: str, name: str, value: Any) -> Iterator[str]:
        documented = name if name in expected else "*"
        place = f"{path}.{name}" if path else name
        if documented not in expected:
            yield f"{place} is not documented"
            return
        if not fits(value, expected[documented]):
            yield f"{place} is {value!r}, documented as {expected[documented]}"
        codes = self.values.get(f"{path}.{documented}" if path else documented)
        for code in value if isinstance(value, list) else [value]:
            if codes and isinstance(code, str) and code not in codes:
                yield f"{place} has the value {code}, which is not documented"
        yield from self.faults(value, place if documented == name else f"{path}.*")


@dataclass
class Document:
    """All of it."""

    nodes: dict[str, NodeResult] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """Code -> meaning."""
    requests: dict[str, str] = field(default_factory=dict)
    """The same of codes that only requests have."""


def read_document() -> Document:
    """The tables and examples of the document."""
    text = DOCUMENT.read_text("utf-8")
    document = Document()
    head, *sections = re.split(r"(?m)^(?=### )", text)
    for section in [head, *sections]:
        heading = _HEADING.match(section)
        node = document.nodes.setdefault(heading[1], NodeResult()) if heading else NodeResult()
        for title, rows in _tables(section):
            if title == "field" and heading:
                node.types = {_code(row[0]): row[1] for row in rows}
            elif title.startswith("value of "):
                node.values[_code(title.removeprefix("value of "))] = {_code(row[0]): row[1] for row in rows}
            elif title in ("code", "request code"):
                table = document.errors if title == "code" else document.requests
                table.update({_code(row[0]): row[1] for row in rows})
        if heading and (example := _EXAMPLE.search(section)):
            node.example = json.loads(example[1])
    return document


def fits(value: Any, kind: str) -> bool:
    """True if `value` is of the type that the words `kind` name."""
    if kind.endswith(" or null"):
        return value is None or fits(value, kind.removesuffix(" or null"))
    return _TYPES[kind.removesuffix(" or absent")](value)


def _tables(section: str) -> Iterator[tuple[str, list[list[str]]]]:
    """First cell of the heading, and the rows, of every table."""
    for block in re.findall(r"(?m)(?:^\|.*\n)+", section):
        first, _, *rows = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines())
        yield first[0].strip("| "), [[cell.strip("| ") for cell in row] for row in rows]


def _code(cell: str) -> str:
    return cell.strip("| `")


def _is_list_of(kind: type | tuple[type, ...], value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)
