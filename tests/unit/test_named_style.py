"""A style that is kept under a name has its words, strengths and LoRA, and a name that is fit for a file."""

from dataclasses import replace

import pytest
from support_people import write_style

from facechain.errors import InvalidName, InvalidSetting
from facechain.facechain_style import read_any_style
from facechain.named_style import StyleChanges, named_style
from facechain.prompts import DEFAULT_NEGATIVE
from facechain.style_json import style_json

LORA = {"file": "look.safetensors", "source": "somewhere", "sha256": "a" * 64, "licence": "CC-BY-4.0"}


def beach(folder, **changes):
    return read_any_style(write_style(folder, lora=LORA, **changes))


def test_all_that_is_not_changed_stays(tmp_path):
    kept = named_style(beach(tmp_path, preview="beach.png"), StyleChanges(" Evening  Beach "), None)
    assert (kept.id, kept.title.en, kept.title.zh) == ("evening-beach", "Evening Beach", "Evening Beach")
    assert (kept.prompt, kept.negative_prompt) == ("sunny beach, linen shirt", "snow")
    assert (kept.style_strength, kept.face_strength, kept.tags, kept.preview) == (0.35, 0.95, ("outdoors",), None)


def test_words_are_added_and_strengths_replaced(tmp_path):
    changes = StyleChanges("x", "海", ", low sun,", "rain", style_strength=0.0, face_strength=1.2)
    kept = named_style(beach(tmp_path), changes, None)
    assert (kept.title.en, kept.title.zh) == ("x", "海")
    assert (kept.prompt, kept.negative_prompt) == ("sunny beach, linen shirt, low sun", "snow, rain")
    assert (kept.style_strength, kept.face_strength) == (0.0, 1.2)


def test_words_against_something_keep_the_usual_ones(tmp_path):
    style = beach(tmp_path, negative_prompt="")
    assert named_style(style, StyleChanges("x"), None).negative_prompt == ""
    assert (
        named_style(style, StyleChanges("x", negative_prompt="hat"), None).negative_prompt == f"{DEFAULT_NEGATIVE}, hat"
    )


def test_the_lora_is_kept_as_it_is_now_with_licence_and_source(tmp_path):
    now = named_style(beach(tmp_path), StyleChanges("x"), "b" * 64).lora
    assert (now.file, now.source, now.sha256, now.licence) == ("look.safetensors", "somewhere", "b" * 64, "CC-BY-4.0")
    assert named_style(beach(tmp_path), StyleChanges("x"), None).lora.sha256 == "a" * 64


@pytest.mark.parametrize("name", ["../../x", "a\\b", "", "  ", "\N{GRINNING FACE}", "..."])
def test_a_name_that_cannot_be_a_file_is_refused(tmp_path, name):
    with pytest.raises(InvalidName, match="The name"):
        named_style(beach(tmp_path), StyleChanges(name), None)


@pytest.mark.parametrize("name", ["CON", "x" * 300, "海" * 300, "Beach \N{GRINNING FACE}", "a:b*?"])
def test_any_other_name_becomes_one_file_name(tmp_path, name):
    kept = named_style(beach(tmp_path), StyleChanges(name), None)
    assert kept.title.en == name
    assert len(kept.id.encode()) <= 64
    assert kept.id != "con"
    (tmp_path / f"{kept.id}.json").write_bytes(style_json(kept))
    assert read_any_style(tmp_path / f"{kept.id}.json") == kept


def test_a_style_of_a_lora_alone_keeps_its_trigger_phrase_as_words(tmp_path):
    wordless = replace(beach(tmp_path), prompt="", trigger_tokens=("film grain",))
    assert named_style(wordless, StyleChanges("x"), None).prompt == "film grain"
    with pytest.raises(InvalidSetting, match=r'Style "x" has no words\. Write its look into prompt'):
        named_style(replace(wordless, trigger_tokens=()), StyleChanges("x"), None)


def test_what_no_file_may_hold_is_refused_with_its_rule(tmp_path):
    changes = StyleChanges("x", style_strength=3.0)
    with pytest.raises(
        InvalidSetting, match=r'"x" cannot be saved: style_strength is 3\.0, needs a number from 0 to 2'
    ):
        style_json(named_style(beach(tmp_path), changes, None))
    with pytest.raises(InvalidSetting, match=r"a style file at most 262,144\. Shorten its words"):
        style_json(named_style(beach(tmp_path), StyleChanges("x", prompt="sea " * 100_000), None))
