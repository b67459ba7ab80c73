"""The demo's prompts on the way from photos to portraits: workflow 06, cut where a stage ends."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .demo_graphs import Link, Prompt, change, list_of, loaded, node_id, read_workflow, up_to

SMOKE_SETTINGS: dict[str, dict[str, Any]] = {
    # 128 px and 40 steps: on two cores without a GPU the shipped values would take hours. Samples would be noise.
    "FaceChainTrainLora": {
        "resolution": 128,
        "steps": 40,
        "lora_rank": 8,
        "lora_alpha": 8,
        "learning_rate": 2e-3,
        "samples": 0,
    },
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
    prompt = read_workflow("06-photos-to-portraits")
    changes = {
        "FaceChainLoadPhotos": {"folder": settings.photos_folder},
        "FaceChainBuildDataset": {
            "person_name": settings.person,
            "subject": settings.subject,
            "held_out": settings.held_out,
        },
        "FaceChainSelectStyle": {"style": settings.style},
        "FaceChainTrainLora": {"base_checkpoint": settings.checkpoint},
    }
    change(prompt, changes)
    change(prompt, SMOKE_SETTINGS if settings.random else REAL_SETTINGS)
    return prompt


def check_prompt(journey: Prompt) -> Prompt:
    """Photos to verdicts; the node `crops` shows the aligned crops."""
    return up_to(journey, crops=[node_id(journey, "FaceChainAlignFaces"), 1])


def preparation_prompt(journey: Prompt) -> Prompt:
    """Photos to captioned crops; the node `tags` shows the sheet of captions."""
    return up_to(journey, tags=[node_id(journey, "FaceChainTagFaces"), 2])


def training_prompt(journey: Prompt) -> Prompt:
    """Photos to a person; the node `loss` shows the loss picture."""
    return up_to(journey, loss=[node_id(journey, "FaceChainTrainLora"), 3])


def fusion_prompt(journey: Prompt, names: Sequence[str], spectacles: str = "target") -> Prompt:
    """The person's face into pictures of the input folder; the node `fused` shows them in that order.

    With the `spectacles` of the picture, "target", or the "person".
    """
    prompt = copy.deepcopy(journey)
    fuse = node_id(prompt, "FaceChainFuseFaces")
    targets = list_of(prompt, "targets", loaded(prompt, "target", names))
    prompt[fuse]["inputs"] |= {"target": targets, "spectacles": spectacles}
    return up_to(prompt, fused=[fuse, 0])


def ranking_prompt(journey: Prompt, targets: Sequence[str], names: Sequence[str], *, own_photos: bool) -> Prompt:
    """Pictures by likeness: the fused `targets`, then `names` of the input folder, then all photos if wanted."""
    prompt = copy.deepcopy(journey)
    prompt |= fusion_prompt(journey, targets)
    rank = node_id(prompt, "FaceChainRankPortraits")
    photos: list[Link] = [[node_id(prompt, "FaceChainLoadPhotos"), 1]] if own_photos else []
    links = [[node_id(prompt, "FaceChainFuseFaces"), 0], *loaded(prompt, "ranked", names), *photos]
    # 0.5 is where the model says that the same person is as likely as not.
    prompt[rank]["inputs"] |= {"images": list_of(prompt, "pictures", links), "keep": 100, "threshold": 0.5}
    return up_to(prompt, ranked=[rank, 2])
