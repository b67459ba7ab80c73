"""The demo's prompts on the way to portraits: the shipped workflow, cut where a stage ends."""

from __future__ import annotations

import pytest

from studio.demo_graphs import node_id, titles
from studio.demo_prompts import (
    DemoSettings,
    check_prompt,
    fusion_prompt,
    journey_prompt,
    preparation_prompt,
    ranking_prompt,
    training_prompt,
)


def settings(*, random: bool = True) -> DemoSettings:
    return DemoSettings("demo/photos", "base.safetensors", random, "Ana", "woman", "working_suit", held_out=1)


def classes(prompt) -> set[str]:
    return {node["class_type"] for node in prompt.values()}


def inputs(prompt, class_type: str) -> dict:
    return prompt[node_id(prompt, class_type)]["inputs"]


def test_each_stage_ends_where_it_says():
    journey = journey_prompt(settings())
    assert classes(check_prompt(journey)) == {"FaceChainLoadPhotos", "FaceChainAlignFaces", "PreviewImage"}
    prepared = classes(check_prompt(journey)) | {"FaceChainParseFaces", "FaceChainRetouchFaces", "FaceChainTagFaces"}
    assert classes(preparation_prompt(journey)) == prepared
    assert classes(training_prompt(journey)) == prepared | {"FaceChainBuildDataset", "FaceChainTrainLora"}
    assert "KSampler" not in classes(fusion_prompt(journey, ["a.png"]))


def test_the_nodes_of_a_later_stage_are_those_of_the_earlier_so_the_host_reuses_them():
    journey = journey_prompt(settings())
    early, late = training_prompt(journey), ranking_prompt(journey, ["a.png"], ["b.png"], own_photos=False)
    train = node_id(journey, "FaceChainTrainLora")
    assert early[train] == late[train]


def test_one_checkpoint_is_trained_on_and_sampled_from():
    journey = journey_prompt(settings())
    assert inputs(journey, "FaceChainTrainLora")["base_checkpoint"] == "base.safetensors"
    assert inputs(journey, "FaceChainLoadBaseCheckpoint")["person"] == [node_id(journey, "FaceChainTrainLora"), 0]
    assert inputs(journey, "FaceChainLoadBaseCheckpoint")["checkpoint"] == "(the person's own)"


def test_random_weights_save_into_smoke_and_real_ones_into_results():
    folders = [
        inputs(journey_prompt(settings(random=random)), "SaveImage")["filename_prefix"] for random in (True, False)
    ]
    assert folders == ["smoke/portrait", "results/portrait"]


def test_a_real_checkpoint_keeps_the_shipped_settings():
    journey = journey_prompt(settings(random=False))
    assert inputs(journey, "FaceChainTrainLora")["resolution"] == 0  # the family's own
    assert inputs(journey, "KSampler")["steps"] == 40


def test_sample_portraits_are_drawn_by_a_real_checkpoint_alone():
    journeys = [journey_prompt(settings(random=random)) for random in (True, False)]
    assert [inputs(journey, "FaceChainTrainLora")["samples"] for journey in journeys] == [
        0,
        -1,
    ]  # as many as the preset says


def test_fused_pictures_are_ranked_first_then_the_others_then_own_photos():
    prompt = ranking_prompt(journey_prompt(settings()), ["t0.png", "t1.png"], ["r0.png"], own_photos=True)
    links = list(prompt["pictures"]["inputs"].values())
    assert links == [
        [node_id(prompt, "FaceChainFuseFaces"), 0], ["ranked0", 0], [node_id(prompt, "FaceChainLoadPhotos"), 1],
    ]  # fmt: skip
    assert prompt["ranked0"]["inputs"] == {"image": "r0.png"}
    assert list(prompt["targets"]["inputs"].values()) == [["target0", 0], ["target1", 0]]


@pytest.mark.parametrize("spectacles", ["target", "person"])
def test_a_fusion_says_whose_spectacles_are_worn(spectacles):
    prompt = fusion_prompt(journey_prompt(settings()), ["t0.png"], spectacles)
    assert inputs(prompt, "FaceChainFuseFaces")["spectacles"] == spectacles


@pytest.mark.parametrize("stage", [check_prompt, preparation_prompt, training_prompt])
def test_a_stage_links_only_to_nodes_that_it_has(stage):
    prompt = stage(journey_prompt(settings()))
    links = [value[0] for node in prompt.values() for value in node["inputs"].values() if isinstance(value, list)]
    assert set(links) <= set(prompt)


def test_every_node_has_a_title_for_the_terminal():
    prompt = check_prompt(journey_prompt(settings()))
    assert set(titles(prompt).values()) == {"Load Portrait Photos", "Align Faces", "Show: crops"}
