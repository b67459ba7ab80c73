"""The demo's prompts beside the way to portraits: ID photos, poses, and people in template photos."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from .demo_graphs import Prompt, change, loaded, node_id, read_workflow, titled, up_to

RIGHT_FACE, LEFT_FACE = 2, 1
"""Faces are counted from the left."""
FUSE_ONLY = "Fuse only"
"""Title of the node that a template's other branch, the one with diffusion, is an alternative to."""


def id_photo_prompt(photo: str, standards: Sequence[str]) -> Prompt:
    """Workflow 00 for a photo of the input folder, once per standard.

    The nodes `photo-<standard>`, `guide-<standard>` and `sheet-<standard>` show what it makes, `source` the photo.
    """
    prompt = read_workflow("00-id-photo")
    change(prompt, {"FaceChainLoadPhotos": {"photos": photo}})
    make = prompt.pop(node_id(prompt, "FaceChainMakeIdPhoto"))
    shown = {"source": [node_id(prompt, "FaceChainLoadPhotos"), 1]}
    for standard in standards:
        prompt[standard] = copy.deepcopy(make)
        prompt[standard]["inputs"]["standard"] = standard
        shown |= {f"{what}-{standard}": [standard, number] for number, what in enumerate(("photo", "sheet", "guide"))}
    return up_to(prompt, **shown)


def pose_prompt(picture: str, poses: Sequence[str]) -> Prompt:
    """The pose in a picture of the input folder, shown by `map` and `overlay`, and each example by a node of its id."""
    prompt: Prompt = {}
    (image,) = loaded(prompt, "picture", [picture])
    prompt["estimate"] = _node("FaceChainEstimatePose", "Estimate Pose", images=image, width=0, height=0)
    for pose in poses:
        prompt[f"select-{pose}"] = _node(
            "FaceChainSelectPose", "Select Pose", pose=pose, width=512, height=768, mirrored=False
        )
    return up_to(
        prompt, map=["estimate", 0], overlay=["estimate", 2], **{pose: [f"select-{pose}", 0] for pose in poses}
    )


def template_prompt(template: str, person: str) -> Prompt:
    """Workflow 04 without diffusion: `person` on the right face of a photo; the node `fused` shows it."""
    prompt = read_workflow("04-template")
    change(prompt, {"LoadImage": {"image": template}, "FaceChainLoadPerson": {"person": person}})
    fuse = titled(prompt, FUSE_ONLY)
    prompt[fuse]["inputs"] |= {"which_face": "position", "face_number": RIGHT_FACE}
    return up_to(prompt, fused=[fuse, 0])


def group_prompt(template: str, first: str, second: str) -> Prompt:
    """Workflow 05 without diffusion: `first` on the right face, `second` on the left.

    The nodes `group`, `overlay` and `table` show what it makes.
    """
    prompt = read_workflow("05-group-photo")
    change(prompt, {"LoadImage": {"image": template}})
    for title, inputs in {
        "First person": {"person": first},
        "Second person": {"person": second},
        "Assign the first face": {"face_number": RIGHT_FACE},
        "Assign the second face": {"face_number": LEFT_FACE},
    }.items():
        prompt[titled(prompt, title)]["inputs"] |= inputs
    compose = titled(prompt, FUSE_ONLY)
    return up_to(prompt, **{name: [compose, number] for number, name in enumerate(("group", "overlay", "table"))})


def _node(class_type: str, title: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs, "_meta": {"title": title}}
