"""What is kept of a person outside of the people library: datasets, trainings, uploaded photos."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..dataset_files import MANIFEST_FILE
from ..dataset_sources import sources_of
from ..errors import InvalidName
from ..names import slug_from_name
from .job import JOB_FILE
from .lock import exclusive
from .process import LOCK_FILE
from .result import RESULT_FILE


@dataclass(frozen=True, slots=True)
class TracePlaces:
    """Folders of this installation."""

    datasets: Path
    jobs: Path
    uploads: Path
    """Photos named by their sha256."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Folders and files that exist only because of one person."""

    datasets: tuple[Path, ...]
    jobs: tuple[Path, ...]
    """Each with its sample portraits."""
    uploads: tuple[Path, ...]

    def __repr__(self) -> str:
        return f"Traces({len(self.datasets)} datasets, {len(self.jobs)} trainings, {len(self.uploads)} photos)"


def find_traces(slug: str, places: TracePlaces, former: Collection[str] = ()) -> Traces:
    """What belongs to the person of this slug, who had the `former` ones before.

    A photo that another person was made of is none of it.
    """
    slugs = {slug, *former}
    folders = [file.parent for file in places.datasets.glob(f"*/{MANIFEST_FILE}")]
    own = [folder for folder in folders if _slug_of_dataset(folder) in slugs]
    others = [folder for folder in folders if folder not in own]
    photos = _all_sources(own) - _all_sources(others)
    uploads = [file for file in places.uploads.glob("*") if file.is_file() and file.stem in photos]
    names = {folder.name for folder in own}
    jobs = [file.parent for file in places.jobs.glob(f"*/{JOB_FILE}") if _belongs(file, slugs, names)]
    return Traces(tuple(sorted(own)), tuple(sorted(jobs)), tuple(sorted(uploads)))


def trained_as(weights: Collection[str], jobs: Path) -> set[str]:
    """Slugs under which LoRAs were trained whose sha256 begins with one of `weights`, each 8 digits long."""
    finished = [file.parent for file in jobs.glob(f"*/{RESULT_FILE}")]
    own = [job for job in finished if str(_read(job / RESULT_FILE).get("lora_sha256", ""))[:8] in weights]
    return {slug for job in own if (slug := _slug_of(job / JOB_FILE, "output_name"))}


def remove_traces(traces: Traces) -> None:
    """Nothing of `traces` is left.

    Raises TrainingBusy, with everything still there, if one of the trainings is running.
    """
    with ExitStack() as held:
        for job in traces.jobs:
            held.enter_context(exclusive(job / LOCK_FILE))
    # Datasets know the photos, and trainings know the datasets: whatever stops this, the rest is found again.
    for file in traces.uploads:
        file.unlink(missing_ok=True)
    for folder in (*traces.datasets, *traces.jobs):
        shutil.rmtree(folder)


def _slug_of_dataset(folder: Path) -> str | None:
    return _slug_of(folder / MANIFEST_FILE, "person_name")


def _belongs(job: Path, slugs: set[str], datasets: set[str]) -> bool:
    if _slug_of(job, "output_name") in slugs:
        return True
    return Path(str(_read(job).get("dataset_folder", ""))).name in datasets


def _slug_of(file: Path, key: str) -> str | None:
    try:
        return slug_from_name(str(_read(file).get(key, "")))
    except InvalidName:
        return None


def _read(file: Path) -> dict[str, object]:
    """The JSON object in `file`; empty when it is none, so that a damaged folder hides no other."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _all_sources(folders: list[Path]) -> set[str]:
    return {photo for folder in folders for photo in sources_of(folder)}
