"""Style files are read whole or reported whole, and the catalogue survives every one of them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from support_people import write_style

from facechain.errors import AssetCorrupt, StyleNotFound, StyleUnreadable, WrongBaseModel
from facechain.facechain_style import ID_PHOTO_LORA
from facechain.prompts import assemble_prompt
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
    words = r'"beech" is not on this machine; nearest here: beach\. .*Import style file…\), or make .* with Save Style'
    with pytest.raises(StyleNotFound, match=words):
        StyleCatalog([tmp_path]).load("beech")


def test_an_empty_catalogue_says_so(tmp_path):
    with pytest.raises(StyleNotFound, match="nearest here: none"):
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


ORIGINS = """asian african european american caucasian chinese japanese korean indian arab latina latino hispanic
    oriental western eastern ethnic exotic black-skinned dark-skinned fair-skinned white-skinned tanned pale"""
BODIES = """slim thin skinny slender petite curvy busty muscular athletic fit fat plump chubby obese tall short body
    figure physique sexy hot cleavage-showing breasts hips legs"""
AGES = (
    "young youthful old older elderly aged mature teen teenage teenager child childish kid baby middle-aged adult years"
)
SUBJECTS = """man men woman women male female girl girls boy boys lady gentleman bride groom princess prince queen king
    guy he she his her masculine feminine mother father actor actress"""
PRAISE = "beautiful handsome pretty gorgeous cute attractive perfect flawless innocent"
FORBIDDEN = frozenset(" ".join((ORIGINS, BODIES, AGES, SUBJECTS, PRAISE)).split())
ALLOWED = {"upper body", "85mm", "natural skin texture"}
"""How much is seen, and how the skin is drawn: no word about whose it is."""


def test_bundled_styles_say_nothing_about_origin_body_age_or_gender():
    for style in StyleCatalog([BUNDLED]).styles():
        words = ", ".join((style.prompt, *style.tags, *style.trigger_tokens)).casefold()
        for phrase in ALLOWED:
            words = words.replace(phrase, "")
        assert FORBIDDEN.isdisjoint(re.findall(r"[a-z]+(?:-[a-z]+)*", words)), style.id


def test_each_trigger_token_stands_once_in_the_prompt():
    for style in StyleCatalog([BUNDLED]).styles():
        phrases = assemble_prompt(None, style).positive.split(", ")
        for token in style.trigger_tokens:
            assert [phrase for phrase in phrases if token in phrase.split() or token == phrase] == [token], style.id


def test_bundled_styles_keep_facechains_loras_and_strengths():
    rows = json.loads((Path(__file__).parents[1] / "data" / "facechain_styles.json").read_text("utf-8"))
    theirs = {(row[5] or ID_PHOTO_LORA.file, *row[6:8]) for row in rows}
    for style in StyleCatalog([BUNDLED]).styles():
        assert (style.lora.file, style.style_strength, style.face_strength) in theirs, style.id
        assert (style.lora.licence, style.lora.sha256) == ("unknown", None), style.id


def test_bundled_files_are_written_the_same_way():
    for file in BUNDLED.glob("*.json"):
        text = file.read_text("utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
