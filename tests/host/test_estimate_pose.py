"""Estimate Pose in the host: keypoints in and out, and the body without its head."""

from __future__ import annotations

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from support_schemas import node_of

from studio.results import PromptFailed

LOAD = {"class_type": "LoadImage", "inputs": {"image": "pose_astronaut.png"}}


@pytest.fixture(scope="module")
def pose(comfy, photos):
    """Makes an Estimate Pose of a prompt, with the defaults of its page."""
    Image.open(photos.astronaut).convert("RGB").save(comfy.base / "input" / "pose_astronaut.png")
    return partial(node_of, comfy.client.object_info(), "FaceChainEstimatePose")


def shown(*source):
    return {"class_type": "PreviewImage", "inputs": {"images": list(source)}}


def pixels(comfy, result, node):
    (data,) = comfy.client.images(result, node)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def test_keypoints_of_one_node_are_the_same_map_in_the_next(comfy, pose):
    prompt = {
        "photo": LOAD,
        "seen": pose(images=["photo", 0]),
        "again": pose(keypoints=["seen", 1]),
        "first": shown("seen", 0),
        "second": shown("again", 0),
    }
    result = comfy.client.run(prompt, timeout_s=60)
    first, second = (pixels(comfy, result, name) for name in ("first", "second"))
    # Keypoints are written to 0.001 px, which may fall across a pixel's border.
    assert (first != second).any(-1).mean() < 0.001
    assert first.any()
    (seen,), (again,) = (result.outputs[name]["facechain"] for name in ("seen", "again"))
    assert (seen["people"], seen["hands"], seen["faces"], seen["estimator"]) == ([1], [0], [0], "embedded")
    assert (again["people"], again["estimator"]) == ([1], "")


def test_the_body_has_no_head_and_lies_where_the_map_does(comfy, pose):
    prompt = {
        "photo": LOAD,
        "seen": pose(images=["photo", 0], width=256, height=512, head="pose_only"),
        "body": shown("seen", 3),
        "map": shown("seen", 0),
    }
    result = comfy.client.run(prompt, timeout_s=60)
    assert result.outputs["seen"]["facechain"][0]["no_body"] == ""
    body, pose_map = (pixels(comfy, result, name) for name in ("body", "map"))
    assert body.shape == pose_map.shape == (512, 256, 3)
    # Half of the photo, in the middle: her face is around (112, 188), her chest around (104, 310).
    assert not body[180:196, 104:120].any()
    assert pose_map[170:200, 80:145].any(), "The head stays in the map."
    assert body[300:320, 90:110].mean() > 50
    assert not body[:128].any()


@pytest.mark.parametrize("links", [{}, {"images": ["photo", 0], "keypoints": ["library", 1]}], ids=["none", "both"])
def test_either_images_or_keypoints(comfy, pose, links):
    library = node_of(comfy.client.object_info(), "FaceChainSelectPose")
    prompt = {"photo": LOAD, "library": library, "seen": pose(**links), "map": shown("seen", 0)}
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(prompt, timeout_s=60)
    assert caught.value.error["exception_type"] == "facechain.invalid_setting"
    assert "Connect either images or keypoints" in caught.value.error["exception_message"]


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ({"images": ["photo", 0]}, "while head is kept"),
        ({"keypoints": ["library", 1], "head": "left_out"}, "Keypoints alone show no body"),
        ({"images": ["hooded", 0], "head": "left_out"}, "Picture 1 of 1 shows no face"),
    ],
    ids=["kept", "keypoints", "hooded"],
)
def test_a_body_that_cannot_be_made_stops_what_needs_it_and_nothing_else(comfy, pose, photos, links, words):
    hooded = Image.open(photos.cameraman).convert("RGB")
    ImageDraw.Draw(hooded).ellipse((170, 100, 270, 214), fill=(30, 30, 30))
    hooded.filter(ImageFilter.GaussianBlur(2)).save(comfy.base / "input" / "pose_hooded.png")
    prompt = {
        "photo": LOAD,
        "hooded": {"class_type": "LoadImage", "inputs": {"image": "pose_hooded.png"}},
        "library": node_of(comfy.client.object_info(), "FaceChainSelectPose"),
        "seen": pose(**links),
        "map": shown("seen", 0),
        "body": shown("seen", 3),
    }
    # The host tells the page at once that a node is blocked; the prompt itself goes on.
    result = comfy.client.wait(comfy.client.submit(prompt), timeout_s=60)
    assert words in result.outputs["seen"]["facechain"][0]["no_body"]
    assert "body" not in result.outputs
    assert pixels(comfy, result, "map").any()
