"""Portraits that the model draws while it learns, always from the same noise, to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import takewhile
from pathlib import Path

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from PIL import Image
from torch import Tensor

from ..stored_files import write_atomically
from .conditioning import Conditioning
from .control import Control
from .draws import generator
from .events import Event, SampleDrawn, Stage
from .families import family_of
from .job import TrainJob
from .latents import Cache
from .model import LearningModel
from .sample_files import SampleFile
from .schedule import BETA_END, BETA_START, TRAIN_TIMESTEPS

STOPS = 4
"""Evenly over the training, its end included; portraits of the base model come before them."""
GUIDANCE = 7.0
"""Classifier-free guidance against the empty prompt, the value of the portrait workflows."""

Predict = Callable[[Tensor, Tensor, Conditioning], Tensor]
"""What the model answers to latents (B, 4, H, W) at timesteps (B,)."""


@dataclass(slots=True)
class Sampler:
    """Draws portraits into the job's folder. Changes no weight and no generator, so the training does not notice."""

    job: TrainJob
    folder: Path
    cache: Cache
    model: LearningModel
    """As it is when `draw` is called."""
    control: Control
    emit: Callable[[Event], None]
    is_off: bool = False
    """True once memory ran out: it would again, and the training matters more."""

    def is_due(self, step: int) -> bool:
        """True before the first step and after every quarter but the last: the end's portraits follow the export."""
        total = self.job.steps
        return self.job.samples > 0 and step < total and step * STOPS // total > (step - 1) * STOPS // total

    def draw(self, step: int) -> None:
        """The job's portraits after `step` steps are written and told of, as far as memory allows.

        Ends before the next denoising step when the training is to end.
        """
        if self.job.samples == 0 or self.is_off or self._is_ending():
            return
        self.emit(Stage("sampling", f"Drawing sample portraits at step {step}"))
        try:
            self._draw(step)
        except torch.OutOfMemoryError:
            self.is_off = True
        if self.is_off:  # not inside `except`, where the error still holds the tensors
            torch.cuda.empty_cache()
            self.emit(Stage("samples_off", "Samples are skipped: not enough memory"))
        elif step < self.job.steps:
            self.emit(Stage("training", f"Training {self.job.steps} steps"))

    @torch.no_grad()
    def _draw(self, step: int) -> None:
        drawn = []
        for number in range(self.job.samples):
            course = denoise(self.model.predict, self._noise(number), self.model.prompt(0), self.job)
            course = list(takewhile(lambda _: not self._is_ending(), course))
            if len(course) < self.job.sample_steps:
                return
            drawn.append(course[-1])
        family = family_of(self.job.family)
        vae = family.load_vae(self.job.base_checkpoint)  # read anew each time: training has the memory between
        vae.to(drawn[0].device)  # type: ignore[arg-type]  # diffusers wraps the method and loses its type
        for number, latents in enumerate(drawn):
            file = SampleFile(step, number)
            write_atomically(self.folder / file.path, png(decode(vae, latents / family.LATENT_SCALE)))
            self.emit(SampleDrawn(step, number, file.path))

    def _noise(self, number: int) -> Tensor:
        """(1, 4, H, W) from which portrait `number` is made at every stop."""
        shape = (1, *self.cache.mean.shape[1:])
        noise = torch.randn(shape, generator=generator(self.job.seed, "sample", number))
        return noise.to(self.cache.mean.device)

    def _is_ending(self) -> bool:
        return self.control.is_cancelled() or self.control.is_stopped()


def denoise(predict: Predict, noise: Tensor, prompts: Conditioning, job: TrainJob) -> Iterator[Tensor]:
    """The latents (1, 4, H, W) after each step; `prompts` are the empty one and the one asked for.

    DDIM from the noisiest timestep to no noise at all: what the host's sampler "ddim" with its
    scheduler "simple" does.
    """
    scheduler = DDIMScheduler(
        num_train_timesteps=TRAIN_TIMESTEPS,
        beta_start=BETA_START,
        beta_end=BETA_END,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=True,
        timestep_spacing="trailing",
        prediction_type=job.prediction,
    )
    scheduler.set_timesteps(job.sample_steps)
    latents = noise
    for timestep in scheduler.timesteps.tolist():
        both = torch.tensor([timestep, timestep], device=latents.device)
        empty, asked = predict(latents.expand(2, -1, -1, -1), both, prompts).float().split(1)
        guided = empty + GUIDANCE * (asked - empty)
        latents = scheduler.step(guided, timestep, latents, return_dict=False)[0]
        yield latents


def decode(vae: AutoencoderKL, latents: Tensor) -> np.ndarray:
    """RGB uint8 (height, width, 3) of latents (1, 4, H, W) as the VAE has them, unscaled."""
    pixels = vae.decode(latents, return_dict=False)[0][0]  # type: ignore[arg-type]  # annotated as FloatTensor
    return ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def png(picture: np.ndarray) -> bytes:
    """The file of a picture, without any metadata."""
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()
