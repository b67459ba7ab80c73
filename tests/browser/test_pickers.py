"""Styles and poses are chosen from a dialog with pictures and a search, by mouse and by keyboard."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from support_browser import RECONNECTED
from support_waiting import wait_until

from studio.cache import EXTENSION

CARD = ".facechain-picker-card"


@pytest.fixture
def style(same_studio):
    """The page with one Select Style at "armour"."""
    node = same_studio.add_node("FaceChainSelectStyle", style="armour")
    expect(same_studio.page.locator(".facechain-picked-card")).to_contain_text("Silver armour")
    return same_studio, node


def opened(studio):
    studio.page.locator(".facechain-picked-choose").press("Enter")
    studio.page.locator("dialog").wait_for()
    return studio.page.locator(CARD)


def test_the_dialog_has_every_style_and_marks_the_chosen_one(style):
    studio, _ = style
    cards = opened(studio)
    expect(cards).to_have_count(len(list((EXTENSION / "styles").glob("*.json"))))
    expect(studio.page.locator(f"{CARD}[aria-pressed=true]")).to_contain_text("Silver armour")
    studio.page.keyboard.press("Escape")


def test_a_click_on_a_card_chooses_it(style):
    studio, node = style
    opened(studio).filter(has_text="Business suit").click()
    assert studio.value(node, "style") == "working_suit"
    expect(studio.page.locator(".facechain-picked-card")).to_contain_text("Business suit")
    expect(studio.page.locator("dialog")).to_have_count(0)


def test_a_search_and_enter_choose_without_a_mouse(style):
    studio, node = style
    cards = opened(studio)
    studio.page.keyboard.type("navy shirt")
    expect(cards).to_have_count(1)
    studio.page.keyboard.press("Enter")
    assert studio.value(node, "style") == "working_suit"


def test_arrow_keys_go_from_the_search_to_the_cards_and_back(style):
    studio, node = style
    cards = opened(studio)
    second = cards.nth(1).locator("strong").inner_text()
    studio.page.keyboard.press("ArrowDown")
    expect(cards.nth(0)).to_be_focused()
    studio.page.keyboard.press("ArrowUp")
    expect(studio.page.locator(".facechain-picker-search")).to_be_focused()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        studio.page.keyboard.press(key)
    expect(studio.page.locator(".facechain-picked-card")).to_contain_text(second)
    assert studio.value(node, "style") != "armour"


def test_escape_chooses_nothing_and_keys_do_not_reach_the_graph(style):
    studio, node = style
    studio.page.evaluate("(id) => window.app.canvas.selectNode(window.app.graph.getNodeById(id))", node)
    cards = opened(studio)
    cards.first.focus()
    studio.page.keyboard.press("Delete")
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator("dialog")).to_have_count(0)
    assert studio.value(node, "style") == "armour"


def test_a_search_without_a_result_says_so(style):
    studio, _ = style
    opened(studio)
    studio.page.keyboard.type("zzz")
    expect(studio.page.locator(".facechain-picker-grid")).to_have_text("Nothing fits this search.")
    studio.page.keyboard.press("Escape")  # empties the search, as the browser does with every such field
    expect(studio.page.locator(CARD)).not_to_have_count(0)
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator("dialog")).to_have_count(0)


def test_a_style_that_is_not_there_says_so_on_its_node(same_studio):
    same_studio.add_node("FaceChainSelectStyle", style="nowhere")
    expect(same_studio.page.locator(".facechain-picked-card")).to_have_text("nowherenot on this machine")


def test_a_list_that_cannot_be_loaded_is_said_and_loaded_once_the_server_is_back(same_studio):
    page = same_studio.page
    card = page.locator(".facechain-picked-card")
    page.route("**/facechain/styles", lambda route: route.abort())
    same_studio.add_node("FaceChainSelectStyle", style="armour")
    expect(card).to_contain_text("The list could not be loaded: ")
    page.unroute("**/facechain/styles")
    page.evaluate(RECONNECTED)
    expect(card).to_contain_text("Silver armour")


def test_an_answer_to_an_earlier_question_does_not_replace_a_later_one(same_studio):
    page = same_studio.page
    card = page.locator(".facechain-picked-card")
    late = []
    page.route("**/facechain/styles", lambda route: late.append(route) if len(late) < 2 else route.continue_())
    same_studio.add_node("FaceChainSelectStyle", style="armour")
    expect(card).to_have_text("armour")  # nobody knows more yet
    # The node asks when it is made, and when a style is chosen that it does not know.
    wait_until(lambda: page.wait_for_timeout(20) or len(late) == 2)
    page.evaluate(RECONNECTED)
    expect(card).to_contain_text("Silver armour")
    for route in late:
        with page.expect_event("requestfinished", lambda request: request.url.endswith("/facechain/styles")):
            route.fulfill(json={"styles": [], "problems": []})
    page.unroute("**/facechain/styles")
    expect(card).to_contain_text("Silver armour")


def test_a_pose_is_chosen_by_its_picture(same_studio):
    studio = same_studio
    node = studio.add_node("FaceChainSelectPose")
    title = json.loads((EXTENSION / "poses" / "sitting_front.json").read_text("utf-8"))["title"]["en"]
    cards = opened(studio)
    expect(cards).to_have_count(len(list((EXTENSION / "poses").glob("*.json"))))
    studio.page.wait_for_function(
        "() => [...document.querySelectorAll('dialog img')].every((picture) => picture.naturalHeight === 192)"
    )
    cards.filter(has_text=title).click()
    assert studio.value(node, "pose") == "sitting_front"
    expect(studio.page.locator(".facechain-picked-picture")).to_have_attribute(
        "src", "/api/facechain/poses/sitting_front.png"
    )
