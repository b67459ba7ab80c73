"""The gradients of one step: in as many parts as memory allows, over as many processes as there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from accelerate import Accelerator
from torch import Tensor

from ..errors import TrainingFailed
from .events import Event, Stage
from .job import TrainJob
from .model import LearningModel
from .objective import Objective


class Gradients:
    """Leaves the gradients of a step at the adapter's weights.

    When memory runs out it computes fewer samples at a time, then activations twice; the result
    stays the same.
    """

    def __init__(
        self,
        job: TrainJob,
        model: LearningModel,
        objective: Objective,
        accelerator: Accelerator,
        emit: Callable[[Event], None],
    ) -> None:
        self._job, self._model, self._objective = job, model, objective
        self._accelerator = accelerator
        self._emit = emit
        self._at_once = job.batch_size
        self._recomputes = job.gradient_checkpointing == "on"
        if self._recomputes:
            model.recompute_activations()

    def of_step(self, step: int) -> Tensor:
        """The loss of `step`, a scalar on the device."""
        while True:
            try:
                return self._in_parts(step)
            except torch.OutOfMemoryError:
                pass  # here the error would still hold the tensors
            self._forget()
            self._save_memory()

    def _in_parts(self, step: int) -> Tensor:
        rank, count = self._accelerator.process_index, self._accelerator.num_processes
        places = self._job.batch_size * self._job.gradient_accumulation
        slots = range(places)[rank::count]
        loss = torch.zeros((), device=self._model.device)
        for start in range(0, len(slots), self._at_once):
            part = slots[start : start + self._at_once]
            with self._model.learning(self._job.seed, "dropout", step, part[0]):
                share = self._loss_sum(step, part) / places
            self._accelerator.backward(share)
            self._model.adapter.collect_gradients()
            loss += share.detach()
        return self._sum_over_processes(loss) if count > 1 else loss

    def _loss_sum(self, step: int, slots: range) -> Tensor:
        batch = self._objective.training_batch(step, slots)
        return batch.loss_sum(self._model.predict(batch.noisy, batch.timesteps, batch.conditioning))

    def _sum_over_processes(self, loss: Tensor) -> Tensor:
        """Adds up what the processes computed of one batch: gradients in place, as one tensor, and the loss."""
        weights = self._model.adapter.values()
        grads = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
        total = self._sum(torch.cat([*(grad.flatten() for grad in grads), loss.reshape(1)]))
        parts = total[:-1].split([grad.numel() for grad in grads])
        for weight, part in zip(weights, parts, strict=True):
            weight.grad = part.view_as(weight)
        return total[-1]

    def _sum(self, tensor: Tensor) -> Tensor:
        return cast(Tensor, self._accelerator.reduce(tensor, reduction="sum"))

    def _forget(self) -> None:
        for weight in (*self._model.adapter.values(), *self._model.adapter.inside):
            weight.grad = None
        if self._model.device.type == "cuda":
            torch.cuda.empty_cache()

    def _save_memory(self) -> None:
        """One step down. Raises TrainingFailed if there is none left."""
        if self._at_once > 1:
            self._at_once = (self._at_once + 1) // 2
            self._emit(Stage("less_memory", f"Memory ran out: computing {self._at_once} samples at a time"))
        elif not self._recomputes and self._job.gradient_checkpointing == "auto":
            self._recomputes = True
            self._model.recompute_activations()
            self._emit(Stage("less_memory", "Memory ran out: computing activations twice instead of keeping them"))
        else:
            raise TrainingFailed(
                f"The GPU's memory ran out at {self._job.resolution} pixels and one sample "
                "at a time. Close other programs, or lower the resolution."
            )
