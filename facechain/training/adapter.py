"""The LoRA inside the models: put there by peft, started reproducibly, held in float32."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import Tensor, nn

from .draws import generator
from .job import TrainJob
from .targets import TEXT_TARGETS, UNET_TARGETS

UNET = "unet"
DOWN, UP = ".lora_A.default.weight", ".lora_B.default.weight"


@dataclass(frozen=True, slots=True)
class Adapter:
    """The weights that learn, by name: "<part>.<layer>.down" and "<part>.<layer>.up".

    `weights` are float32, as the optimiser needs them. Where the model computes in fewer bits it has
    copies of its own, which follow after each step: so no activation is ever cast for the LoRA's sake.
    """

    weights: dict[str, nn.Parameter]
    inside: list[nn.Parameter] = field(repr=False)
    """What the models compute with, in the order of `weights`; the very same parameters in float32."""
    gradients: list[Tensor] = field(default_factory=list, repr=False)
    """Where the gradients of copies are summed, kept from step to step; empty without copies, and before the first."""

    @property
    def has_copies(self) -> bool:
        """True if the models compute in fewer bits than the weights have."""
        return any(copy is not weight for copy, weight in zip(self.inside, self.weights.values(), strict=True))

    def values(self) -> list[Tensor]:
        """All weights in the order of their names."""
        return list(self.weights.values())

    def of_part(self, part: str) -> list[Tensor]:
        """The weights of "unet" or of a text encoder."""
        return [weight for name, weight in self.weights.items() if name.startswith(f"{part}.")]

    def copy(self) -> dict[str, Tensor]:
        """The values now."""
        return {name: weight.detach().clone() for name, weight in self.weights.items()}

    @torch.no_grad()
    def assign(self, values: Mapping[str, Tensor]) -> None:
        """Overwrite all weights."""
        for name, weight in self.weights.items():
            weight.copy_(values[name])
        self.publish()

    @torch.no_grad()
    def publish(self) -> None:
        """The models compute with the weights as they are now."""
        if self.has_copies:
            torch._foreach_copy_(self.inside, self.values())  # type: ignore[arg-type]

    @torch.no_grad()
    def collect_gradients(self) -> None:
        """The gradients that the models left at their copies are added to those of the weights."""
        if not self.has_copies:
            return
        if not self.gradients:
            self.gradients.extend(torch.zeros_like(weight) for weight in self.values())
        fresh: list[tuple[Tensor, Tensor]] = []
        further: list[tuple[Tensor, Tensor]] = []
        for copy, weight, kept in zip(self.inside, self.weights.values(), self.gradients, strict=True):
            if copy.grad is None:
                continue
            if weight.grad is None:
                weight.grad = kept
                fresh.append((kept, copy.grad))
            else:
                further.append((weight.grad, copy.grad))
            copy.grad = None
        # One call for all weights: a zeroed sum for each was a tenth of a step's operations.
        for pairs, combine in ((fresh, torch._foreach_copy_), (further, torch._foreach_add_)):  # type: ignore[attr-defined]
            if pairs:
                combine([total for total, _ in pairs], [added for _, added in pairs])


def inject_adapter(modules: Mapping[str, nn.Module], job: TrainJob, dtype: torch.dtype = torch.float32) -> Adapter:
    """A LoRA without effect yet (up is zero) in the layers of `modules` that the job lets learn.

    `modules`: "unet", and the text encoders where they learn too. `dtype` is what they compute in.
    """
    weights, inside = {}, []
    for part, module in modules.items():
        config = LoraConfig(
            r=job.lora_rank,
            lora_alpha=job.lora_alpha,  # type: ignore[arg-type]  # peft divides it; halves are fine
            lora_dropout=job.lora_dropout,
            target_modules=list(UNET_TARGETS[job.lora_targets] if part == UNET else TEXT_TARGETS),
            init_lora_weights=True,
        )
        inject_adapter_in_model(config, module)
        for name, parameter in sorted(module.named_parameters()):
            for end, short in ((DOWN, ".down"), (UP, ".up")):
                if name.endswith(end):
                    parameter.data = parameter.data.to(dtype)
                    inside.append(parameter)
                    weights[f"{part}.{name.removesuffix(end)}{short}"] = (
                        parameter if dtype == torch.float32 else nn.Parameter(parameter.data.float())
                    )
    adapter = Adapter(weights, inside)
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
