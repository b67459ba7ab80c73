"""The shipped workflows and blueprints as files: small enough to read, explained, illustrated, with their models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / "workflows").glob("*.json"))
BLUEPRINTS = sorted((ROOT / "subgraphs").glob("*.json"))
MOST_BOXES = 14
"""More do not fit on a screen at a size that can be read."""
BASES = {"v1-5-pruned-emaonly-fp16.safetensors", "sd_xl_base_1.0.safetensors"}
NOTE = "MarkdownNote"


def read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text("utf-8"))


def every_node(graph: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes of the graph and of its subgraphs."""
    yield from graph["nodes"]
    for subgraph in graph.get("definitions", {}).get("subgraphs", []):
        yield from subgraph["nodes"]


def named(files: list[Path]):
    return pytest.mark.parametrize("file", files, ids=[file.stem for file in files])


def test_there_is_one_workflow_per_journey():
    assert [file.stem[:2] for file in WORKFLOWS] == ["00", "01", "02", "03", "04", "05", "06"]
    assert [file.stem for file in BLUEPRINTS] == [
        *("Control by pose", "Depth of a photo", "Enlarge portraits"),
        *("Finish portraits", "Prepare photos", "Redraw one face"),
    ]


@named(WORKFLOWS)
def test_a_workflow_has_few_boxes(file):
    boxes = [node for node in read(file)["nodes"] if node["type"] != NOTE]
    assert len(boxes) <= MOST_BOXES


@named(WORKFLOWS)
def test_a_workflow_is_explained_in_both_languages(file):
    text = "".join(node["widgets_values"][0] for node in read(file)["nodes"] if node["type"] == NOTE)
    assert "##" in text
    assert sum("\u4e00" <= character <= "\u9fff" for character in text) > 50


@named(WORKFLOWS)
def test_a_workflow_has_a_thumbnail_of_its_own_name(file):
    with Image.open(file.with_suffix(".jpg")) as thumbnail:
        assert thumbnail.format == "JPEG"
        assert 300 <= min(thumbnail.size) <= max(thumbnail.size) <= 1280


@named(WORKFLOWS)
def test_a_workflow_has_one_choice_of_base_checkpoint(file):
    """Training chooses by name; drawing takes the person's own."""
    nodes = list(every_node(read(file)))
    assert not [node for node in nodes if node["type"] == "CheckpointLoaderSimple"]
    choosing = [node for node in nodes if node["type"] == "FaceChainTrainLora"]
    loading = [node for node in nodes if node["type"] == "FaceChainLoadBaseCheckpoint"]
    assert len(choosing) <= 1
    assert all(node["widgets_values"][0] == "(the person's own)" for node in loading)


@named([file for file in WORKFLOWS if file.stem != "00-id-photo"])
def test_a_workflow_that_needs_a_checkpoint_names_one_of_each_family_with_link_and_licence(file):
    graph = read(file)
    models = [model for node in every_node(graph) for model in node["properties"].get("models", [])]
    assert {model["name"] for model in models} >= BASES
    assert all(model["url"].startswith("https://") and model["directory"] for model in models)
    notes = "".join(node["widgets_values"][0] for node in graph["nodes"] if node["type"] == NOTE)
    if file.stem[:2] not in ("04", "05"):  # fuse only by default: no checkpoint is run there
        assert "RAIL" in notes


@named(BLUEPRINTS)
def test_a_blueprint_is_one_subgraph_with_a_description(file):
    graph = read(file)
    assert len(graph["nodes"]) == len(graph["definitions"]["subgraphs"]) == 1
    assert graph["extra"]["BlueprintDescription"].endswith(".")
    assert "facechain" in graph["extra"]["BlueprintSearchAliases"]


@named(WORKFLOWS)
def test_a_subgraph_in_a_workflow_is_the_blueprint_of_its_name(file):
    blueprints = {blueprint.stem: read(blueprint)["definitions"]["subgraphs"][0] for blueprint in BLUEPRINTS}
    for subgraph in read(file).get("definitions", {}).get("subgraphs", []):
        assert subgraph == blueprints[subgraph["name"]]
