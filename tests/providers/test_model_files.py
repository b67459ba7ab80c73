"""Where model files are looked for, and what is said of those that are there."""

from __future__ import annotations

import hashlib
import os
import pickle
import re
from dataclasses import replace

import pytest

from facechain.errors import AssetCorrupt, AssetMissing
from facechain.providers.model_files import FoundFile, ModelFile, ModelLocations, Source

WEIGHTS = b"the published weights"
MODEL = ModelFile(
    "det.onnx",
    hashlib.sha256(WEIGHTS).hexdigest(),
    len(WEIGHTS),
    "MIT",
    ("insightface/models/tiny", "insightface/models/tiny/tiny", "tiny"),
    (Source("https://example.org/det.onnx"),),
)


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """A models folder, and a further folder that the host was told of for "insightface"."""
    return ModelLocations(tmp_path / "models", (("insightface", (tmp_path / "elsewhere",)),), tmp_path / "hashes.json")


def put(path, content: bytes = WEIGHTS):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_belongs_into_the_first_of_its_folders(own, tmp_path):
    assert own.home(MODEL) == tmp_path / "models/insightface/models/tiny/det.onnx"


def test_every_folder_is_searched_first_in_the_models_folder_then_where_the_host_says(own, tmp_path):
    assert own.places(MODEL) == (
        tmp_path / "models/insightface/models/tiny/det.onnx",
        tmp_path / "elsewhere/models/tiny/det.onnx",
        tmp_path / "models/insightface/models/tiny/tiny/det.onnx",
        tmp_path / "elsewhere/models/tiny/tiny/det.onnx",
        tmp_path / "models/tiny/det.onnx",
    )


def test_a_models_folder_that_the_host_registered_too_is_searched_once(tmp_path):
    again = ModelLocations(tmp_path, (("insightface", (tmp_path / "insightface",)),))
    assert len(again.places(MODEL)) == len(MODEL.folders)


@pytest.mark.parametrize("number", range(5))
def test_a_file_is_found_in_any_of_its_places(own, number):
    place = put(own.places(MODEL)[number])
    assert own.path(MODEL) == place
    assert own.found(MODEL) == FoundFile(MODEL, place, MODEL.sha256)


def test_a_folder_of_the_files_name_is_not_the_file(own):
    own.home(MODEL).mkdir(parents=True)
    assert own.path(MODEL) is None


def test_a_missing_file_is_named_with_hash_size_and_every_folder(own, tmp_path):
    places = re.escape(str(tmp_path / "elsewhere/models/tiny"))
    with pytest.raises(AssetMissing, match=rf"det\.onnx \(sha256 {MODEL.sha256}, 0\.0 MB\) is not .*{places}, .*"):
        own.found(MODEL)


def test_other_weights_are_found_and_named_by_their_hash(own):
    put(own.home(MODEL), b"other weights")
    found = own.found(MODEL)
    assert not found.is_published
    assert found.weights_id("tiny") == f"tiny-{hashlib.sha256(b'other weights').hexdigest()[:8]}"


def test_the_published_weights_need_no_hash_in_their_name(own):
    put(own.home(MODEL))
    assert own.found(MODEL).weights_id("tiny") == "tiny"


def test_other_weights_are_not_the_published_content(own):
    put(own.home(MODEL), b"other weights")
    with pytest.raises(
        AssetCorrupt, match=r"det\.onnx differs \(file .{8}…, expected .{8}…; 13 of 21 bytes\)\. Delete"
    ):
        own.verified(MODEL)


def test_the_published_content_is_read(own):
    place = put(own.home(MODEL))
    assert own.read(MODEL) == WEIGHTS
    assert own.verified(MODEL) == place


def test_a_file_that_the_system_does_not_give_is_not_called_missing(own, monkeypatch):
    # Root may read everything, so permissions cannot stand for a file that cannot be read.
    monkeypatch.setattr(os.path, "isfile", os.path.exists)
    own.home(MODEL).mkdir(parents=True)
    for read in (own.found, own.read):
        with pytest.raises(
            AssetCorrupt, match=r"det\.onnx in .* cannot be read \(.+\)\. Mend its permissions, or delete"
        ):
            read(MODEL)


def test_a_remembered_hash_is_known_without_reading_the_file(own):
    place = put(own.home(MODEL))
    assert own.known_sha256(place) == ""
    own.found(MODEL)
    assert own.known_sha256(place) == MODEL.sha256
    assert ModelLocations(own.root).known_sha256(place) == "", "nobody remembers here"


def test_locations_survive_the_way_into_another_process_and_show_no_folder(own):
    assert pickle.loads(pickle.dumps(own)) == own  # noqa: S301
    assert repr(own) == "ModelLocations()"


@pytest.mark.parametrize(
    ("changes", "fetched"),
    [
        ({}, True),
        ({"sha256": ""}, False),
        ({"sources": ()}, False),
        ({"sources": (), "folders": ("facechain/embedded",)}, True),
    ],
)
def test_a_file_comes_by_itself_with_an_address_and_a_hash_or_when_it_is_embedded(changes, fetched):
    assert replace(MODEL, **changes).can_be_fetched is fetched
