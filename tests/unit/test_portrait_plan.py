"""Which LoRAs at which strength a person and a style ask for."""

from pathlib import Path

import pytest
from support_people import sample_person, trained_lora

from facechain.errors import WrongBaseModel
from facechain.portrait_plan import FACE_STRENGTH_ALONE, LoraUse, Strengths, plan_portrait
from facechain.prompts import PromptAdditions
from facechain.style_file import read_style

ARMOUR = read_style(Path(__file__).parents[2] / "styles" / "armour.json")


def plan(person, style, *, strengths=Strengths(), family="sd15", lora_folders=()):  # noqa: B008
    return plan_portrait(
        person, style, strengths=strengths, additions=PromptAdditions(), family=family, lora_folders=lora_folders
    )


@pytest.fixture
def anna(tmp_path):
    return sample_person(trained_lora(tmp_path / "job"))


@pytest.fixture
def style_folder(tmp_path):
    """A LoRA folder of the host that has the style's file."""
    folder = tmp_path / "loras"
    folder.mkdir()
    (folder / ARMOUR.lora.file).write_bytes(b"style")
    return folder


def test_the_style_is_patched_before_the_face(anna, style_folder):
    wanted = (
        LoraUse(style_folder / ARMOUR.lora.file, ARMOUR.style_strength, "style"),
        LoraUse(anna.lora_file, ARMOUR.face_strength, "person"),
    )
    assert plan(anna, ARMOUR, lora_folders=[style_folder]).loras == wanted


def test_a_style_whose_lora_is_not_installed_says_so_and_works_from_its_prompt(anna, tmp_path):
    planned = plan(anna, ARMOUR, lora_folders=[tmp_path])
    assert [use.file for use in planned.loras] == [anna.lora_file]
    assert any("works from its prompt alone" in note for note in planned.notes)
    assert ARMOUR.prompt.split(",")[0] in planned.prompts.positive


def test_strengths_of_the_user_win(anna, style_folder):
    planned = plan(anna, ARMOUR, strengths=Strengths(style=0.1, face=0.2), lora_folders=[style_folder])
    assert [use.strength for use in planned.loras] == [0.1, 0.2]


@pytest.mark.parametrize("strength", [0.0, -0.5])
def test_a_lora_of_no_strength_is_left_out_and_said_to_be(anna, style_folder, strength):
    strengths = Strengths(style=strength, face=strength)
    planned = plan(anna, ARMOUR, strengths=strengths, lora_folders=[style_folder])
    assert planned.loras == ()
    assert planned.notes == (
        f'The LoRA of style "armour" is left out: its strength is {strength:g}.',
        f'The face LoRA of "anna" is left out: its strength is {strength:g}.',
    )
    assert planned.prompts.positive.startswith("fcanna, a woman, glasses")


def test_what_is_left_out_need_not_fit(anna, tmp_path):
    planned = plan(anna, ARMOUR, strengths=Strengths(style=0, face=0), family="sdxl", lora_folders=[tmp_path])
    assert planned.loras == ()


def test_a_person_without_a_style_has_facechains_strength(anna):
    assert plan(anna, None).loras == (LoraUse(anna.lora_file, FACE_STRENGTH_ALONE, "person"),)


def test_nobody_without_a_style_patches_nothing():
    assert plan(None, None).loras == ()


def test_a_person_of_another_family_is_refused_with_both_names(anna):
    with pytest.raises(WrongBaseModel, match=r'"anna" was trained on SD 1.5, but the connected MODEL is SDXL'):
        plan(anna, None, family="sdxl")
