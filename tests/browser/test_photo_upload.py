"""Photos are added to Load Portrait Photos in the page, stored under their hash, and taken out again."""

from __future__ import annotations

import hashlib


def upload(studio, photo):
    """The node that the photo was uploaded in."""
    node = studio.add_node("FaceChainLoadPhotos")
    studio.page.locator(".facechain-photos-input").set_input_files(photo)
    studio.page.locator(".facechain-photos-cell img").wait_for()
    return node


def test_an_uploaded_photo_is_named_by_its_content_and_shown(same_studio, photos, comfy):
    node = upload(same_studio, photos.astronaut)
    stored = f"facechain/{hashlib.sha256(photos.astronaut.read_bytes()).hexdigest()}.png"
    assert same_studio.value(node, "photos") == stored
    assert (comfy.base / "input" / stored).read_bytes() == photos.astronaut.read_bytes()
    same_studio.page.wait_for_function("() => document.querySelector('.facechain-photos-cell img').naturalWidth > 0")


def test_a_removed_photo_leaves_the_value(same_studio, photos):
    node = upload(same_studio, photos.astronaut)
    same_studio.page.locator(".facechain-photos-remove").click()
    assert same_studio.value(node, "photos") == ""


def test_the_drop_zone_is_not_part_of_what_is_queued(same_studio, photos):
    upload(same_studio, photos.astronaut)
    (node,) = same_studio.api_prompt().values()
    assert set(node["inputs"]) == {"photos", "folder"}


def test_a_reloaded_workflow_shows_its_photos_again(same_studio, photos):
    upload(same_studio, photos.astronaut)
    same_studio.redraw()
    same_studio.page.locator(".facechain-photos-cell img").wait_for()
