"""Style files are read whole or reported whole, and the catalogue survives every one of them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from support_people import write_style

from facechain.errors import AssetCorrupt, StyleNotFound, StyleUnreadable, WrongBaseModel
from facechain.style_lora import locate_style_lora
from facechain.styles import StyleCatalog, check_base_family

BUNDLED = Path(__file__).parents[2] / "styles"
LORA = {"file": "look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}


def test_a_style_is_read_as_it_was_written(tmp_path):
    write_style(tmp_path, lora=LORA, trigger_tokens=["beachlook"])
    style = StyleCatalog([tmp_path]).load("beach")
    assert (style.title.en, style.title.zh) == ("Beach", "海滩")
    assert (style.style_strength, style.face_strength) == (0.35, 0.95)
    assert style.lora.file == "look.safetensors"
    assert style.lora.sha256 is None
    assert style.trigger_tokens == ("beachlook",)


def test_every_problem_of_a_file_is_in_one_message(tmp_path):
    write_style(
        tmp_path, style_strength=3, prompt=..., negativ="x", title={"en": "Beach"}, lora={**LORA, "file": "../a"}
    )
    with pytest.raises(StyleUnreadable, match="has 5 problems") as caught:
        StyleCatalog([tmp_path]).load("beach")
    for problem in (
        "prompt is missing",
        "style_strength is 3, needs a number from 0 to 2",
        "negativ is unknown (did you mean negative_prompt?)",
        "title.zh is missing",
        'lora.file is "../a", needs a plain file name that ends in .safetensors',
    ):
        assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": 2}, "schema is 2, needs 1"),
        ({"id": "forest"}, 'id is "forest", but the file is named "beach"'),
        ({"base_family": "sd3"}, 'base_family is "sd3", needs one of sd15, sdxl'),
        ({"face_strength": float("nan")}, "face_strength is NaN"),
        ({"face_strength": True}, "face_strength is true"),
        ({"prompt": " "}, "prompt is .* needs a text that is not empty"),
        ({"tags": "outdoors"}, "tags is .* needs a list of texts"),
        ({"preview": "C:evil.png"}, "preview is .* plain file name or null"),
        ({"lora": [1]}, "lora is .* needs an object or null"),
        ({"lora": {**LORA, "sha256": "ABC"}}, "lora.sha256 is .* 64 lower-case hex digits"),
        ({"lora": {**LORA, "licence": ""}}, 'lora.licence is .* or "unknown"'),
        ({"lora": {**LORA, "file": "look.pt"}}, "lora.file is .* ends in .safetensors"),
    ],
)
def test_a_wrong_value_is_named_with_its_rule(tmp_path, change, problem):
    write_style(tmp_path, **change)
    with pytest.raises(StyleUnreadable, match=f'"beach.json" has 1 problem: {problem}'):
        StyleCatalog([tmp_path]).load("beach")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"[" * 100000, b'{"schema": 1' + b" " * 2_000_000])
def test_a_file_that_is_no_json_object_is_a_style_problem(tmp_path, content):
    (tmp_path / "beach.json").write_bytes(content)
    with pytest.raises(StyleUnreadable, match="it is no JSON"):
        StyleCatalog([tmp_path]).load("beach")


def test_one_bad_file_hides_no_other(tmp_path):
    write_style(tmp_path, "beach")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    catalog = StyleCatalog([tmp_path, tmp_path / "missing"])
    assert catalog.ids() == ["beach"]
    assert [problem.style_id for problem in catalog.problems()] == ["broken"]


def test_the_users_style_wins_over_the_bundled_one(tmp_path):
    write_style(tmp_path / "bundled", prompt="theirs")
    write_style(tmp_path / "user", prompt="mine")
    catalog = StyleCatalog([tmp_path / "user", tmp_path / "bundled"])
    assert catalog.load("beach").prompt == "mine"
    assert catalog.ids() == ["beach"]


def test_a_users_style_with_a_mistake_is_not_replaced_in_silence(tmp_path):
    write_style(tmp_path / "bundled")
    write_style(tmp_path / "user", prompt=...)
    with pytest.raises(StyleUnreadable, match="prompt is missing"):
        StyleCatalog([tmp_path / "user", tmp_path / "bundled"]).load("beach")


def test_an_unknown_style_names_the_nearest_ones(tmp_path):
    for style_id in ("beach", "forest"):
        write_style(tmp_path, style_id)
    with pytest.raises(StyleNotFound, match=r'"beech" is in none of 1 style folders\. Choose one of: beach;'):
        StyleCatalog([tmp_path]).load("beech")


def test_an_empty_catalogue_says_so(tmp_path):
    with pytest.raises(StyleNotFound, match="none is installed"):
        StyleCatalog([tmp_path]).load("beach")


def test_a_style_for_sdxl_refuses_an_sd15_model(tmp_path):
    write_style(tmp_path, base_family="sdxl", lora=LORA)
    with pytest.raises(WrongBaseModel, match=r'"beach" needs base model SDXL, but the connected MODEL is SD 1\.5'):
        check_base_family(StyleCatalog([tmp_path]).load("beach"), "sd15")


def test_a_style_without_lora_fits_every_family(tmp_path):
    write_style(tmp_path, base_family="sdxl")
    check_base_family(StyleCatalog([tmp_path]).load("beach"), "sd15")


def test_a_style_whose_lora_is_missing_works_and_says_so(tmp_path):
    write_style(tmp_path, lora=LORA)
    located = locate_style_lora(StyleCatalog([tmp_path]).load("beach"), [tmp_path / "loras"])
    assert located.file is None
    assert 'works from its prompt alone: its LoRA "look.safetensors"' in located.note
    assert "somewhere" in located.note


def test_a_style_lora_is_found_in_a_subfolder(tmp_path):
    write_style(tmp_path, lora=LORA)
    file = tmp_path / "loras" / "looks" / "look.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"any")
    located = locate_style_lora(StyleCatalog([tmp_path]).load("beach"), [tmp_path / "loras"])
    assert (located.file, located.note) == (file, "")


def test_a_style_lora_of_other_content_is_refused(tmp_path):
    write_style(tmp_path, lora={**LORA, "sha256": hashlib.sha256(b"right").hexdigest()})
    (tmp_path / "look.safetensors").write_bytes(b"wrong")
    with pytest.raises(AssetCorrupt, match=r'Checksum of "look\.safetensors" differs .*Delete it'):
        locate_style_lora(StyleCatalog([tmp_path]).load("beach"), [tmp_path])


def test_bundled_styles_are_all_readable():
    catalog = StyleCatalog([BUNDLED])
    assert catalog.problems() == ()
    # FaceChain's 21 of September 2023, and the ID photo that it falls back to.
    assert len(catalog.ids()) == 22
    assert {"armour", "id_photo", "working_suit"} <= set(catalog.ids())


def test_trigger_tokens_are_spelled_as_the_loras_were_trained():
    tokens = {style.id: style.trigger_tokens for style in StyleCatalog([BUNDLED]).styles() if style.trigger_tokens}
    assert tokens == {
        "vintage_fields": ("edgEV", "edgEV_vintage dress"),
        "school_uniform": ("JK_style", "JK_shirt", "JK_skirt", "JK_tie"),
        "ink_painting": ("song", "anxiang"),
        "indigo_festival": ("zhuangzunv",),
    }


def test_bundled_styles_say_nothing_about_origin_body_or_age():
    origins = "asian|chinese|european|african|caucasian|pale"
    bodies_and_ages = "slim|thin|curvy|young|old|mature|man|woman|girl|boy|beautiful|handsome"
    words = rf"\b({origins}|{bodies_and_ages})\b"
    for style in StyleCatalog([BUNDLED]).styles():
        assert re.search(words, style.prompt, re.IGNORECASE) is None, style.id


def test_bundled_files_are_written_the_same_way():
    for file in BUNDLED.glob("*.json"):
        text = file.read_text("utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
