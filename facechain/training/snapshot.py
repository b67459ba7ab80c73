"""The tensors of a running training, taken out for a saved state and put back from one."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.optim import Optimizer

from .adapter import Adapter
from .average import Average

MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW keeps for each weight."""


def take_snapshot(adapter: Adapter, average: Average, optimizer: Optimizer) -> dict[str, Tensor]:
    """Weights, their running mean and the optimiser's moments, named "<kind>/<weight>"."""
    tensors = {f"weight/{name}": weight for name, weight in adapter.weights.items()}
    tensors |= {f"average/{name}": value for name, value in average.sums.items()}
    kept = optimizer.state_dict()["state"]
    for index, name in enumerate(adapter.weights):
        for moment in MOMENTS if index in kept else ():
            tensors[f"{moment}/{name}"] = kept[index][moment]
    return tensors


def restore_snapshot(
    tensors: dict[str, Tensor], step: int, adapter: Adapter, average: Average, optimizer: Optimizer
) -> None:
    """Puts everything back as it was after `step` steps."""
    adapter.assign({name: tensors[f"weight/{name}"] for name in adapter.weights})
    for name, value in average.sums.items():
        value.copy_(tensors[f"average/{name}"])
    average.steps = step
    state = {
        index: {moment: torch.clone(tensors[f"{moment}/{name}"]) for moment in MOMENTS}
        for index, name in enumerate(adapter.weights)
        if f"exp_avg/{name}" in tensors
    }
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
