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

    def __init__(self, job: TrainJob, progress: Progress, emit: Callable[[Step], None]) -> None:
        self._job = job
        self._progress = progress
        self._emit = emit
        self._waiting: list[Tensor] = []
        self._since = time.monotonic()

    def restart_clock(self) -> None:
        """What happened since the last flush (validation, saving) is no training time."""
        self._since = time.monotonic()

    def add(self, loss: Tensor) -> None:
        """The loss of the step that `progress` counts as done."""
        self._waiting.append(loss)
        on_cpu = loss.device.type == "cpu"
        late = time.monotonic() - self._since > SECONDS_HELD_BACK
        if on_cpu or late or len(self._waiting) >= STEPS_HELD_BACK:
            self.flush()

    def flush(self) -> None:
        """Hand on everything. Raises TrainingFailed at the first loss that is not a number."""
        if not self._waiting:
            return
        losses = torch.stack(self._waiting).tolist()
        memory = peak_memory(self._waiting[0].device)
        self._waiting.clear()
        seconds = time.monotonic() - self._since
        self._since += seconds
        self._progress.seconds += seconds
        first = self._progress.step - len(losses) + 1
        for step, loss in enumerate(losses, start=first):
            self._record(step, loss, seconds / len(losses), memory)

    def _record(self, step: int, loss: float, seconds: float, memory: int) -> None:
        if not math.isfinite(loss):
            raise TrainingFailed(
                f"The loss became {loss} at step {step} of {self._job.steps}. "
                f"Lower the learning rate (it is {self._job.learning_rate:g}), "
                "or set precision to fp32."
            )
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
