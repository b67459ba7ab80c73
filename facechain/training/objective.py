"""What the model is asked and how its answer is judged: noise or velocity, weighted by the mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from .conditioning import Conditioning
from .draws import sample_at, training_draw, validation_noise
from .job import TrainJob
from .latents import Cache
from .schedule import TRAIN_TIMESTEPS, add_noise, min_snr_weights, velocity

VALIDATION_TIMESTEPS = tuple(range(62, TRAIN_TIMESTEPS, 125))
"""Eight, evenly spread: 62, 187 ... 937."""


class Question(NamedTuple):
    """What a validation asks the model once."""

    sample: int
    timestep: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions to the model, with what is needed to judge the answers."""

    noisy: Tensor
    timesteps: Tensor
    conditioning: Conditioning
    target: Tensor
    """What the right answer is: the noise, or the velocity."""
    weight: Tensor
    """(B, 1, H, W), mean 1 per sample."""
    importance: Tensor
    """(B,), of the timesteps."""

    def loss_sum(self, prediction: Tensor) -> Tensor:
        """Sum over the samples of their weighted mean squared error."""
        errors = (prediction.float() - self.target) ** 2 * self.weight
        return (errors.mean(dim=(1, 2, 3)) * self.importance).sum()


Encode = Callable[[Sequence[int | None]], Conditioning]
"""The captions of samples by index; None stands for the empty caption."""


@dataclass(frozen=True, slots=True)
class Objective:
    """What a training asks its model."""

    job: TrainJob
    cache: Cache
    samples: Sequence[int]
    """Those that are learned from, by index."""
    shares: Tensor
    """(1000,): the signal's share of each timestep."""
    encode: Encode

    def training_batch(self, step: int, slots: Sequence[int]) -> Batch:
        """The places `slots` of the batch of `step`. The same whatever other places are computed with."""
        job, cache = self.job, self.cache
        shape, device = cache.mean.shape[1:], cache.mean.device
        places = job.batch_size * job.gradient_accumulation
        chosen = [sample_at(self.samples, job.seed, step * places + slot) for slot in slots]
        draws = [training_draw(job, step, slot, shape) for slot in slots]
        noise = torch.stack([draw.noise for draw in draws]).to(device)
        latent_noise = torch.stack([draw.latent_noise for draw in draws]).to(device)
        timesteps = torch.tensor([draw.timestep for draw in draws], device=device)
        latents = cache.mean[chosen] + cache.deviation[chosen] * latent_noise
        asked = self.shares[timesteps]
        captions = [None if draw.drops_caption else index for draw, index in zip(draws, chosen, strict=True)]
        return Batch(
            noisy=add_noise(latents, noise, asked),
            timesteps=timesteps,
            conditioning=self.encode(captions),
            target=_target(job, latents, noise, asked),
            weight=cache.weight[chosen],
            importance=min_snr_weights(asked, job.min_snr_gamma, job.prediction),
        )

    def validation_batch(self, questions: Sequence[Question]) -> Batch:
        """The samples at the timesteps asked, with noise that never changes; the VAE's mean, no draw."""
        cache = self.cache
        chosen = [question.sample for question in questions]
        timesteps = torch.tensor([question.timestep for question in questions], device=cache.mean.device)
        shape = cache.mean.shape[1:]
        noise = torch.stack([validation_noise(self.job.seed, *question, shape) for question in questions])
        noise = noise.to(cache.mean.device)
        latents, asked = cache.mean[chosen], self.shares[timesteps]
        return Batch(
            noisy=add_noise(latents, noise, asked),
            timesteps=timesteps,
            conditioning=self.encode(chosen),
            target=_target(self.job, latents, noise, asked),
            weight=cache.weight[chosen],
            importance=torch.ones(len(chosen), device=cache.mean.device),
        )


def validation_questions(samples: Sequence[int]) -> tuple[Question, ...]:
    """What a validation asks: together all of VALIDATION_TIMESTEPS, each sample at least one of them.

    So the price is eight pictures for one sample and for eight.
    """
    return tuple(
        Question(sample, timestep)
        for place, sample in enumerate(samples)
        for timestep in VALIDATION_TIMESTEPS[place % len(VALIDATION_TIMESTEPS) :: len(samples)]
    )


def questions_at_once(device: torch.device) -> int:
    """Questions of a validation that the model answers in one pass.

    On a GPU one, which fits wherever a step does. On a CPU four, which take no more memory without gradients
    than a step over one picture, and half the time of four passes.
    """
    return 4 if device.type == "cpu" else 1


def _target(job: TrainJob, latents: Tensor, noise: Tensor, shares: Tensor) -> Tensor:
    return velocity(latents, noise, shares) if job.prediction == "v_prediction" else noise
