"""A training that begins with the weights of an earlier LoRA."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ..errors import InvalidSetting
from .families import Family
from .job import TrainJob


def warm_weights(file: Path, names: Mapping[str, Tensor], job: TrainJob, family: Family) -> dict[str, Tensor]:
    """A value for each of `names` ("<part>.<layer>.down" or ".up"), from the LoRA in `file` with kohya's names.

    The file's alpha is folded into the up weights, so that the effect is the file's at the job's alpha.
    Raises InvalidSetting if the file lacks a layer, or has another rank.
    """
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise InvalidSetting(f"The LoRA {file.name} to begin with cannot be read ({error}). Choose another.") from None
    layers = {name.rpartition(".")[0] for name in names}
    lacking = sorted(layer for layer in layers if f"{_stored(layer, family)}.lora_down.weight" not in tensors)
    if lacking:
        raise InvalidSetting(
            f"The LoRA {file.name} has no weights for {len(lacking)} of {len(layers)} layers, for example "
            f"{_stored(lacking[0], family)}. Begin with a LoRA of the same family and targets, or with none."
        )
    values = {}
    for name, weight in names.items():
        layer, _, half = name.rpartition(".")
        stored = tensors[f"{_stored(layer, family)}.lora_{half}.weight"].float()
        if stored.shape != weight.shape:
            rank = tensors[f"{_stored(layer, family)}.lora_down.weight"].shape[0]
            raise InvalidSetting(
                f"The LoRA {file.name} has rank {rank} where the job has {job.lora_rank}. "
                f"Set the rank to {rank}, or begin with another LoRA."
            )
        values[name] = stored * _fold(tensors, layer, job, family) if half == "up" else stored
    return values


def _fold(tensors: Mapping[str, Tensor], layer: str, job: TrainJob, family: Family) -> float:
    """What the up weights are multiplied by so that the job's alpha gives the file's effect."""
    alpha = tensors.get(f"{_stored(layer, family)}.alpha", torch.tensor(float(job.lora_rank)))
    return float(alpha) / job.lora_alpha


def _stored(layer: str, family: Family) -> str:
    return family.kohya_name(*layer.split(".", 1))
