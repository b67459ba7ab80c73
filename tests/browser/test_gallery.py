"""Rank Portraits shows the ranked pictures, most alike first, and each of them large."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

THUMBNAIL = ".facechain-portrait"


@pytest.fixture(scope="module")
def folder(comfy, photos):
    """A folder of the input folder in which the person comes last by name."""
    folder = comfy.base / "input" / "ranked"
    folder.mkdir()
    for name, photo in (("0.png", photos.cat), ("1.png", photos.grace_hopper), ("2.png", photos.astronaut)):
        shutil.copy(photo, folder / name)
    return folder.name


@pytest.fixture
def ranked(same_studio, folder):
    """The page after a real ranking of three pictures by the third."""
    studio = same_studio
    pictures = studio.add_node("FaceChainLoadPhotos", folder=folder)
    person = studio.add_node("FaceChainLoadPhotos", 1, photos=f"{folder}/2.png")
    rank = studio.add_node("FaceChainRankPortraits", 2, keep=1, threshold=0.5)
    studio.connect(pictures, 1, rank, "images")
    studio.connect(person, 1, rank, "reference")
    studio.run()
    expect(studio.page.locator(THUMBNAIL)).to_have_count(3)
    # The sheet is fetched after the gallery and moves what is on the node.
    studio.page.wait_for_function("(id) => window.app.graph.getNodeById(id).imgs?.length", arg=rank)
    return studio


def test_portraits_stand_in_the_order_of_their_likeness(ranked):
    thumbnails = ranked.page.locator(THUMBNAIL)
    names = [thumbnails.nth(place).get_attribute("aria-label").split(" · ") for place in range(3)]
    assert [(name[0], name[-1]) for name in names] == [
        ("#1", "kept"),
        ("#2", "below 50%"),
        ("#3", "no face"),
    ]
    assert ranked.page.locator(".facechain-portrait-likeness").all_inner_texts()[::2] == ["100%", "–"]
    assert ranked.page.locator(".facechain-portrait-raw").all_inner_texts()[::2] == ["distance 0.00", ""]
    assert ranked.page.locator(f"{THUMBNAIL}[data-kept=true]").count() == 1
    expect(ranked.page.locator(".facechain-gallery-status")).to_have_text(
        "3 portraits: 1 kept · 1 below 50% · 1 without a face"
    )
    expect(ranked.page.locator(".facechain-gallery-scale")).to_contain_text("usual for this model: one photo only")


def test_arrow_keys_go_from_portrait_to_portrait(ranked):
    thumbnails = ranked.page.locator(THUMBNAIL)
    thumbnails.nth(0).focus()
    ranked.page.keyboard.press("ArrowRight")
    expect(thumbnails.nth(1)).to_be_focused()
    for _ in range(2):
        ranked.page.keyboard.press("ArrowLeft")
    expect(thumbnails.nth(2)).to_be_focused()


def test_a_portrait_opens_large_and_arrow_keys_go_on_and_back(ranked):
    title = ranked.page.locator(".facechain-dialog-title")
    ranked.page.locator(THUMBNAIL).nth(0).press("Enter")
    expect(title).to_contain_text("#1")
    ranked.page.keyboard.press("ArrowRight")
    expect(title).to_contain_text("#2")
    for _ in range(2):
        ranked.page.keyboard.press("ArrowLeft")
    expect(title).to_contain_text("#3")
    ranked.page.wait_for_function("() => document.querySelector('.facechain-viewer-picture').naturalWidth > 0")
    ranked.page.keyboard.press("Escape")
    expect(ranked.page.locator("dialog")).to_have_count(0)


def test_the_link_opens_the_picture_that_is_shown(ranked, comfy):
    ranked.page.locator(THUMBNAIL).nth(0).click()
    address = ranked.page.locator(".facechain-viewer-link").get_attribute("href")
    opened = ranked.page.request.get(f"{comfy.url}{address}")
    assert opened.headers["content-type"] == "image/jpeg"
    ranked.page.keyboard.press("Escape")


def test_a_finished_workflow_that_is_opened_again_has_its_gallery(ranked):
    ranked.page.evaluate(
        """async () => {
            const outputs = structuredClone(window.app.nodeOutputs)
            await window.app.loadGraphData(window.app.graph.serialize())
            window.app.nodeOutputs = outputs // as the page does when it opens a workflow out of its history
        }"""
    )
    expect(ranked.page.locator(THUMBNAIL)).to_have_count(3)
