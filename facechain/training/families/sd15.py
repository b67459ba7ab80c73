"""Stable Diffusion 1.5: U-Net, VAE and CLIP-L from one file, without any contact to a hub.

Widths, block counts and depths are read from the tensors. What tensors cannot say are the
constants below. Source: the v1-inference configuration of CompVis/stable-diffusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextModel

from ..conditioning import Conditioning
from . import clip, loading, unet

TEXT_PREFIX = "cond_stage_model.transformer."
HEADS = 8
"""Attention heads at every width; diffusers calls the setting attention_head_dim."""
LATENT_SCALE = 0.18215
NATIVE_SIDE = 512

METADATA = {
    "ss_v2": "False",
    "ss_base_model_version": "sd_1.5",
    "modelspec.architecture": "stable-diffusion-v1/lora",
    "modelspec.implementation": "diffusers",
}


def load_unet(checkpoint: Path, dtype: torch.dtype) -> UNet2DConditionModel:
    """The U-Net in `dtype` on the CPU, frozen."""
    return unet.load_unet(checkpoint, dtype, lambda layout, shapes: {"attention_head_dim": HEADS})


def load_vae(checkpoint: Path) -> AutoencoderKL:
    """The autoencoder in float32 on the CPU, frozen."""
    return loading.load_vae(checkpoint, LATENT_SCALE)


def load_text_encoders(checkpoint: Path, tokenizer_folder: Path, *, clip_skip: int = 1) -> Encoder:
    """CLIP-L's text half in float32 on the CPU, frozen."""
    model = clip.load_clip(loading.tensors_under(checkpoint, TEXT_PREFIX, torch.float32))
    return Encoder(model, clip.Tokenizer(tokenizer_folder), clip_skip)


class Encoder:
    """CLIP-L as the host conditions with it: the asked layer, normalised by the last norm, nothing pooled."""

    def __init__(self, model: CLIPTextModel, tokenizer: clip.Tokenizer, clip_skip: int) -> None:
        self.modules: dict[str, nn.Module] = {"te": model}
        self._tokenizer = tokenizer
        self._clip_skip = clip_skip

    def __call__(self, captions: Sequence[str]) -> Conditioning:
        """(captions, 77, 768)."""
        model = self.modules["te"]
        tokens = self._tokenizer(captions).to(next(model.parameters()).device)
        # No attention mask: the host lets the text look at its padding too.
        if self._clip_skip == 1:
            return Conditioning(model(tokens).last_hidden_state)
        hidden = model(tokens, output_hidden_states=True).hidden_states[-self._clip_skip]
        norm = next(module for name, module in model.named_modules() if name.endswith("final_layer_norm"))
        return Conditioning(norm(hidden))


def predict(unet: nn.Module, noisy: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
    """What the U-Net answers to `noisy` (B, 4, H, W) at `timesteps` (B,), told tokens (B, 77, 768)."""
    return unet(noisy, timesteps, encoder_hidden_states=conditioning.tokens).sample


def kohya_name(part: str, layer: str) -> str:
    """diffusers' block names with underscores; the stock loaders know them for SD 1.5."""
    named = clip.layer_name(layer) if part == "te" else layer
    return f"lora_{part}_{named.replace('.', '_')}"
