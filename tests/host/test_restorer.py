"""Retouch Faces with a face restorer on a real host: only when one is connected, and said in the report."""

from __future__ import annotations

import shutil

import pytest
from support_swap_models import put_restorer

from facechain.providers.model_files import ModelLocations
from studio.results import PromptFailed

GFPGAN = "face restorer: gfpgan_1.4_onnx"


@pytest.fixture(scope="module")
def photo(comfy, photos) -> str:
    """Name of a photo in the host's input folder."""
    shutil.copy(photos.astronaut, comfy.base / "input" / "soft.png")
    return "soft.png"


@pytest.fixture(scope="module")
def installed(comfy):
    """A host with a stand-in for GFPGAN."""
    file = put_restorer(ModelLocations(comfy.base / "models"), "gfpgan_1.4_onnx")
    yield file
    file.unlink()


def retouching(photo: str, model: str | None = None, **settings: float) -> dict:
    prompt = {
        "photo": {"class_type": "LoadImage", "inputs": {"image": photo}},
        "retouch": {
            "class_type": "FaceChainRetouchFaces",
            "inputs": {"faces_or_images": ["photo", 0], "strength": 0.3, **settings},
        },
        "kept": {"class_type": "PreviewImage", "inputs": {"images": ["retouch", 1]}},
    }
    if model:
        prompt["model"] = {"class_type": "FaceChainLoadFaceModel", "inputs": {"model": model}}
        prompt["retouch"]["inputs"]["restorer"] = ["model", 0]
    return prompt


def reported(comfy, prompt: dict) -> dict:
    return comfy.client.run(prompt, timeout_s=120).outputs["retouch"]["facechain"][0]


def test_an_installed_restorer_runs_only_where_it_is_connected(comfy, photo, installed):
    assert reported(comfy, retouching(photo)) == {"pictures": 1, "strength": 0.3}
    report = reported(comfy, retouching(photo, GFPGAN, restorer_strength=0.75))
    assert report.pop("restorer_engine").startswith("onnxruntime")
    assert report == {"pictures": 1, "strength": 0.3, "restorer": "gfpgan_1.4_onnx", "restorer_strength": 0.75}


def test_without_a_strength_half_of_the_restorer_is_taken(comfy, photo, installed):
    assert reported(comfy, retouching(photo, GFPGAN))["restorer_strength"] == 0.5


@pytest.mark.parametrize("model", ["face parser: embedded", "face swapper: none"])
def test_a_model_for_another_job_is_refused_with_the_one_that_is_needed(comfy, photo, model):
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(retouching(photo, model), timeout_s=120)
    role, _, id = model.partition(": ")
    wrong = f'The connected model is the {role} "{id}"; a face restorer is needed here.'
    assert wrong in caught.value.error["exception_message"]
