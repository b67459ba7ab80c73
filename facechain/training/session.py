"""From a training job to a person in the library, in one call."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path

from ..dataset import Dataset
from ..errors import PersonExists, PersonNotFound, PersonUnreadable
from ..habit_tags import habit_tags
from ..names import slug_from_name
from ..people import MOST_REFERENCES, Person
from ..people_store import PeopleStore
from .earlier_policy import Resume, refusal, remark_on_earlier
from .events import Event, Stage
from .job import TrainJob
from .process import finished_result, run_training
from .result import TrainResult
from .state_files import newest_step


class IfNameExists(Enum):
    """What becomes of a person of the same name in the library. Values are stable codes."""

    NEW_VERSION = "new version"
    """They get the new LoRA; the file of the earlier one stays until the next training."""
    REPLACE = "replace"
    """They get the new LoRA, and the files of earlier ones are removed."""
    ERROR = "error"
    """They stay as they are, and nothing is trained."""


@dataclass(frozen=True, slots=True)
class Order:
    """A training, and what it may do with what is there already."""

    job: TrainJob
    dataset: Dataset
    if_name_exists: IfNameExists = IfNameExists.NEW_VERSION
    resume: Resume = Resume.AUTO


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
    remark: str = ""
    """One sentence on a similar training that was begun earlier; empty if there is none."""


def train_person(order: Order, workshop: Workshop, store: PeopleStore, follower: Follower) -> TrainedPerson:
    """The person of the order's dataset, trained as its job says, saved in `store`.

    A job that ended before is not trained again; one that was interrupted goes on where it stopped.
    Raises PersonExists and InvalidSetting, before anything is trained, for what the order does not allow;
    TrainingCancelled or TrainingFailed. The library is then what it was before.
    """
    slug = slug_from_name(order.dataset.person_name)  # an impossible name must fail before hours of training
    job, folder = order.job, workshop.folder_of(order.job)
    finished = None if order.resume is Resume.NEVER else finished_result(job, folder)
    if order.if_name_exists is IfNameExists.ERROR:
        _require_free_name(slug, store, finished)
    remark = "" if finished else _prepare(order, workshop)
    if remark:
        follower.on_event(Stage("earlier_training", remark))
    result = finished or run_training(
        job,
        folder,
        worker_script=workshop.worker_script,
        python=workshop.python,
        on_event=follower.on_event,
        is_cancelled=follower.is_cancelled,
    )
    person = _saved(store, _person(job, order.dataset, result), order.if_name_exists)
    return TrainedPerson(person, result, was_finished=finished is not None, remark=remark)


def _prepare(order: Order, workshop: Workshop) -> str:
    """What is to be said of earlier trainings; the job's folder is as the order wants it. Raises InvalidSetting."""
    folder = workshop.folder_of(order.job)
    if order.resume is Resume.NEVER:
        shutil.rmtree(folder, ignore_errors=True)
        return ""
    if newest_step(folder):
        return ""
    if order.resume is Resume.REQUIRE:
        raise refusal(order.job, workshop.jobs_folder)
    return remark_on_earlier(order.job, workshop.jobs_folder)


def _require_free_name(slug: str, store: PeopleStore, finished: TrainResult | None) -> None:
    """Nothing, if nobody has the name, or the very person whom the job has `finished`. Raises PersonExists."""
    known = _known(store, slug)
    is_same = known is not None and finished is not None and known.lora_sha256 == finished.lora_sha256
    if slug in store.names() and not is_same:
        raise PersonExists(
            f'"{slug}" is in the people library already. '
            "Give the person another name, or set if_name_exists to new version or replace."
        )


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


def _saved(store: PeopleStore, person: Person, if_name_exists: IfNameExists) -> Person:
    """The person as the library has them; written only if something differs."""
    known = _known(store, person.slug)
    same = known is not None and all(
        getattr(known, name) == getattr(person, name)
        for name in (
            *("display_name", "trigger_word", "subject", "attribute_words"),
            *("base_sha256", "lora_sha256", "analyzer_id"),
        )
    )
    saved = known if known is not None and same else store.save_person(person)
    # The library keeps the files of one version before: saved once more, this version is its own predecessor.
    return store.save_person(saved) if if_name_exists is IfNameExists.REPLACE else saved


def _known(store: PeopleStore, slug: str) -> Person | None:
    """Who has the name in the library; None if nobody, or somebody whose files are damaged."""
    try:
        return store.load_person(slug)
    except (PersonNotFound, PersonUnreadable):
        return None
