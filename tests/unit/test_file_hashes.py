"""Hashes of large files are computed once per change."""

import hashlib
import json
import os

import pytest

from facechain.file_hashes import FileHashes
from facechain.progress import SilentProgress


def test_the_hash_is_that_of_the_bytes(tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"weights")
    assert FileHashes(tmp_path / "hashes.json").sha256(file) == hashlib.sha256(b"weights").hexdigest()


def test_an_unchanged_file_is_not_read_again(tmp_path):
    file, cache = tmp_path / "model.safetensors", tmp_path / "hashes.json"
    file.write_bytes(b"weights")
    FileHashes(cache).sha256(file)
    known = json.loads(cache.read_text())
    cache.write_text(json.dumps(dict.fromkeys(known, "remembered")))
    assert FileHashes(cache).sha256(file) == "remembered"


def test_a_file_changed_later_is_read_again(tmp_path):
    file, hashes = tmp_path / "model.safetensors", FileHashes(tmp_path / "hashes.json")
    file.write_bytes(b"weights")
    hashes.sha256(file)
    file.write_bytes(b"WEIGHTS")
    os.utime(file, ns=(1, 1))
    assert hashes.sha256(file) == hashlib.sha256(b"WEIGHTS").hexdigest()


def test_only_a_remembered_hash_is_known_without_reading(tmp_path):
    file, hashes = tmp_path / "model.safetensors", FileHashes(tmp_path / "hashes.json")
    file.write_bytes(b"weights")
    assert hashes.known(file) == ""
    hashes.sha256(file)
    assert hashes.known(file) == hashlib.sha256(b"weights").hexdigest()
    file.write_bytes(b"longer weights")
    assert hashes.known(file) == ""


@pytest.mark.parametrize("content", ["{ half of it", "[]"])
def test_a_damaged_cache_is_made_anew(tmp_path, content):
    file, cache = tmp_path / "model.safetensors", tmp_path / "hashes.json"
    file.write_bytes(b"weights")
    cache.write_text(content)
    assert FileHashes(cache).sha256(file) == hashlib.sha256(b"weights").hexdigest()


def test_a_cache_that_cannot_be_written_changes_no_result(tmp_path):
    (tmp_path / "not a folder").write_text("")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    hashes = FileHashes(tmp_path / "not a folder" / "hashes.json")
    assert hashes.sha256(tmp_path / "model.safetensors") == hashlib.sha256(b"weights").hexdigest()


def test_a_file_is_found_by_its_content_however_it_is_named(tmp_path):
    files = [tmp_path / name for name in ("a", "b", "c")]
    for file in files:
        file.write_bytes(file.name.encode())
    hashes = FileHashes(tmp_path / "hashes.json")
    assert hashes.find(hashlib.sha256(b"b").hexdigest(), files, SilentProgress()) == tmp_path / "b"
    assert hashes.find(hashlib.sha256(b"d").hexdigest(), files, SilentProgress()) is None


def test_a_remembered_file_is_found_without_reading_the_others(tmp_path):
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        file.write_bytes(file.name.encode())
    hashes = FileHashes(tmp_path / "hashes.json")
    wanted = hashes.sha256(files[1])
    hashes.find(wanted, files, SilentProgress())
    assert len(json.loads((tmp_path / "hashes.json").read_text())) == 1
