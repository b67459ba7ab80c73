"""The gallery of styles imports files, adds the LoRA that a style lacks, and deletes the user's own styles."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from support_library import KEY, lora_drafts
from support_people import write_style
from support_waiting import wait_until

CARD = ".facechain-picker-card"
STATUS = ".facechain-style-status"
LORA = {"file": "studio-look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}
THEIRS = {"name": "Casual", "img": "", "model_id": None, "revision": None, "bin_file": None}
THEIRS |= {"multiplier_style": 0.25, "multiplier_human": 0.95, "add_prompt_style": "casual clothes"}


def lora_bytes(width=768, rank=4):
    header = json.dumps({KEY: {"dtype": "F16", "shape": [rank, width], "data_offsets": [0, 2 * rank * width]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(2 * rank * width)


def styles(comfy):
    return {style["id"]: style for style in comfy.client.get("/facechain/styles")["styles"]}


@pytest.fixture
def beach(same_studio, comfy):
    """The page with a Select Style at a style of the user's own, whose LoRA is not there."""
    own = comfy.base / "models" / "facechain" / "styles"
    write_style(own, "studio-beach", lora=LORA, title={"en": "Studio beach", "zh": "海滩"})
    node = same_studio.add_node("FaceChainSelectStyle", style="studio-beach")
    expect(same_studio.page.locator(".facechain-picked-card")).to_contain_text("Studio beach")
    yield same_studio, node
    while same_studio.page.locator("dialog").count():
        same_studio.page.keyboard.press("Escape")
    for style in styles(comfy).values():
        if style["own"]:
            comfy.client.post("/facechain/styles/delete", {"id": style["id"]})
    for file in (comfy.base / "models" / "loras").rglob("studio-look*"):
        file.unlink()


def opened(studio):
    studio.page.locator(".facechain-picked-choose").press("Enter")
    studio.page.locator("dialog").wait_for()
    return studio.page.locator(".facechain-picker-cell").filter(has_text="Studio beach")


def chosen_files(studio, *files):
    """The file picker of the import gives `files`, pairs of a name and a content."""
    payload = [{"name": name, "mimeType": "application/json", "buffer": content} for name, content in files]
    studio.page.locator(".facechain-style-import input[type=file]").set_input_files(payload)


def test_a_missing_lora_is_said_and_added_by_a_file(beach, comfy):
    studio, _ = beach
    cell = opened(studio)
    expect(cell).to_contain_text("LoRA missing: works from its prompt")
    with studio.page.expect_file_chooser() as chooser:
        cell.get_by_role("button", name="Add the LoRA file…").press("Enter")
    chooser.value.set_files({"name": "my look.safetensors", "mimeType": "", "buffer": lora_bytes()})
    expect(studio.page.locator(STATUS)).to_have_text("Studio beach has its LoRA now.")
    expect(cell).to_contain_text("LoRA installed")
    expect(cell.locator(CARD)).to_be_focused()
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator(".facechain-picked-card")).to_contain_text("LoRA installed")
    assert styles(comfy)["studio-beach"]["lora"]["installed"] is True


def test_a_file_that_is_not_the_lora_is_refused_in_words(beach, comfy):
    studio, _ = beach
    cell = opened(studio)
    payload = {"name": "my look.safetensors", "mimeType": "", "buffer": lora_bytes(width=2048)}
    cell.locator("input[type=file]").set_input_files(payload)
    expect(studio.page.locator(STATUS)).to_contain_text('is for SDXL, but style "studio-beach" needs one for SD 1.5')
    expect(cell.get_by_role("button", name="Add the LoRA file…")).to_be_visible()


def test_an_upload_shows_its_progress_and_can_be_stopped(beach, comfy):
    studio, _ = beach
    cell = opened(studio)
    network = studio.page.context.new_cdp_session(studio.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 50_000}
    network.send("Network.emulateNetworkConditions", slow)
    payload = {"name": "my look.safetensors", "mimeType": "", "buffer": lora_bytes(rank=1000)}
    cell.locator("input[type=file]").set_input_files(payload)
    expect(cell.locator("progress")).to_be_visible()
    studio.page.locator(".facechain-picker-search").fill("studio")
    expect(cell.locator("progress")).to_be_visible()
    wait_until(lambda: lora_drafts(comfy))
    cell.get_by_role("button", name="Cancel").press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("my look.safetensors was not added.")
    expect(cell.get_by_role("button", name="Add the LoRA file…")).to_be_visible()
    wait_until(lambda: not lora_drafts(comfy))  # no earlier: the rest of a request may be on its way yet
    network.detach()
    assert styles(comfy)["studio-beach"]["lora"]["installed"] is False


def test_good_files_are_imported_beside_bad_ones_whose_problems_are_named(beach, comfy, tmp_path):
    studio, node = beach
    opened(studio)
    good = write_style(tmp_path, "studio-forest", title={"en": "Studio forest", "zh": "森林"}).read_bytes()
    bad = write_style(tmp_path, "studio-bad", prompt=..., tags=1).read_bytes()
    chosen_files(studio, ("bad.json", bad), ("good.json", good), ("none.json", b"{"))
    status = studio.page.locator(STATUS)
    expect(status).to_contain_text("In the library now: Studio forest.")
    expect(status).to_contain_text("bad.json could not be imported")
    expect(status).to_contain_text("has 2 problems: prompt is missing; tags is 1")
    expect(status).to_contain_text("none.json could not be imported")
    studio.page.locator(CARD).filter(has_text="Studio forest").click()
    assert studio.value(node, "style") == "studio-forest"
    studio.page.wait_for_function(
        """(id) => window.app.graph.getNodeById(id).widgets[0].options.values.includes('studio-forest')""", arg=node
    )


def test_a_taken_id_is_asked_about(beach, comfy, tmp_path):
    studio, _ = beach
    opened(studio)
    title = {"en": "Studio beach", "zh": "海滩"}
    other = ("other.json", write_style(tmp_path, "studio-beach", title=title, prompt="other words").read_bytes())
    importing = studio.page.locator(".facechain-style-import")
    chosen_files(studio, other)
    expect(importing).to_contain_text("other.json: another style has this id here.")
    importing.get_by_role("button", name="Skip").press("Enter")
    expect(importing.get_by_role("button", name="Import style file…")).to_be_visible()
    assert styles(comfy)["studio-beach"]["prompt"] != "other words"
    chosen_files(studio, other)
    importing.get_by_role("button", name="Keep both").press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("In the library now: Studio beach 2.")
    chosen_files(studio, other)
    importing.get_by_role("button", name="Replace it").press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("In the library now: Studio beach.")
    assert styles(comfy)["studio-beach"]["prompt"] == "other words"
    assert styles(comfy)["studio-beach-2"]["prompt"] == "other words"


def test_facechains_file_is_asked_for_its_family(beach, comfy):
    studio, _ = beach
    opened(studio)
    chosen_files(studio, ("Studio_Casual.json", json.dumps(THEIRS).encode()))
    importing = studio.page.locator(".facechain-style-import")
    expect(importing).to_contain_text("Studio_Casual.json: style files of FaceChain do not say their base model.")
    expect(importing.get_by_role("button", name="They are for SD 1.5")).to_be_focused()
    importing.get_by_role("button", name="They are for SDXL").press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("In the library now: Casual.")
    assert styles(comfy)["studio_casual"]["base_family"] == "sdxl"


def test_ones_own_style_is_deleted_after_a_question_and_bundled_ones_cannot(beach, comfy):
    studio, _ = beach
    cell = opened(studio)
    assert studio.page.get_by_role("button", name="Delete…").count() == 1
    cell.get_by_role("button", name="Delete… Studio beach").press("Enter")
    question = studio.page.locator(".facechain-deletion")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    studio.page.keyboard.press("Escape")
    assert "studio-beach" in styles(comfy)
    cell.get_by_role("button", name="Delete… Studio beach").press("Enter")
    question.get_by_role("button", name="Delete Studio beach").press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("Studio beach was deleted.")
    expect(cell).to_have_count(0)
    assert "studio-beach" not in styles(comfy)
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator(".facechain-picked-card")).to_have_text("studio-beachnot on this machine")


def test_a_look_that_a_graph_saves_is_in_every_open_gallery_at_once(beach, comfy):
    studio, node = beach
    save = studio.add_node("FaceChainSaveStyle", 1, name="Studio look")
    studio.connect(node, 0, save, "style")
    studio.run()
    studio.page.wait_for_function(
        """(id) => window.app.graph.getNodeById(id).widgets[0].options.values.includes('studio-look')""", arg=node
    )
    assert styles(comfy)["studio-look"]["own"] is True
