"""The weights as the optimiser sees them: one group per learning rate."""

from __future__ import annotations

from typing import Any

from .adapter import UNET, Adapter
from .job import TrainJob


def parameter_groups(adapter: Adapter, job: TrainJob) -> list[dict[str, Any]]:
    """Groups for torch's optimisers, in the order of the adapter's names; `highest` is the group's learning rate."""
    text = [name for name in adapter.weights if not name.startswith(f"{UNET}.")]
    groups = [{"params": adapter.of_part(UNET), "highest": job.learning_rate}]
    if text:
        weights = [adapter.weights[name] for name in text]
        groups.append({"params": weights, "highest": job.text_encoder_learning_rate})
    return groups
