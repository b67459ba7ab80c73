"""The style library over the server: save, import, delete, the LoRA of a style; no request reaches beyond it."""

from __future__ import annotations

import hashlib
import json
import socket
from urllib.parse import quote, urlsplit

import pytest
from support_library import KEY, lora_drafts
from support_people import write_style
from support_requests import JSON, answer, form, refusal
from support_waiting import wait_until

from studio.cache import EXTENSION
from studio.results import PromptFailed

STYLES = "/facechain/styles"
LORA = {"file": "studio-look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}


def lora_bytes(width=768, filler=0, key=KEY):
    header = json.dumps({key: {"dtype": "F16", "shape": [4, width], "data_offsets": [0, 8 * width]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes([filler]) * (8 * width)


def styles(comfy):
    return {style["id"]: style for style in comfy.client.get(STYLES)["styles"]}


def imported(comfy, name, content, headers=None, **texts):
    """What the server says to the form that a page sends."""
    body, kind = form(file=(name, content), **texts)
    return answer(comfy, f"{STYLES}/import", body, {"Content-Type": kind, **(headers or {})})


def deleted(comfy, style_id, headers=None):
    return answer(comfy, f"{STYLES}/delete", json.dumps({"id": style_id}).encode(), {**JSON, **(headers or {})})


def added(comfy, style_id, content, headers=None):
    body, kind = form(file=("my look.safetensors", content))
    return answer(comfy, f"{STYLES}/{style_id}/lora", body, {"Content-Type": kind, **(headers or {})})


def words(reply):
    """Status and message of a refusal."""
    status, kind, content = reply
    assert kind == "application/json"
    return status, json.loads(content)["message"]


def saving(style="armour", **values):
    """A prompt that saves a look of the library under another name."""
    inputs = {"style": ["1", 0], "name": "Studio Look", "overwrite": False, **values}
    return {
        "1": {"class_type": "FaceChainSelectStyle", "inputs": {"style": style}},
        "2": {"class_type": "FaceChainSaveStyle", "inputs": inputs},
        "3": {
            "class_type": "EmptyImage",
            "inputs": {"width": 1024, "height": 512, "batch_size": 2, "color": 0},
        },
    }


@pytest.fixture
def own(comfy):
    """The user's styles folder. What a test has put there, and into the loras folder, is gone afterwards."""
    yield comfy.base / "models" / "facechain" / "styles"
    for style in styles(comfy).values():
        if style["own"]:
            assert deleted(comfy, style["id"])[0] == 200
    for file in (comfy.base / "models" / "loras").rglob("studio-look*"):
        file.unlink()
    (comfy.base / "models" / "facechain" / "style-loras.json").unlink(missing_ok=True)


@pytest.fixture
def beach(comfy, own):
    """A style of the user's own whose LoRA is not there."""
    write_style(own, "studio-beach", lora=LORA)
    return "studio-beach"


def test_a_saved_look_is_offered_and_has_its_words_and_picture(comfy, own):
    result = comfy.client.run(saving(prompt="low sun", title_zh="海", preview=["3", 0], style_strength=0.5))
    assert result.outputs["2"]["facechain"] == [{"style": "studio-look", "title": "Studio Look", "notes": []}]
    assert len(result.outputs["2"]["images"]) == 1
    armour, kept = styles(comfy)["armour"], styles(comfy)["studio-look"]
    assert (kept["title"], kept["prompt"]) == ({"en": "Studio Look", "zh": "海"}, f"{armour['prompt']}, low sun")
    assert (kept["own"], kept["preview"], kept["lora"]) == (True, True, armour["lora"])
    assert json.loads((own / "studio-look.json").read_text("utf-8"))["style_strength"] == 0.5
    assert answer(comfy, f"{STYLES}/studio-look/preview")[:2] == (200, "image/jpeg")
    offered = comfy.client.object_info()["FaceChainSelectStyle"]["input"]["required"]["style"][1]["options"]
    assert "studio-look" in offered


def test_a_saved_look_is_replaced_only_on_demand(comfy, own):
    comfy.client.run(saving())
    with pytest.raises(PromptFailed, match=r'"studio-look" of your own already\. Replace it \(overwrite\), or choose'):
        comfy.client.run(saving(prompt="low sun"))
    with pytest.raises(PromptFailed, match=r'bundled style is called "t_shirt"\. Put yours in front'):
        comfy.client.run(saving(name="T_shirt"))
    result = comfy.client.run(saving(name="T_shirt", overwrite=True))
    assert 'in front of the bundled "t_shirt"' in result.outputs["2"]["facechain"][0]["notes"][0]
    assert styles(comfy)["t_shirt"]["hides_bundled"] is True


def test_a_look_that_was_deleted_is_saved_again_by_the_same_prompt(comfy, own):
    prompt = saving()
    comfy.client.run(prompt)
    assert "2" in comfy.client.run(prompt).cached_nodes
    assert deleted(comfy, "studio-look")[0] == 200
    comfy.client.run(prompt)
    assert "studio-look" in styles(comfy)


@pytest.mark.parametrize("name", ["../../x", "\N{GRINNING FACE}", ""])
def test_a_name_that_is_none_is_refused(comfy, own, name):
    with pytest.raises(PromptFailed, match="The name"):
        comfy.client.run(saving(name=name))


def test_a_style_that_is_not_here_says_how_to_get_it(comfy, own):
    with pytest.raises(PromptFailed, match=r'"armor" is not on this machine; nearest here: armour.*Import style file'):
        comfy.client.run(saving(style="armor"))


def test_a_file_is_imported_and_asks_before_it_replaces(comfy, own, tmp_path):
    file = write_style(tmp_path, "studio-forest").read_bytes()
    status, _, content = imported(comfy, "any name.json", file)
    assert (status, json.loads(content)) == (200, {"style": "studio-forest", "title": "Beach", "title_zh": "海滩"})
    assert imported(comfy, "again.json", file)[0] == 200
    other = write_style(tmp_path, "studio-forest", prompt="other").read_bytes()
    assert words(imported(comfy, "x.json", other))[0] == 409
    assert json.loads(imported(comfy, "x.json", other, clash="keep both")[2])["style"] == "studio-forest-2"
    assert imported(comfy, "x.json", other, clash="replace")[0] == 200
    assert styles(comfy)["studio-forest"]["prompt"] == "other"


def test_facechains_file_is_stored_as_ours_with_the_family_that_was_chosen(comfy, own):
    theirs = {"name": "Casual", "img": "", "model_id": None, "revision": None, "bin_file": None}
    theirs |= {"multiplier_style": 0.25, "multiplier_human": 0.95, "add_prompt_style": "casual clothes"}
    status, _, content = imported(comfy, "Studio_Casual.json", json.dumps(theirs).encode(), family="sdxl")
    assert (status, json.loads(content)["style"]) == (200, "studio_casual")
    stored = json.loads((own / "studio_casual.json").read_text("utf-8"))
    assert (stored["schema"], stored["base_family"], stored["prompt"]) == (1, "sdxl", "casual clothes")


def test_a_file_with_problems_is_refused_with_all_of_them(comfy, own, tmp_path):
    before = styles(comfy)
    status, message = words(imported(comfy, "x.json", write_style(tmp_path, prompt=..., tags=1).read_bytes()))
    assert status == 400
    assert "has 2 problems: prompt is missing; tags is 1" in message
    assert words(imported(comfy, "x.json", b" " * 300_000))[0] == 400
    for texts in ({"clash": "never"}, {"family": "sd3"}):
        assert words(imported(comfy, "x.json", write_style(tmp_path).read_bytes(), **texts))[0] == 400
    assert styles(comfy) == before


@pytest.mark.parametrize("style_id", ["armour", "nowhere", "../styles/armour", "", "a\0b"])
def test_only_ones_own_styles_are_deleted(comfy, own, style_id):
    assert deleted(comfy, style_id)[0] in (400, 404)
    assert (EXTENSION / "styles" / "armour.json").is_file()


def test_an_added_lora_is_installed_under_the_name_that_the_style_asks_for(comfy, own, beach):
    assert styles(comfy)[beach]["lora"]["installed"] is False
    status, _, content = added(comfy, beach, lora_bytes())
    assert (status, json.loads(content)) == (200, {"style": beach, "lora": LORA["file"]})
    assert styles(comfy)[beach]["lora"] == {"file": LORA["file"], "installed": True, "is_other": False}
    assert (
        f"facechain/styles/{LORA['file']}"
        in comfy.client.object_info()["LoraLoader"]["input"]["required"]["lora_name"][0]
    )
    record = json.loads((comfy.base / "models" / "facechain" / "style-loras.json").read_text("utf-8"))
    assert record[LORA["file"]]["sha256"] == hashlib.sha256(lora_bytes()).hexdigest()


def test_a_file_put_there_by_hand_is_remembered_and_another_one_is_said(comfy, own, beach):
    file = comfy.base / "models" / "loras" / LORA["file"]
    file.write_bytes(lora_bytes(filler=1))
    comfy.client.run(saving(style=beach))
    file.write_bytes(lora_bytes(filler=2))
    comfy.client.run(saving(style=beach, overwrite=True))
    assert styles(comfy)[beach]["lora"]["is_other"] is True
    assert added(comfy, beach, lora_bytes(filler=2))[0] == 200
    comfy.client.run(saving(style=beach, overwrite=True, prompt="again"))
    assert styles(comfy)[beach]["lora"]["is_other"] is False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"PK\x03\x04" + bytes(100), "my look.safetensors is a pickle file"),
        (lora_bytes(width=2048), "is for SDXL, but style"),
        (lora_bytes(key="model.weight"), "is no LoRA"),
        (lora_bytes()[:-1], "is damaged"),
    ],
)
def test_a_file_that_is_not_the_lora_is_refused_and_nothing_stays(comfy, own, beach, content, problem):
    status, message = words(added(comfy, beach, content))
    assert status == 400
    assert problem in message
    assert styles(comfy)[beach]["lora"]["installed"] is False
    wait_until(lambda: not lora_drafts(comfy))


def test_a_stopped_or_oversized_upload_leaves_nothing(comfy, own, beach):
    body, kind = form(file=("x.safetensors", lora_bytes()))
    before = len(comfy.log_text())
    for length in (len(body), 3 * 1024**3):
        address = urlsplit(comfy.url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            head = f"POST {STYLES}/{beach}/lora HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {kind}\r\n"
            connection.sendall(f"{head}Content-Length: {length}\r\n\r\n".encode() + body[:-2000])
            if length > len(body):
                assert b"400 Bad Request" in connection.recv(1000)
            else:
                wait_until(lambda: lora_drafts(comfy))
    wait_until(lambda: not lora_drafts(comfy))
    assert "Traceback" not in comfy.log_text()[before:]
    assert styles(comfy)[beach]["lora"]["installed"] is False


def test_a_style_of_words_and_an_unknown_one_take_no_lora(comfy, own):
    write_style(own, "studio-words")
    assert words(added(comfy, "studio-words", lora_bytes()))[0] == 400
    for name in ("nowhere", quote("../armour", safe="")):
        assert words(added(comfy, name, lora_bytes()))[0] == 404


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_no_other_site_changes_the_library(comfy, own, beach, tmp_path, headers):
    before = styles(comfy)
    assert imported(comfy, "x.json", write_style(tmp_path, "studio-evil").read_bytes(), headers)[0] == 403
    assert deleted(comfy, beach, headers)[0] == 403
    assert added(comfy, beach, lora_bytes(), headers)[0] == 403
    assert styles(comfy) == before


def test_a_request_that_is_none_is_refused(comfy, own):
    for body, kind in ((b"{}", "application/json"), (b"--x", "multipart/form-data"), form(clash="ask"), (b"", "")):
        assert refusal(comfy, f"{STYLES}/import", body, {"Content-Type": kind}) == (400, "invalid_setting")
    for body in (b"", b"[]", b"{}", b'{"id": 7}', b"\xff"):
        assert refusal(comfy, f"{STYLES}/delete", body, JSON) == (400, "invalid_setting")
