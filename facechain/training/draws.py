"""Every random number of a training, each from a generator keyed by what it is for.

Never a running generator: so a resumed run, a batch computed in halves and several processes all
see the noise that an undisturbed run sees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .job import TrainJob
from .schedule import TRAIN_TIMESTEPS


@dataclass(frozen=True, slots=True)
class Draw:
    """The randomness of one sample in one step; on the CPU."""

    timestep: int
    noise: Tensor
    latent_noise: Tensor
    """Unit noise for the draw from the VAE's distribution."""
    drops_caption: bool


def generator(seed: int, *key: object) -> torch.Generator:
    """A CPU generator for this purpose alone."""
    return torch.Generator().manual_seed(seed_of(seed, *key))


def seed_of(*key: object) -> int:
    """A seed for this purpose alone."""
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:7], "big")


def training_draw(job: TrainJob, step: int, slot: int, shape: torch.Size) -> Draw:
    """The randomness of place `slot` of the batch in `step`; timesteps are uniform."""
    source = generator(job.seed, "train", step, slot)
    draw = Draw(
        timestep=int(torch.randint(TRAIN_TIMESTEPS, (), generator=source)),
        noise=torch.randn(shape, generator=source),
        latent_noise=torch.randn(shape, generator=source),
        drops_caption=bool(torch.rand((), generator=source) < job.caption_dropout),
    )
    if not job.noise_offset:
        return draw
    per_channel = torch.randn((shape[0], 1, 1), generator=source)  # drawn last: without it all else stays the same
    return replace(draw, noise=draw.noise + job.noise_offset * per_channel)


def validation_noise(seed: int, sample: int, timestep: int, shape: torch.Size) -> Tensor:
    """Noise of `shape` that is the same at every validation."""
    return torch.randn(shape, generator=generator(seed, "validate", sample, timestep))


def sample_at(order: Sequence[int], seed: int, position: int) -> int:
    """The sample at `position` of an endless row: every entry of `order` once per round, shuffled."""
    turn, place = divmod(position, len(order))
    shuffled = torch.randperm(len(order), generator=generator(seed, "order", turn))
    return order[int(shuffled[place])]
