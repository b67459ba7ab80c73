"""What a training has to do with those that were begun before it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from ..errors import InvalidSetting
from .earlier_jobs import differences, unfinished_jobs
from .job import TrainJob


class Resume(Enum):
    """What becomes of an unfinished training with the very same settings. Values are stable codes."""

    AUTO = "auto"
    """It goes on; without one the training begins."""
    REQUIRE = "require"
    """It goes on; without one that is an error."""
    NEVER = "never"
    """It is thrown away, a finished one too, and the training begins anew."""


def remark_on_earlier(job: TrainJob, jobs_folder: Path) -> str:
    """One sentence on the unfinished training of the same person and photos that is most like `job`; empty if none."""
    found = _nearest(job, jobs_folder)
    if found is None:
        return ""
    other, step = found
    return (
        f'There is an unfinished training of "{job.output_name}", stopped after step {step}, with '
        f"{', '.join(differences(other, job))}; this one begins anew."
    )


def refusal(job: TrainJob, jobs_folder: Path) -> InvalidSetting:
    """The error for a training that must go on, where none with the settings of `job` was begun."""
    fact = f'No unfinished training of "{job.output_name}" has these settings, and resume is require.'
    found = _nearest(job, jobs_folder)
    if found is None:
        return InvalidSetting(f"{fact} None of these photos was begun: set resume to auto.")
    other, step = found
    return InvalidSetting(
        f"{fact} The most similar one, stopped after step {step}, has {', '.join(differences(other, job))}. "
        "Set what it has, or set resume to auto to begin anew."
    )


def _nearest(job: TrainJob, jobs_folder: Path) -> tuple[TrainJob, int] | None:
    """The unfinished job with the fewest differences, of equal ones the last, and its steps done."""
    others = unfinished_jobs(jobs_folder, job)
    if not others:
        return None
    _, other, step = min(others, key=lambda entry: len(differences(entry[1], job)))
    return other, step
