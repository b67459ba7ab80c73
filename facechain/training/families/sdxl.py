"""Stable Diffusion XL: U-Net, VAE, CLIP-L and OpenCLIP bigG from one file, without any contact to a hub.

Source of what tensors cannot say: the sd_xl_base configuration of Stability-AI/generative-models.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from ..conditioning import Conditioning
from . import clip, ldm, loading, unet

FIRST_TEXT_PREFIX = "conditioner.embedders.0.transformer."
SECOND_TEXT_PREFIX = "conditioner.embedders.1.model."
LATENT_SCALE = 0.13025
NATIVE_SIDE = 1024
HEAD_WIDTH = 64
TIME_WIDTH = 256
"""Of the embedding of each of the six size numbers."""
PIXELS_PER_LATENT = 8
LAYER = -2
"""Of the hidden states: the one before the last, as SDXL was trained, without the last norm."""

METADATA = {
    "ss_v2": "False",
    "ss_base_model_version": "sdxl_base_v1-0",
    "modelspec.architecture": "stable-diffusion-xl-v1-base/lora",
    "modelspec.implementation": "https://github.com/Stability-AI/generative-models",
}

BLOCKS_PER_LEVEL = 3
"""Two residual blocks and what changes the size, counted through by the checkpoint's names."""


def load_unet(checkpoint: Path, dtype: torch.dtype) -> UNet2DConditionModel:
    """The U-Net in `dtype` on the CPU, frozen."""
    return unet.load_unet(checkpoint, dtype, _extras)


def _extras(layout: ldm.UnetLayout, shapes: dict[str, tuple[int, ...]]) -> dict[str, Any]:
    return {
        "attention_head_dim": [max(level.width // HEAD_WIDTH, 1) for level in layout.levels],
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": TIME_WIDTH,
        "projection_class_embeddings_input_dim": shapes["label_emb.0.0.weight"][1],
    }


def load_vae(checkpoint: Path) -> AutoencoderKL:
    """The autoencoder in float32 on the CPU, frozen: in fp16 it overflows."""
    return loading.load_vae(checkpoint, LATENT_SCALE)


def load_text_encoders(checkpoint: Path, tokenizer_folder: Path, *, clip_skip: int = 1) -> Encoders:
    """Both text halves in float32 on the CPU, frozen; `clip_skip` changes nothing, as SDXL knows one layer only."""
    first = clip.load_clip(loading.tensors_under(checkpoint, FIRST_TEXT_PREFIX, torch.float32))
    second = clip.load_open_clip(loading.tensors_under(checkpoint, SECOND_TEXT_PREFIX, torch.float32))
    return Encoders(first, second, clip.Tokenizer(tokenizer_folder))


class Encoders:
    """CLIP-L and OpenCLIP bigG side by side, and what bigG says of the whole caption."""

    def __init__(self, first: CLIPTextModel, second: CLIPTextModelWithProjection, tokenizer: clip.Tokenizer) -> None:
        self.modules: dict[str, nn.Module] = {"te1": first, "te2": second}
        self._tokenizer = tokenizer

    def __call__(self, captions: Sequence[str]) -> Conditioning:
        """Tokens (captions, 77, 2048) and pooled (captions, 1280)."""
        first, second = self.modules["te1"], self.modules["te2"]
        tokens = self._tokenizer(captions).to(next(first.parameters()).device)
        one = first(tokens, output_hidden_states=True).hidden_states[LAYER]
        two = second(clip.padded_with_zeros(tokens), output_hidden_states=True)
        return Conditioning(torch.cat([one, two.hidden_states[LAYER]], dim=-1), two.text_embeds)


def predict(unet: nn.Module, noisy: Tensor, timesteps: Tensor, conditioning: Conditioning) -> Tensor:
    """What the U-Net answers to `noisy` (B, 4, H, W): told that the picture is as large as it is, and not cropped."""
    height, width = (side * PIXELS_PER_LATENT for side in noisy.shape[-2:])
    sizes = torch.tensor([height, width, 0, 0, height, width], device=noisy.device)
    told = {"text_embeds": conditioning.pooled, "time_ids": sizes.expand(len(noisy), -1)}
    return unet(noisy, timesteps, encoder_hidden_states=conditioning.tokens, added_cond_kwargs=told).sample


def kohya_name(part: str, layer: str) -> str:
    """For the U-Net the checkpoint's own names with underscores, which every loader of SDXL knows."""
    named = _checkpoint_name(layer) if part == "unet" else clip.layer_name(layer)
    return f"lora_{part}_{named.replace('.', '_')}"


def _checkpoint_name(layer: str) -> str:
    """The name that diffusers' `layer` has in the checkpoint."""
    residual = {new: old for old, new in ldm.RESIDUAL_PARTS.items()}
    whole = {new: old for old, new in ldm.ENDS.items()}
    if layer in whole:
        return whole[layer]
    match = re.fullmatch(r"(down|mid|up)_block(?:s\.(\d+))?\.(\w+)\.(\d+)\.(.+)", layer)
    assert match, f"no layer of SDXL's U-Net: {layer}"
    where, level, kind, place, rest = match[1], int(match[2] or 0), match[3], int(match[4]), match[5]
    if kind == "resnets":
        rest = residual.get(rest, rest)
    if where == "mid":
        return f"middle_block.{1 if kind == 'attentions' else 2 * place}.{rest}"
    if where == "down":
        first = 1 + BLOCKS_PER_LEVEL * level
        if kind == "downsamplers":
            return f"input_blocks.{first + 2}.0.op"
        return f"input_blocks.{first + place}.{int(kind == 'attentions')}.{rest}"
    first = BLOCKS_PER_LEVEL * level
    if kind == "upsamplers":
        return f"output_blocks.{first + 2}.2.conv"
    return f"output_blocks.{first + place}.{int(kind == 'attentions')}.{rest}"
