"""The page in Chinese: our nodes, our own widget and our help pages."""

from __future__ import annotations

import pytest
from support_browser import studio_page

ADD_NODE = """() => {
    const node = window.LiteGraph.createNode('FaceChainLoadPhotos')
    window.app.graph.add(node)
    node.pos = [200, 200]
    window.app.canvas.centerOnNode(node)
}"""
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
            studio.page.evaluate(ADD_NODE)
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
