"""The demo's prompts beside the way to portraits: ID photos, poses, and people in template photos."""

from __future__ import annotations

import pytest

from studio.demo_graphs import node_id
from studio.demo_tool_prompts import group_prompt, id_photo_prompt, pose_prompt, template_prompt

STANDARDS = ["icao_35x45", "us_2x2"]
PROMPTS = {
    "id_photo": id_photo_prompt("demo/ana.png", STANDARDS),
    "pose": pose_prompt("demo/ana.png", ["waving", "sitting"]),
    "template": template_prompt("demo/two.png", "ana"),
    "group": group_prompt("demo/two.png", "ana", "bob"),
}


def inputs(prompt, class_type: str) -> dict:
    return prompt[node_id(prompt, class_type)]["inputs"]


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_links_only_to_nodes_that_it_has(name):
    nodes = PROMPTS[name].values()
    links = {value[0] for node in nodes for value in node["inputs"].values() if isinstance(value, list)}
    assert links <= set(PROMPTS[name])


def test_one_prepared_photo_is_made_into_an_id_photo_of_every_standard():
    prompt = PROMPTS["id_photo"]
    assert inputs(prompt, "FaceChainLoadPhotos")["photos"] == "demo/ana.png"
    assert [prompt[standard]["inputs"]["standard"] for standard in STANDARDS] == STANDARDS
    retouched = [node_id(prompt, "FaceChainRetouchFaces"), 0]
    assert [prompt[standard]["inputs"]["faces_or_images"] for standard in STANDARDS] == [retouched, retouched]


def test_photo_sheet_and_guide_of_a_standard_are_shown():
    prompt = PROMPTS["id_photo"]
    shown = [prompt[f"{what}-us_2x2"]["inputs"]["images"] for what in ("photo", "sheet", "guide")]
    assert shown == [["us_2x2", 0], ["us_2x2", 1], ["us_2x2", 2]]


def test_every_example_pose_is_shown_under_its_id():
    prompt = PROMPTS["pose"]
    for pose in ("waving", "sitting"):
        selected, output = prompt[pose]["inputs"]["images"]
        assert (prompt[selected]["inputs"]["pose"], output) == (pose, 0)


def test_a_template_gets_the_person_on_its_second_face():
    prompt = PROMPTS["template"]
    assert inputs(prompt, "FaceChainLoadPerson")["person"] == "ana"
    fuse = inputs(prompt, "FaceChainFuseFaces")
    assert (fuse["which_face"], fuse["face_number"]) == ("position", 2)


def test_the_persons_of_a_group_photo_get_a_face_each():
    prompt = PROMPTS["group"]
    assigned = [node["inputs"] for node in prompt.values() if node["class_type"] == "FaceChainAssignFace"]
    faces = {prompt[each["person"][0]]["inputs"]["person"]: each["face_number"] for each in assigned}
    assert faces == {"ana": 2, "bob": 1}


@pytest.mark.parametrize("name", ["template", "group"])
def test_people_in_a_template_photo_need_no_checkpoint(name):
    classes = {node["class_type"] for node in PROMPTS[name].values()}
    assert classes.isdisjoint({"KSampler", "VAEDecode", "FaceChainLoadBaseCheckpoint"})
