"""The demo's own files: what it takes, what it refuses, what it says first."""

from __future__ import annotations

import json
import os
import struct

import pytest

from studio.checkpoint import link_checkpoint
from studio.demo_lora import read_header, read_lora
from studio.demo_output import clear_output, open_output
from studio.demo_photos import photo_files
from studio.demo_plan import Need, plan_lines
from studio.errors import SetupError


def test_what_is_missing_is_told_with_the_sum_of_its_sizes():
    wanted = (Need("packages", 2500, 6500, is_there=False), Need("photos", 27, 33, is_there=True))
    first, packages, *more = plan_lines(wanted, "/cache")
    assert first == "This downloads 2.5 GB and keeps 6.5 GB in /cache:"
    assert packages.split() == ["packages", "2.5", "GB", "6.5", "GB"]
    assert any("15 GB must be free" in line for line in more)
    assert not any("photos" in line for line in more)


def test_a_prepared_machine_is_told_so():
    assert plan_lines((Need("photos", 27, 33, is_there=True),), "/cache") == [
        "Everything is there already, in /cache. Nothing is downloaded."
    ]


def test_photos_are_the_pictures_of_the_folder_by_name(tmp_path):
    for name in ("b.JPG", "a.png", "c.heic", ".hidden.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "d.png").mkdir()
    assert [file.name for file in photo_files(tmp_path)] == ["a.png", "b.JPG", "c.heic"]


def test_too_few_photos_are_refused_before_anything_is_downloaded(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(SetupError, match="holds 1 pictures, at least 3 are needed"):
        photo_files(tmp_path)


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(SetupError, match="is no folder"):
        photo_files(tmp_path / "missing")


def test_a_folder_with_other_files_is_no_output(tmp_path):
    (tmp_path / "thesis.txt").write_text("important")
    with pytest.raises(SetupError, match=r'holds other files, for example "thesis\.txt"'):
        open_output(tmp_path)


def test_an_earlier_demo_is_replaced_but_its_portraits_stay(tmp_path):
    for name in ("pictures/loss.png", "results/portrait-01.png", "index.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    clear_output(open_output(tmp_path))
    assert [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.*")] == [
        os.path.join("results", "portrait-01.png")
    ]


def test_a_lora_tells_trigger_rank_and_base(tmp_path):
    metadata = {"ss_network_dim": "8", "ss_sd_model_name": "base", "modelspec.trigger_phrase": "fcsks"}
    header = json.dumps({"__metadata__": metadata, "a": {}, "b": {}}).encode()
    file = tmp_path / "ana.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header)
    lora = read_lora(file)
    assert (lora.trigger, lora.rank, lora.base, lora.tensors) == ("fcsks", "8", "base", 2)
    assert lora.alpha == ""
    assert lora.bytes == 8 + len(header)


def test_a_checkpoint_linked_again_is_the_newer_one(tmp_path):
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "base.safetensors").write_text(folder)
        link_checkpoint(tmp_path / folder / "base.safetensors", tmp_path / "models")
    assert (tmp_path / "models" / "checkpoints" / "base.safetensors").read_text() == "new"


def test_a_checkpoint_is_linked_not_copied(tmp_path):
    file = tmp_path / "base.safetensors"
    file.write_bytes(b"weights")
    link_checkpoint(file, tmp_path / "models")
    assert (tmp_path / "models" / "checkpoints" / "base.safetensors").samefile(file)


@pytest.mark.parametrize("content", [b"", b"\xff" * 16, struct.pack("<Q", 3) + b"{a}"])
def test_a_file_that_is_no_safetensors_file_is_refused_with_a_sentence(tmp_path, content):
    file = tmp_path / "base.safetensors"
    file.write_bytes(content)
    with pytest.raises(SetupError, match="is no safetensors file"):
        read_header(file)
