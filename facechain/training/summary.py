"""What people see and read of a training that has ended."""

from __future__ import annotations

from typing import Any

from ..geometry import ByteArray
from ..loss_picture import LikenessCourse, draw_loss_picture
from .base_model import TITLES
from .choosing import LAST
from .job import TrainJob
from .preset import Preset
from .result import TrainResult
from .session import TrainedPerson

COMPARED = ("resolution", "batch_size", "learning_rate", "lora_rank", "lora_alpha", "lora_targets", "seed")


def how_it_ended(trained: TrainedPerson) -> str:
    """One sentence."""
    if trained.was_finished:
        return "This training had ended before; nothing was trained again."
    if trained.result.stopped_early:
        return f"Training was stopped after {trained.result.steps} steps, and the person is kept."
    return "Training is complete."


def what_was_trained(trained: TrainedPerson, job: TrainJob, preset: Preset, photo_count: int) -> str:
    """The preset, what was changed in it, the family, which weights were kept and why, and earlier trainings."""
    changed = preset.changed_in(job, photo_count)
    changes = f", changed in {', '.join(changed)}" if changed else ""
    recipe = f'Preset "{preset.title["en"]}"{changes}, on {TITLES[job.family]}.'
    return " ".join(part for part in (recipe, trained.result.chosen.why, trained.remark) if part)


def training_record(trained: TrainedPerson, job: TrainJob) -> dict[str, Any]:
    """The run as JSON values; of the job the settings that people compare."""
    result = trained.result
    chosen = result.chosen
    return {
        "person": trained.person.slug,
        "family": trained.person.base_family,
        "message": how_it_ended(trained),
        "steps": result.steps,
        "stopped_early": result.stopped_early,
        "seconds": round(result.seconds, 1),
        "device": result.device,
        "precision": result.precision,
        "settings": {name: getattr(job, name) for name in COMPARED},
        "validation_before": result.baseline,
        "validations": [list(point) for point in result.validations],
        "losses": [list(point) for point in result.losses],
        "chosen": {"how": chosen.how, "steps": list(chosen.steps), "why": chosen.why},
        "likeness": [[stop.step, stop.likeness] for stop in chosen.judgements],
        "lora_sha256": result.lora_sha256,
        "was_finished": trained.was_finished,
    }


def training_picture(result: TrainResult) -> ByteArray:
    """Losses, likeness and what was chosen, RGB uint8 (512, 1024, 3)."""
    course = [(0, result.baseline), *result.validations]
    points = [(stop.step, stop.likeness) for stop in result.chosen.judgements if stop.likeness is not None]
    chosen = () if result.chosen.how == LAST else result.chosen.steps
    return draw_loss_picture(result.losses, course, _title(result), LikenessCourse(points, chosen))


def _title(result: TrainResult) -> str:
    last = result.validations[-1][1] if result.validations else result.losses[-1][1]
    seen = "held-out" if result.held_out else "validation"
    return f"{result.steps} steps, {seen} loss {result.baseline:.4f} -> {last:.4f}"
