"""The whole way on a real host: photos in, a person, portraits, fused and ranked."""

from __future__ import annotations

import pytest
from PIL import Image
from support_prompts import CHECKPOINT, node_id, shipped_prompt


def report_of(result, prompt, class_type):
    """What a node of ours put into the history."""
    return result.outputs[node_id(prompt, class_type)]["facechain"][0]


@pytest.fixture(scope="module")
def journey(comfy, trained_person):
    """Prompt and result of workflow 06 with the trained person's settings."""
    prompt = shipped_prompt(**trained_person.settings)
    return prompt, comfy.client.run(prompt, timeout_s=240)


def test_the_shipped_workflow_makes_a_portrait(comfy, journey):
    prompt, result = journey
    (picture,) = comfy.client.images(result, node_id(prompt, "SaveImage"))
    assert picture.startswith(b"\x89PNG")


def test_every_photo_has_its_expected_verdict(journey, trained_person):
    prompt, result = journey
    verdicts = [photo["code"] for photo in report_of(result, prompt, "FaceChainAlignFaces")["photos"]]
    assert verdicts == trained_person.expected_verdicts


def test_the_training_is_not_repeated_for_the_portraits(journey):
    prompt, result = journey
    training = node_id(prompt, "FaceChainTrainLora")
    repeated = training not in result.cached_nodes
    assert not repeated or report_of(result, prompt, "FaceChainTrainLora")["was_finished"]


def test_noise_without_a_face_goes_through_and_says_so(journey):
    prompt, result = journey
    fused = report_of(result, prompt, "FaceChainFuseFaces")
    assert [picture["fused"] for picture in fused] == [False]
    assert "no face" in fused[0]["note"]
    assert "No portrait shows a face" in report_of(result, prompt, "FaceChainRankPortraits")["warning"]


def test_the_prompt_names_the_person_and_the_style(journey):
    prompt, result = journey
    page = report_of(result, prompt, "FaceChainApplyPersonStyle")
    assert page["positive"].startswith("fcsks, a woman, ")
    assert any("works from its prompt alone" in note for note in page["notes"])


def test_the_stock_loader_takes_the_lora_without_an_unmatched_key(comfy, trained_person):
    name = f"facechain/{trained_person.lora_name}"
    listed = comfy.client.object_info()["LoraLoader"]["input"]["required"]["lora_name"]
    assert name in str(listed)
    before = len(comfy.log_text())
    comfy.client.run(
        {
            "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": CHECKPOINT}},
            "2": {
                "class_type": "LoraLoader",
                "inputs": {
                    "model": ["1", 0],
                    "clip": ["1", 1],
                    "lora_name": name,
                    "strength_model": 1,
                    "strength_clip": 1,
                },
            },
            "3": {"class_type": "PreviewAny", "inputs": {"source": ["2", 0]}},
        }
    )
    log = comfy.log_text()[before:].lower()
    assert "not loaded" not in log


@pytest.fixture(scope="module")
def finish(comfy, photos, trained_person):
    """Workflow 06 with real photos where the sampler's pictures would be: result, prompt and names."""
    folder = comfy.base / "input" / "portraits"
    folder.mkdir(exist_ok=True)
    names = {"stranger": photos.grace_hopper, "person": photos.astronaut, "nobody": photos.coffee}
    for name, file in names.items():
        Image.open(file).convert("RGB").save(folder / f"{name}.png")
    prompt = shipped_prompt(**trained_person.settings)
    fuse, rank = node_id(prompt, "FaceChainFuseFaces"), node_id(prompt, "FaceChainRankPortraits")
    for name in names:
        prompt[name] = {"class_type": "LoadImage", "inputs": {"image": f"portraits/{name}.png"}}
    prompt[fuse]["inputs"]["target"] = ["stranger", 0]
    # Each picture of a batch has one size, so a list goes to the ranking: fused, then the photos as they are.
    prompt["pictures"] = {
        "class_type": "CreateList",
        "inputs": {
            "inputs.input0": ["stranger", 0],
            "inputs.input1": [fuse, 0],
            "inputs.input2": ["nobody", 0],
            "inputs.input3": ["person", 0],
        },
    }
    prompt[rank]["inputs"]["images"] = ["pictures", 0]
    return prompt, comfy.client.run(prompt, timeout_s=240)


def test_fusing_raises_the_likeness(finish):
    prompt, result = finish
    (fused,) = report_of(result, prompt, "FaceChainFuseFaces")
    assert fused["fused"]
    # 0.5 is the border to other people: the picture comes over to the person's side.
    assert fused["likeness_before"] < 0.4
    assert fused["likeness_after"] > 0.5


def test_the_ranking_puts_the_person_first_and_strangers_last(finish):
    prompt, result = finish
    ranking = report_of(result, prompt, "FaceChainRankPortraits")["portraits"]
    # Inputs: 0 the stranger, 1 the stranger with the person's face, 2 nobody, 3 the person.
    assert [portrait["index"] for portrait in ranking] == [3, 1, 0, 2]
    assert ranking[0]["likeness"] > 0.9
    assert ranking[2]["likeness"] < 0.4
    assert ranking[3]["outcome"] == "no_face"
