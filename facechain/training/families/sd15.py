"""Stable Diffusion 1.5: U-Net, VAE and CLIP-L from one file, without any contact to a hub.

Widths, block counts and depths are read from the tensors. What tensors cannot say are the
constants below. Source: the v1-inference configuration of CompVis/stable-diffusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import safe_open
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from ...errors import UnreadableCheckpoint
from . import ldm

UNET_PREFIX = "model.diffusion_model."
VAE_PREFIX = "first_stage_model."
TEXT_PREFIX = "cond_stage_model.transformer."

HEADS = 8
"""Attention heads at every width; diffusers calls the setting attention_head_dim."""
NORM_GROUPS = 32
LATENT_SCALE = 0.18215
TOKENS = 77
TEXT_HEAD_WIDTH = 64
PREDICTION = "epsilon"

LORA_TARGETS = (
    *("to_q", "to_k", "to_v", "to_out.0"),
    *("proj_in", "proj_out", "ff.net.0.proj", "ff.net.2"),
)
"""Every Linear and 1x1 convolution inside the U-Net's transformers, as kohya's networks.lora has it."""

METADATA = {
    "ss_v2": "False",
    "ss_base_model_version": "sd_1.5",
    "modelspec.architecture": "stable-diffusion-v1/lora",
    "modelspec.implementation": "diffusers",
    "modelspec.prediction_type": PREDICTION,
}


def load_unet(checkpoint: Path, dtype: torch.dtype) -> UNet2DConditionModel:
    """The U-Net in `dtype` on the CPU, frozen."""
    tensors = _tensors(checkpoint, UNET_PREFIX)
    layout = ldm.unet_layout({name: tuple(tensor.shape) for name, tensor in tensors.items()})
    modules = ldm.unet_modules(layout)
    with torch.device("meta"):
        unet = UNet2DConditionModel(**_unet_config(layout))
    _fill(unet, {ldm.unet_name(name, modules): t for name, t in tensors.items()}, dtype)
    return unet


def _unet_config(layout: ldm.UnetLayout) -> dict[str, Any]:
    levels = layout.levels
    if levels[-1].depth not in (0, layout.middle_depth):
        raise UnreadableCheckpoint(
            f"The U-Net has {levels[-1].depth} transformer blocks on its last level and "
            f"{layout.middle_depth} in its middle. Choose another checkpoint."
        )
    down = ["CrossAttnDownBlock2D" if level.depth else "DownBlock2D" for level in levels]
    up = ["CrossAttnUpBlock2D" if level.depth else "UpBlock2D" for level in reversed(levels)]
    return {
        "in_channels": layout.in_channels,
        "out_channels": layout.out_channels,
        "block_out_channels": [level.width for level in levels],
        "layers_per_block": [level.blocks for level in levels],
        "down_block_types": down,
        "up_block_types": up,
        # Levels without attention ignore their entry, but the middle block takes the last one.
        "transformer_layers_per_block": [level.depth or layout.middle_depth for level in levels],
        "cross_attention_dim": layout.context_dim,
        "use_linear_projection": layout.linear_projection,
        "attention_head_dim": HEADS,
        "norm_num_groups": NORM_GROUPS,
    }


def load_vae(checkpoint: Path) -> AutoencoderKL:
    """The autoencoder in float32 on the CPU, frozen."""
    tensors = _tensors(checkpoint, VAE_PREFIX)
    widths = ldm.vae_widths({name: tuple(tensor.shape) for name, tensor in tensors.items()})
    blocks = sum(name.startswith("encoder.down.0.block.") and name.endswith("conv1.weight") for name in tensors)
    with torch.device("meta"):
        vae = AutoencoderKL(
            block_out_channels=widths,  # type: ignore[arg-type]  # annotated as tuples of one
            down_block_types=("DownEncoderBlock2D",) * len(widths),  # type: ignore[arg-type]
            up_block_types=("UpDecoderBlock2D",) * len(widths),  # type: ignore[arg-type]
            layers_per_block=blocks,
            latent_channels=tensors["post_quant_conv.weight"].shape[0],
            norm_num_groups=NORM_GROUPS,
            scaling_factor=LATENT_SCALE,
        )
    renamed = {ldm.vae_name(name, len(widths)): tensor for name, tensor in tensors.items()}
    # The checkpoint keeps the attention's matrices as 1x1 convolutions.
    flat = {n: t.reshape(t.shape[:2]) if ".attentions." in n and t.ndim == 4 else t for n, t in renamed.items()}
    _fill(vae, flat, torch.float32)
    return vae


def encode_captions(checkpoint: Path, tokenizer_folder: Path, captions: Sequence[str], device: torch.device) -> Tensor:
    """(captions, 77, 768) float32 on the CPU: the last layer, normalised, as the host conditions.

    Longer captions are cut at 77 tokens.
    """
    tokenizer = CLIPTokenizer.from_pretrained(tokenizer_folder, model_max_length=TOKENS, local_files_only=True)
    tokens = tokenizer(list(captions), padding="max_length", truncation=True, max_length=TOKENS, return_tensors="pt")
    model = load_text_encoder(checkpoint)
    nn.Module.to(model, device)  # transformers wraps the method and loses its type
    with torch.no_grad():
        # No attention mask: the host lets the text look at its padding too.
        return model(tokens.input_ids.to(device)).last_hidden_state.float().cpu()


def load_text_encoder(checkpoint: Path) -> CLIPTextModel:
    """CLIP-L's text half in float32 on the CPU, frozen."""
    tensors = _tensors(checkpoint, TEXT_PREFIX)
    tensors = {name.removeprefix("text_model."): tensor for name, tensor in tensors.items()}
    tensors.pop("embeddings.position_ids", None)  # 0 to 76; some files keep it, rounded to fp16
    vocabulary, width = tensors["embeddings.token_embedding.weight"].shape
    config = CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=tensors["encoder.layers.0.mlp.fc1.weight"].shape[0],
        num_hidden_layers=sum(name.endswith("mlp.fc1.weight") for name in tensors),
        num_attention_heads=width // TEXT_HEAD_WIDTH,
        max_position_embeddings=tensors["embeddings.position_embedding.weight"].shape[0],
        hidden_act="quick_gelu",
        projection_dim=width,
    )
    with torch.device("meta"):
        model = CLIPTextModel(config)
    # transformers before 5.6 keeps everything one level deeper.
    deeper = "text_model." if any(n.startswith("text_model.") for n in model.state_dict()) else ""
    _fill(model, {deeper + name: tensor for name, tensor in tensors.items()}, torch.float32)
    return model


def predict(unet: nn.Module, noisy: Tensor, timesteps: Tensor, text: Tensor) -> Tensor:
    """The noise in `noisy` (B, 4, H, W) at `timesteps` (B,), given `text` (B, 77, 768)."""
    return unet(noisy, timesteps, encoder_hidden_states=text).sample


def kohya_name(layer: str) -> str:
    """diffusers' block names with underscores; the stock loaders know them for SD 1.5."""
    return "lora_unet_" + layer.replace(".", "_")


def _tensors(checkpoint: Path, prefix: str) -> dict[str, Tensor]:
    """The tensors under `prefix`, with the prefix removed."""
    with safe_open(checkpoint, framework="pt") as file:
        names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
        return {name.removeprefix(prefix): file.get_tensor(name) for name in names}


def _fill(model: nn.Module, tensors: dict[str, Tensor], dtype: torch.dtype) -> None:
    """Puts the tensors into a model that was made without storage, and freezes it.

    Raises UnreadableCheckpoint naming the first tensors that lack or are too many.
    """
    try:
        model.load_state_dict({n: t.to(dtype) for n, t in tensors.items()}, strict=True, assign=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise UnreadableCheckpoint(
            f"The {type(model).__name__} in the checkpoint is incomplete: {reason} Choose another checkpoint."
        ) from None
    for module in model.modules():
        for name, buffer in module.named_buffers(recurse=False):
            if buffer.is_meta and name == "position_ids":  # never stored; counts 0, 1, 2 ...
                positions = torch.arange(buffer.shape[-1]).expand(buffer.shape).clone()
                module.register_buffer(name, positions, persistent=False)
    model.requires_grad_(False).eval()
