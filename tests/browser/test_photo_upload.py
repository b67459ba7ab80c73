"""Photos are added to Load Portrait Photos in the page, stored under their hash, and taken out again."""

from __future__ import annotations

import hashlib

ADD_NODE = """() => {
    const node = window.LiteGraph.createNode('FaceChainLoadPhotos')
    window.app.graph.add(node)
    node.pos = [200, 200]
    window.app.canvas.centerOnNode(node)
}"""
VALUE = "() => window.app.graph._nodes[0].widgets.find((widget) => widget.name === 'photos').value"


def upload(studio, photo):
    studio.page.evaluate(ADD_NODE)
    studio.page.locator(".facechain-photos-input").set_input_files(photo)
    studio.page.locator(".facechain-photos-cell img").wait_for()


def test_an_uploaded_photo_is_named_by_its_content_and_shown(studio, photos, comfy):
    upload(studio, photos.astronaut)
    stored = f"facechain/{hashlib.sha256(photos.astronaut.read_bytes()).hexdigest()}.png"
    assert studio.page.evaluate(VALUE) == stored
    assert (comfy.base / "input" / stored).read_bytes() == photos.astronaut.read_bytes()
    studio.page.wait_for_function("() => document.querySelector('.facechain-photos-cell img').naturalWidth > 0")


def test_a_removed_photo_leaves_the_value(studio, photos):
    upload(studio, photos.astronaut)
    studio.page.locator(".facechain-photos-remove").click()
    assert studio.page.evaluate(VALUE) == ""


def test_the_drop_zone_is_not_part_of_what_is_queued(studio, photos):
    upload(studio, photos.astronaut)
    (node,) = studio.api_prompt().values()
    assert set(node["inputs"]) == {"photos", "folder"}


def test_a_reloaded_workflow_shows_its_photos_again(studio, photos):
    upload(studio, photos.astronaut)
    saved = studio.page.evaluate("() => window.app.graph.serialize()")
    studio.page.evaluate("(graph) => window.app.loadGraphData(graph)", saved)
    studio.page.locator(".facechain-photos-cell img").wait_for()
