"""Losses on their way from the device to the host, without making the device wait at every step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

from ..errors import TrainingFailed
from .device import peak_memory
from .events import Step
from .job import TrainJob
from .schedule import rate_share
from .state import Progress

STEPS_HELD_BACK = 10
SECONDS_HELD_BACK = 0.5
SMOOTHED_OVER = 20


class LossLog:
    """Collects losses where they are computed and hands them on a few at a time.

    On a CPU every step is handed on at once: there is nothing to wait for.
    """

    def __init__(
        self, job: TrainJob, progress: Progress, emit: Callable[[Step], None], *, leaves_out_overflows: bool = False
    ) -> None:
        """`leaves_out_overflows`: a gradient scaler takes no step where gradients are infinite, as fp16's does."""
        self._job = job
        self._leaves_out_overflows = leaves_out_overflows
        self._progress = progress
        self._emit = emit
        self._waiting: list[Tensor] = []
        self._norms: list[Tensor] = []
        self._since = time.monotonic()

    def restart_clock(self) -> None:
        """What happened since the last flush (validation, saving) is no training time."""
        self._since = time.monotonic()

    def add(self, loss: Tensor, norm: Tensor) -> None:
        """The loss of the step that `progress` counts as done, and the norm of its gradients."""
        self._waiting.append(loss)
        self._norms.append(norm)
        on_cpu = loss.device.type == "cpu"
        late = time.monotonic() - self._since > SECONDS_HELD_BACK
        if on_cpu or late or len(self._waiting) >= STEPS_HELD_BACK:
            self.flush()

    def flush(self) -> None:
        """Hand on everything. Raises TrainingFailed at the first step that was not made of numbers."""
        if not self._waiting:
            return
        losses, norms = torch.stack([*self._waiting, *self._norms]).view(2, -1).tolist()
        memory = peak_memory(self._waiting[0].device)
        self._waiting.clear()
        self._norms.clear()
        seconds = time.monotonic() - self._since
        self._since += seconds
        self._progress.seconds += seconds
        first = self._progress.step - len(losses) + 1
        for step, (loss, norm) in enumerate(zip(losses, norms, strict=True), start=first):
            self._require_numbers(step, loss, norm)
            self._record(step, loss, seconds / len(losses), memory)

    def _require_numbers(self, step: int, loss: float, norm: float) -> None:
        """Raises TrainingFailed. Beside a finite loss nothing else tells of gradients that are not."""
        if math.isfinite(loss) and (math.isfinite(norm) or self._leaves_out_overflows):
            return
        what = f"The loss became {loss}" if not math.isfinite(loss) else f"The gradients became {norm}"
        raise TrainingFailed(
            f"{what} at step {step} of {self._job.steps}. "
            f"Lower the learning rate (it is {self._job.learning_rate:g}), "
            "or set precision to fp32."
        )

    def _record(self, step: int, loss: float, seconds: float, memory: int) -> None:
        history = self._progress.losses
        history.append((step, loss))
        recent = [value for _, value in history[-SMOOTHED_OVER:]]
        self._emit(
            Step(
                step=step,
                total=self._job.steps,
                loss=loss,
                smoothed_loss=sum(recent) / len(recent),
                learning_rate=self._job.learning_rate * rate_share(self._job, step - 1),
                seconds_per_step=seconds,
                memory_bytes=memory,
            )
        )
