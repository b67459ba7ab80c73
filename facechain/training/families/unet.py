"""U-Nets of the SD 1.x to SDXL kind, built as large as their tensors say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from ...errors import UnreadableCheckpoint
from . import ldm
from .loading import NORM_GROUPS, UNET_PREFIX, fill, shapes_of, tensors_under

Extras = Callable[[ldm.UnetLayout, dict[str, tuple[int, ...]]], dict[str, Any]]
"""What a family adds to the configuration; it sees the layout and all shapes."""


def load_unet(checkpoint: Path, dtype: torch.dtype, extras: Extras) -> UNet2DConditionModel:
    """The U-Net in `dtype` on the CPU, frozen. Raises UnreadableCheckpoint for one of another kind."""
    tensors = tensors_under(checkpoint, UNET_PREFIX, dtype)
    shapes = shapes_of(tensors)
    layout = ldm.unet_layout(shapes)
    modules = ldm.unet_modules(layout)
    with torch.device("meta"):
        unet = UNet2DConditionModel(**_config(layout), **extras(layout, shapes))
    fill(unet, {ldm.unet_name(name, modules): tensor for name, tensor in tensors.items()})
    return unet


def _config(layout: ldm.UnetLayout) -> dict[str, Any]:
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
        "norm_num_groups": NORM_GROUPS,
    }
