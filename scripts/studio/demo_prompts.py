"""The demo's prompts: the shipped workflow in API form, cut where a stage ends, with the demo's settings."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .cache import EXTENSION

WORKFLOW = EXTENSION / "workflows" / "api" / "06-photos-to-portraits.json"
Prompt = dict[str, dict[str, Any]]
Link = list[Any]
"""[node id, number of its output]."""

SMOKE_SETTINGS: dict[str, dict[str, Any]] = {
    # 128 px and 40 steps: on two cores without a GPU the shipped values would take hours.
    "FaceChainTrainLora": {"resolution": 128, "steps": 40, "lora_rank": 8, "lora_alpha": 8, "learning_rate": 2e-3},
    "EmptyLatentImage": {"width": 256, "height": 256, "batch_size": 1},
    "KSampler": {"steps": 2},
    "SaveImage": {"filename_prefix": "smoke/portrait"},
}
"""For a checkpoint with random weights: enough to see every stage work, not to see a portrait."""
REAL_SETTINGS: dict[str, dict[str, Any]] = {"SaveImage": {"filename_prefix": "results/portrait"}}
"""For a real checkpoint everything stays as shipped."""


@dataclass(frozen=True)
class DemoSettings:
    """What the command line decides about the prompts."""

    photos_folder: str
    checkpoint: str
    """As the host lists it."""
    random: bool
    """True if the checkpoint's weights are random."""
    person: str
    subject: str
    style: str
    held_out: int = 0
    """Crops that are not trained on, to measure the loss on."""


def journey_prompt(settings: DemoSettings) -> Prompt:
    """The whole workflow: photos in, portraits out."""
    prompt: Prompt = json.loads(WORKFLOW.read_text(encoding="utf-8"))
    changes = {
        "FaceChainLoadPhotos": {"folder": settings.photos_folder},
        "FaceChainBuildDataset": {
            "person_name": settings.person,
            "subject": settings.subject,
            "held_out": settings.held_out,
        },
        "FaceChainSelectStyle": {"style": settings.style},
        "FaceChainTrainLora": {"base_checkpoint": settings.checkpoint},
        "CheckpointLoaderSimple": {"ckpt_name": settings.checkpoint},
    }
    _change(prompt, changes)
    _change(prompt, SMOKE_SETTINGS if settings.random else REAL_SETTINGS)
    return prompt


def check_prompt(journey: Prompt) -> Prompt:
    """Photos to verdicts; the node `crops` shows the aligned crops."""
    return _up_to(journey, crops=[node_id(journey, "FaceChainAlignFaces"), 1])


def training_prompt(journey: Prompt) -> Prompt:
    """Photos to a person; the node `loss` shows the loss picture."""
    return _up_to(journey, loss=[node_id(journey, "FaceChainTrainLora"), 3])


def fusion_prompt(journey: Prompt, names: Sequence[str]) -> Prompt:
    """The person's face into pictures of the input folder; the node `fused` shows them in that order."""
    prompt = copy.deepcopy(journey)
    fuse = node_id(prompt, "FaceChainFuseFaces")
    prompt[fuse]["inputs"]["target"] = _list_of(prompt, "targets", _loaded(prompt, "target", names))
    return _up_to(prompt, fused=[fuse, 0])


def ranking_prompt(journey: Prompt, targets: Sequence[str], names: Sequence[str], *, own_photos: bool) -> Prompt:
    """Pictures by likeness: the fused `targets`, then `names` of the input folder, then all photos if wanted."""
    prompt = copy.deepcopy(journey)
    prompt |= fusion_prompt(journey, targets)
    rank = node_id(prompt, "FaceChainRankPortraits")
    photos: list[Link] = [[node_id(prompt, "FaceChainLoadPhotos"), 1]] if own_photos else []
    links = [[node_id(prompt, "FaceChainFuseFaces"), 0], *_loaded(prompt, "ranked", names), *photos]
    # 0.5 is where the model says that the same person is as likely as not.
    prompt[rank]["inputs"] |= {"images": _list_of(prompt, "pictures", links), "keep": 100, "threshold": 0.5}
    return _up_to(prompt, ranked=[rank, 2])


def node_id(prompt: Mapping[str, Any], class_type: str) -> str:
    """Id of the only node of a class."""
    (found,) = (key for key, node in prompt.items() if node["class_type"] == class_type)
    return found


def titles(prompt: Prompt) -> dict[str, str]:
    """What to call each node before people."""
    return {key: node.get("_meta", {}).get("title", node["class_type"]) for key, node in prompt.items()}


def _change(prompt: Prompt, changes: Mapping[str, Mapping[str, Any]]) -> None:
    for class_type, inputs in changes.items():
        prompt[node_id(prompt, class_type)]["inputs"] |= inputs


def _loaded(prompt: Prompt, prefix: str, names: Sequence[str]) -> list[Link]:
    """Links to `names` of the input folder, each loaded by a node of its own: a batch has one size."""
    for number, name in enumerate(names):
        prompt[f"{prefix}{number}"] = {"class_type": "LoadImage", "inputs": {"image": name}}
    return [[f"{prefix}{number}", 0] for number in range(len(names))]


def _list_of(prompt: Prompt, name: str, links: Sequence[Link]) -> Link:
    inputs = {f"inputs.input{number}": link for number, link in enumerate(links)}
    prompt[name] = {"class_type": "CreateList", "inputs": inputs}
    return [name, 0]


def _up_to(prompt: Prompt, **shown: Link) -> Prompt:
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
