"""After Align Faces ran, every photo on Load Portrait Photos says whether it is good, and why not."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

BADGE = ".facechain-photos-badge"


@pytest.fixture(scope="module")
def folder(comfy, photos):
    """A folder of the input folder with a good photo, a cat and a damaged file."""
    folder = comfy.base / "input" / "judged"
    folder.mkdir()
    shutil.copy(photos.astronaut, folder / "0.png")
    shutil.copy(photos.cat, folder / "1.png")
    (folder / "2.jpg").write_bytes(b"no picture")
    return folder.name


@pytest.fixture
def judged(same_studio, folder):
    """The page after a real run over that folder, with the first photo in the list as well."""
    studio = same_studio
    photos = studio.add_node("FaceChainLoadPhotos", photos=f"{folder}/0.png", folder=folder)
    align = studio.add_node("FaceChainAlignFaces", 1)
    sink = studio.add_node("PreviewAny", 2)
    studio.connect(photos, 0, align, "photos")
    studio.connect(align, 4, sink, "source")
    studio.run()
    expect(studio.page.locator(BADGE)).to_have_count(3)
    return studio


def test_photos_of_list_and_folder_carry_their_verdicts(judged):
    assert judged.page.locator(BADGE).all_inner_texts() == ["✓", "no face", "unreadable"]
    assert judged.page.locator(".facechain-photos-status").inner_text() == "1 of 3 photos accepted"
    assert judged.page.locator(".facechain-photos-remove").count() == 1, "A photo of a folder cannot be removed."


def test_a_badge_says_the_whole_reason_and_what_to_do(judged):
    badge = judged.page.locator(BADGE).nth(1)
    full = "No face was found. Use a photo in which the face is large, lit and not covered."
    assert badge.get_attribute("title") == full
    badge.press("Enter")
    assert judged.page.locator(".facechain-photos-status").inner_text() == full


def test_badges_survive_when_the_nodes_are_made_anew(judged):
    judged.redraw()
    judged.page.locator(BADGE).nth(2).wait_for()
    assert judged.page.locator(BADGE).all_inner_texts() == ["✓", "no face", "unreadable"]


def test_an_upload_with_the_same_content_has_the_verdict_at_once(judged, photos):
    judged.page.locator(".facechain-photos-input").set_input_files(photos.cat)
    judged.page.locator(BADGE).nth(3).wait_for()
    assert judged.page.locator(BADGE).all_inner_texts() == ["✓", "no face", "no face", "unreadable"]


def test_photos_of_another_folder_leave_the_zone(judged):
    node = judged.page.evaluate("() => window.app.graph._nodes[0].id")
    judged.page.evaluate(
        """(id) => {
            const folder = window.app.graph.getNodeById(id).widgets.find((widget) => widget.name === 'folder')
            folder.value = '(none)'
            folder.callback('(none)')
        }""",
        node,
    )
    assert judged.page.locator(BADGE).all_inner_texts() == ["✓"]
