"""From a training job to a person in the library, in one call."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from ..dataset import Dataset
from ..errors import PersonNotFound, PersonUnreadable
from ..habit_tags import habit_tags
from ..names import slug_from_name
from ..people import MOST_REFERENCES, Person
from ..people_store import PeopleStore
from .events import Event
from .job import TrainJob
from .process import finished_result, run_training
from .result import TrainResult


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where training happens on this machine."""

    jobs_folder: Path
    """One folder per job, named by the first 16 digits of the job's id."""
    worker_script: Path
    python: str

    def folder_of(self, job: TrainJob) -> Path:
        """The job's folder; it need not exist."""
        return self.jobs_folder / job.id[:16]


@dataclass(frozen=True, slots=True)
class Follower:
    """Who is told of events, and who may stop the training."""

    on_event: Callable[[Event], None]
    is_cancelled: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class TrainedPerson:
    """A person in the library, and the run that they come from."""

    person: Person
    result: TrainResult
    was_finished: bool
    """True when the same job had ended before, so nothing was trained now."""


def train_person(
    job: TrainJob, dataset: Dataset, workshop: Workshop, store: PeopleStore, follower: Follower
) -> TrainedPerson:
    """The person of `dataset`, trained as `job` says, saved in `store`.

    A job that ended before is not trained again; one that was interrupted goes on where it stopped.
    Raises TrainingCancelled or TrainingFailed; the library is then what it was before.
    """
    slug_from_name(dataset.person_name)  # an impossible name must fail before hours of training
    folder = workshop.folder_of(job)
    finished = finished_result(job, folder)
    result = finished or run_training(
        job,
        folder,
        worker_script=workshop.worker_script,
        python=workshop.python,
        on_event=follower.on_event,
        is_cancelled=follower.is_cancelled,
    )
    return TrainedPerson(_saved(store, _person(job, dataset, result)), result, was_finished=finished is not None)


def forget(job: TrainJob, workshop: Workshop) -> None:
    """The job's folder is gone: the next run starts from step 0."""
    shutil.rmtree(workshop.folder_of(job), ignore_errors=True)


def _person(job: TrainJob, dataset: Dataset, result: TrainResult) -> Person:
    return Person(
        slug=slug_from_name(dataset.person_name),
        display_name=dataset.person_name,
        trigger_word=dataset.trigger_word,
        subject=dataset.subject,
        attribute_words=habit_tags(sample.caption for sample in dataset.samples),
        base_family=job.family,
        base_sha256=job.base_sha256,
        lora_file=result.lora,
        lora_sha256=result.lora_sha256,
        references=dataset.read_crops(MOST_REFERENCES),
        analyzer_id=dataset.analyzer_id,
        created=datetime.now(timezone.utc),
    )


def _saved(store: PeopleStore, person: Person) -> Person:
    """The person as the library has them; written only if something differs."""
    try:
        known = store.load_person(person.slug)
    except (PersonNotFound, PersonUnreadable):
        return store.save_person(person)
    same = all(
        getattr(known, name) == getattr(person, name)
        for name in (
            *("display_name", "trigger_word", "subject", "attribute_words"),
            *("base_sha256", "lora_sha256", "analyzer_id"),
        )
    )
    return known if same else store.save_person(person)
