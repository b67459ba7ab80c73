"""What the model is asked and how its answer is judged: noise or velocity, weighted by the mask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .conditioning import Conditioning
from .draws import sample_at, training_draw, validation_noise
from .job import TrainJob
from .latents import Cache
from .schedule import TRAIN_TIMESTEPS, add_noise, min_snr_weights, velocity

VALIDATION_TIMESTEPS = tuple(range(62, TRAIN_TIMESTEPS, 125))
"""Eight, evenly spread: 62, 187 ... 937."""


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

    def validation_batch(self, sample: int, asked: Sequence[int]) -> Batch:
        """One sample at the timesteps `asked`, with noise that never changes; the VAE's mean, no draw."""
        cache, count = self.cache, len(asked)
        timesteps = torch.tensor(asked, device=cache.mean.device)
        noise = validation_noise(self.job.seed, sample, count, cache.mean.shape[1:]).to(cache.mean.device)
        latents = cache.mean[sample].expand_as(noise)
        return Batch(
            noisy=add_noise(latents, noise, self.shares[timesteps]),
            timesteps=timesteps,
            conditioning=self.encode([sample] * count),
            target=_target(self.job, latents, noise, self.shares[timesteps]),
            weight=cache.weight[sample].expand(count, -1, -1, -1),
            importance=torch.ones(count, device=cache.mean.device),
        )


def validation_timesteps(place: int, count: int) -> tuple[int, ...]:
    """What sample `place` of `count` is asked: together all of VALIDATION_TIMESTEPS, at least one each.

    So the price is eight forward passes for one sample and for eight: on a CPU passes are dear.
    """
    return VALIDATION_TIMESTEPS[place % len(VALIDATION_TIMESTEPS) :: count]


def _target(job: TrainJob, latents: Tensor, noise: Tensor, shares: Tensor) -> Tensor:
    return velocity(latents, noise, shares) if job.prediction == "v_prediction" else noise
