"""Style files from elsewhere become styles of ours, whatever they are called."""

import json

import pytest
from support_people import write_style

from facechain.errors import InvalidSetting, StyleUnreadable
from facechain.style_upload import read_uploaded_style

THEIRS = {
    "name": "Casual Lifestyle",
    "img": "./style_image/a.jpg",
    "model_id": "someone/portraits",
    "revision": "v2",
    "bin_file": "PortraitMasterV1.safetensors",
    "multiplier_style": 0.25,
    "multiplier_human": 0.95,
    "add_prompt_style": "casual clothes",
}


def ours(folder, style_id="beach", **changes) -> bytes:
    return write_style(folder, style_id, **changes).read_bytes()


@pytest.mark.parametrize("name", ["beach.json", "beach (1).json", "C:\\Users\\me\\x.json", "../../evil.json", ""])
def test_our_file_is_known_by_the_id_that_it_says(tmp_path, name):
    assert read_uploaded_style(name, ours(tmp_path)).id == "beach"


@pytest.mark.parametrize(
    ("said", "style_id"), [("Evening_Beach", "evening_beach"), ("T-shirt", "t-shirt"), ("海滩", "海滩")]
)
def test_an_id_becomes_a_file_name_of_small_letters(tmp_path, said, style_id):
    assert read_uploaded_style("x.json", ours(tmp_path, said)).id == style_id


@pytest.mark.parametrize("said", ["../../x", "a/b", "a:b", "CON", "", "x" * 300, "\N{GRINNING FACE}", 7, None])
def test_an_id_that_is_no_file_name_is_a_problem_of_the_file(tmp_path, said):
    fields = {**json.loads(ours(tmp_path)), "id": said}
    with pytest.raises(StyleUnreadable, match="id is "):
        read_uploaded_style("beach.json", json.dumps(fields).encode())


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_the_family_of_facechains_files_is_said_by_who_imports_them(family):
    style = read_uploaded_style("Casual_Lifestyle.json", json.dumps(THEIRS).encode(), family)
    assert (style.id, style.title.en, style.base_family) == ("casual_lifestyle", "Casual Lifestyle", family)
    assert (style.lora.file, style.lora.licence) == ("PortraitMasterV1.safetensors", "unknown")


def test_our_files_say_their_family_themselves(tmp_path):
    assert read_uploaded_style("x.json", ours(tmp_path, base_family="sdxl"), "sd15").base_family == "sdxl"


def test_all_problems_of_an_upload_are_named_at_once(tmp_path):
    with pytest.raises(StyleUnreadable, match=r"has 2 problems: prompt is missing; tags is"):
        read_uploaded_style("x.json", ours(tmp_path, prompt=..., tags=1))
    with pytest.raises(StyleUnreadable, match=r"has 2 problems: .*multiplier_style.*multiplier_human"):
        read_uploaded_style("x.json", json.dumps({**THEIRS, "multiplier_style": 7, "multiplier_human": None}).encode())


@pytest.mark.parametrize(
    ("content", "problem"), [(b"", "no JSON text"), (b"[]", "no JSON object"), (b"{}", "13 problems")]
)
def test_what_is_no_style_is_refused(content, problem):
    with pytest.raises(StyleUnreadable, match=problem):
        read_uploaded_style("x.json", content)


def test_a_file_that_is_too_large_or_of_no_family_is_refused():
    with pytest.raises(StyleUnreadable, match=r"x\.json has 262,145 bytes, a style file at most 262,144\. Shorten"):
        read_uploaded_style("x.json", b" " * 262_145)
    with pytest.raises(InvalidSetting, match=r'"sd3" is unknown\. Choose one of: sd15, sdxl'):
        read_uploaded_style("x.json", b"{}", "sd3")


def test_facechains_file_without_a_usable_name_gets_one():
    assert read_uploaded_style("\N{GRINNING FACE}.json", json.dumps(THEIRS).encode()).id == "style"
