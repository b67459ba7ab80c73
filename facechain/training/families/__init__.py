"""Model families. A family is one file that knows how to load its models, predict and name parts."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor, nn

from ..conditioning import Conditioning

MODULES = {"sd15": "sd15", "sdxl": "sdxl"}
"""Family id -> module of this folder, imported when it is asked for."""


class TextEncoders(Protocol):
    """What turns captions into numbers. Differentiable; frozen until a trainer says otherwise."""

    modules: dict[str, nn.Module]
    """By the names of kohya's files without "lora_": "te", or "te1" and "te2"."""

    def __call__(self, captions: Sequence[str]) -> Conditioning:
        """One row per caption, float32, on the device of the modules. Longer captions are cut at 77 tokens."""
        ...


class Family(Protocol):
    """What the trainer needs to know about a kind of model; every module of MODULES offers it."""

    LATENT_SCALE: float
    """The U-Net sees the VAE's latents times this."""
    NATIVE_SIDE: int
    """Side in px of the pictures that the family was trained on."""
    METADATA: dict[str, str]
    """Entries of the LoRA's metadata that name the family."""

    def load_unet(self, checkpoint: Path, dtype: torch.dtype) -> nn.Module:
        """The U-Net, frozen, on the CPU."""
        ...

    def load_vae(self, checkpoint: Path) -> AutoencoderKL:
        """The autoencoder in float32 on the CPU."""
        ...

    def load_text_encoders(self, checkpoint: Path, tokenizer_folder: Path, *, clip_skip: int) -> TextEncoders:
        """The text encoders in float32 on the CPU. `clip_skip` 1: the last layer, 2: the one before it."""
        ...

    def predict(self, unet: nn.Module, noisy: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
        """What the U-Net answers to `noisy` (B, 4, H, W): noise or velocity, as it was trained."""
        ...

    def kohya_name(self, part: str, layer: str) -> str:
        """The name under which LoRA files keep `layer` of `part` ("unet", or a key of `TextEncoders.modules`)."""
        ...


def family_of(name: str) -> Family:
    """The family called `name` ("sd15" or "sdxl")."""
    return importlib.import_module(f".{MODULES[name]}", __name__)  # type: ignore[return-value]
