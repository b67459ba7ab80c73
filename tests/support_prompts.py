"""API prompts for the host suite, built from the shipped workflows."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WORKFLOWS = Path(__file__).parents[1] / "workflows" / "api"
EVERYTHING = "06-photos-to-portraits"
Prompt = dict[str, dict[str, Any]]

CHECKPOINT = "facechain-random-sd15.safetensors"
CONTROLNET = "facechain-random-control.safetensors"
SMALL = {
    # 128 px and a few steps: on two cores the shipped values would take hours without a GPU.
    "FaceChainTrainLora": {"base_checkpoint": CHECKPOINT, "resolution": 128, "steps": 3, "lora_rank": 4, "samples": 0},
    "FaceChainCropFaceRegion": {"region_px": 128},
    "ControlNetLoader": {"control_net_name": CONTROLNET},
    "EmptyLatentImage": {"width": 128, "height": 128, "batch_size": 1},
    "KSampler": {"steps": 1},
    "SaveImage": {"filename_prefix": "smoke/portrait"},
}


def shipped_prompt(name: str = EVERYTHING, **changes: Mapping[str, Any]) -> Prompt:
    """A shipped workflow in the size of a test; `changes` by node class."""
    prompt: Prompt = json.loads((WORKFLOWS / f"{name}.json").read_text("utf-8"))
    for values in (SMALL, changes):
        for name, inputs in values.items():
            for node in prompt.values():
                if node["class_type"] == name:
                    node["inputs"].update(inputs)
    return prompt


def node_id(prompt: Mapping[str, Any], class_type: str) -> str:
    """Id of the only node of a class."""
    (found,) = (key for key, node in prompt.items() if node["class_type"] == class_type)
    return found


def up_to(prompt: Prompt, class_type: str) -> Prompt:
    """The nodes that the one of `class_type` needs, itself, and a sink that makes the host run it."""
    wanted: set[str] = set()
    waiting = [node_id(prompt, class_type)]
    while waiting:
        key = waiting.pop()
        wanted.add(key)
        waiting += [value[0] for value in prompt[key]["inputs"].values() if isinstance(value, list)]
    part = {key: copy.deepcopy(node) for key, node in prompt.items() if key in wanted}
    part["sink"] = {"class_type": "PreviewAny", "inputs": {"source": [node_id(prompt, class_type), 0]}}
    return part
