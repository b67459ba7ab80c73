"""The shipped workflows open in the real page, and their API twins are what the page itself exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

WORKFLOWS = Path(__file__).parents[2] / "workflows"


@pytest.mark.parametrize("name", sorted(file.stem for file in WORKFLOWS.glob("*.json")))
def test_the_api_twin_is_what_the_page_exports(studio, request, name):
    studio.load_workflow(WORKFLOWS / f"{name}.json")
    exported = studio.api_prompt()
    twin = WORKFLOWS / "api" / f"{name}.json"
    if request.config.getoption("--write-api"):
        twin.write_text(json.dumps(exported, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert exported == json.loads(twin.read_text("utf-8"))


def test_the_template_browser_lists_every_workflow(comfy):
    templates = comfy.client.get("/workflow_templates")
    ours = {name for names in templates.values() for name in names}
    assert {file.stem for file in WORKFLOWS.glob("*.json")} <= ours
