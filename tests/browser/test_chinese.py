"""The page in Chinese: our nodes, our own widget and our help pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_browser import studio_page

SHOWN = """() => {
    const node = window.app.graph._nodes[0]
    return {
        title: node.title,
        folder: node.widgets.find((widget) => widget.name === 'folder').label,
        images: node.outputs[1].localized_name,
        category: node.constructor.category,
    }
}"""
HELP = "async (address) => (await fetch(address)).text()"


@pytest.fixture
def chinese(browser, comfy):
    """The page with Chinese as its language, and one Load Portrait Photos node."""
    try:
        with studio_page(browser, comfy, {"Comfy.Locale": "zh"}) as studio:
            studio.add_node("FaceChainLoadPhotos")
            yield studio
    finally:
        comfy.client.post("/settings", {"Comfy.Locale": "en"})  # the host keeps settings for the next test


def test_a_node_and_its_drop_zone_speak_chinese(chinese):
    names = {"title": "加载人像照片", "folder": "文件夹", "images": "图像", "category": "FaceChain/人物"}
    assert chinese.page.evaluate(SHOWN) == names
    assert chinese.page.locator(".facechain-photos-add").inner_text() == "添加照片…"


def test_the_help_page_is_served_in_chinese(chinese):
    page = chinese.page.evaluate(HELP, f"{chinese.extension_url}docs/FaceChainLoadPhotos/zh.md")
    assert page.startswith("# 加载人像照片\n")


def test_training_panel_and_picker_speak_chinese(chinese):
    node = chinese.add_node("FaceChainTrainLora", 1)
    chinese.add_node("FaceChainSelectStyle", 2, style="armour")
    losses = {"loss": 0.2, "smoothed_loss": 0.2, "seconds_left": 200, "memory_bytes": 0}
    step = {"node": str(node), "job": "0" * 16, "event": "step", "step": 8, "total": 40, **losses}
    chinese.send("training", [step])
    facts = chinese.page.locator(".facechain-training-facts span")
    expect(facts).to_have_text(["第 8 步，共 40 步", "剩余 3 分 20 秒"])
    chinese.page.locator(".facechain-picked-choose").click()
    expect(chinese.page.locator(".facechain-dialog-title")).to_have_text("选择风格")
    chinese.page.keyboard.type("铠甲")
    expect(chinese.page.locator(".facechain-picker-card strong")).to_have_text(["银色铠甲"])
