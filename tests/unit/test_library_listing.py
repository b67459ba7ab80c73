"""A page gets every style and pose with its picture, and nothing from outside of their folders."""

import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image
from support_people import write_style

from facechain.errors import PoseNotFound, StyleNotFound
from facechain.library_listing import pose_listing, pose_picture, style_listing, style_preview

POSES = Path(__file__).parents[2] / "poses"
LORA = {"file": "look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}


def test_a_style_is_listed_with_all_that_a_card_shows(tmp_path):
    write_style(tmp_path, tags=["outdoors"], prompt="sand and sea")
    (style,) = json.loads(json.dumps(style_listing([tmp_path], [])))["styles"]
    assert style == {
        "id": "beach",
        "title": {"en": "Beach", "zh": "海滩"},
        "base_family": "sd15",
        "tags": ["outdoors"],
        "prompt": "sand and sea",
        "lora": None,
        "preview": False,
        "own": False,
        "hides_bundled": False,
    }


@pytest.mark.parametrize("name", ["look.safetensors", "styles/look.safetensors", "styles\\look.safetensors"])
def test_a_lora_is_installed_in_any_folder_of_any_system(tmp_path, name):
    write_style(tmp_path, lora=LORA)
    (style,) = style_listing([tmp_path], ["other.safetensors", name])["styles"]
    assert style["lora"] == {"file": "look.safetensors", "installed": True, "is_other": False}


def test_a_lora_that_is_not_there_is_said(tmp_path):
    write_style(tmp_path, lora=LORA)
    (style,) = style_listing([tmp_path], ["outlook.safetensors"])["styles"]
    assert style["lora"] == {"file": "look.safetensors", "installed": False, "is_other": False}


def test_a_lora_that_is_another_file_than_the_first_seen_is_said(tmp_path):
    write_style(tmp_path, lora=LORA)
    names = ["facechain/styles/look.safetensors", "look.safetensors"]
    (style,) = style_listing([tmp_path], names, lambda name: "styles" in name)["styles"]
    assert style["lora"] == {"file": "look.safetensors", "installed": True, "is_other": True}


def test_a_users_style_is_told_from_a_bundled_one_that_it_hides(tmp_path):
    own, bundled = tmp_path / "own", tmp_path / "bundled"
    for folder, style_id in ((own, "beach"), (own, "forest"), (bundled, "beach"), (bundled, "desert")):
        write_style(folder, style_id)
    listed = {
        style["id"]: (style["own"], style["hides_bundled"]) for style in style_listing([own, bundled], [])["styles"]
    }
    assert listed == {"beach": (True, True), "desert": (False, False), "forest": (True, False)}


def test_a_bad_style_file_is_listed_with_its_reason_beside_the_good_ones(tmp_path):
    write_style(tmp_path)
    (tmp_path / "broken.json").write_text("{", "utf-8")
    listing = style_listing([tmp_path], [])
    assert [style["id"] for style in listing["styles"]] == ["beach"]
    assert [problem["id"] for problem in listing["problems"]] == ["broken"]
    assert "no JSON text" in listing["problems"][0]["reason"]


def test_the_picture_of_a_style_is_the_one_beside_the_file_that_counts(tmp_path):
    own, bundled = tmp_path / "own", tmp_path / "bundled"
    for folder in (own, bundled):
        write_style(folder, preview="beach.png")
        Image.new("RGB", (8, 8)).save(folder / "beach.png")
    assert style_preview("beach", [own, bundled]) == own / "beach.png"
    assert style_listing([own, bundled], [])["styles"][0]["preview"] is True


def test_a_picture_that_is_named_but_missing_is_none(tmp_path):
    write_style(tmp_path, preview="beach.png")
    assert style_listing([tmp_path], [])["styles"][0]["preview"] is False
    with pytest.raises(StyleNotFound, match=r'"beach" has no picture\. Name one'):
        style_preview("beach", [tmp_path])


def test_a_style_outside_of_the_folders_has_no_picture(tmp_path):
    write_style(tmp_path, preview="beach.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "beach.png")
    with pytest.raises(StyleNotFound, match="is not on this machine"):
        style_preview("../beach", [tmp_path / "inner"])


def test_every_bundled_pose_is_listed_with_both_titles():
    listing = pose_listing([POSES])
    assert [pose["id"] for pose in listing["poses"]] == sorted(file.stem for file in POSES.glob("*.json"))
    assert all(pose["title"]["en"] and pose["title"]["zh"] for pose in listing["poses"])
    assert listing["problems"] == []


def test_a_bad_pose_file_is_listed_with_its_reason(tmp_path):
    shutil.copy(POSES / "sitting_front.json", tmp_path)
    (tmp_path / "broken.json").write_text("[]", "utf-8")
    listing = pose_listing([tmp_path])
    assert [pose["id"] for pose in listing["poses"]] == ["sitting_front"]
    assert [problem["id"] for problem in listing["problems"]] == ["broken"]


def test_the_picture_of_a_pose_is_a_small_png():
    picture = Image.open(io.BytesIO(pose_picture("sitting_front", [POSES])))
    assert (picture.format, picture.mode, picture.height) == ("PNG", "RGB", 192)
    assert picture.getbbox() is not None


def test_an_unknown_pose_has_no_picture():
    with pytest.raises(PoseNotFound, match="in none of 1 pose folders"):
        pose_picture("../sitting_front", [POSES])
