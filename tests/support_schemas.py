"""Prompts from what the host says of a node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def default_inputs(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Widget values of a node as its page begins with them, from its entry in `/object_info`."""
    inputs = {}
    for kind in ("required", "optional"):
        for name, (_, options) in schema["input"].get(kind, {}).items():
            if "default" in options:
                inputs[name] = options["default"]
            elif options.get("options"):
                inputs[name] = options["options"][0]
    return inputs


def node_of(schemas: Mapping[str, Any], class_type: str, **inputs: Any) -> dict[str, Any]:
    """A node of a prompt: its defaults, but for `inputs`, which are values or links."""
    return {"class_type": class_type, "inputs": {**default_inputs(schemas[class_type]), **inputs}}


def with_sink(prompt: Mapping[str, Any], node: str, output: int = 0) -> dict[str, Any]:
    """`prompt` with a node that makes the host run `node`, whose `output` it shows as text."""
    return {**prompt, f"sink of {node}": {"class_type": "PreviewAny", "inputs": {"source": [node, output]}}}
