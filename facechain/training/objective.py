"""What the model is asked and how its answer is judged: noise prediction, weighted by the mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .draws import sample_at, training_draw, validation_noise
from .job import TrainJob
from .latents import Cache
from .schedule import TRAIN_TIMESTEPS, add_noise, min_snr_weights

VALIDATION_TIMESTEPS = tuple(range(62, TRAIN_TIMESTEPS, 125))
"""Eight, evenly spread: 62, 187 ... 937."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions to the model, with what is needed to judge the answers."""

    noisy: Tensor
    timesteps: Tensor
    text: Tensor
    noise: Tensor
    weight: Tensor
    """(B, 1, H, W), mean 1 per sample."""
    importance: Tensor
    """(B,), of the timesteps."""

    def loss_sum(self, prediction: Tensor) -> Tensor:
        """Sum over the samples of their weighted mean squared error."""
        errors = (prediction.float() - self.noise) ** 2 * self.weight
        return (errors.mean(dim=(1, 2, 3)) * self.importance).sum()


def training_batch(
    job: TrainJob, cache: Cache, order: Sequence[int], step: int, slots: Sequence[int], shares: Tensor
) -> Batch:
    """The places `slots` of the batch of `step`. The same whatever other places are computed with."""
    shape, device = cache.mean.shape[1:], cache.mean.device
    chosen = [sample_at(order, job.seed, step * job.batch_size + slot) for slot in slots]
    draws = [training_draw(job.seed, step, slot, shape, caption_dropout=job.caption_dropout) for slot in slots]
    noise = torch.stack([draw.noise for draw in draws]).to(device)
    latent_noise = torch.stack([draw.latent_noise for draw in draws]).to(device)
    timesteps = torch.tensor([draw.timestep for draw in draws], device=device)
    latents = cache.mean[chosen] + cache.deviation[chosen] * latent_noise
    text = [
        cache.empty_text if draw.drops_caption else cache.text[index] for draw, index in zip(draws, chosen, strict=True)
    ]
    return Batch(
        noisy=add_noise(latents, noise, shares[timesteps]),
        timesteps=timesteps,
        text=torch.stack(text),
        noise=noise,
        weight=cache.weight[chosen],
        importance=min_snr_weights(shares[timesteps], job.min_snr_gamma),
    )


def validation_timesteps(place: int, count: int) -> tuple[int, ...]:
    """What sample `place` of `count` is asked: together all of VALIDATION_TIMESTEPS, at least one each.

    So the price is eight forward passes for one sample and for eight: on a CPU passes are dear.
    """
    return VALIDATION_TIMESTEPS[place % len(VALIDATION_TIMESTEPS) :: count]


def validation_batch(job: TrainJob, cache: Cache, sample: int, asked: Sequence[int], shares: Tensor) -> Batch:
    """One sample at the timesteps `asked`, with noise that never changes; the VAE's mean, no draw."""
    device = cache.mean.device
    count = len(asked)
    timesteps = torch.tensor(asked, device=device)
    noise = validation_noise(job.seed, sample, count, cache.mean.shape[1:]).to(device)
    return Batch(
        noisy=add_noise(cache.mean[sample].expand_as(noise), noise, shares[timesteps]),
        timesteps=timesteps,
        text=cache.text[sample].expand(count, -1, -1),
        noise=noise,
        weight=cache.weight[sample].expand(count, -1, -1, -1),
        importance=torch.ones(count, device=device),
    )
