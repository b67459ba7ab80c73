"""Whatever lies in a styles folder: every problem of a file is named at once, and every other style stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support_people import write_style

from facechain.errors import StyleUnreadable
from facechain.style_file import MOST_BYTES
from facechain.styles import StyleCatalog

LORA = {"file": "look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}
FIELDS = json.loads((Path(__file__).parents[2] / "styles" / "armour.json").read_text("utf-8"))
NO_TEXT = ["", 7, None, ["words"], {}, "half \ud800"]
WRONG = {
    "schema": [0, 2, "1", True, None],
    "id": ["", 7, None, "forest", "../beach"],
    "title": ["Beach", None, [], 1],
    "base_family": ["sd3", "SD15", None, 15, ["sd15"]],
    "recommended_checkpoint": [None, 7, "half \udfff"],
    "lora": ["look.safetensors", 7, [], True],
    "style_strength": [-0.01, 2.01, "0.5", True, None, float("nan"), float("inf"), 10**400],
    "face_strength": [-1, 3, [], False, None, float("nan"), float("-inf"), -(10**400)],
    "prompt": [*NO_TEXT, " \n"],
    "negative_prompt": [None, 7, [], "half \ud800"],
    "trigger_tokens": ["token", None, [1], [""], ["half \ud800"], {}],
    "tags": ["outdoors", None, [None], [" "], {}],
    "preview": ["../beach.png", "C:beach.png", "beach.svg", ".png", "", 7, "a\\b.jpg", "half \ud800.png"],
}
WRONG_LORA = {
    "file": ["../look.safetensors", "look.pt", "look", ".safetensors", "a/b.safetensors", "", None, 7],
    "source": NO_TEXT,
    "sha256": ["", "ab", "AB" * 32, "ab" * 33, 7, ["ab" * 32]],
    "licence": NO_TEXT,
}


def problem_of(folder: Path, count: int = 1) -> str:
    """What is wrong with "beach", while its neighbour is still there."""
    write_style(folder, "forest")
    catalog = StyleCatalog([folder])
    assert catalog.ids() == ["forest"]
    (problem,) = catalog.problems()
    with pytest.raises(StyleUnreadable, match=f'"beach.json" has {count} problem') as caught:
        catalog.load("beach")
    assert (problem.style_id, problem.reason) == ("beach", str(caught.value))
    return problem.reason


def cases(wrong):
    return [
        pytest.param(key, value, id=f"{key}={str(value)[:20]!a}") for key, values in wrong.items() for value in values
    ]


def test_the_rules_are_tried_on_every_field():
    assert WRONG.keys() == FIELDS.keys()
    assert WRONG_LORA.keys() == FIELDS["lora"].keys()


@pytest.mark.parametrize("key", FIELDS)
def test_a_missing_field_is_named(tmp_path, key):
    write_style(tmp_path, **{key: ...})
    assert f"{key} is missing" in problem_of(tmp_path)


@pytest.mark.parametrize(("key", "value"), cases(WRONG))
def test_a_wrong_field_is_named(tmp_path, key, value):
    file = write_style(tmp_path)
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), key: value}), "utf-8")
    assert f"{key} is " in problem_of(tmp_path, count=2 if key == "id" and value in ("", 7, None) else 1)


@pytest.mark.parametrize("key", FIELDS["lora"])
def test_a_missing_field_of_the_lora_is_named(tmp_path, key):
    write_style(tmp_path, lora={name: value for name, value in LORA.items() if name != key})
    assert f"lora.{key} is missing" in problem_of(tmp_path)


@pytest.mark.parametrize(("key", "value"), cases(WRONG_LORA))
def test_a_wrong_field_of_the_lora_is_named(tmp_path, key, value):
    file = write_style(tmp_path)
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "lora": {**LORA, key: value}}), "utf-8")
    assert f"lora.{key} is " in problem_of(tmp_path)


@pytest.mark.parametrize("title", [{"en": "Beach"}, {"en": "Beach", "zh": ""}, {"en": "Beach", "zh": 1}])
def test_both_titles_are_needed(tmp_path, title):
    write_style(tmp_path, title=title)
    assert "title.zh is " in problem_of(tmp_path)


def test_unknown_fields_are_named_with_the_nearest_known_one(tmp_path):
    write_style(tmp_path, promt="sea", seed=1, lora={**LORA, "path": "/etc"}, title={"en": "B", "zh": "B", "fr": "P"})
    reason = problem_of(tmp_path, count=4)
    for words in ("promt is unknown (did you mean prompt?)", "seed is unknown", "lora.path is unknown", "title.fr is"):
        assert words in reason


def test_every_field_can_be_wrong_at_once(tmp_path):
    (tmp_path / "beach.json").write_text(json.dumps({**{key: {"x": 1} for key in FIELDS}, "id": "beach"}), "utf-8")
    reason = problem_of(tmp_path, count=10 + 3 + 5)
    # Title and LoRA are objects, as they must be: of these it is said what they lack, and that x is unknown.
    assert all(f"{key} is " in reason for key in FIELDS.keys() - {"id", "title", "lora"})
    assert all(f"lora.{key} is missing" in reason for key in LORA)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is no JSON text"),
        (b"{", "it is no JSON text"),
        (b"\x00\x01\x02", "it is no JSON text"),
        (b'{"schema": 1, "prompt": "\xe4"}', "it is no JSON text"),
        (b"[" * 100_000, "it is no JSON text"),
        (b"1" * 5000, "it is no JSON text"),
        (b"[]", "it is no JSON object"),
        (b"null", "it is no JSON object"),
        (b"{}".decode().encode("utf-16"), "it is UTF-16 text, save it as UTF-8"),
        (b"\xfe\xff\x00{\x00}", "it is UTF-16 text, save it as UTF-8"),
        (b'{"schema": 1' + b" " * 10_000_000, "it has 10,000,012 bytes, a style file has at most 262,144"),
    ],
    ids=range(11),
)
def test_a_file_that_holds_no_style_says_why(tmp_path, content, problem):
    (tmp_path / "beach.json").write_bytes(content)
    assert problem in problem_of(tmp_path)


def test_a_mark_of_utf8_at_the_beginning_is_no_problem(tmp_path):
    file = write_style(tmp_path)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert StyleCatalog([tmp_path]).ids() == ["beach"]


def test_the_largest_file_is_read(tmp_path):
    file = write_style(tmp_path)
    file.write_bytes(file.read_bytes().ljust(MOST_BYTES))
    assert StyleCatalog([tmp_path]).ids() == ["beach"]


def test_a_folder_that_is_called_like_a_style_is_a_problem(tmp_path):
    (tmp_path / "beach.json").mkdir()
    assert "it is no file" in problem_of(tmp_path)


def test_a_link_to_nothing_is_a_problem(tmp_path):
    (tmp_path / "beach.json").symlink_to(tmp_path / "nowhere")
    assert "it is a link to nothing" in problem_of(tmp_path)
