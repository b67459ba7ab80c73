"""Load Person shows who is chosen; its dialog renames, exports, imports and deletes people."""

from __future__ import annotations

import re
import urllib.request
import zipfile
from itertools import count

import pytest
from playwright.sync_api import expect
from support_browser import RECONNECTED
from support_library import write_export, write_traces
from support_requests import form

OPEN = ".facechain-picked-choose"
CARD = ".facechain-picked-card"
ROW = ".facechain-person"
STATUS = ".facechain-people-status"


@pytest.fixture
def export(tmp_path, photos):
    """The file of an exported person called Zoe."""
    return write_export(tmp_path, "Zoe", photos.astronaut)


@pytest.fixture
def library(comfy):
    """Slugs of the library now. Whoever a test has put there is gone afterwards."""

    def slugs():
        return {person["slug"] for person in comfy.client.get("/facechain/people")["people"]}

    before = slugs()
    yield slugs
    for slug in slugs() - before:
        comfy.client.post("/facechain/people/delete", {"slug": slug})


def put(comfy, file, name=""):
    body, kind = form(file=(file.name, file.read_bytes()), name=name)
    headers = {"Content-Type": kind}
    urllib.request.urlopen(urllib.request.Request(f"{comfy.url}/facechain/people/import", body, headers)).close()


@pytest.fixture
def zoe(same_studio, comfy, library, export):
    """The page with a Load Person that names Zoe, who is in the library."""
    put(comfy, export)
    node = same_studio.add_node("FaceChainLoadPerson", person="zoe")
    expect(same_studio.page.locator(CARD)).to_contain_text("Zoe")
    yield same_studio, node
    while same_studio.page.locator("dialog").count():
        same_studio.page.keyboard.press("Escape")


def test_people_that_could_not_be_loaded_are_shown_once_the_server_is_back(same_studio, comfy, library, export):
    put(comfy, export)
    page = same_studio.page
    page.route("**/facechain/people", lambda route: route.abort())
    failures = count(1)
    # The node asks when it is made, and when a person is chosen.
    with page.expect_event("requestfailed", lambda request: next(failures) == 2):
        same_studio.add_node("FaceChainLoadPerson", person="zoe")
    page.unroute("**/facechain/people")
    page.evaluate(RECONNECTED)
    expect(page.locator(CARD)).to_contain_text("Zoe")


def opened(studio):
    studio.page.locator(OPEN).press("Enter")
    studio.page.locator("dialog").wait_for()
    return studio.page.locator(ROW)


def dropped(studio, file):
    """What the page does with a file that is dropped on its dialog."""
    content = list(file.read_bytes())
    studio.page.evaluate(
        """([name, content]) => {
            const dataTransfer = new DataTransfer()
            dataTransfer.items.add(new File([new Uint8Array(content)], name))
            const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
            document.querySelector('.facechain-people').dispatchEvent(event)
        }""",
        [file.name, content],
    )


def test_the_node_shows_the_chosen_person_and_the_dialog_everybody(zoe, comfy, export):
    studio, _ = zoe
    put(comfy, export, "Amy")
    rows = opened(studio)
    expect(rows.locator("strong")).to_have_text(["Amy", "Zoe"])
    expect(rows.nth(1).locator(".facechain-person-choose")).to_be_focused()
    expect(rows.nth(1).locator("small")).to_have_text(re.compile(r"^SD 1\.5 · May 6, 2024 · 0\.\d MB$"))
    studio.page.wait_for_function(
        "() => [...document.querySelectorAll('dialog img')].every((picture) => picture.naturalHeight === 256)"
    )


def test_choosing_somebody_sets_the_node(zoe, comfy, export):
    studio, node = zoe
    put(comfy, export, "Amy")
    opened(studio).filter(has_text="Amy").locator(".facechain-person-choose").press("Enter")
    expect(studio.page.locator("dialog")).to_have_count(0)
    assert studio.value(node, "person") == "amy"
    expect(studio.page.locator(CARD)).to_contain_text("Amy")


def test_a_rename_by_keyboard_is_followed_by_the_node(zoe, library):
    studio, node = zoe
    rows = opened(studio)
    rows.get_by_role("button", name="Rename Zoe").press("Enter")
    studio.page.keyboard.press("Escape")
    expect(rows.get_by_role("button", name="Rename Zoe")).to_be_focused()
    studio.page.keyboard.press("Enter")
    studio.page.keyboard.type("Zoe Maria")
    studio.page.keyboard.press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("Zoe is called Zoe Maria now.")
    expect(rows.get_by_role("button", name="Rename Zoe Maria")).to_be_focused()
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator(CARD)).to_contain_text("Zoe Maria")
    assert studio.value(node, "person") == "zoe-maria"
    assert "zoe-maria" in library()
    studio.page.wait_for_function(
        """(id) => window.app.graph.getNodeById(id).widgets[0].options.values.includes('zoe-maria')""", arg=node
    )
    assert studio.value(node, "person") == "zoe-maria"


def test_a_deletion_is_asked_for_names_what_goes_and_leaves_the_name_on_the_node(zoe, comfy, library):
    studio, node = zoe
    traces = write_traces(comfy.base, "Zoe")
    delete = opened(studio).get_by_role("button", name="Delete… Zoe")
    delete.press("Enter")
    question = studio.page.locator(".facechain-deletion")
    expect(question.locator("h2")).to_have_text("Delete Zoe?")
    expect(question.locator("li")).to_have_text(
        [
            "LoRA versions: 1 (0.1 MB)",
            re.compile(r"^reference pictures: 1 \(0\.\d MB\)$"),  # the PNG is written by any version of Pillow
            "training sets: 1 (0.1 MB)",
            "trainings with their samples: 1 (0.1 MB)",
            "uploaded photos that nobody else was made of: 1 (0.1 MB)",
        ]
    )
    expect(question).to_contain_text("Finished portraits in ComfyUI's output folder stay.")
    expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    studio.page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    assert "zoe" in library()
    delete.press("Enter")
    question.get_by_role("button", name="Delete Zoe").press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("Zoe was deleted.")
    assert (traces.left(), "zoe" in library()) == ([], False)
    studio.page.keyboard.press("Escape")
    expect(studio.page.locator(CARD)).to_contain_text("zoenot on this machine")
    assert studio.value(node, "person") == "zoe"


def test_an_exported_person_is_a_file_that_can_be_imported(zoe, library, tmp_path):
    studio, _ = zoe
    rows = opened(studio)
    with studio.page.expect_download() as download:
        rows.get_by_role("button", name="Export Zoe").press("Enter")
    assert download.value.suggested_filename == "zoe.person.zip"
    file = tmp_path / "copy.zip"
    download.value.save_as(file)
    assert "person.json" in zipfile.ZipFile(file).namelist()
    with studio.page.expect_response("**/facechain/people/import"):
        studio.page.locator("dialog input[type=file]").set_input_files(file)
    expect(studio.page.locator(STATUS)).to_have_text("Zoe is in the library now.")
    expect(rows).to_have_count(len(library()))


def test_a_dropped_file_whose_name_is_taken_is_imported_under_another(zoe, library, tmp_path, photos):
    studio, _ = zoe
    other = write_export(tmp_path, "Zoe", photos.grace_hopper, weight=2.0)
    rows = opened(studio)
    dropped(studio, other)
    field = studio.page.locator(".facechain-people-import input")
    expect(field).to_be_focused()
    expect(field).to_have_value("zoe 2")
    studio.page.keyboard.type("Grace")
    studio.page.keyboard.press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("Grace is in the library now.")
    expect(rows.filter(has_text="Grace").locator(".facechain-person-choose")).to_be_focused()
    assert {"grace", "zoe"} <= library()


def test_what_is_refused_is_said_in_the_dialog_and_as_a_toast(zoe, tmp_path, library):
    studio, _ = zoe
    opened(studio)
    broken = tmp_path / "broken.person.zip"
    broken.write_bytes(b"no zip")
    dropped(studio, broken)
    words = "broken.person.zip could not be imported"
    expect(studio.page.locator(STATUS)).to_contain_text(words)
    expect(studio.page.locator(".p-toast-detail").last).to_contain_text(words)
    picture = tmp_path / "face.png"
    picture.write_bytes(b"")
    dropped(studio, picture)
    expect(studio.page.locator(STATUS)).to_have_text("face.png is no exported person. Choose a .person.zip file.")


def test_a_damaged_person_says_why_and_can_only_be_deleted(zoe, comfy, library):
    studio, _ = zoe
    (comfy.base / "models" / "facechain" / "people" / "zoe" / "person.json").write_text("<b>no JSON</b>", "utf-8")
    row = opened(studio).filter(has_text="zoe")
    expect(row.locator(".facechain-person-problem")).to_contain_text('person.json of "zoe" cannot be read')
    for button in (row.locator(".facechain-person-choose"), row.get_by_text("Rename"), row.get_by_text("Export")):
        expect(button).to_be_disabled()
    row.get_by_text("Delete…").press("Enter")
    studio.page.get_by_role("button", name="Delete zoe", exact=True).press("Enter")
    expect(studio.page.locator(STATUS)).to_have_text("zoe was deleted.")
    assert "zoe" not in library()


def test_the_card_is_not_part_of_what_is_queued(zoe):
    studio, node = zoe
    assert studio.api_prompt()[str(node)]["inputs"] == {"person": "zoe"}
