"""Prompts: the person first, then the style, then the user, every phrase once."""

from __future__ import annotations

import pytest
from support_people import sample_person, trained_lora, write_style

from facechain.prompts import DEFAULT_NEGATIVE, PromptAdditions, assemble_prompt
from facechain.style_file import read_style


@pytest.fixture
def anna(tmp_path):
    return sample_person(trained_lora(tmp_path))


def beach(folder, **changes):
    return read_style(write_style(folder, **changes))


def test_words_stand_in_the_order_person_style_user(anna, tmp_path):
    prompts = assemble_prompt(anna, beach(tmp_path, trigger_tokens=["beachlook"]), PromptAdditions("smiling", "wind"))
    assert prompts.positive == "fcanna, a woman, glasses, beachlook, sunny beach, linen shirt, smiling"
    assert prompts.negative == "snow, child, wind"
    assert prompts.notes == ()


def test_the_trigger_word_carries_no_weight(anna, tmp_path):
    assert ":" not in assemble_prompt(anna, beach(tmp_path)).positive


def test_a_phrase_is_said_once_however_often_it_is_given(anna, tmp_path):
    prompts = assemble_prompt(anna, beach(tmp_path), PromptAdditions("Glasses, sunny  beach,, hat", "SNOW"))
    assert prompts.positive == "fcanna, a woman, glasses, sunny beach, linen shirt, hat"
    assert prompts.negative == "snow, child"


def test_commas_in_brackets_stay_together(tmp_path):
    style = beach(tmp_path, prompt="(sun, sea:1.2), sand")
    assert assemble_prompt(None, style).positive == "(sun, sea:1.2), sand"


def test_brackets_in_the_persons_words_are_text(tmp_path):
    person = sample_person(trained_lora(tmp_path), attribute_words=("freckles (few)",))
    assert assemble_prompt(person, None).positive == r"fcanna, a woman, freckles \(few\)"


def test_a_style_without_negative_prompt_takes_the_default(anna, tmp_path):
    prompts = assemble_prompt(anna, beach(tmp_path, negative_prompt=""))
    assert prompts.negative == f"{DEFAULT_NEGATIVE}, child"


@pytest.mark.parametrize(
    ("subject", "added"),
    [
        ("man", ["child"]),
        ("woman", ["child"]),
        ("girl", ["adult", "nsfw", "nudity"]),
        ("boy", ["adult", "nsfw", "nudity"]),
        ("person", []),
    ],
)
def test_the_other_age_is_unwanted_whatever_the_gender(tmp_path, subject, added):
    person = sample_person(trained_lora(tmp_path), subject=subject)
    assert assemble_prompt(person, beach(tmp_path)).negative.split(", ") == ["snow", *added]


@pytest.mark.parametrize("words", ["holding a child", "Children around her"])
def test_a_child_that_the_user_asks_for_is_not_forbidden(anna, tmp_path, words):
    assert assemble_prompt(anna, beach(tmp_path), PromptAdditions(words)).negative == "snow"


def test_a_person_without_style_has_the_default_negative(anna):
    prompts = assemble_prompt(anna, None)
    assert prompts.positive == "fcanna, a woman, glasses"
    assert prompts.negative.startswith(DEFAULT_NEGATIVE)


def test_a_style_without_person_says_that_it_shows_nobody(tmp_path):
    prompts = assemble_prompt(None, beach(tmp_path))
    assert prompts.positive == "sunny beach, linen shirt"
    assert prompts.notes == ("No person is connected: the portrait shows nobody in particular.",)


def test_a_lora_tag_is_taken_out_and_noted(anna):
    prompts = assemble_prompt(anna, None, PromptAdditions("smile <lora:x:0.5>", "<hypernet:y:1>"))
    assert prompts.positive.endswith("glasses, smile")
    assert prompts.notes == tuple(
        f"{tag} is no text for ComfyUI and was left out. Use Load Style LoRA."
        for tag in ("<lora:x:0.5>", "<hypernet:y:1>")
    )


def test_an_unwanted_word_is_taken_back_from_the_person_and_the_style(anna, tmp_path):
    prompts = assemble_prompt(anna, beach(tmp_path), PromptAdditions("hat", "(Glasses:1.2), linen shirt, hat"))
    assert prompts.positive == "fcanna, a woman, sunny beach, hat"
    assert prompts.negative == "snow, child, (Glasses:1.2), linen shirt, hat"
    assert prompts.notes == ("Left out of the prompt, because it is unwanted: glasses, linen shirt.",)


def test_the_name_of_the_person_cannot_be_taken_back(anna):
    prompts = assemble_prompt(anna, None, PromptAdditions(negative="fcanna, a woman"))
    assert prompts.positive == "fcanna, a woman, glasses"


def test_a_style_does_not_forbid_what_the_person_has(anna, tmp_path):
    prompts = assemble_prompt(anna, beach(tmp_path, negative_prompt="snow, (glasses:1.3)"))
    assert prompts.negative == "snow, child"
    assert prompts.notes == ("Not unwanted, because the person has it: glasses.",)


def test_weights_of_the_user_count(anna, tmp_path):
    prompts = assemble_prompt(anna, beach(tmp_path), PromptAdditions("(glasses:1.4), ((wind)), embedding:glow"))
    assert prompts.positive == "fcanna, a woman, (glasses:1.4), sunny beach, linen shirt, ((wind)), embedding:glow"


def test_nothing_is_cut_off_a_long_prompt(anna):
    words = [f"word{number}" for number in range(200)]
    assert assemble_prompt(anna, None, PromptAdditions(", ".join(words))).positive.split(", ")[3:] == words


def test_a_person_of_another_family_is_noted(anna, tmp_path):
    lora = {"file": "look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}
    prompts = assemble_prompt(anna, beach(tmp_path, base_family="sdxl", lora=lora))
    assert prompts.notes == ('Style "beach" is made for SDXL, the person was trained on SD 1.5: likeness suffers.',)
