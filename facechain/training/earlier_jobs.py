"""Trainings of the same person that were begun with other settings and never finished."""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidSetting
from .job import JOB_FILE, SAMPLING, WHERE_NOT_WHAT, TrainJob
from .result import RESULT_FILE
from .state_files import newest_step, state_records

FILES = {"base_sha256": "base_checkpoint", "warm_start_sha256": "warm_start"}
"""Where a hash says what, and a path says it to people."""


def unfinished_jobs(jobs_folder: Path, job: TrainJob) -> list[tuple[Path, TrainJob, int]]:
    """Folder, job and steps done of every training of the same name and photos that differs and can go on.

    The one saved last comes first. Folders that hold no readable job are left out.
    """
    found = []
    for file in jobs_folder.glob(f"*/{JOB_FILE}"):
        folder = file.parent
        step = _steps_done(folder)
        if step == 0 or (folder / RESULT_FILE).exists():
            continue
        other = _read(file)
        if other is not None and _is_of_the_same_person(job, other):
            found.append((folder, other, step))
    return sorted(found, key=lambda entry: _saved_at(entry[0]), reverse=True)


def differences(job: TrainJob, other: TrainJob) -> list[str]:
    """What `job` has otherwise than `other`, as in "steps 400 instead of 800", in the order of the fields.

    Only what influences the result; empty for two jobs of one id.
    """
    unimportant = WHERE_NOT_WHAT | (SAMPLING if job.choose == other.choose == "last" else frozenset())
    return [
        f"{FILES.get(name, name)} {_said(job, name)} instead of {_said(other, name)}"
        for name in TrainJob.__slots__
        if name not in unimportant and getattr(job, name) != getattr(other, name)
    ]


def _said(job: TrainJob, name: str) -> str:
    """The setting as a person wrote it; files by name, with the hash's beginning: two of one name may differ."""
    value = getattr(job, name)
    if name in FILES:
        path = getattr(job, FILES[name])
        return f"{path.name} ({value[:8]})" if path else "none"
    if isinstance(value, float):
        return f"{value:g}"
    return value[:8] if name.endswith("_sha256") else str(value)


def _read(file: Path) -> TrainJob | None:
    try:
        return TrainJob.from_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, InvalidSetting):
        return None


def _steps_done(folder: Path) -> int:
    """0 too where the newest state has another name than the trainer gives, as a copy made by hand."""
    try:
        return newest_step(folder)
    except ValueError:
        return 0


def _is_of_the_same_person(job: TrainJob, other: TrainJob) -> bool:
    """True for another training of these photos under this name."""
    same = (job.output_name, job.dataset_sha256) == (other.output_name, other.dataset_sha256)
    return same and job.id != other.id


def _saved_at(folder: Path) -> float:
    """Seconds since the epoch; 0 if the state is gone by now."""
    try:
        return max(record.stat().st_mtime for record in state_records(folder))
    except (OSError, ValueError):
        return 0.0
