"""Every shipped workflow runs to its end on a real host, in the size of a test."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from support_prompts import CONTROLNET, node_id, shipped_prompt
from support_template import SECOND_PERSON, TEMPLATE, add_second_person, write_template

from studio.random_checkpoint import write_random_controlnet


@pytest.fixture(scope="module")
def prepared(comfy, photos, trained_person):
    """A host with two people, a photo of two people and a ControlNet; the first person's slug."""
    write_template(comfy, photos)
    add_second_person(comfy, photos, trained_person.record["person"])
    write_random_controlnet(comfy.base / "models" / "controlnet" / CONTROLNET)
    return trained_person.record["person"]


def run(comfy, prompt):
    return comfy.client.run(prompt, timeout_s=240)


def saved(comfy, result, prompt):
    """The pictures of the workflow's only Save Image, RGB."""
    images = comfy.client.images(result, node_id(prompt, "SaveImage"))
    return [np.asarray(Image.open(BytesIO(image)).convert("RGB")) for image in images]


def report_of(result, prompt, class_type):
    return result.outputs[node_id(prompt, class_type)]["facechain"][0]


def fuse_only(prompt):
    """Id of the Fuse Faces that is in no subgraph."""
    (key,) = (key for key, node in prompt.items() if node["class_type"] == "FaceChainFuseFaces" and ":" not in key)
    return key


def template_prompt(name, persons, *, redraw):
    """Workflow 04 or 05 with the photo of two people; `persons` from left to right."""
    prompt = shipped_prompt(name, LoadImage={"image": TEMPLATE}, ComfySwitchNode={"switch": redraw})
    people = [node for node in prompt.values() if node["class_type"] == "FaceChainLoadPerson"]
    for node, slug in zip(people, persons, strict=True):
        node["inputs"]["person"] = slug
    return prompt


def test_00_makes_an_id_photo_and_a_print_sheet(comfy, photos):
    folder = comfy.base / "input" / "one-photo"
    folder.mkdir()
    Image.open(photos.astronaut).save(folder / "photo.png")
    prompt = shipped_prompt("00-id-photo", FaceChainLoadPhotos={"folder": "one-photo"})
    result = run(comfy, prompt)
    photo, sheet = (
        Image.open(BytesIO(comfy.client.images(result, key)[0]))
        for key, node in prompt.items()
        if node["class_type"] == "SaveImage"
    )
    assert photo.size == (413, 531)  # 35 x 45 mm at 300 dpi
    assert sorted(sheet.size) == [1200, 1800]  # 4 x 6 inch


def test_01_trains_a_person(comfy, trained_person):
    # The fixture is this workflow; what it returned is looked at here.
    assert trained_person.record["message"] == "Training is complete."
    folder = comfy.base / "models" / "facechain" / "people" / trained_person.record["person"]
    assert (folder / "person.json").is_file()


@pytest.mark.parametrize("name", ["02-portraits", "03-portraits-in-pose"])
def test_02_and_03_make_portraits_of_a_person(comfy, prepared, name):
    prompt = shipped_prompt(
        name, FaceChainLoadPerson={"person": prepared}, FaceChainSelectPose={"width": 128, "height": 128}
    )
    result = run(comfy, prompt)
    (portrait,) = saved(comfy, result, prompt)
    assert portrait.shape == (128, 128, 3)
    page = report_of(result, prompt, "FaceChainApplyPersonStyle")
    assert page["positive"].startswith("fcsks, a woman, ")
    # The random checkpoint draws noise: what is proven is that a picture without a face goes through and is reported.
    (fused,) = report_of(result, prompt, "FaceChainFuseFaces")
    assert not fused["fused"]
    ranking = report_of(result, prompt, "FaceChainRankPortraits")
    assert ranking["counts"]["kept"] == 1
    assert "No portrait shows a face" in ranking["warning"]


def test_04_fuses_a_person_into_a_template_without_a_checkpoint(comfy, prepared):
    prompt = template_prompt("04-template", [SECOND_PERSON], redraw=False)
    result = run(comfy, prompt)
    (picture,) = saved(comfy, result, prompt)
    template = np.asarray(Image.open(comfy.base / "input" / TEMPLATE))
    (fused,) = result.outputs[fuse_only(prompt)]["facechain"][0]
    assert fused["fused"]
    assert fused["likeness_after"] > fused["likeness_before"]
    assert (picture[:, 512:] == template[:, 512:]).all()  # the other face
    assert node_id(prompt, "FaceChainCropFaceRegion") not in result.outputs  # the branch of the redraw did not run


def test_04_redraws_the_face_behind_its_switch(comfy, prepared):
    prompt = template_prompt("04-template", [SECOND_PERSON], redraw=True)
    (picture,) = saved(comfy, run(comfy, prompt), prompt)
    template = np.asarray(Image.open(comfy.base / "input" / TEMPLATE))
    assert (picture[:, 512:] == template[:, 512:]).all()
    assert not (picture[:, :512] == template[:, :512]).all()


def test_05_gives_each_face_its_own_person(comfy, prepared):
    prompt = template_prompt("05-group-photo", [prepared, SECOND_PERSON], redraw=False)
    table = np.array(report_of(run(comfy, prompt), prompt, "FaceChainComposeGroupPhoto")["likeness"])
    assert table.argmax(0).tolist() == table.argmax(1).tolist() == [0, 1]


def test_05_redraws_every_face_behind_its_switch(comfy, prepared):
    prompt = template_prompt("05-group-photo", [prepared, SECOND_PERSON], redraw=True)
    (picture,) = saved(comfy, run(comfy, prompt), prompt)
    assert picture.shape == (512, 1024, 3)
