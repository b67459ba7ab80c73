"""Portraits that the model draws while it learns, always from the same noise, to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import takewhile

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from PIL import Image
from torch import Tensor

from ..geometry import ByteArray
from .conditioning import Conditioning
from .control import Control
from .draws import generator
from .events import Event, Stage
from .families import family_of
from .job import TrainJob
from .latents import Cache
from .model import LearningModel
from .sample_files import PROMPTS, SampleFile
from .schedule import BETA_END, BETA_START, TRAIN_TIMESTEPS

GUIDANCE = 7.0
"""Classifier-free guidance against the empty prompt, the value of the portrait workflows."""

Predict = Callable[[Tensor, Tensor, Conditioning], Tensor]
"""What the model answers to latents (B, 4, H, W) at timesteps (B,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """One portrait, drawn and not yet written."""

    file: SampleFile
    picture: ByteArray
    """RGB uint8 (side, side, 3)."""


@dataclass(slots=True)
class Sampler:
    """Draws portraits. Changes no weight and no generator, so the training does not notice."""

    job: TrainJob
    cache: Cache
    model: LearningModel
    """As it is when `draw` is called."""
    control: Control
    emit: Callable[[Event], None]
    is_off: bool = False
    """True once memory ran out: it would again, and the training matters more."""

    def draw(self, step: int) -> list[Portrait]:
        """The job's portraits after `step` steps, in the order of prompts and numbers.

        Empty when memory does not suffice, and when the training is to end, which is seen at every denoising step.
        """
        if self.is_off or self._is_ending():
            return []
        self.emit(Stage("sampling", f"Drawing sample portraits at step {step}"))
        try:
            return self._draw(step)
        except torch.OutOfMemoryError:
            self.is_off = True
        torch.cuda.empty_cache()  # not inside `except`, where the error still holds the tensors
        self.emit(Stage("samples_off", "Samples are skipped: not enough memory"))
        return []

    @torch.no_grad()
    def _draw(self, step: int) -> list[Portrait]:
        drawn = {}
        for place, prompt in enumerate(PROMPTS):
            for number in range(self.job.samples):
                course = denoise(self.model.predict, self._noise(number), self.model.prompt(place), self.job)
                course = list(takewhile(lambda _: not self._is_ending(), course))
                if len(course) < self.job.sample_steps:
                    return []
                drawn[SampleFile(step, prompt, number)] = course[-1]
        family = family_of(self.job.family)
        vae = family.load_vae(self.job.base_checkpoint)  # read anew each time: training has the memory between
        vae.to(self.cache.mean.device)  # type: ignore[arg-type]  # diffusers wraps the method and loses its type
        portraits = []
        for file, latents in drawn.items():
            if self._is_ending():
                return []
            portraits.append(Portrait(file, decode(vae, latents / family.LATENT_SCALE)))
        return portraits

    def _noise(self, number: int) -> Tensor:
        """(1, 4, H, W) from which the portraits of `number` are made at every stop; prompts share it, so that what
        differs between them is the prompt's doing.
        """
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
        prediction_type=job.prediction,  # type: ignore[arg-type]  # any str there, one of its three here
    )
    scheduler.set_timesteps(job.sample_steps)
    latents = noise
    for timestep in scheduler.timesteps.tolist():
        both = torch.tensor([timestep, timestep], device=latents.device)
        empty, asked = predict(latents.expand(2, -1, -1, -1), both, prompts).float().split(1)
        guided = empty + GUIDANCE * (asked - empty)
        latents = scheduler.step(guided, timestep, latents, return_dict=False)[0]
        yield latents


def decode(vae: AutoencoderKL, latents: Tensor) -> ByteArray:
    """RGB uint8 (height, width, 3) of latents (1, 4, H, W) as the VAE has them, unscaled."""
    pixels = vae.decode(latents, return_dict=False)[0][0]  # type: ignore[arg-type]  # annotated as FloatTensor
    return ((pixels / 2 + 0.5).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def png(picture: ByteArray) -> bytes:
    """The file of a picture, without any metadata."""
    stream = BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()
