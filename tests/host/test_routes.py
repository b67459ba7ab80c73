"""What the page asks of the server: answers are JSON, and no request leaves the folders it is meant for."""

from __future__ import annotations

import json

import pytest
from PIL import Image
from support_people import write_style
from support_requests import JSON, answer, refusal

from studio.cache import EXTENSION
from studio.results import PromptFailed

ACCEPT = "/facechain/licences/accept"
RESTRICTED = {"role": "face analyzer", "id": "antelopev2"}
JOB = "0123456789abcdef"


@pytest.fixture
def own_style(comfy):
    """A style of the user's own, with a picture, and a file that is none."""
    folder = comfy.base / "models" / "facechain" / "styles"
    files = [write_style(folder, "my beach", preview="beach.png"), folder / "beach.png", folder / "broken.json"]
    Image.new("RGB", (8, 8), (1, 2, 3)).save(files[1])
    files[2].write_text("{", "utf-8")
    yield folder
    for file in files:
        file.unlink()


@pytest.fixture
def job_folder(comfy):
    """The folder of a training that waits for nothing."""
    folder = comfy.base / "user" / "__facechain" / "jobs" / JOB
    folder.mkdir(parents=True)
    yield folder
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


@pytest.fixture
def acceptances(comfy):
    """The record of accepted licences; there is none before and after."""
    record = comfy.base / "models" / "facechain" / "accepted-licences.json"
    assert not record.exists()
    yield record
    record.unlink(missing_ok=True)


@pytest.fixture
def restricted_files(comfy):
    """Files in the places of the restricted model, so that nothing is fetched for it. They hold no model."""
    folder = comfy.base / "models" / "insightface" / "models" / "antelopev2"
    folder.mkdir(parents=True)
    files = [folder / name for name in ("scrfd_10g_bnkps.onnx", "glintr100.onnx", "genderage.onnx", "2d106det.onnx")]
    for file in files:
        file.write_bytes(b"no model")
    yield files
    for file in files:
        file.unlink()
    folder.rmdir()


def restricted_prompt(comfy):
    """Aligns an empty picture by the restricted model, with every other setting as it is on a new node."""
    required = comfy.client.object_info()["FaceChainAlignFaces"]["input"]["required"]
    defaults = {name: options["default"] for name, (_, options) in required.items() if "default" in options}
    return {
        "1": {"class_type": "FaceChainLoadFaceAnalyzer", "inputs": {"analyzer": RESTRICTED["id"]}},
        "2": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}},
        "3": {"class_type": "FaceChainAlignFaces", "inputs": {**defaults, "photos": ["2", 0], "analyzer": ["1", 0]}},
        "4": {"class_type": "PreviewAny", "inputs": {"source": ["3", 4]}},
    }


def accepted(comfy):
    """Ids of the restricted models whose licence counts as accepted."""
    models = comfy.client.get("/facechain/models")["models"]
    return [model["id"] for model in models if model["accepted"] and model["commercial_use"] != "yes"]


def test_styles_of_both_folders_are_listed_and_a_bad_file_hides_none(comfy, own_style):
    listing = comfy.client.get("/facechain/styles")
    listed = {style["id"]: style for style in listing["styles"]}
    assert {file.stem for file in (EXTENSION / "styles").glob("*.json")} | {"my beach"} == set(listed)
    assert listed["my beach"]["preview"] is True
    assert [problem["id"] for problem in listing["problems"]] == ["broken"]


def test_a_style_says_whether_its_lora_is_there(comfy):
    folder = comfy.base / "models" / "loras" / "looks"
    armour = next(style for style in comfy.client.get("/facechain/styles")["styles"] if style["id"] == "armour")
    assert armour["lora"]["installed"] is False
    folder.mkdir(parents=True)
    (folder / armour["lora"]["file"]).touch()
    armour = next(style for style in comfy.client.get("/facechain/styles")["styles"] if style["id"] == "armour")
    (folder / armour["lora"]["file"]).unlink()
    assert armour["lora"]["installed"] is True


def test_the_picture_of_a_style_is_served(comfy, own_style):
    status, kind, content = answer(comfy, "/facechain/styles/my%20beach/preview")
    assert (status, kind) == (200, "image/png")
    assert content == (own_style / "beach.png").read_bytes()


def test_every_pose_is_listed_and_has_a_picture(comfy):
    poses = comfy.client.get("/facechain/poses")["poses"]
    assert {file.stem for file in (EXTENSION / "poses").glob("*.json")} == {pose["id"] for pose in poses}
    for pose in poses:
        status, kind, content = answer(comfy, f"/facechain/poses/{pose['id']}.png")
        assert (status, kind, content[:4]) == (200, "image/png", b"\x89PNG")


@pytest.mark.parametrize("name", ["nobody", "..%2Farmour", "..%2F..%2Fmodels%2Fx", "%2Fetc%2Fpasswd", ".", "a%00b"])
def test_unknown_names_and_ways_out_of_the_folder_are_not_found(comfy, name):
    assert refusal(comfy, f"/facechain/styles/{name}/preview") == (404, "style_not_found")
    assert refusal(comfy, f"/facechain/poses/{name}.png") == (404, "pose_not_found")


def test_a_damaged_style_is_refused_with_its_problems(comfy, own_style):
    assert refusal(comfy, "/facechain/styles/broken/preview") == (400, "style_unreadable")


def test_a_style_without_a_picture_has_none(comfy):
    assert refusal(comfy, "/facechain/styles/armour/preview") == (404, "style_not_found")


def test_stop_and_keep_tells_the_training_that_is_named(comfy, job_folder):
    assert comfy.client.post("/facechain/training/stop", {"job": JOB}) == {"job": JOB}
    assert [file.name for file in job_folder.iterdir()] == ["stop"]


def test_the_page_reaches_the_routes_below_api_as_well(comfy, job_folder):
    assert comfy.client.post("/api/facechain/training/stop", {"job": JOB}) == {"job": JOB}


def test_an_unknown_training_is_not_found_and_nothing_is_made(comfy):
    body = json.dumps({"job": "f" * 16}).encode()
    assert refusal(comfy, "/facechain/training/stop", body) == (404, "training_not_found")
    assert not (comfy.base / "user" / "__facechain" / "jobs" / ("f" * 16)).exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"job",
        b"[]",
        b"{}",
        b'{"job": 7}',
        b'{"job": null}',
        b'{"job": ["0123456789abcdef"]}',
        b'{"job": "../0123456789abcdef"}',
        b'{"job": "0123456789ABCDEF"}',
        b'{"job": "0123456789abcdef0"}',
        b'{"job": "0123456789abcdef\\n"}',
        b"\xff\xfe",
        pytest.param(b"[" * 100_000, id="deeper than any reader"),
    ],
)
def test_a_request_that_names_no_training_is_refused(comfy, job_folder, body):
    assert refusal(comfy, "/facechain/training/stop", body) == (400, "invalid_setting")
    assert list(job_folder.iterdir()) == []
    assert list(job_folder.parent.parent.rglob("stop")) == []


def test_a_graph_with_a_restricted_model_fails_with_the_terms_until_somebody_accepts_them(
    comfy, acceptances, restricted_files
):
    with pytest.raises(PromptFailed, match=r'The licence of face analyzer "antelopev2".*nobody accepted it') as caught:
        comfy.client.run(restricted_prompt(comfy), timeout_s=60)
    assert caught.value.error["exception_type"] == "facechain.licence_not_accepted"
    answered = comfy.client.post(ACCEPT, RESTRICTED)
    assert answered == {**RESTRICTED, "licence": "InsightFace non-commercial research"}
    assert list(json.loads(acceptances.read_text("utf-8"))) == ["analyzer/antelopev2", "analyzer/antelopev2 since"]
    assert accepted(comfy) == ["antelopev2"]
    with pytest.raises(PromptFailed, match=r"scrfd_10g_bnkps\.onnx") as caught:
        comfy.client.run(restricted_prompt(comfy), timeout_s=60)
    assert caught.value.error["exception_type"] == "facechain.asset_corrupt"


def test_nothing_that_a_graph_holds_accepts_a_licence(comfy, acceptances, restricted_files):
    said = {"accepted": True, "accept_licence": True, "accepted-licences": {"analyzer/antelopev2": "InsightFace"}}
    prompt = restricted_prompt(comfy)
    for node in prompt.values():
        node["inputs"].update(said)
        node["_meta"] = said
    workflow = {"nodes": [], "links": [], "version": 0.4, "extra": {"facechain": said, **said}}
    body = {"prompt": prompt, "extra_data": {**said, "extra_pnginfo": {"workflow": workflow, **said}}, **said}
    prompt_id = comfy.client.post("/prompt", body)["prompt_id"]
    with pytest.raises(PromptFailed, match="nobody accepted it"):
        comfy.client.wait(prompt_id, timeout_s=60)
    assert not acceptances.exists()
    assert accepted(comfy) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://elsewhere.example", "Host": "studio.example"},
    ],
)
def test_no_other_site_can_accept_a_licence(comfy, acceptances, headers):
    status, _, _ = answer(comfy, ACCEPT, json.dumps(RESTRICTED).encode(), {**JSON, **headers})
    assert status == 403
    assert not acceptances.exists()


def test_the_page_itself_can_accept_a_licence(comfy, acceptances):
    page = {"Origin": comfy.url, "Sec-Fetch-Site": "same-origin"}
    assert answer(comfy, "/api" + ACCEPT, json.dumps(RESTRICTED).encode(), {**JSON, **page})[0] == 200
    assert acceptances.is_file()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_of_another_site_could_send_is_refused(comfy, acceptances, kind):
    body = json.dumps(RESTRICTED).encode()
    assert refusal(comfy, ACCEPT, body, {"Content-Type": kind}) == (415, "not_json")
    assert not acceptances.exists()


@pytest.mark.parametrize(
    ("named", "status", "code"),
    [
        ({"role": "face analyzer", "id": "nobody"}, 404, "model_unavailable"),
        ({"role": "face analyzer", "id": "auto"}, 404, "model_unavailable"),
        ({"role": "nothing", "id": "antelopev2"}, 404, "model_unavailable"),
        ({"role": "face analyzer", "id": "embedded"}, 400, "invalid_setting"),
        ({"role": "face analyzer"}, 400, "invalid_setting"),
        ({"role": ["face analyzer"], "id": "antelopev2"}, 400, "invalid_setting"),
        ([], 400, "invalid_setting"),
    ],
)
def test_only_a_restricted_model_that_exists_can_be_accepted(comfy, acceptances, named, status, code):
    assert refusal(comfy, ACCEPT, json.dumps(named).encode(), JSON) == (status, code)
    assert not acceptances.exists()
