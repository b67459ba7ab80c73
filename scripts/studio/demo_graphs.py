"""Shipped workflows in API form, and what the demo does to them: change inputs, cut, show."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .cache import EXTENSION

WORKFLOWS = EXTENSION / "workflows" / "api"
Prompt = dict[str, dict[str, Any]]
Link = list[Any]
"""[node id, number of its output]."""


def read_workflow(name: str) -> Prompt:
    """The shipped workflow `name`, for example "04-template"."""
    return json.loads((WORKFLOWS / f"{name}.json").read_text(encoding="utf-8"))


def node_id(prompt: Mapping[str, Any], class_type: str) -> str:
    """Id of the only node of a class."""
    (found,) = (key for key, node in prompt.items() if node["class_type"] == class_type)
    return found


def titled(prompt: Prompt, title: str) -> str:
    """Id of the only node with this title."""
    (found,) = (key for key, name in titles(prompt).items() if name == title)
    return found


def titles(prompt: Prompt) -> dict[str, str]:
    """What to call each node before people."""
    return {key: node.get("_meta", {}).get("title", node["class_type"]) for key, node in prompt.items()}


def change(prompt: Prompt, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the only node of each class other inputs."""
    for class_type, inputs in changes.items():
        prompt[node_id(prompt, class_type)]["inputs"] |= inputs


def loaded(prompt: Prompt, prefix: str, names: Sequence[str]) -> list[Link]:
    """Links to `names` of the input folder, each loaded by a node of its own: a batch has one size."""
    for number, name in enumerate(names):
        prompt[f"{prefix}{number}"] = {"class_type": "LoadImage", "inputs": {"image": name}}
    return [[f"{prefix}{number}", 0] for number in range(len(names))]


def list_of(prompt: Prompt, name: str, links: Sequence[Link]) -> Link:
    """A link to the new node `name`, which makes one list of `links`."""
    inputs = {f"inputs.input{number}": link for number, link in enumerate(links)}
    prompt[name] = {"class_type": "CreateList", "inputs": inputs}
    return [name, 0]


def up_to(prompt: Prompt, **shown: Link) -> Prompt:
    """What the links of `shown` need, and for each a node of that name that shows it."""
    wanted: set[str] = set()
    waiting = [link[0] for link in shown.values()]
    while waiting:
        key = waiting.pop()
        if key not in wanted:
            wanted.add(key)
            waiting += [value[0] for value in prompt[key]["inputs"].values() if isinstance(value, list)]
    part = {key: copy.deepcopy(node) for key, node in prompt.items() if key in wanted}
    return part | {name: _preview(name, link) for name, link in shown.items()}


def _preview(name: str, link: Link) -> dict[str, Any]:
    return {"class_type": "PreviewImage", "inputs": {"images": link}, "_meta": {"title": f"Show: {name}"}}
