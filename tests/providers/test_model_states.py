"""What stands between each model and its use."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from facechain.errors import Cancelled
from facechain.providers.assets import FACE_DETECTOR
from facechain.providers.catalog import MODELS
from facechain.providers.file_states import READ_AT_ONCE_BYTES, FileState, HashState, file_state
from facechain.providers.licences import accept
from facechain.providers.model_entry import ModelEntry, Proof, Role
from facechain.providers.model_files import ModelFile, ModelLocations, Source
from facechain.providers.model_states import ModelState, ModelStatus, model_states

WEIGHTS = b"the published weights"


def published(name: str, content: bytes = WEIGHTS, **changes) -> ModelFile:
    digest = hashlib.sha256(content).hexdigest()
    sources = (Source(f"https://example.org/{name}"),)
    return replace(ModelFile(name, digest, len(content), "MIT", ("tiny/models",), sources), **changes)


FIRST, SECOND = published("first.onnx"), published("second.onnx")
ENTRY = ModelEntry(Role.SWAPPER, "tiny", (FIRST, SECOND), "MIT", "yes", Proof.CONTRACT, ".tiny", "Tiny")


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    return ModelLocations(tmp_path / "models", (("tiny", (tmp_path / "elsewhere",)),), tmp_path / "hashes.json")


def put(own: ModelLocations, *models: ModelFile, content: bytes = WEIGHTS) -> None:
    for model in models:
        own.home(model).parent.mkdir(parents=True, exist_ok=True)
        own.home(model).write_bytes(content)


def state_of(own: ModelLocations, entry: ModelEntry = ENTRY, *, hashes: bool = True) -> ModelState:
    return model_states(own, hashes=hashes, models=[entry])[0]


def file_of(own: ModelLocations, model: ModelFile, *, read: bool = True) -> FileState:
    return file_state(model, own, read=read)


def test_a_model_without_its_files_is_missing_and_comes_by_itself(own):
    state = state_of(own)
    assert state.status is ModelStatus.MISSING
    assert state.absent == state.files
    assert state.advice == "It comes with its first use (0 MB), or now with `python scripts/models.py fetch tiny`."


def test_a_model_with_some_of_its_files_is_partly_missing(own):
    put(own, FIRST)
    assert state_of(own).status is ModelStatus.PARTLY_MISSING


def test_a_model_without_an_optional_file_runs_and_says_what_it_lacks(own):
    put(own, FIRST)
    state = state_of(own, replace(ENTRY, optional_files=(SECOND,)))
    assert (state.status, state.lacks) == (ModelStatus.INSTALLED, ())
    assert state.advice == "Without second.onnx it tells less; `python scripts/models.py fetch tiny`."


def test_an_optional_file_alone_is_no_installed_model(own):
    put(own, SECOND)
    assert state_of(own, replace(ENTRY, optional_files=(SECOND,))).status is ModelStatus.PARTLY_MISSING


def test_a_file_that_nobody_can_fetch_is_left_to_a_person(own):
    state = state_of(own, replace(ENTRY, files=(FIRST, replace(SECOND, sources=()))))
    assert state.advice == "Put tiny/models/second.onnx there by hand."


def test_a_model_with_its_published_files_is_installed_and_needs_no_advice(own):
    put(own, FIRST, SECOND)
    state = state_of(own)
    assert (state.status, state.is_runnable, state.advice) == (ModelStatus.INSTALLED, True, "")


def test_other_weights_run_and_are_named(own):
    put(own, FIRST)
    put(own, SECOND, content=b"other weights that are longer")
    state = state_of(own)
    assert (state.status, state.is_runnable) == (ModelStatus.OTHER_WEIGHTS, True)
    assert state.advice == "It runs with other weights than the published ones (second.onnx)."


def test_a_file_cut_short_is_damaged(own):
    put(own, FIRST)
    put(own, SECOND, content=WEIGHTS[:5])
    state = state_of(own)
    assert (state.status, state.is_runnable) == (ModelStatus.DAMAGED, False)
    assert state.advice == (
        "Delete tiny/models/second.onnx (5 of 21 bytes) unless you chose it, and run "
        "`python scripts/models.py fetch tiny`."
    )


def test_an_empty_file_is_damaged_also_when_its_size_is_not_known(own):
    model = published("empty.onnx", sha256="", bytes=0)
    put(own, model, content=b"")
    assert file_of(own, model).is_damaged


def test_a_shorter_file_without_a_published_hash_of_its_own_is_damaged(own):
    model = published("short.onnx", sha256="")
    put(own, model, content=b"x")
    assert file_of(own, model).hash is HashState.UNKNOWN
    assert file_of(own, model).is_damaged


def test_an_embedded_file_with_other_content_is_damaged_whatever_its_size(own):
    own.embedded.mkdir(parents=True)
    (own.embedded / FACE_DETECTOR.file).write_bytes(bytes(FACE_DETECTOR.bytes + 1))
    assert file_of(own, FACE_DETECTOR).is_damaged


def test_a_restricted_model_waits_for_its_licence_with_and_without_files(own):
    entry = replace(ENTRY, commercial_use="no")
    assert state_of(own, entry).status is ModelStatus.LICENCE
    put(own, FIRST, SECOND)
    assert state_of(own, entry).status is ModelStatus.LICENCE
    assert state_of(own, entry).advice.endswith("if you agree, run `python scripts/models.py accept tiny`.")
    accept(entry, own)
    assert state_of(own, entry).status is ModelStatus.INSTALLED


def test_a_missing_package_is_named(own):
    put(own, FIRST, SECOND)
    state = state_of(own, replace(ENTRY, package="no_such_package"))
    assert (state.status, state.is_runnable) == (ModelStatus.PACKAGE, False)
    assert state.advice == "Install the Python package no_such_package into ComfyUI's Python."
    noted = state_of(own, replace(ENTRY, package="no_such_package", package_note="It changes nothing else."))
    assert noted.advice.endswith("ComfyUI's Python. It changes nothing else.")
    assert state_of(own, replace(ENTRY, package="json")).status is ModelStatus.INSTALLED


def test_a_model_that_no_code_runs_says_so_whatever_is_there(own):
    put(own, FIRST, SECOND)
    state = state_of(own, replace(ENTRY, proof=Proof.NONE, module=""))
    assert (state.status, state.is_runnable) == (ModelStatus.KNOWN_ONLY, False)
    assert [file.hash for file in state.files] == [HashState.PUBLISHED] * 2


def test_files_shared_with_embedded_models_do_not_make_a_model_partly_there(own):
    own.embedded.mkdir(parents=True)
    (own.embedded / FACE_DETECTOR.file).write_bytes(bytes(FACE_DETECTOR.bytes))
    entry = replace(ENTRY, files=(FIRST, replace(FACE_DETECTOR, sha256=hashlib.sha256(bytes(229_714)).hexdigest())))
    assert state_of(own, entry).status is ModelStatus.MISSING


def test_the_real_embedded_models_are_installed(locations):
    states = [state for state in model_states(locations, hashes=True) if state.entry.id == "embedded"]
    assert {state.status for state in states} == {ModelStatus.INSTALLED}
    assert len(states) == 4


def test_a_small_file_is_read_without_being_asked(own):
    put(own, FIRST)
    assert file_of(own, FIRST, read=False).hash is HashState.PUBLISHED


def test_a_file_that_the_system_does_not_give_was_not_read(own, monkeypatch):
    # Root may read everything, so a folder stands for a file that cannot be read.
    monkeypatch.setattr(os.path, "isfile", os.path.exists)
    own.home(FIRST).mkdir(parents=True)
    assert file_of(own, FIRST).hash is HashState.NOT_READ


def test_the_published_content_is_not_damaged_whatever_size_was_published(own):
    model = published("tiny.onnx", bytes=1000)
    put(own, model)
    assert not file_of(own, model).is_damaged


def test_a_large_file_is_read_only_when_asked_and_then_remembered(own):
    model = published("large.onnx", bytes(READ_AT_ONCE_BYTES + 1))
    put(own, model, content=bytes(READ_AT_ONCE_BYTES + 1))
    assert file_of(own, model, read=False).hash is HashState.NOT_READ
    assert file_of(own, model, read=True).hash is HashState.PUBLISHED
    assert file_of(own, model, read=False).sha256 == model.sha256


def test_a_large_file_cut_short_is_damaged_without_being_read(own):
    model = published("large.onnx", bytes=50_000_000)
    put(own, model, content=bytes(READ_AT_ONCE_BYTES + 1))
    assert file_of(own, model, read=False).is_damaged


def test_a_file_of_several_models_is_looked_at_once_and_progress_ends_at_all_files(own):
    seen = []

    class Recording:
        def step(self, done: int, total: int) -> None:
            seen.append((done, total))

    states = model_states(own, hashes=True, progress=Recording(), models=[ENTRY, replace(ENTRY, id="second")])
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert states[0].files[0] is states[1].files[0]


def test_looking_can_be_stopped(own):
    class Stopped:
        def step(self, done: int, total: int) -> None:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled, match=r"Stopped\."):
        model_states(own, hashes=True, progress=Stopped())


def test_the_report_is_json_without_a_path_outside_of_the_models_folder(own, tmp_path):
    put(own, FIRST)
    (tmp_path / "elsewhere" / "models").mkdir(parents=True)
    (tmp_path / "elsewhere" / "models" / "second.onnx").write_bytes(WEIGHTS)
    report = state_of(own).report()
    assert str(tmp_path) not in json.dumps(report)
    assert [file["place"] for file in report["files"]] == ["tiny/models/first.onnx", "…/tiny/models/second.onnx"]
    assert (report["role"], report["status"]) == ("face swapper", "installed")
    assert report["addresses"] == ["https://example.org/first.onnx", "https://example.org/second.onnx"]


def test_a_state_shows_no_folder_when_it_is_printed(own, tmp_path):
    put(own, FIRST)
    assert str(tmp_path) not in repr(state_of(own))


def test_every_model_of_the_catalogue_has_a_state_on_an_empty_machine(tmp_path):
    states = model_states(ModelLocations(tmp_path), hashes=True)
    assert [state.entry for state in states] == list(MODELS)
    assert not any(state.is_runnable for state in states)
    assert all(state.advice for state in states)


def test_the_folder_of_an_absent_file_is_where_it_belongs(tmp_path):
    assert file_of(ModelLocations(Path(tmp_path)), FIRST).place == "tiny/models/first.onnx"
