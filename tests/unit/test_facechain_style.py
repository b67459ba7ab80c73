import json
from pathlib import Path

import pytest

from facechain.errors import StyleUnreadable
from facechain.facechain_style import ID_PHOTO_LORA, read_any_style
from facechain.styles import StyleCatalog

ROWS = json.loads((Path(__file__).parents[1] / "data" / "facechain_styles.json").read_text("utf-8"))
"""FaceChain's 76 styles: folder, file name, name, model, revision, LoRA file, both strengths; without their prompts."""


def write(folder: Path, row: list, **changes) -> Path:
    base, key, name, model, revision, file, style, human = row
    fields = {
        "name": name,
        "img": f"./style_image/{key}.jpg",
        "model_id": model,
        "revision": revision,
        "bin_file": file,
        "multiplier_style": style,
        "multiplier_human": human,
        "add_prompt_style": f"the words of {name}",
    }
    path = folder / base / f"{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**fields, **changes}), "utf-8")
    return path


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_style_of_facechain_is_read(tmp_path, row):
    _, key, name, model, revision, file, style_strength, human_strength = row
    style = read_any_style(write(tmp_path, row))
    assert (style.id, style.title.en, style.prompt) == (key, name, f"the words of {name}")
    assert (style.style_strength, style.face_strength) == (style_strength, human_strength)
    assert style.base_family == ("sdxl" if key == "Fields" else "sd15")
    assert style.lora is not None
    if file is None:
        assert style.lora == ID_PHOTO_LORA
    else:
        assert style.lora.file == file
        assert style.lora.source == f"ModelScope: {model}, revision {revision}"
        assert style.lora.licence == "unknown"


def test_there_are_76_of_them():
    assert len({(row[0], row[1]) for row in ROWS}) == 76


def test_a_dropped_file_is_in_the_catalogue_beside_ours(tmp_path):
    file = write(tmp_path, ROWS[0])
    catalog = StyleCatalog([file.parent, Path(__file__).parents[2] / "styles"])
    assert catalog.load("Armor").lora == ID_PHOTO_LORA
    assert len(catalog.ids()) == 23


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, 'name is "", needs a text that is not empty'),
        ({"bin_file": "../evil.safetensors"}, "bin_file is .* needs a plain file name"),
        ({"bin_file": "weights.bin"}, r"needs a plain file name that ends in \.safetensors"),
        ({"multiplier_style": "0.3"}, 'multiplier_style is "0.3", needs a number from 0 to 2'),
        ({"multiplier_human": 7}, "multiplier_human is 7, needs a number from 0 to 2"),
        ({"model_id": 3}, "model_id is 3, needs a text or null"),
        ({"add_prompt_style": 1}, "add_prompt_style is 1, needs a text"),
        ({"promt": "x"}, "promt is unknown"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, changes, problem):
    with pytest.raises(StyleUnreadable, match=problem):
        read_any_style(write(tmp_path, ROWS[0], **changes))


def test_all_problems_of_a_file_are_named_at_once(tmp_path):
    with pytest.raises(StyleUnreadable, match=r"has 2 problems: .*multiplier_style.*; .*multiplier_human"):
        read_any_style(write(tmp_path, ROWS[0], multiplier_style=-1, multiplier_human=None))
