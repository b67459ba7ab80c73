"""The saved state from which a killed or cancelled training goes on: safetensors and JSON, no pickle.

`state-000120.safetensors` holds the tensors; `state-000120.json`, written after it, the numbers and
the hash of the tensors. The two newest pairs are kept: if one is damaged, the other serves.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path

from safetensors.torch import load, save
from torch import Tensor

from ..errors import TrainingFailed
from ..stored_files import drop_drafts, write_atomically
from .state_files import newest_step, state_name, state_records

KEPT = 2
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Progress:
    """The numbers of a running training."""

    step: int = 0
    """Steps done."""
    seconds: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)
    validations: list[tuple[int, float]] = field(default_factory=list)
    baseline: float | None = None
    loss_scale: dict[str, float] | None = None
    """Of fp16's gradient scaler; None in other precisions."""

    def __post_init__(self) -> None:
        self.losses = [(int(step), float(loss)) for step, loss in self.losses]
        self.validations = [(int(step), float(loss)) for step, loss in self.validations]


def save_state(folder: Path, job_id: str, progress: Progress, tensors: dict[str, Tensor]) -> None:
    """Adds a state to `folder` and drops all but the two newest.

    Raises TrainingFailed if the disk is full; earlier states are untouched then.
    """
    name = state_name(progress.step)
    body = save({key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()})
    content = {"job": job_id, "sha256": hashlib.sha256(body).hexdigest(), **asdict(progress)}
    try:
        write_atomically(folder / f"{name}.safetensors", body)
        write_atomically(folder / f"{name}.json", json.dumps(content).encode())
    except OSError as error:
        raise TrainingFailed(
            f"The training's state ({len(body) / 1e6:.0f} MB) cannot be written: {error.strerror}. "
            f"Make room on the disk and queue the same job again: it goes on {_resumes_at(folder)}."
        ) from None
    for old in state_records(folder)[KEPT:]:
        old.unlink()
    _drop_unrecorded(folder)


def load_state(folder: Path, job_id: str) -> tuple[Progress, dict[str, Tensor]] | None:
    """The newest whole state of this job in `folder`; None if there is none."""
    for record in state_records(folder):
        try:
            content = json.loads(record.read_bytes())
            body = record.with_suffix(".safetensors").read_bytes()
            if content.pop("job") != job_id:
                logger.warning("%s is of another job and is ignored", record.name)
                continue
            if content.pop("sha256") != hashlib.sha256(body).hexdigest():
                raise ValueError("its tensors have another sha256")
            return Progress(**content), load(body)
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s is damaged (%s), trying an older one", record.name, error)
    return None


def drop_states(folder: Path) -> None:
    """Removes every saved state of a finished training."""
    for record in state_records(folder):
        record.unlink()
    _drop_unrecorded(folder)


def _drop_unrecorded(folder: Path) -> None:
    """Removes tensors whose record is gone, and parts of files that a killed worker left."""
    for tensors in folder.glob("state-*.safetensors"):
        if not tensors.with_suffix(".json").exists():
            tensors.unlink()
    drop_drafts(folder)


def _resumes_at(folder: Path) -> str:
    step = newest_step(folder)
    return f"from step {step}" if step else "from the beginning"
