import json
from dataclasses import replace
from pathlib import Path

import pytest
from support import sample_faces, sample_verdict

from facechain.dataset import Dataset, build_dataset
from facechain.dataset_sources import SOURCES_FILE, sources_of
from facechain.errors import TrainingBusy
from facechain.faces import Rejection
from facechain.photos import PhotoRef
from facechain.training.job import JOB_FILE
from facechain.training.lock import exclusive
from facechain.training.person_traces import TracePlaces, find_traces, remove_traces
from facechain.training.process import LOCK_FILE


@pytest.fixture
def places(tmp_path) -> TracePlaces:
    places = TracePlaces(tmp_path / "datasets", tmp_path / "jobs", tmp_path / "uploads")
    places.uploads.mkdir()
    return places


def build(places: TracePlaces, name: str, *photos: str) -> Dataset:
    """A dataset of three photos; the first was accepted, the others were refused."""
    verdicts = [
        sample_verdict(Rejection.BLURRED if number else None, photo=PhotoRef(None, sha256, "photo"))
        for number, sha256 in enumerate(photos)
    ]
    faces = replace(sample_faces(3), verdicts=tuple(verdicts))
    return build_dataset(faces, places.datasets, person_name=name, trigger_word="fc" + name.lower(), subject="woman")


def upload(places: TracePlaces, sha256: str) -> Path:
    file = places.uploads / f"{sha256}.jpg"
    file.write_bytes(b"photo")
    return file


def train(places: TracePlaces, name: str, dataset: Path, output_name: str) -> Path:
    folder = places.jobs / name
    folder.mkdir(parents=True)
    (folder / JOB_FILE).write_text(json.dumps({"dataset_folder": str(dataset), "output_name": output_name}))
    return folder


def test_every_trace_of_a_person_is_found_and_removed(places):
    dataset = build(places, "Anna", "a1", "a2")
    job = train(places, "0" * 16, dataset.folder, "Anna")
    photos = (upload(places, "a1"), upload(places, "a2"))
    traces = find_traces("anna", places)
    assert (traces.datasets, traces.jobs, traces.uploads) == ((dataset.folder,), (job,), photos)
    assert repr(traces) == "Traces(1 datasets, 1 trainings, 2 photos)"
    remove_traces(traces)
    assert not any(path.exists() for path in (dataset.folder, job, *photos))


def test_what_belongs_to_others_stays(places):
    build(places, "Anna", "a1", "both")
    bob = build(places, "Bob", "b1", "both")
    job = train(places, "1" * 16, bob.folder, "Bob")
    kept = (upload(places, "b1"), upload(places, "both"), upload(places, "nobody"))
    upload(places, "a1")
    remove_traces(find_traces("anna", places))
    assert all(path.exists() for path in (bob.folder, job, *kept))
    assert not (places.uploads / "a1.jpg").exists()


def test_a_training_whose_dataset_is_gone_is_found_by_its_name(places):
    job = train(places, "2" * 16, places.datasets / "gone", "Anna")
    assert find_traces("anna", places).jobs == (job,)


def test_a_running_training_keeps_everything(places):
    dataset = build(places, "Anna", "a1")
    job = train(places, "3" * 16, dataset.folder, "Anna")
    traces = find_traces("anna", places)
    with exclusive(job / LOCK_FILE), pytest.raises(TrainingBusy, match="running already"):
        remove_traces(traces)
    assert dataset.folder.exists()
    assert job.exists()


def test_photos_of_a_second_look_are_remembered_too(places):
    folder = build(places, "Anna", "a1").folder
    assert build(places, "Anna", "a1", "a3").folder == folder
    assert sources_of(folder) == {"a1", "a3"}


@pytest.mark.parametrize("content", ["", "{}", "[1, null]", "no JSON"])
def test_a_damaged_list_of_photos_names_none(places, content):
    folder = build(places, "Anna", "a1").folder
    (folder / SOURCES_FILE).write_text(content)
    assert sources_of(folder) == frozenset()


def test_damaged_folders_hide_no_other(places):
    for damaged in (places.datasets / "x" / "manifest.json", places.jobs / "y" / JOB_FILE):
        damaged.parent.mkdir(parents=True)
        damaged.write_text("no JSON")
    dataset = build(places, "Anna", "a1")
    assert find_traces("anna", places).datasets == (dataset.folder,)
