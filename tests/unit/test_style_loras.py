"""The LoRA file of a style: remembered at first sight, noticed when it is another one, added through the page."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import time
from pathlib import Path

import pytest
from support_people import write_style

from facechain.added_lora import add_style_lora, required_lora, upload_folder
from facechain.errors import (
    AssetCorrupt,
    FaceChainError,
    InvalidSetting,
    StyleUnreadable,
    UnreadableCheckpoint,
    WrongBaseModel,
)
from facechain.file_hashes import FileHashes
from facechain.file_lock import try_lock
from facechain.first_sights import RECORD, FirstSights
from facechain.style_file import read_style
from facechain.style_lora import locate_style_lora, lora_state, with_first_sight

LORA = {"file": "look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}
KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"


def lora_bytes(filler: int = 0, width: int = 768, key: str = KEY) -> bytes:
    header = json.dumps({key: {"dtype": "F16", "shape": [4, width], "data_offsets": [0, 8 * width]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes([filler]) * (8 * width)


@pytest.fixture
def loras(tmp_path) -> Path:
    folder = tmp_path / "loras"
    folder.mkdir()
    return folder


@pytest.fixture
def sights(tmp_path) -> FirstSights:
    return FirstSights(tmp_path / "facechain" / RECORD, FileHashes(tmp_path / "hashes.json"))


def beach(folder: Path, **changes):
    return read_style(write_style(folder / "styles", lora={**LORA, **changes}))


def put(file: Path, content: bytes) -> str:
    """The sha256 of `file`, which holds `content` now and was changed at another time than before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    put.moment += 1
    os.utime(file, (put.moment, put.moment))
    return hashlib.sha256(content).hexdigest()


put.moment = time.time() - 1000


def recorded(tmp_path) -> dict:
    return json.loads((tmp_path / "facechain" / RECORD).read_text("utf-8"))


def test_a_lora_is_remembered_when_it_is_found_for_the_first_time(tmp_path, loras, sights):
    sha256 = put(loras / "looks" / "look.safetensors", b"any")
    seen = with_first_sight(beach(tmp_path), [loras], sights)
    entry = recorded(tmp_path)["look.safetensors"]
    assert entry["sha256"] == seen.lora.seen.sha256 == sha256
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", entry["first_seen"])
    assert locate_style_lora(seen, [loras]).note == ""


def test_another_file_of_the_name_works_and_is_told(tmp_path, loras, sights):
    style, file = beach(tmp_path), loras / "look.safetensors"
    first = put(file, b"first")
    with_first_sight(style, [loras], sights)
    now = put(file, b"other")
    located = locate_style_lora(with_first_sight(style, [loras], sights), [loras])
    assert located.file == file
    day = recorded(tmp_path)["look.safetensors"]["first_seen"]
    assert f"is another file than the one first seen on {day} (sha256 {first[:8]}…, now {now[:8]}…)" in located.note
    assert recorded(tmp_path)["look.safetensors"]["sha256"] == first


def test_a_file_is_accepted_by_deleting_the_entry_or_adding_it_again(tmp_path, loras, sights):
    style, file = beach(tmp_path), loras / "look.safetensors"
    put(file, b"first")
    with_first_sight(style, [loras], sights)
    second = put(file, b"second")
    assert sights.is_other(file) is False, "Nobody has hashed it yet."
    with_first_sight(style, [loras], sights)
    sights.sha256(file)
    assert sights.is_other(file) is True
    (tmp_path / "facechain" / RECORD).write_text("{}")
    assert with_first_sight(style, [loras], sights).lora.seen.sha256 == second
    third = put(file, b"third")
    sights.accept("look.safetensors", third)
    assert locate_style_lora(with_first_sight(style, [loras], sights), [loras]).note == ""


def test_a_known_checksum_stays_an_error_and_is_not_remembered(tmp_path, loras, sights):
    put(loras / "look.safetensors", b"wrong")
    style = with_first_sight(beach(tmp_path, sha256="a" * 64), [loras], sights)
    assert style.lora.seen is None
    assert not (tmp_path / "facechain").exists()
    with pytest.raises(AssetCorrupt, match=r"Checksum of .* differs .*expected aaaaaaaa…\)"):
        locate_style_lora(style, [loras])


def test_of_two_files_of_a_name_the_one_with_the_known_checksum_is_taken(tmp_path, loras):
    put(loras / "a" / "look.safetensors", b"other")
    sha256 = put(loras / "b" / "look.safetensors", b"right")
    assert locate_style_lora(beach(tmp_path, sha256=sha256), [loras]).file == loras / "b" / "look.safetensors"


def test_an_added_file_comes_before_one_that_lies_there(tmp_path, loras):
    put(loras / "a" / "look.safetensors", b"by hand")
    put(loras / "facechain" / "styles" / "look.safetensors", b"added")
    assert locate_style_lora(beach(tmp_path), [loras]).file.parent.name == "styles"


def test_a_linked_folder_is_looked_into_as_the_host_does(tmp_path, loras):
    put(tmp_path / "elsewhere" / "look.safetensors", b"any")
    (loras / "linked").symlink_to(tmp_path / "elsewhere")
    assert locate_style_lora(beach(tmp_path), [loras]).file == loras / "linked" / "look.safetensors"


def test_a_record_that_cannot_be_written_or_read_costs_no_portrait(tmp_path, loras, sights):
    sha256 = put(loras / "look.safetensors", b"any")
    (tmp_path / "facechain").write_text("a file where the folder should be")
    assert with_first_sight(beach(tmp_path), [loras], sights).lora.seen.sha256 == sha256
    with pytest.raises(FaceChainError, match=r"style-loras\.json could not be written .*Free disk space"):
        sights.accept("look.safetensors", sha256)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"look.safetensors": 7}', b'{"look.safetensors": {}}'])
def test_a_damaged_record_is_an_empty_one(tmp_path, loras, sights, content):
    put(tmp_path / "facechain" / RECORD, content)
    sha256 = put(loras / "look.safetensors", b"any")
    assert with_first_sight(beach(tmp_path), [loras], sights).lora.seen.sha256 == sha256


def test_another_program_that_writes_the_record_is_waited_for(tmp_path, sights, monkeypatch):
    monkeypatch.setattr("facechain.first_sights.LOCK_WAIT_SECONDS", 0.1)
    (tmp_path / "facechain").mkdir()
    with (tmp_path / "facechain" / f".{RECORD}.lock").open("ab") as held:
        assert try_lock(held)
        with pytest.raises(FaceChainError, match="could not be written"):
            sights.accept("look.safetensors", "a" * 64)
    sights.accept("look.safetensors", "a" * 64)
    assert recorded(tmp_path)["look.safetensors"]["sha256"] == "a" * 64


def test_the_state_changes_with_the_file_and_not_with_the_first_sight(tmp_path, loras, sights):
    style, file = beach(tmp_path), loras / "look.safetensors"
    absent = lora_state(style, [loras], sights)
    put(file, b"first")
    before = lora_state(style, [loras], sights)
    with_first_sight(style, [loras], sights)
    assert lora_state(style, [loras], sights) == before != absent
    other = put(file, b"other")
    changed = lora_state(style, [loras], sights)
    sights.accept(file.name, other)
    assert len({absent, before, changed, lora_state(style, [loras], sights)}) == 4


def draft(loras: Path, content: bytes) -> Path:
    file = upload_folder([loras]) / ".look.safetensors.0123abcd.tmp"
    file.write_bytes(content)
    return file


def test_an_added_file_gets_the_name_that_the_style_asks_for_and_counts(tmp_path, loras, sights):
    style = beach(tmp_path)
    file = add_style_lora(style, draft(loras, lora_bytes()), "My Look (1).safetensors", sights)
    assert file == loras / "facechain" / "styles" / "look.safetensors"
    assert [each.name for each in file.parent.iterdir()] == ["look.safetensors"]
    assert recorded(tmp_path)["look.safetensors"]["sha256"] == hashlib.sha256(lora_bytes()).hexdigest()
    assert locate_style_lora(with_first_sight(style, [loras], sights), [loras]).file == file


def test_an_added_file_replaces_an_earlier_one(tmp_path, loras, sights):
    style = beach(tmp_path)
    for filler in (1, 2):
        file = add_style_lora(style, draft(loras, lora_bytes(filler)), "x.safetensors", sights)
    assert file.read_bytes() == lora_bytes(2)
    assert locate_style_lora(with_first_sight(style, [loras], sights), [loras]).note == ""


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"PK\x03\x04" + bytes(64), UnreadableCheckpoint, r"my\.bin is a pickle file, which can run any program"),
        (b"", UnreadableCheckpoint, r"my\.bin is no safetensors file"),
        (lora_bytes()[:-1], UnreadableCheckpoint, r"my\.bin is damaged"),
        (lora_bytes(key="model.weight"), StyleUnreadable, r'"my\.bin" is no LoRA'),
        (lora_bytes(width=4096), StyleUnreadable, r'"my\.bin" reads text of width 4096'),
        (lora_bytes(width=2048), WrongBaseModel, r'"my\.bin" is for SDXL, but style "beach" needs one for SD 1\.5'),
        (lora_bytes(filler=9), AssetCorrupt, r'Checksum of "my\.bin" differs .*Take the file from somewhere'),
    ],
)
def test_a_file_that_is_not_the_one_is_refused_by_its_own_name(tmp_path, loras, sights, content, error, words):
    style = beach(tmp_path, sha256=hashlib.sha256(lora_bytes()).hexdigest())
    with pytest.raises(error, match=words) as caught:
        add_style_lora(style, draft(loras, content), "my.bin", sights)
    assert ".tmp" not in str(caught.value)
    assert not (loras / "facechain" / "styles" / "look.safetensors").exists()
    assert not (tmp_path / "facechain").exists()


def test_a_style_of_words_alone_takes_no_file(tmp_path):
    with pytest.raises(InvalidSetting, match=r'"beach" has no LoRA.*Use Load Style LoRA'):
        required_lora(read_style(write_style(tmp_path)))


def test_parts_that_a_killed_server_left_go_and_those_of_now_stay(loras):
    old, new = draft(loras, b"old"), upload_folder([loras]) / ".look.safetensors.new.tmp"
    new.write_bytes(b"new")
    os.utime(old, (time.time() - 7200,) * 2)
    assert [file.name for file in upload_folder([loras]).iterdir()] == [new.name]


def test_a_loras_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "facechain").write_text("a file where the folder should be")
    with pytest.raises(FaceChainError, match=r"could not be stored .*check the rights of models/loras"):
        upload_folder([tmp_path])
