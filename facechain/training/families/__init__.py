"""Model families. A family is one file that knows how to load its models, predict and name parts."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from torch import Tensor, nn

MODULES = {"sd15": "sd15"}
"""Family id -> module of this folder, imported when it is asked for."""


class Family(Protocol):
    """What the trainer needs to know about a kind of model; every module of MODULES offers it."""

    LATENT_SCALE: float
    """The U-Net sees the VAE's latents times this."""
    LORA_TARGETS: tuple[str, ...]
    """Ends of the names of the U-Net's layers that learn."""
    METADATA: dict[str, str]
    """Entries of the LoRA's metadata that name the family."""

    def load_unet(self, checkpoint: Path, dtype: torch.dtype) -> nn.Module:
        """The noise predictor, frozen, on the CPU."""
        ...

    def load_vae(self, checkpoint: Path) -> AutoencoderKL:
        """The autoencoder in float32 on the CPU."""
        ...

    def encode_captions(
        self, checkpoint: Path, tokenizer_folder: Path, captions: Sequence[str], device: torch.device
    ) -> Tensor:
        """(captions, tokens, width) float32 on the CPU."""
        ...

    def predict(self, unet: nn.Module, noisy: Tensor, timesteps: Tensor, text: Tensor) -> Tensor:
        """The noise that the model sees in `noisy`."""
        ...

    def kohya_name(self, layer: str) -> str:
        """The name under which LoRA files keep the U-Net's `layer`."""
        ...


def family_of(name: str) -> Family:
    """The family called `name` ("sd15")."""
    return importlib.import_module(f".{MODULES[name]}", __name__)  # type: ignore[return-value]
