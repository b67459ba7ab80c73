"""From a job to a person in the library: earlier versions of the person, and earlier trainings of them."""

import sys
from dataclasses import replace

import pytest
from support import sample_faces
from support_worker import write_worker

from facechain.dataset import build_dataset
from facechain.errors import InvalidName, InvalidSetting, PersonExists, TrainingFailed
from facechain.people_store import PeopleStore
from facechain.training.earlier_policy import Resume
from facechain.training.events import Stage
from facechain.training.job import TrainJob
from facechain.training.session import Follower, IfNameExists, Order, Workshop, train_person

TRAINS = """
import hashlib
if (folder / "state-000002.json").exists(): events(Stage("resuming", "Going on from step 2"))
finish()
weights = f"weights of seed {job.seed}".encode()
(folder / "lora.safetensors").write_bytes(weights)
result = json.loads((folder / "result.json").read_text())
result["lora_sha256"] = hashlib.sha256(weights).hexdigest()
(folder / "result.json").write_text(json.dumps(result))
"""
"""A worker whose LoRA is another one for each seed."""


@pytest.fixture
def dataset(tmp_path):
    return build_dataset(
        sample_faces(3), tmp_path / "datasets", person_name="Ana", trigger_word="fcana", subject="woman"
    )


@pytest.fixture
def job(dataset, tmp_path):
    base, tokenizer = tmp_path / "base.safetensors", tmp_path
    return TrainJob(dataset.folder, dataset.sha256, base, "b" * 64, tokenizer, "Ana", steps=800)


@pytest.fixture
def store(tmp_path):
    return PeopleStore(tmp_path / "people", tmp_path / "loras")


@pytest.fixture
def workshop(tmp_path):
    return Workshop(tmp_path / "jobs", write_worker(tmp_path / "worker.py", TRAINS), sys.executable)


@pytest.fixture
def train(dataset, store, workshop):
    """Trains a job; the told texts are in `train.told`."""

    def train(job, **order):
        train.told.clear()

        def hear(event):
            train.told.extend([event.text] if isinstance(event, Stage) else [])

        return train_person(Order(job, dataset, **order), workshop, store, Follower(hear, lambda: False))

    train.told = []
    return train


@pytest.fixture
def begin(workshop):
    """Makes the folder of a training that was stopped after two steps."""

    def begin(job):
        folder = workshop.folder_of(job)
        folder.mkdir(parents=True)
        (folder / "job.json").write_text(job.to_json(), "utf-8")
        (folder / "state-000002.json").write_text("{}")
        return folder

    return begin


def loras(tmp_path):
    return sorted(file.name for file in (tmp_path / "loras").glob("*"))


def versions(*trained):
    return sorted(f"ana-{each.result.lora_sha256[:8]}.safetensors" for each in trained)


def test_a_trained_person_is_in_the_library(train, job, store):
    trained = train(job)
    person = store.load_person("ana")
    assert person.lora_sha256 == trained.result.lora_sha256
    assert (person.display_name, person.trigger_word, person.base_family) == ("Ana", "fcana", "sd15")
    assert (trained.was_finished, trained.remark) == (False, "")


def test_the_same_job_again_returns_the_same_person_and_trains_nothing(train, job, store):
    first = train(job)
    before = store.fingerprint("ana")
    again = train(job)
    assert again.was_finished
    assert again.person.lora_sha256 == first.person.lora_sha256
    assert store.fingerprint("ana") == before


def test_a_new_version_leaves_the_earlier_lora_until_the_next(train, job, store, tmp_path):
    first, second = train(job), train(replace(job, seed=1))
    assert store.load_person("ana").lora_sha256 == second.result.lora_sha256
    assert loras(tmp_path) == versions(first, second)
    third = train(replace(job, seed=2))
    assert loras(tmp_path) == versions(second, third)


def test_replace_removes_every_earlier_lora(train, job, store, tmp_path):
    train(job)
    train(replace(job, seed=1))
    third = train(replace(job, seed=2), if_name_exists=IfNameExists.REPLACE)
    assert loras(tmp_path) == versions(third)
    assert store.load_person("ana").lora_sha256 == third.result.lora_sha256


def test_replace_of_a_finished_training_removes_what_was_kept_beside_it(train, job, tmp_path):
    train(job)
    second = train(replace(job, seed=1))
    assert train(replace(job, seed=1), if_name_exists=IfNameExists.REPLACE).was_finished
    assert loras(tmp_path) == versions(second)


def test_error_refuses_a_name_that_exists_before_anything_is_trained(train, job, workshop, store):
    first, other = train(job), replace(job, seed=1)
    with pytest.raises(PersonExists, match=r'^"ana" is in the people library already\. Give the person another name'):
        train(other, if_name_exists=IfNameExists.ERROR)
    assert not workshop.folder_of(other).exists()
    assert store.load_person("ana").lora_sha256 == first.result.lora_sha256


def test_error_takes_a_name_that_is_free_and_returns_the_same_training_again(train, job):
    first = train(job, if_name_exists=IfNameExists.ERROR)
    again = train(job, if_name_exists=IfNameExists.ERROR)
    assert again.was_finished
    assert again.result == first.result


def test_error_keeps_a_finished_training_that_was_to_begin_anew(train, job, workshop):
    train(job)
    with pytest.raises(PersonExists, match="ana"):
        train(job, if_name_exists=IfNameExists.ERROR, resume=Resume.NEVER)
    assert (workshop.folder_of(job) / "result.json").exists()


def test_a_damaged_person_of_that_name_exists_and_can_be_trained_anew(train, job, store, tmp_path):
    train(job)
    (tmp_path / "people" / "ana" / "person.json").write_text("{")
    with pytest.raises(PersonExists, match="ana"):
        train(job, if_name_exists=IfNameExists.ERROR)
    assert store.load_person(train(job).person.slug).display_name == "Ana"


def test_an_unfinished_training_of_these_settings_goes_on_without_a_word(train, job, begin):
    begin(job)
    begin(replace(job, seed=5))
    trained = train(job)
    assert train.told == ["Going on from step 2"]
    assert trained.remark == ""


def test_an_unfinished_training_of_other_settings_is_told_of_and_left_as_it_is(train, job, begin):
    folder = begin(replace(job, steps=400))
    trained = train(job)
    expected = (
        'There is an unfinished training of "Ana", stopped after step 2, with steps 400 instead of 800; '
        "this one begins anew."
    )
    assert (train.told, trained.remark) == ([expected], expected)
    assert (folder / "state-000002.json").exists()


def test_of_several_unfinished_trainings_the_most_similar_is_told_of(train, job, begin):
    begin(replace(job, steps=400, seed=7, lora_rank=4))
    begin(replace(job, lora_rank=8))
    train(job)
    assert "with lora_rank 8 instead of 16; this one" in train.told[0]


def test_require_goes_on_with_an_unfinished_training_and_returns_a_finished_one(train, job, begin):
    begin(job)
    assert not train(job, resume=Resume.REQUIRE).was_finished
    assert train.told == ["Going on from step 2"]
    assert train(job, resume=Resume.REQUIRE).was_finished


def test_require_refuses_other_settings_and_names_the_difference(train, job, begin, workshop):
    begin(replace(job, steps=400, lora_rank=8))
    with pytest.raises(InvalidSetting) as error:
        train(job, resume=Resume.REQUIRE)
    assert str(error.value) == (
        'No unfinished training of "Ana" has these settings, and resume is require. The most similar one, stopped '
        "after step 2, has steps 400 instead of 800, lora_rank 8 instead of 16. Set what it has, or set resume to "
        "auto to begin anew."
    )
    assert not workshop.folder_of(job).exists()


def test_require_refuses_where_nothing_was_begun(train, job):
    with pytest.raises(InvalidSetting, match=r"None of these photos was begun: set resume to auto\."):
        train(job, resume=Resume.REQUIRE)


def test_never_throws_away_what_was_begun_or_finished(train, job, begin):
    begin(job)
    train(job, resume=Resume.NEVER)
    assert train.told == []
    assert not train(job, resume=Resume.NEVER).was_finished


def test_an_impossible_name_fails_before_anything_is_trained(train, job, dataset, workshop, store):
    order = Order(job, replace(dataset, person_name="../ana"))
    with pytest.raises(InvalidName, match="looks like a path"):
        train_person(order, workshop, store, Follower(pytest.fail, lambda: False))
    assert not workshop.folder_of(job).exists()


def test_a_training_that_fails_leaves_the_library_as_it_was(train, job, workshop, store):
    first = train(job)
    workshop.worker_script.write_text("raise SystemExit(1)")
    with pytest.raises(TrainingFailed, match="exit code 1"):
        train(replace(job, seed=1), if_name_exists=IfNameExists.REPLACE)
    assert store.load_person("ana").lora_sha256 == first.result.lora_sha256
