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
        self._mix = get_ema_multi_avg_fn(decay)
        self.steps = 0
        self.sums = {name: torch.zeros_like(value) for name, value in adapter.weights.items()}

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
            with torch.no_grad():
                for name, weight in adapter.weights.items():  # one by one: memory for a third copy is not needed
                    weight.copy_(self._mean(name))
            adapter.publish()
        try:
            yield
        finally:
            adapter.assign(current)

    def values(self) -> dict[str, Tensor]:
        """The mean. There must be a step to average."""
        return {name: self._mean(name) for name in self.sums}

    def _mean(self, name: str) -> Tensor:
        assert self.steps > 0
        return self.sums[name] / (1 - self.decay**self.steps)
