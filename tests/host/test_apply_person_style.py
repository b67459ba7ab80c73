"""Apply Person and Style on a running host: a trained person's words, strengths and LoRAs reach the prompt."""

from __future__ import annotations

import json
import re

import pytest
from support_people import write_style
from support_prompts import CHECKPOINT

from facechain.habit_tags import habit_tags

HABIT = "round glasses"


@pytest.fixture(scope="module")
def record(comfy, trained_person):
    """The trained person's record, which says afterwards what it said before."""
    file = comfy.base / "models" / "facechain" / "people" / trained_person.record["person"] / "person.json"
    before = file.read_text("utf-8")
    yield file
    file.write_text(before, "utf-8")


@pytest.fixture
def spectacled(record):
    """The person as somebody who wears glasses on most photos."""
    fields = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**fields, "attribute_words": [HABIT]}), "utf-8")
    return fields


@pytest.fixture(scope="module")
def style(comfy):
    """A style of the user's own, without a LoRA."""
    folder = comfy.base / "models" / "facechain" / "styles"
    yield write_style(folder, "host-beach", style_strength=0.3, face_strength=0.8).stem
    (folder / "host-beach.json").unlink()


def applied(comfy, person, style=None, **inputs):
    """What the node told its page."""
    values = {"style_strength": -1, "face_strength": -1, "more_positive": "", "more_negative": "", **inputs}
    prompt = {
        "base": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": CHECKPOINT}},
        "person": {"class_type": "FaceChainLoadPerson", "inputs": {"person": person}},
        "apply": {
            "class_type": "FaceChainApplyPersonStyle",
            "inputs": {"model": ["base", 0], "clip": ["base", 1], "person": ["person", 0], **values},
        },
        "encode": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["apply", 1], "text": ["apply", 2]}},
        "sink": {"class_type": "PreviewAny", "inputs": {"source": ["encode", 0]}},
        "words": {"class_type": "PreviewAny", "inputs": {"source": ["apply", 2]}},
    }
    if style:
        prompt["style"] = {"class_type": "FaceChainSelectStyle", "inputs": {"style": style}}
        prompt["apply"]["inputs"]["style"] = ["style", 0]
    result = comfy.client.run(prompt, timeout_s=120)
    page = result.outputs["apply"]["facechain"][0]
    assert result.outputs["words"]["text"] == [page["positive"]]
    return page


def test_a_trained_person_has_the_habits_of_their_captions(comfy, trained_person, record):
    fields = json.loads(record.read_text("utf-8"))
    manifests = [
        json.loads(file.read_text("utf-8"))
        for file in (comfy.base / "user" / "__facechain" / "datasets").glob("*/manifest.json")
    ]
    captions = [
        [sample["caption"] for sample in manifest["samples"]]
        for manifest in manifests
        if manifest["person_name"] == fields["display_name"]
    ]
    assert fields["attribute_words"] in [list(habit_tags(each)) for each in captions]
    assert fields["attribute_words"] != []
    page = applied(comfy, fields["slug"])
    words = [fields["trigger_word"], "a woman", *fields["attribute_words"]]
    assert page["positive"] == ", ".join(words)


def test_the_page_learns_which_loras_act_how_strongly(comfy, trained_person, style):
    page = applied(comfy, trained_person.record["person"], style)
    assert page["loras"] == [{"file": trained_person.lora_name, "strength": 0.8, "of": "person"}]
    page = applied(comfy, trained_person.record["person"], style, face_strength=0)
    assert page["loras"] == []
    assert any("is left out: its strength is 0." in note for note in page["notes"])


def test_words_stand_in_the_order_person_style_user(comfy, spectacled, style):
    page = applied(comfy, spectacled["slug"], style, more_positive="(smile:1.2), sunny beach")
    trigger = re.escape(spectacled["trigger_word"])
    wanted = rf"{trigger}, a woman, {HABIT}, sunny beach, linen shirt, \(smile:1\.2\)"
    assert re.fullmatch(wanted, page["positive"])


def test_an_unwanted_habit_is_taken_back(comfy, spectacled):
    page = applied(comfy, spectacled["slug"], more_negative=HABIT)
    assert HABIT not in page["positive"]
    assert page["negative"].endswith(HABIT)
    assert page["notes"] == [f"Left out of the prompt, because it is unwanted: {HABIT}."]
