"""The people library over the server: list, export, import, rename, delete; no request reaches beyond it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from PIL import Image
from support_library import transferred, write_export, write_traces
from support_requests import JSON, answer, form, refusal
from support_waiting import wait_until

from facechain.training.lock import exclusive
from facechain.training.process import LOCK_FILE

PEOPLE = "/facechain/people"


def people(comfy):
    return {person["slug"]: person for person in comfy.client.get(PEOPLE)["people"]}


def imported(comfy, file, name=None, headers=None):
    """What the server says to the form that a page sends."""
    body, kind = form(file=(file.name, file.read_bytes()), **({"name": name} if name is not None else {}))
    return answer(comfy, f"{PEOPLE}/import", body, {"Content-Type": kind, **(headers or {})})


def change(comfy, what, headers=None, **values):
    return answer(comfy, f"{PEOPLE}/{what}", json.dumps(values).encode(), {**JSON, **(headers or {})})


def library_files(comfy, slug):
    """Names of all that the library has of somebody: in their folder, and LoRAs."""
    models = comfy.base / "models"
    inside = [file.name for file in (models / "facechain" / "people" / slug).rglob("*")]
    return inside + [file.name for file in (models / "loras" / "facechain").glob(f"{slug}-*")]


@pytest.fixture
def export(tmp_path, photos):
    """The file of an exported person called Zoe."""
    return write_export(tmp_path, "Zoe", photos.astronaut)


@pytest.fixture
def zoe(comfy, export):
    """Zoe in the library; nobody of these tests is there afterwards."""
    before = set(people(comfy))
    status, _, content = imported(comfy, export)
    assert (status, json.loads(content)) == (200, {"person": "zoe", "display_name": "Zoe"})
    yield "zoe"
    for slug in set(people(comfy)) - before:
        assert change(comfy, "delete", slug=slug)[0] == 200


def test_an_imported_person_is_listed_with_a_picture_and_offered_by_the_node(comfy, zoe):
    person = people(comfy)[zoe]
    shown = {key: person[key] for key in ("display_name", "base_family", "trigger_word", "references", "problem")}
    assert shown == {
        "display_name": "Zoe",
        "base_family": "sd15",
        "trigger_word": "fcanna",
        "references": 1,
        "problem": "",
    }
    status, kind, content = answer(comfy, f"{PEOPLE}/zoe/reference.png")
    assert (status, kind, Image.open(BytesIO(content)).size) == (200, "image/png", (256, 256))
    assert zoe in comfy.client.object_info()["FaceChainLoadPerson"]["input"]["required"]["person"][1]["options"]


def test_an_exported_person_comes_back_as_they_were(comfy, zoe, export, tmp_path):
    status, kind, content = answer(comfy, f"{PEOPLE}/zoe/export")
    assert (status, kind) == (200, "application/zip")
    copy = tmp_path / "copy.person.zip"
    copy.write_bytes(content)
    with zipfile.ZipFile(copy) as new, zipfile.ZipFile(export) as old:
        assert {name: new.read(name) for name in new.namelist()} == {name: old.read(name) for name in old.namelist()}
    assert json.loads(imported(comfy, copy, "Zoë 2")[2]) == {"person": "zoë-2", "display_name": "Zoë 2"}
    listed = people(comfy)["zoë-2"]
    same = ("base_family", "trigger_word", "subject", "created", "references")
    assert {key: listed[key] for key in same} == {key: people(comfy)[zoe][key] for key in same}
    assert answer(comfy, f"{PEOPLE}/{quote('zoë-2')}/export")[0] == 200
    wait_until(lambda: not transferred(comfy))


def test_an_export_that_its_receiver_stops_leaves_nothing(comfy, zoe, photos, tmp_path):
    larger_than_a_connection_holds = write_export(tmp_path, "Amy", photos.astronaut, rank=10_000)
    assert imported(comfy, larger_than_a_connection_holds)[0] == 200
    before = len(comfy.log_text())
    with urlopen(f"{comfy.url}{PEOPLE}/amy/export", timeout=30) as response:
        assert response.read(1000).startswith(b"PK")
        assert transferred(comfy)
    wait_until(lambda: not transferred(comfy))
    assert "Traceback" not in comfy.log_text()[before:]


def test_a_name_that_somebody_else_has_is_refused_and_another_one_is_taken(comfy, zoe, tmp_path, photos):
    other = write_export(tmp_path, "Zoe", photos.grace_hopper, weight=2.0)
    status, kind, content = imported(comfy, other)
    assert (status, kind, json.loads(content)["code"]) == (409, "application/json", "person_exists")
    assert imported(comfy, other, "Grace")[0] == 200
    assert {"zoe", "grace"} <= set(people(comfy))
    assert json.loads(change(comfy, "rename", slug="grace", name="zoe")[2])["code"] == "person_exists"


def test_a_rename_changes_the_name_and_leaves_nothing_under_the_old_one(comfy, zoe):
    status, _, content = change(comfy, "rename", slug=zoe, name="Zoe Maria")
    assert status == 200
    assert json.loads(content) == {"person": "zoe-maria", "display_name": "Zoe Maria", "renamed_from": "zoe"}
    assert people(comfy)["zoe-maria"]["trigger_word"] == "fcanna"
    assert [name for name in library_files(comfy, "zoe") if not name.startswith("zoe-maria-")] == []


def test_what_a_deletion_takes_is_said_before_and_gone_afterwards(comfy, zoe):
    traces = write_traces(comfy.base, "Zoe")
    portrait = comfy.base / "output" / "zoe_00001_.png"
    portrait.parent.mkdir(exist_ok=True)
    portrait.write_bytes(b"finished")
    listing = comfy.client.get(f"{PEOPLE}/zoe/traces")
    counts = {kind: amount["count"] for kind, amount in listing.items() if isinstance(amount, dict)}
    assert counts == {"loras": 1, "references": 1, "datasets": 1, "trainings": 1, "photos": 1}
    status, _, content = change(comfy, "delete", slug=zoe)
    assert (status, json.loads(content)) == (200, {"deleted": "zoe"})
    assert (traces.left(), library_files(comfy, "zoe")) == ([], [])
    assert "zoe" not in people(comfy)
    assert portrait.exists(), "Finished portraits are the user's own."
    portrait.unlink()


def test_a_damaged_person_is_listed_with_the_problem_and_can_be_deleted(comfy, zoe):
    traces = write_traces(comfy.base, "Zoe")
    record = comfy.base / "models" / "facechain" / "people" / "zoe" / "person.json"
    record.write_text("{", "utf-8")
    assert 'person.json of "zoe" cannot be read' in people(comfy)[zoe]["problem"]
    assert refusal(comfy, f"{PEOPLE}/zoe/export") == (400, "person_unreadable")
    assert refusal(comfy, f"{PEOPLE}/zoe/reference.png") == (400, "person_unreadable")
    assert change(comfy, "delete", slug=zoe)[0] == 200
    assert (traces.left(), library_files(comfy, "zoe")) == ([], [])


@pytest.mark.parametrize("slug", ["nobody", "..%2Fx", "..%2F..%2Floras", "%2Fetc", ".", "a%00b", "Zoe", "zo*"])
def test_unknown_names_and_ways_out_of_the_library_are_not_found(comfy, zoe, slug):
    for what in ("reference.png", "traces", "export"):
        assert refusal(comfy, f"{PEOPLE}/{slug}/{what}") == (404, "person_not_found")


@pytest.mark.parametrize("slug", ["nobody", "../x", "../people/zoe", "/etc", "", ".", "a\0b", "Zoe", "zo*"])
def test_nobody_unknown_is_renamed_or_deleted(comfy, zoe, slug):
    before = library_files(comfy, "zoe")
    for what, values in (("delete", {"slug": slug}), ("rename", {"slug": slug, "name": "Other"})):
        body = json.dumps(values).encode()
        assert refusal(comfy, f"{PEOPLE}/{what}", body, JSON) == (404, "person_not_found")
    assert library_files(comfy, "zoe") == before


@pytest.mark.parametrize("name", ["../x", "a/b", "", "\N{GRINNING FACE}"])
def test_an_impossible_name_is_refused(comfy, zoe, name):
    body = json.dumps({"slug": "zoe", "name": name}).encode()
    assert refusal(comfy, f"{PEOPLE}/rename", body, JSON) == (400, "invalid_name")
    assert "zoe" in people(comfy)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://elsewhere.example"}],
)
def test_no_other_site_changes_the_library(comfy, zoe, export, headers):
    before = people(comfy)
    assert change(comfy, "delete", headers, slug=zoe)[0] == 403
    assert change(comfy, "rename", headers, slug=zoe, name="Other")[0] == 403
    assert imported(comfy, export, "Other", headers)[0] == 403
    assert people(comfy) == before


@pytest.mark.parametrize("body", [b"", b"zoe", b"[]", b"{}", b'{"slug": 7}', b'{"slug": ["zoe"]}', b"\xff\xfe"])
def test_a_request_that_names_nobody_is_refused(comfy, zoe, body):
    assert refusal(comfy, f"{PEOPLE}/delete", body, JSON) == (400, "invalid_setting")
    assert refusal(comfy, f"{PEOPLE}/delete", b'{"slug": "zoe"}', {"Content-Type": "text/plain"})[0] == 400
    assert zoe in people(comfy)


def test_a_file_that_is_no_person_is_refused_and_nothing_stays(comfy, zoe, export, tmp_path):
    before = people(comfy)
    broken = tmp_path / "broken.person.zip"
    broken.write_bytes(export.read_bytes()[:-100])
    status, _, content = imported(comfy, broken, "Broken")
    assert (status, json.loads(content)["code"]) == (400, "person_unreadable")
    assert people(comfy) == before
    wait_until(lambda: not transferred(comfy))


def test_a_form_that_is_none_is_refused(comfy):
    for body, kind in ((b"{}", "application/json"), (b"--x", "multipart/form-data"), form(name="Zoe"), (b"", "")):
        headers = {"Content-Type": kind}
        assert refusal(comfy, f"{PEOPLE}/import", body, headers) == (400, "invalid_setting")
    long_name, kind = form(name="x" * 1001)
    assert refusal(comfy, f"{PEOPLE}/import", long_name, {"Content-Type": kind}) == (400, "person_unreadable")
    wait_until(lambda: not transferred(comfy))


def test_a_training_that_runs_keeps_everything(comfy, zoe):
    traces = write_traces(comfy.base, "Zoe")
    before = library_files(comfy, "zoe")
    with exclusive(traces.job / LOCK_FILE):
        body = json.dumps({"slug": zoe}).encode()
        assert refusal(comfy, f"{PEOPLE}/delete", body, JSON) == (409, "training_busy")
    assert len(traces.left()) == 4
    assert library_files(comfy, "zoe") == before
