"""The LoRA inside the U-Net: put there by peft, started reproducibly, averaged for the result."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from .draws import generator
from .families import Family
from .job import TrainJob

KOHYA = ("to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2")
"""Every Linear and 1x1 convolution inside the U-Net's transformers, as kohya's networks.lora has it."""
DOWN, UP = ".lora_A.default.weight", ".lora_B.default.weight"


@dataclass(frozen=True, slots=True)
class Adapter:
    """The weights that learn, float32, by name: "<layer>.down" and "<layer>.up"."""

    weights: dict[str, nn.Parameter]

    def values(self) -> list[Tensor]:
        """All weights in the order of their names."""
        return list(self.weights.values())

    def copy(self) -> dict[str, Tensor]:
        """The values now."""
        return {name: weight.detach().clone() for name, weight in self.weights.items()}

    @torch.no_grad()
    def assign(self, values: dict[str, Tensor]) -> None:
        """Overwrite all weights."""
        for name, weight in self.weights.items():
            weight.copy_(values[name])


def inject_adapter(unet: nn.Module, job: TrainJob, family: Family) -> Adapter:
    """A LoRA without effect yet (up is zero), in every layer that the family lets learn."""
    config = LoraConfig(
        r=job.lora_rank,
        lora_alpha=job.lora_alpha,  # type: ignore[arg-type]  # peft divides it; halves are fine
        target_modules=list(KOHYA),
        init_lora_weights=True,
    )
    inject_adapter_in_model(config, unet)
    weights = {}
    for name, parameter in unet.named_parameters():
        for end, short in ((DOWN, ".down"), (UP, ".up")):
            if name.endswith(end):
                parameter.data = parameter.data.float()  # peft takes over the base's bf16
                weights["unet." + name.removesuffix(end) + short] = parameter
    adapter = Adapter(dict(sorted(weights.items())))
    adapter.assign(_initial(adapter, job.seed))
    return adapter


def _initial(adapter: Adapter, seed: int) -> dict[str, Tensor]:
    """Down: uniform within 1 / sqrt(inputs), kohya's Kaiming rule with a = sqrt(5). Up: zero."""
    values = {}
    for name, weight in adapter.weights.items():
        values[name] = torch.zeros(weight.shape)
        if name.endswith(".down"):
            bound = weight[0].numel() ** -0.5
            values[name].uniform_(-bound, bound, generator=generator(seed, "init", name))
    return values


class Average:
    """The running mean of the weights that is exported. Corrected for its start at zero, so that it
    is a true weighted mean of the steps done so far, in short trainings too.
    """

    def __init__(self, adapter: Adapter, decay: float) -> None:
        self.decay = decay
        self._mix = get_ema_multi_avg_fn(decay)
        self.steps = 0
        self.sums = {name: torch.zeros_like(value) for name, value in adapter.copy().items()}

    @torch.no_grad()
    def add(self, adapter: Adapter) -> None:
        """Count the weights after one more step."""
        self._mix(list(self.sums.values()), adapter.values(), None)  # one fused call for all of them
        self.steps += 1

    @contextmanager
    def worn_by(self, adapter: Adapter) -> Iterator[None]:
        """Inside the block the adapter has the mean, or what it began with while there is none."""
        current = adapter.copy()
        if self.steps:
            adapter.assign(self.values())
        try:
            yield
        finally:
            adapter.assign(current)

    def values(self) -> dict[str, Tensor]:
        """The mean. There must be a step to average."""
        assert self.steps > 0
        correction = 1 - self.decay**self.steps
        return {name: value / correction for name, value in self.sums.items()}
