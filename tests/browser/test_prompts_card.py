"""Apply Person and Style shows what it made of person, style and words, to be read and copied."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support_people import write_style

from studio.cache import default_cache
from studio.checkpoint import planned_checkpoint

CARD = ".facechain-prompts"
TEXTS = f"{CARD}-text"


@pytest.fixture(scope="module")
def checkpoint(comfy):
    """The random checkpoint by the name that the host lists."""
    file = planned_checkpoint(default_cache())
    assert file.is_file(), "The random checkpoint is not there yet. Run `python scripts/test.py` once."
    folder = comfy.base / "models" / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file.name).symlink_to(file)
    yield file.name
    (folder / file.name).unlink()


@pytest.fixture(scope="module")
def style(comfy):
    """A style that asks for a LoRA which is not there."""
    lora = {"file": "absent.safetensors", "source": "<b>somewhere</b>", "sha256": None, "licence": "unknown"}
    file = write_style(comfy.base / "models" / "facechain" / "styles", "card-beach", lora=lora)
    yield file.stem
    file.unlink()


@pytest.fixture
def applied(same_studio, checkpoint, style):
    """The page after a real run of a style with words of the user."""
    studio = same_studio
    base = studio.add_node("CheckpointLoaderSimple", ckpt_name=checkpoint)
    look = studio.add_node("FaceChainSelectStyle", 1, style=style)
    node = studio.add_node("FaceChainApplyPersonStyle", 2, more_positive="(smile:1.2)", more_negative="linen shirt")
    sink = studio.add_node("PreviewAny", 3)
    for source, output, target, name in (
        (base, 0, node, "model"),
        (base, 1, node, "clip"),
        (look, 0, node, "style"),
        (node, 2, sink, "source"),
    ):
        studio.connect(source, output, target, name)
    expect(studio.page.locator(CARD)).to_have_text("The prompts appear here after a run.")
    studio.run()
    expect(studio.page.locator(TEXTS)).to_have_count(2)
    return studio, node


def check(page):
    texts = page.locator(TEXTS)
    expect(texts.nth(0)).to_have_value("sunny beach, (smile:1.2)")
    expect(texts.nth(1)).to_have_value("snow, linen shirt")
    expect(page.locator(f"{CARD}-notes li")).to_have_count(3)


def test_prompts_and_notes_of_the_run_are_read_as_text(applied):
    studio, _ = applied
    check(studio.page)
    expect(studio.page.locator(f"{CARD}-notes")).to_contain_text("<b>somewhere</b>")
    assert studio.page.locator(f"{TEXTS}[readonly]").count() == 2


def test_a_prompt_is_copied(applied):
    studio, _ = applied
    studio.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = studio.page.get_by_role("button", name="Copy: Prompt")
    button.press("Enter")
    expect(button).to_have_text("Copied")
    assert studio.page.evaluate("() => navigator.clipboard.readText()") == "sunny beach, (smile:1.2)"


def test_a_finished_workflow_that_is_opened_again_has_its_prompts(applied):
    studio, _ = applied
    studio.page.evaluate(
        """async () => {
            const outputs = structuredClone(window.app.nodeOutputs)
            await window.app.loadGraphData(window.app.graph.serialize())
            window.app.nodeOutputs = outputs // as the page does when it opens a workflow out of its history
        }"""
    )
    check(studio.page)


def test_the_loras_stand_below_the_prompts(applied):
    studio, node = applied
    loras = [
        {"file": "look.safetensors", "strength": 0.35, "of": "style"},
        {"file": "facechain/ana-12345678.safetensors", "strength": 0.95, "of": "person"},
    ]
    studio.page.evaluate(
        "([id, output]) => window.app.graph.getNodeById(id).onExecuted(output)",
        [node, {"facechain": [{"positive": "fcana, a woman", "negative": "snow", "notes": [], "loras": loras}]}],
    )
    expect(studio.page.locator(f"{CARD}-loras li")).to_have_text(
        ["style LoRA look.safetensors at 0.35", "face LoRA facechain/ana-12345678.safetensors at 0.95"]
    )


def test_the_card_is_not_part_of_what_is_queued(applied):
    studio, node = applied
    inputs = studio.api_prompt()[str(node)]["inputs"]
    assert {*inputs} == {
        *("model", "clip", "style", "style_strength", "face_strength", "more_positive", "more_negative"),
    }
