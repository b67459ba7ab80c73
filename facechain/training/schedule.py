"""The noise schedule of Stable Diffusion, the weight of each timestep, and the learning rate."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .job import TrainJob

TRAIN_TIMESTEPS = 1000
BETA_START, BETA_END = 0.00085, 0.012
"""Of SD 1.x, 2.x and SDXL; betas are the squares of an even row between the square roots."""


def signal_shares() -> Tensor:
    """(1000,) float32: the share of the picture's variance that is left at each timestep."""
    roots = torch.linspace(BETA_START**0.5, BETA_END**0.5, TRAIN_TIMESTEPS, dtype=torch.float64)
    return torch.cumprod(1 - roots**2, dim=0).float()


def add_noise(latents: Tensor, noise: Tensor, shares: Tensor) -> Tensor:
    """The latents as they are at their timesteps; `shares` (B,), latents and noise (B, C, H, W)."""
    shares = shares[:, None, None, None]
    return shares.sqrt() * latents + (1 - shares).sqrt() * noise


def velocity(latents: Tensor, noise: Tensor, shares: Tensor) -> Tensor:
    """What a model of v-prediction answers. Source: Salimans and Ho 2022, appendix D."""
    shares = shares[:, None, None, None]
    return shares.sqrt() * noise - (1 - shares).sqrt() * latents


def min_snr_weights(shares: Tensor, gamma: float, prediction: str) -> Tensor:
    """(B,) weight of each sample's loss; 1 if gamma is 0.

    min(SNR, gamma) over SNR for noise prediction, over SNR + 1 for velocities. With a gamma of 5 noise
    prediction is touched at the clearest timesteps only, 0 to 146. Source: Hang et al. 2023, eq. 6 and section 3.4.
    """
    if gamma == 0:
        return torch.ones_like(shares)
    ratio = shares / (1 - shares)
    return ratio.clamp(max=gamma) / (ratio + 1 if prediction == "v_prediction" else ratio)


def rate_share(job: TrainJob, step: int) -> float:
    """0..1: what `step`, counted from 0, has of the highest learning rate: linear warmup, then 1 or half a cosine."""
    if step < job.warmup:
        return (step + 1) / job.warmup
    if job.lr_scheduler == "constant":
        return 1.0
    done = (step - job.warmup) / (job.steps - job.warmup)
    return 0.5 * (1 + math.cos(math.pi * done))
