"""The other renderer, Nodes 2.0, draws our elements as the classic canvas does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_browser import studio_page

from studio.cache import EXTENSION

pytestmark = pytest.mark.long
JOB = "8899aabbccddeeff"


@pytest.fixture(scope="module")
def drawn(browser, comfy):
    """The page with Nodes 2.0 switched on."""
    try:
        with studio_page(browser, comfy, {"Comfy.VueNodes.Enabled": True}) as studio:
            yield studio
    finally:
        comfy.client.post("/settings", {"Comfy.VueNodes.Enabled": False})  # the host keeps it for the next test


@pytest.fixture
def nodes_two(drawn):
    """That page with an empty graph."""
    drawn.clear()
    yield drawn
    assert drawn.our_errors == []


def message(node, event, **values):
    return {"node": str(node), "job": JOB, "event": event, **values}


def inside(studio, node, selector):
    """An element of ours within the node as Nodes 2.0 draws it."""
    return studio.page.locator(f"[data-node-id='{node}'] {selector}")


def test_photos_carry_their_verdicts(nodes_two, photos):
    node = nodes_two.add_node("FaceChainLoadPhotos")
    align = nodes_two.add_node("FaceChainAlignFaces", 1)
    sink = nodes_two.add_node("PreviewAny", 2)
    nodes_two.connect(node, 0, align, "photos")
    nodes_two.connect(align, 4, sink, "source")
    inside(nodes_two, node, ".facechain-photos-input").set_input_files([photos.astronaut, photos.cat])
    expect(inside(nodes_two, node, ".facechain-photos-cell")).to_have_count(2)
    nodes_two.run()
    expect(inside(nodes_two, node, ".facechain-photos-badge")).to_have_text(["✓", "no face"])


def test_a_training_is_followed(nodes_two):
    node = nodes_two.add_node("FaceChainTrainLora")
    losses = {"total": 40, "loss": 0.2, "smoothed_loss": 0.2, "seconds_left": 9, "memory_bytes": 0}
    nodes_two.send(
        "training",
        [
            message(node, "begin", total=40, person="Ana", resumed_at=0),
            message(node, "step", step=8, **losses),
        ],
    )
    expect(inside(nodes_two, node, ".facechain-training-facts")).to_have_text("step 8 of 409 s left")
    nodes_two.send("training", [message(node, "failed", code="training_failed", message="Memory ran out.")])
    expect(inside(nodes_two, node, ".facechain-training-end")).to_contain_text("Memory ran out.")


def test_a_style_is_chosen(nodes_two):
    node = nodes_two.add_node("FaceChainSelectStyle", style="armour")
    inside(nodes_two, node, ".facechain-picked-choose").click()
    expect(nodes_two.page.locator(".facechain-picker-card")).to_have_count(len(list(EXTENSION.glob("styles/*.json"))))
    nodes_two.page.keyboard.type("navy")
    nodes_two.page.keyboard.press("Enter")
    assert nodes_two.value(node, "style") == "working_suit"
    expect(inside(nodes_two, node, ".facechain-picked-card")).to_contain_text("Business suit")
