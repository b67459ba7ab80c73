"""Which nodes an extension has, read from its sources: nothing is imported, so a broken import shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_CLASS = re.compile(r"^class (\w+)\(io\.ComfyNode\):(.*?)(?=^class |\Z)", re.MULTILINE | re.DOTALL)
_NODE_ID = re.compile(r'\bnode_id="(\w+)"')


def declared_node_ids(extension: Path) -> frozenset[str]:
    """Ids of all node classes in the extension's sources."""
    return frozenset(node_id for _, node_id in _declared(extension))


def listed_node_ids(extension: Path) -> frozenset[str]:
    """Ids of the classes that `__init__.py` or `nodes/__init__.py` names; the host must have these."""
    listing = "".join(map(_text, (extension / "__init__.py", extension / "nodes" / "__init__.py")))
    names = set(re.findall(r"\w+", listing))
    return frozenset(node_id for name, node_id in _declared(extension) if name in names)


def _declared(extension: Path) -> Iterator[tuple[str, str]]:
    """Class name and node id of every node class."""
    for file in (extension / "__init__.py", *sorted((extension / "nodes").glob("**/*.py"))):
        for name, body in _CLASS.findall(_text(file)):
            yield from ((name, node_id) for node_id in _NODE_ID.findall(body))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""
