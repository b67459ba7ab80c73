"""A workflow from another machine keeps its names here, and a name that is missing says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

WORKFLOW = Path(__file__).parents[2] / "workflows" / "02-portraits.json"
REFRESH = "() => window.app.refreshComboInNodes()"
SHARED = {
    "FaceChainLoadPerson": (
        "person",
        "alice",
        ["Person", "not on this machine", "01-train-person", "import the person"],
    ),
    "FaceChainSelectStyle": ("style", "their-style", ["Style", "not on this machine", "Import style file"]),
    "FaceChainSelectPose": ("pose", "their_pose", ["Pose", "put their_pose.json into models/facechain/poses"]),
    "FaceChainLoadBaseCheckpoint": ("checkpoint", "their.safetensors", ["Checkpoint", "not in models/checkpoints"]),
    "FaceChainLoadStyleLora": ("lora", "their-lora.safetensors", ["LoRA", "not in models/loras"]),
}
"""Per node: the widget, a name that is nowhere here, and what its message must say besides the name."""


@pytest.fixture
def shared(studio):
    """The portraits' workflow as somebody else saved it, opened here."""
    graph = json.loads(WORKFLOW.read_text("utf-8"))
    for node in graph["nodes"]:
        if node["type"] in SHARED and node.get("widgets_values"):
            node["widgets_values"][0] = SHARED[node["type"]][1]
    studio.page.evaluate("(graph) => window.app.loadGraphData(graph)", graph)
    return studio


def names(studio):
    """Name on every node that has one of another machine, by class, as it would be queued."""
    prompt = studio.api_prompt().values()
    return {
        node["class_type"]: node["inputs"][SHARED[node["class_type"]][0]]
        for node in prompt
        if node["class_type"] in SHARED
    }


def refusal(studio):
    """What the page says when Run is pressed."""
    with pytest.raises(Error) as caught:
        studio.run()
    return str(caught.value)


def test_names_stay_through_opening_and_refreshing_and_run_says_who_is_missing(shared):
    expected = {name: SHARED[name][1] for name in names(shared)}
    assert len(expected) >= 3  # person, checkpoint and style
    assert names(shared) == expected
    shared.page.evaluate(REFRESH)
    shared.redraw()
    assert names(shared) == expected
    card = shared.page.locator(".facechain-picked-card").filter(has_text="alice")
    expect(card).to_contain_text("alicenot on this machine")
    expect(card).to_contain_text("Train (workflow 01-train-person), or import (People…)")
    message = refusal(shared)
    assert 'Person "alice" is not on this machine' in message
    assert shared.our_errors == []


def test_every_missing_name_says_what_is_missing_and_what_to_do(studio):
    for node_class, (widget, name, words) in SHARED.items():
        studio.clear()
        node = studio.add_node(node_class, **{widget: name})
        sink = studio.add_node("PreviewAny", 1)
        studio.connect(node, 0, sink, "source")
        studio.page.evaluate(REFRESH)
        assert studio.value(node, widget) == name
        message = refusal(studio)
        missing = [word for word in (name, *words) if word not in message]
        assert missing == [], f"{node_class}: {message}"
    assert studio.our_errors == []
