"""The LoRA training loop. Runs in the worker process, or anywhere on a small model."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import torch
from accelerate import Accelerator
from torch import Tensor

from ..errors import TrainingCancelled
from .average import Average
from .candidates import drop_candidates
from .checkpoint import export_lora
from .control import Control, NeverStops
from .device import choose_precision, make_accelerator, versions
from .events import CheckpointSaved, Event, Finished, Stage, Started, Validation
from .gradients import Gradients
from .job import TrainJob
from .latents import CACHE_FILE, load_or_build_cache
from .loss_log import LossLog
from .memory import preflight
from .model import LearningModel
from .objective import Objective, questions_at_once, validation_questions
from .parameter_groups import parameter_groups
from .portrait_stops import PortraitStops
from .result import LORA_FILE, TrainResult
from .sample_portraits import Sampler
from .samples import read_manifest
from .schedule import rate_share, signal_shares
from .self_check import compile_where_equal
from .snapshot import restore_snapshot, take_snapshot
from .state import Progress, drop_states, load_state, save_state

SECONDS_BETWEEN_STATES = 60.0
FUSED_ON = ("cpu", "cuda")
"""Devices on which torch updates all weights in one call."""


def train(
    job: TrainJob,
    folder: Path,
    *,
    emit: Callable[[Event], None] = lambda event: None,
    control: Control = NeverStops(),  # noqa: B008
) -> TrainResult:
    """The result of `job`, written into `folder`; goes on from a state that lies there.

    Raises TrainingCancelled, with the state saved, and TrainingFailed, with the last good state kept.
    """
    precision = choose_precision(job)
    accelerator = make_accelerator(job, precision)
    report = emit if accelerator.is_main_process else lambda event: None
    trainer = Trainer(job, folder, accelerator, precision, report, control)
    trainer.prepare()
    return trainer.run()


class Trainer:
    """One training, from the job to the LoRA file."""

    def __init__(
        self,
        job: TrainJob,
        folder: Path,
        accelerator: Accelerator,
        precision: str,
        emit: Callable[[Event], None],
        control: Control,
    ) -> None:
        self.job = job
        self.folder = folder
        self.accelerator = accelerator
        self.device = accelerator.device
        self.precision = precision
        self.emit = emit
        self.control = control
        self.progress = Progress()

    def prepare(self) -> None:
        """Loads models and data, and the saved state if there is one."""
        self.emit(Started(os.getpid(), str(self.device), self.precision, versions()))
        self.manifest = read_manifest(self.job.dataset_folder)
        with self.accelerator.main_process_first():
            self.cache = load_or_build_cache(self.job, self.manifest, self.folder, self.device, self._caching)
        self.emit(Stage("loading", "Loading the base model"))
        self.model = LearningModel(self.job, self.manifest, self.cache, self.precision)
        self.adapter = self.model.adapter
        self.average = Average(self.adapter, self.job.ema_decay)
        groups = parameter_groups(self.adapter, self.job)
        fused = self.device.type in FUSED_ON
        self.optimizer = self.accelerator.prepare(
            torch.optim.AdamW(groups, weight_decay=self.job.weight_decay, fused=fused)
        )
        self._resume()
        shares = signal_shares().to(self.device)
        self.objective = Objective(self.job, self.cache, self.manifest.trained, shares, self.model.encode)
        affordable = preflight(self.job, self.model, self.emit)
        self.gradients = Gradients(affordable, self.model, self.objective, self.accelerator, self.emit)
        compile_where_equal(self.job, self.model, self.gradients, self.precision, self.emit)
        sampler = Sampler(self.job, self.cache, self.model, self.control, self.emit)
        self.stops = PortraitStops(self.job, self.folder, self.manifest, sampler, self.emit)
        has_scaler = self.accelerator.scaler is not None
        self.log = LossLog(self.job, self.progress, self.emit, leaves_out_overflows=has_scaler)
        self.saved_at = time.monotonic()

    def run(self) -> TrainResult:
        """Trains to the end, or to a stop, and writes the result."""
        self.emit(Stage("training", f"Training {self.job.steps} steps"))
        self._baseline()
        if self.stops.is_due(self.progress.step):  # at the start, and where drawing was cut short
            self._hold()
        self.log.restart_clock()
        while self.progress.step < self.job.steps:
            self._leave_if_cancelled()
            self._step()
            if self._any_process(self.control.is_stopped()):
                break
            self._after_step()
        self._leave_if_cancelled()  # the last portraits may be missing, and they are part of the choice
        return self._finish()

    def _leave_if_cancelled(self) -> None:
        """Raises TrainingCancelled, with the state saved, if the training is to end without a result."""
        if self._any_process(self.control.is_cancelled()):
            self.log.flush()
            self._save()
            raise TrainingCancelled(f"Stopped after step {self.progress.step}.")

    def _step(self) -> None:
        """One step of the optimiser."""
        rate = rate_share(self.job, self.progress.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["highest"]
        loss = self.gradients.of_step(self.progress.step)
        norm = cast(Tensor, self.accelerator.clip_grad_norm_(self.adapter.values(), self.job.gradient_clip))
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.adapter.publish()
        self.average.add()
        self.progress.step += 1
        self.log.add(loss, norm)

    def _sum(self, tensor: Tensor) -> Tensor:
        """The sum of what every process has."""
        return cast(Tensor, self.accelerator.reduce(tensor, reduction="sum"))

    def _any_process(self, answer: bool) -> bool:
        """True everywhere if it is true anywhere, so that all processes leave the loop together."""
        if self.accelerator.num_processes == 1:
            return answer
        flag = torch.tensor(float(answer), device=self.device)
        return bool(self._sum(flag) > 0)

    def _after_step(self) -> None:
        """Validates, saves and draws samples when it is time."""
        step = self.progress.step
        draws = self.stops.is_due(step)
        if step % self.job.validate_every == 0 and step < self.job.steps:
            self._validate()
        late = time.monotonic() - self.saved_at > SECONDS_BETWEEN_STATES
        # Before samples too: decoding takes a CPU longer than the host waits for the end of a worker.
        if draws or (step < self.job.steps and (step % self.job.save_every == 0 or late)):
            self.log.flush()
            self._save()
            self.log.restart_clock()
        if draws:
            self._hold()

    def _validate(self) -> None:
        """Measures the averaged weights: those that may be exported."""
        self.log.flush()
        with self.average.worn():
            loss = self._validation_loss()
        self.progress.validations.append((self.progress.step, loss))
        self.emit(Validation(self.progress.step, loss, self._baseline()))
        self.log.restart_clock()

    def _hold(self) -> None:
        """Portraits of the averaged weights, which become a candidate; the main process draws them."""
        if self.accelerator.is_main_process:
            with self.average.worn():
                self.stops.hold(self.progress.step, self.average.values)
        self.log.restart_clock()

    def _baseline(self) -> float:
        """The validation loss without the LoRA's effect, measured before the first step."""
        if self.progress.baseline is None:
            self.progress.baseline = self._validation_loss()
            self.emit(Validation(0, self.progress.baseline, self.progress.baseline))
        return self.progress.baseline

    @torch.no_grad()
    def _validation_loss(self) -> float:
        """Mean over all questions, each a sample at a timestep."""
        questions, at_once = validation_questions(self.manifest.validated), questions_at_once(self.device)
        total = torch.zeros((), device=self.device)
        for start in range(0, len(questions), at_once):
            batch = self.objective.validation_batch(questions[start : start + at_once])
            total += batch.loss_sum(self.model.predict(batch.noisy, batch.timesteps, batch.conditioning))
        return float(total / len(questions))

    def _save(self) -> None:
        """Saves the state; the main process does."""
        self.saved_at = time.monotonic()
        if not self.accelerator.is_main_process:
            return
        if self.accelerator.scaler is not None:
            self.progress.loss_scale = self.accelerator.scaler.state_dict()
        tensors = take_snapshot(self.adapter, self.average, self.optimizer)
        save_state(self.folder, self.job.id, self.progress, tensors)
        self.emit(CheckpointSaved(self.progress.step))

    def _resume(self) -> None:
        """Goes on from the newest whole state, if there is one."""
        saved = load_state(self.folder, self.job.id)
        if saved is None:
            return
        self.progress, tensors = saved
        restore_snapshot(tensors, self.progress.step, self.adapter, self.average, self.optimizer)
        if self.accelerator.scaler is not None and self.progress.loss_scale:
            self.accelerator.scaler.load_state_dict(self.progress.loss_scale)
        self.emit(Stage("resuming", f"Going on from step {self.progress.step}"))

    def _finish(self) -> TrainResult:
        """Writes the chosen weights and the result; what only a resume needs is removed."""
        # Nothing is learned after this, and writing the LoRA would need more memory than a step.
        self.optimizer.state.clear()
        self.adapter.gradients.clear()
        self._validate()
        steps = self.progress.step
        chosen, weights = self.stops.result(steps, self.average.values)
        self.emit(Stage("exporting", f"Writing the LoRA. {chosen.why}"))
        lora = self.folder / LORA_FILE
        digest = (
            export_lora(lora, weights, self.job, self.manifest, self.model.family, steps=chosen.step)
            if self.accelerator.is_main_process
            else ""
        )
        result = TrainResult(
            job_id=self.job.id,
            lora=lora,
            lora_sha256=digest,
            steps=steps,
            stopped_early=steps < self.job.steps,
            losses=tuple(self.progress.losses),
            validations=tuple(self.progress.validations),
            baseline=self._baseline(),
            held_out=any(sample.held_out for sample in self.manifest.samples),
            seconds=self.progress.seconds,
            device=str(self.device),
            precision=self.precision,
            versions=versions(),
            chosen=chosen,
        )
        if self.accelerator.is_main_process:
            result.write(self.folder)
            self.emit(Finished(steps, result.stopped_early, digest))
            drop_states(self.folder)
            drop_candidates(self.folder)
            (self.folder / CACHE_FILE).unlink(missing_ok=True)
        return result

    def _caching(self, index: int) -> None:
        if self.control.is_cancelled():
            raise TrainingCancelled("Stopped before the first step.")
        total = len(self.manifest.samples)
        self.emit(Stage("caching", f"Encoding photo {index + 1} of {total}"))
