"""What really arrives in the history is what docs/results.md says, and errors carry their code."""

from __future__ import annotations

import json
from functools import partial
from io import BytesIO

import pytest
from PIL import Image
from support_prompts import CHECKPOINT
from support_results import read_document
from support_schemas import node_of, with_sink

from studio.results import PromptFailed, PromptRejected

DOCUMENT = read_document()
PERSON = {"class_type": "FaceChainLoadPerson", "inputs": {"person": "ana-test"}}


@pytest.fixture(scope="module")
def everything(comfy, trained_person, photos):
    """Prompt and result of one small prompt with every node that leaves JSON, but for the training."""
    for name in ("astronaut", "grace_hopper"):
        Image.open(getattr(photos, name)).convert("RGB").save(comfy.base / "input" / f"results_{name}.png")
    prompt = prompt_of_everything(comfy.client.object_info())
    yield prompt, comfy.client.run(prompt, timeout_s=120)
    for file in (comfy.base / "models" / "facechain" / "styles").glob("results-test*"):
        file.unlink()  # other tests count the styles


@pytest.fixture(scope="module")
def arrived(everything, trained_person):
    """Class of every node that leaves JSON -> its values."""
    prompt, result = everything
    left = {prompt[node]["class_type"]: output.get("facechain") for node, output in result.outputs.items()}
    return {**left, "FaceChainTrainLora": [trained_person.record]}


def prompt_of_everything(schemas):
    node = partial(node_of, schemas)
    prompt = {
        "face": {"class_type": "LoadImage", "inputs": {"image": "results_astronaut.png"}},
        "other": {"class_type": "LoadImage", "inputs": {"image": "results_grace_hopper.png"}},
        "person": PERSON,
        "base": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": CHECKPOINT}},
        "style": node("FaceChainSelectStyle"),
        "photos": node("FaceChainLoadPhotos", photos="results_astronaut.png\nabsent.png"),
        "faces": node("FaceChainAlignFaces", photos=["photos", 0]),
        "parsed": node("FaceChainParseFaces", faces=["faces", 0], keep="regions"),
        "retouched": node("FaceChainRetouchFaces", faces_or_images=["parsed", 0]),
        "tagged": node("FaceChainTagFaces", faces=["parsed", 0]),
        "words": node(
            "FaceChainApplyPersonStyle", model=["base", 0], clip=["base", 1], person=["person", 0], style=["style", 0]
        ),
        "saved": node("FaceChainSaveStyle", style=["style", 0], name="Results test"),
        "pose": node("FaceChainEstimatePose", images=["face", 0]),
        "fused": node("FaceChainFuseFaces", target=["other", 0], person=["person", 0]),
        "ranked": node("FaceChainRankPortraits", images=["other", 0], person=["person", 0]),
        "region": node("FaceChainCropFaceRegion", template=["other", 0]),
        "assigned": node("FaceChainAssignFace", person=["person", 0]),
        "group": node("FaceChainComposeGroupPhoto", template=["other", 0], assignments=["assigned", 0]),
        "id_photo": node("FaceChainMakeIdPhoto", faces_or_images=["face", 0]),
        "models": node("FaceChainCheckModels"),
    }
    for name in list(prompt):
        prompt = with_sink(prompt, name)
    return prompt


@pytest.mark.parametrize("node", DOCUMENT.nodes)
def test_what_arrives_is_what_is_documented(arrived, node):
    (value,) = arrived[node]
    assert DOCUMENT.nodes[node].faults(value) == []


def test_pictures_are_where_the_document_says(comfy, everything):
    ranked = everything[1].outputs["ranked"]
    for shown in (ranked["images"], ranked["portraits"]):
        (picture,) = shown
        with Image.open(BytesIO(comfy.client.view(picture))) as shown_picture:
            assert shown_picture.format in ("PNG", "JPEG")


def test_a_failed_prompt_has_the_code_of_the_error_in_the_history(comfy):
    prompt = {"person": {"class_type": "FaceChainLoadPerson", "inputs": {"person": "nobody-here"}}}
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(with_sink(prompt, "person"), timeout_s=60)
    assert caught.value.result.status == "error"
    error = caught.value.error
    assert (error["node_id"], error["node_type"]) == ("person", "FaceChainLoadPerson")
    assert error["exception_type"] == "facechain.person_not_found"
    assert str(comfy.base) not in json.dumps({**error, "traceback": []})


def test_a_refused_prompt_has_the_input_and_the_hosts_code(comfy):
    prompt = {"pose": {"class_type": "FaceChainSelectPose", "inputs": {"pose": "standing", "width": 1, "height": 64}}}
    with pytest.raises(PromptRejected) as caught:
        comfy.client.run(with_sink(prompt, "pose"), timeout_s=60)
    types = {error["type"] for error in caught.value.node_errors["pose"]["errors"]}
    assert types == {"value_smaller_than_min", "required_input_missing"}
