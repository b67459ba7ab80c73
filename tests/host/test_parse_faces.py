"""Parse Faces in the host: pictures without a background, chosen regions, and a chosen parser."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from support_prompts import node_id, shipped_prompt, up_to

from studio.results import PromptFailed

SETTINGS = {
    "keep": "head",
    "background": "kept",
    "background_color": "#FFFFFF",
    "regions": "hair",
    "grow": 0.0,
    "feather": 0.0,
}


@pytest.fixture(scope="module")
def folder(comfy, photos):
    """One portrait in a folder of its own."""
    folder = comfy.base / "input" / "parsed"
    folder.mkdir()
    Image.open(photos.astronaut).save(folder / "astronaut.png")
    return "parsed"


def parsing_prompt(folder, **settings):
    changes = {"FaceChainLoadPhotos": {"folder": folder}, "FaceChainParseFaces": SETTINGS | settings}
    return up_to(shipped_prompt(**changes), "FaceChainParseFaces")


def with_model(prompt, model):
    """`prompt` with Load Face Model at the parser."""
    prompt["model"] = {"class_type": "FaceChainLoadFaceModel", "inputs": {"model": model}}
    prompt[node_id(prompt, "FaceChainParseFaces")]["inputs"]["parser"] = ["model", 0]
    return prompt


def report_of(comfy, prompt):
    return comfy.client.run(prompt, timeout_s=120).outputs[node_id(prompt, "FaceChainParseFaces")]["facechain"][0]


def message_of(comfy, prompt):
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(prompt, timeout_s=120)
    return caught.value.error["exception_message"]


def test_a_transparent_background_is_saved_with_alpha(comfy, folder):
    prompt = parsing_prompt(folder, background="transparent")
    images = [node_id(prompt, "FaceChainParseFaces"), 2]
    prompt["save"] = {"class_type": "SaveImage", "inputs": {"filename_prefix": "cut", "images": images}}
    prompt["preview"] = {"class_type": "PreviewImage", "inputs": {"images": images}}
    result = comfy.client.run(prompt, timeout_s=120)
    for node, place in (("save", "output"), ("preview", "temp")):
        (saved,) = result.outputs[node]["images"]
        with Image.open(comfy.base / place / saved["subfolder"] / saved["filename"]) as picture:
            assert picture.mode == "RGBA"
            alpha = np.asarray(picture)[..., 3]
        assert alpha[:20].max() == 0
        # The middle of the face; the host truncates 255.0 * x.
        assert alpha[200:240, 240:270].min() >= 254


def test_a_parser_is_chosen_and_the_report_says_what_ran(comfy, folder):
    prompt = with_model(parsing_prompt(folder, keep="regions"), "face parser: embedded")
    report = report_of(comfy, prompt)
    assert report["parser"]["id"] == "embedded"
    assert report["parser"]["engine"].startswith("OpenCV")
    assert report["regions"] == ["hair"]
    (face,) = report["faces"]
    assert face["parsed_here"]
    assert face["kept"] == pytest.approx(face["regions"]["hair"], abs=0.01)


def test_a_model_for_another_job_is_refused_by_name(comfy, folder):
    message = message_of(comfy, with_model(parsing_prompt(folder), "pose estimator: embedded"))
    assert 'The connected model is the pose estimator "embedded"; a face parser is needed' in message


def test_a_model_of_another_version_is_answered_with_those_of_this_one(comfy, folder):
    message = message_of(comfy, with_model(parsing_prompt(folder), "face parser: magic"))
    assert 'There is no model "face parser: magic". Choose one of:' in message


def test_names_that_are_no_regions_are_answered_with_all_names(comfy, folder):
    message = message_of(comfy, parsing_prompt(folder, keep="regions", regions="hair, chin"))
    assert "There is no region chin. Write one or more of: background, skin" in message
