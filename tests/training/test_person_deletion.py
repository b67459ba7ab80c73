import json
import shutil
from dataclasses import replace

import pytest
from support import sample_faces, sample_verdict
from support_people import sample_person, trained_lora

from facechain.dataset import build_dataset
from facechain.errors import FaceChainError, PersonNotFound, TrainingBusy
from facechain.people import Person
from facechain.people_changes import rename_person
from facechain.people_listing import PeopleFolders
from facechain.people_store import PeopleStore
from facechain.photos import PhotoRef
from facechain.training.job import JOB_FILE
from facechain.training.lock import exclusive
from facechain.training.person_deletion import PersonPlaces, delete_every_trace, deletion_listing
from facechain.training.person_traces import TracePlaces
from facechain.training.process import LOCK_FILE
from facechain.training.result import RESULT_FILE

JOB = "0" * 16


@pytest.fixture
def places(tmp_path) -> PersonPlaces:
    traces = TracePlaces(tmp_path / "datasets", tmp_path / "jobs", tmp_path / "uploads")
    for folder in (traces.uploads, tmp_path / "temp"):
        folder.mkdir()
    return PersonPlaces(PeopleFolders(tmp_path / "people", tmp_path / "loras"), traces, tmp_path / "temp")


def store(places: PersonPlaces) -> PeopleStore:
    return PeopleStore(places.library.people, places.library.loras)


def train(places: PersonPlaces, slug: str = "anna", job: str = JOB, photo: str = "a1", weights=b"weights") -> Person:
    """A person with a dataset of one photo, an upload of it, and a finished training with a sample and its copy."""
    person = sample_person(trained_lora(places.library.people.parent / "trained", weights), slug)
    faces = replace(sample_faces(3), verdicts=(sample_verdict(photo=PhotoRef(None, photo, "photo")),))
    dataset = build_dataset(
        faces, places.traces.datasets, person_name=person.display_name, trigger_word="fcsks", subject="woman"
    )
    folder = places.traces.jobs / job
    folder.mkdir(parents=True)
    record = {"dataset_folder": str(dataset.folder), "output_name": person.display_name}
    (folder / JOB_FILE).write_text(json.dumps(record))
    (folder / RESULT_FILE).write_text(json.dumps({"lora_sha256": person.lora_sha256}))
    (places.traces.uploads / f"{photo}.jpg").write_bytes(b"photo")
    (places.sample_copies / f"{job}-000004-0.png").write_bytes(b"sample")
    return store(places).save_person(person)


def left(places: PersonPlaces) -> set[str]:
    """Files that are left, but for the library's count of deletions and the training's own output."""
    root = places.library.people.parent
    files = {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}
    return files - {"people/.deletions", "trained/lora.safetensors"}


def test_the_listing_counts_what_a_deletion_takes(places):
    train(places)
    listing = json.loads(json.dumps(deletion_listing("anna", places)))
    assert (listing["slug"], listing["display_name"]) == ("anna", "Anna")
    counts = {kind: amount["count"] for kind, amount in listing.items() if isinstance(amount, dict)}
    assert counts == {"loras": 1, "references": 2, "datasets": 1, "trainings": 1, "photos": 1}
    assert listing["loras"]["bytes"] == len(b"weights")
    assert listing["photos"]["bytes"] == len(b"photo")
    files = [file for file in places.traces.datasets.rglob("*") if file.is_file()]
    assert len(files) > 3
    assert listing["datasets"]["bytes"] == sum(file.stat().st_size for file in files)


def test_nothing_is_left_of_a_deleted_person(places):
    train(places)
    delete_every_trace("anna", places)
    assert left(places) == set()


def test_a_deleted_person_takes_nothing_of_somebody_else(places):
    train(places)
    train(places, "anna-maria", "1" * 16, "b1", b"other weights")
    before = left(places)
    train_of_anna = {path for path in before if JOB in path or path.startswith("people/anna/")}
    delete_every_trace("anna", places)
    assert train_of_anna
    assert not train_of_anna & left(places)
    assert deletion_listing("anna-maria", places)["trainings"]["count"] == 1
    assert (places.traces.uploads / "b1.jpg").exists()
    assert (places.sample_copies / f"{'1' * 16}-000004-0.png").exists()


def test_a_running_training_keeps_everything(places):
    train(places)
    before = left(places)
    with exclusive(places.traces.jobs / JOB / LOCK_FILE), pytest.raises(TrainingBusy, match="running already"):
        delete_every_trace("anna", places)
    assert left(places) - {f"jobs/{JOB}/{LOCK_FILE}"} == before


def test_a_renamed_person_takes_what_was_made_under_the_former_name(places):
    train(places)
    rename_person(store(places), "anna", "Bea")
    assert deletion_listing("bea", places)["photos"]["count"] == 1
    delete_every_trace("bea", places)
    assert left(places) == set()


def test_a_copy_of_a_person_takes_nothing_of_the_original(places):
    person = train(places)
    store(places).save_person(replace(person, slug="copy", display_name="Copy"))
    delete_every_trace("copy", places)
    assert store(places).load_person("anna").lora_sha256 == person.lora_sha256
    assert deletion_listing("anna", places)["trainings"]["count"] == 1


@pytest.mark.parametrize("damage", ["no JSON", None])
def test_a_damaged_person_can_be_deleted(places, damage):
    train(places)
    record = places.library.people / "anna" / "person.json"
    record.write_text(damage) if damage else record.unlink()
    delete_every_trace("anna", places)
    assert left(places) == set()


def test_a_lora_that_an_earlier_deletion_could_not_remove_can_be_deleted_again(places):
    train(places)
    shutil.rmtree(places.library.people / "anna")
    delete_every_trace("anna", places)
    assert left(places) == set()


@pytest.mark.parametrize("slug", ["bob", "../jobs", "..", ""])
def test_an_unknown_person_is_refused_and_nothing_is_touched(places, slug):
    train(places)
    train(places, "bob", "2" * 16, "b1", b"other weights")
    store(places).delete_person("bob")  # a training whose person is not in the library
    before = left(places)
    with pytest.raises(PersonNotFound, match="the library has: anna"):
        delete_every_trace(slug, places)
    assert left(places) == before


def test_what_cannot_be_removed_leaves_the_person_to_be_deleted_again(places, tmp_path):
    train(places)
    (folder,) = places.traces.datasets.iterdir()
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")  # what is removed is a folder of ours, never where a link leads
    with pytest.raises(FaceChainError, match=r'of "anna" could be removed \(.*\)\. Close .*, then delete again'):
        delete_every_trace("anna", places)
    assert store(places).names() == ["anna"]
    folder.unlink()
    shutil.rmtree(tmp_path / "elsewhere")
    delete_every_trace("anna", places)
    assert left(places) == set()
