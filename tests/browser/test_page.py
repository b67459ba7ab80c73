"""The real page loads with our scripts and finds our nodes."""

from __future__ import annotations

from support_host import mounted_name


def test_the_page_opens_without_an_error_of_ours(studio):
    assert studio.our_errors == []


def test_the_page_has_loaded_our_script(studio, comfy):
    script = f"/extensions/{mounted_name(comfy)}/facechain.js"
    loaded = studio.page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    assert f"{comfy.url}{script}" in loaded


def test_the_search_finds_a_node_by_its_name(studio):
    assert "Align Faces" in studio.found_nodes("align faces")


def test_the_search_finds_every_node_of_ours_by_the_name_of_the_pipeline(studio, comfy):
    module = f"custom_nodes.{mounted_name(comfy)}"
    ours = {node["display_name"] for node in comfy.client.object_info().values() if node["python_module"] == module}
    assert ours <= set(studio.found_nodes("facechain"))
