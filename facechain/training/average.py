"""The running mean of the weights, which is what a training exports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

from .adapter import Adapter


class Average:
    """Corrected for its start at zero, so that it is a true weighted mean of the steps done so far, in short
    trainings too.
    """

    def __init__(self, adapter: Adapter, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.sums = {name: torch.zeros_like(value) for name, value in adapter.weights.items()}
        self._adapter = adapter
        self._mix = get_ema_multi_avg_fn(decay)

    @torch.no_grad()
    def add(self) -> None:
        """Count the weights after one more step."""
        self._mix(list(self.sums.values()), self._adapter.values(), None)  # one fused call for all of them
        self.steps += 1

    @contextmanager
    def worn(self) -> Iterator[None]:
        """Inside the block the models compute with the mean, or what they began with while there is none."""
        # Where the models have copies, the weights themselves stay: memory for a second copy is not needed.
        current = None if self._adapter.has_copies else self._adapter.copy()
        if self.steps:
            with torch.no_grad():
                for name, inside in zip(self.sums, self._adapter.inside, strict=True):
                    inside.copy_(self._mean(name))
        try:
            yield
        finally:
            if current is None:
                self._adapter.publish()
            else:
                self._adapter.assign(current)

    def values(self) -> dict[str, Tensor]:
        """The mean, in float32; the weights themselves while there is no step to average."""
        return {name: self._mean(name) for name in self.sums} if self.steps else self._adapter.copy()

    def _mean(self, name: str) -> Tensor:
        return self.sums[name] / (1 - self.decay**self.steps)
