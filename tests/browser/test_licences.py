"""Choosing a model with a restricted licence asks for it; opening a workflow with one never does."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from support_browser import studio_page

RESTRICTED = "antelopev2"
TITLE = f"Accept the licence of {RESTRICTED}?"
CHOOSE = """([id, value]) => {
    const node = window.app.graph.getNodeById(id)
    const widget = node.widgets.find((widget) => widget.name === 'analyzer')
    widget.setValue(value, { e: new PointerEvent('pointerup'), node, canvas: window.app.canvas })
}"""
"""What the combo's own menu does with a click."""

SHOWS = "([id, value]) => window.app.graph.getNodeById(id).widgets[0].value === value"


@pytest.fixture
def record(comfy):
    """The record of accepted licences; there is none before and after."""
    file = comfy.base / "models" / "facechain" / "accepted-licences.json"
    assert not file.exists()
    yield file
    file.unlink(missing_ok=True)


@pytest.fixture
def asked(same_studio, record):
    """The page after somebody chose the restricted model, with its node and the dialog."""
    node = same_studio.add_node("FaceChainLoadFaceAnalyzer", analyzer="embedded")
    same_studio.page.evaluate(CHOOSE, [node, RESTRICTED])
    dialog = same_studio.page.get_by_role("dialog")
    expect(dialog).to_contain_text(TITLE)
    return same_studio, node, dialog


def test_the_dialog_says_what_is_accepted(asked):
    studio, _, dialog = asked
    for words in (
        "Licence: InsightFace non-commercial research",
        "Terms: https://github.com/deepinsight/insightface/tree/master/model_zoo#license",
        "It forbids commercial use.",
        "MB are fetched from github.com",
        "No workflow can do it.",
    ):
        expect(dialog).to_contain_text(words)
    studio.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_yes_is_remembered_and_the_model_stays_chosen(asked, record):
    studio, node, dialog = asked
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog).to_have_count(0)
    studio.page.wait_for_function(SHOWS, arg=[node, RESTRICTED])
    assert f"analyzer/{RESTRICTED}" in json.loads(record.read_text("utf-8"))
    # Nobody is asked twice.
    for value in ("embedded", RESTRICTED):
        studio.page.evaluate(CHOOSE, [node, value])
    studio.page.wait_for_timeout(300)
    expect(dialog).to_have_count(0)
    assert studio.value(node, "analyzer") == RESTRICTED


@pytest.mark.parametrize("way", ["Cancel", "Escape"])
def test_a_no_brings_the_former_model_back(asked, record, way):
    studio, node, dialog = asked
    if way == "Cancel":
        dialog.get_by_role("button", name="Cancel").click()
    else:
        studio.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    studio.page.wait_for_function(SHOWS, arg=[node, "embedded"])
    assert not record.exists()


def test_a_workflow_that_is_opened_asks_nothing_and_accepts_nothing(same_studio, record):
    node = same_studio.add_node("FaceChainLoadFaceAnalyzer")
    workflow = same_studio.page.evaluate("() => window.app.graph.serialize()")
    workflow["nodes"][0]["widgets_values"] = [RESTRICTED]
    workflow["extra"] = {"facechain": {"accepted": [RESTRICTED]}}
    same_studio.page.evaluate("(graph) => window.app.loadGraphData(graph)", workflow)
    same_studio.page.wait_for_timeout(500)
    assert same_studio.value(node, "analyzer") == RESTRICTED
    expect(same_studio.page.get_by_role("dialog")).to_have_count(0)
    assert not record.exists()


@pytest.mark.long
def test_nodes_two_asks_as_the_classic_canvas_does(browser, comfy, record):
    try:
        with studio_page(browser, comfy, {"Comfy.VueNodes.Enabled": True}) as studio:
            node = studio.add_node("FaceChainLoadFaceAnalyzer", analyzer="embedded")
            combo = studio.page.locator(f"[data-node-id='{node}']").get_by_role("combobox").first
            for key, stays in (("Escape", "embedded"), ("Confirm", RESTRICTED)):
                combo.click()
                studio.page.get_by_role("option", name=RESTRICTED, exact=True).click()
                dialog = studio.page.get_by_role("dialog")
                expect(dialog).to_contain_text(TITLE)
                if key == "Escape":
                    studio.page.keyboard.press(key)
                else:
                    dialog.get_by_role("button", name=key).click()
                expect(combo).to_contain_text(stays)
                assert record.exists() == (stays == RESTRICTED)
    finally:
        comfy.client.post("/settings", {"Comfy.VueNodes.Enabled": False})  # the host keeps it for the next test
