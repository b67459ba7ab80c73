"""From the tensor names of single-file checkpoints (LDM) to those of diffusers, for any block layout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import UnreadableCheckpoint

Shapes = Mapping[str, tuple[int, ...]]

RESIDUAL_PARTS = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}
ENDS = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "label_emb.0.0": "add_embedding.linear_1",
    "label_emb.0.2": "add_embedding.linear_2",
    "input_blocks.0.0": "conv_in",
    "out.0": "conv_norm_out",
    "out.2": "conv_out",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One resolution on the way down."""

    width: int
    blocks: int
    depth: int
    """Transformer blocks after each residual block; 0 is no attention."""


@dataclass(frozen=True, slots=True)
class UnetLayout:
    """The shape of a U-Net, read from its tensors."""

    levels: tuple[Level, ...]
    middle_depth: int
    in_channels: int
    out_channels: int
    context_dim: int
    linear_projection: bool


def unet_layout(shapes: Shapes) -> UnetLayout:
    """The layout of the U-Net whose tensors (without prefix) are `shapes`.

    Raises UnreadableCheckpoint if it is not of the SD 1.x to SDXL kind.
    """
    levels: list[Level] = []
    start = 1
    while _has(shapes, f"input_blocks.{start}."):
        end = start
        while _has(shapes, f"input_blocks.{end}.0.in_layers."):
            end += 1
        if end == start:
            raise UnreadableCheckpoint(f"The U-Net's block {start} is of no known kind. Choose another checkpoint.")
        width = shapes[f"input_blocks.{start}.0.out_layers.3.weight"][0]
        levels.append(Level(width, end - start, _depth(shapes, f"input_blocks.{start}.1")))
        start = end + 1  # the block at `end` makes it smaller
    context = next((s[1] for name, s in shapes.items() if name.endswith("attn2.to_k.weight")), 0)
    projection = next((s for name, s in shapes.items() if name.endswith("proj_in.weight")), ())
    return UnetLayout(
        levels=tuple(levels),
        middle_depth=_depth(shapes, "middle_block.1"),
        in_channels=shapes["input_blocks.0.0.weight"][1],
        out_channels=shapes["out.2.weight"][0],
        context_dim=context,
        linear_projection=len(projection) == 2,
    )


def unet_modules(layout: UnetLayout) -> dict[str, str]:
    """Module of the checkpoint -> module of diffusers' UNet2DConditionModel."""
    names = dict(ENDS)
    names |= {
        "middle_block.0": "mid_block.resnets.0",
        "middle_block.1": "mid_block.attentions.0",
        "middle_block.2": "mid_block.resnets.1",
    }
    number = 1
    for index, level in enumerate(layout.levels):
        for block in range(level.blocks):
            names[f"input_blocks.{number}.0"] = f"down_blocks.{index}.resnets.{block}"
            names[f"input_blocks.{number}.1"] = f"down_blocks.{index}.attentions.{block}"
            number += 1
        names[f"input_blocks.{number}.0.op"] = f"down_blocks.{index}.downsamplers.0.conv"
        number += 1
    number = 0
    for index, level in enumerate(reversed(layout.levels)):
        for block in range(level.blocks + 1):
            names[f"output_blocks.{number}.0"] = f"up_blocks.{index}.resnets.{block}"
            if level.depth:
                names[f"output_blocks.{number}.1"] = f"up_blocks.{index}.attentions.{block}"
            number += 1
        enlarging = f"output_blocks.{number - 1}.{2 if level.depth else 1}.conv"
        names[enlarging] = f"up_blocks.{index}.upsamplers.0.conv"
    return names


def unet_name(name: str, modules: Mapping[str, str]) -> str:
    """The diffusers name of the checkpoint's tensor `name`.

    Raises UnreadableCheckpoint for a tensor that has no place in the layout.
    """
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        module = modules.get(".".join(parts[:length]))
        if module is None:
            continue
        rest = ".".join(parts[length:])
        if ".resnets." in module:
            part, _, kind = rest.rpartition(".")
            rest = f"{RESIDUAL_PARTS.get(part, part)}.{kind}"
        return f"{module}.{rest}"
    raise UnreadableCheckpoint(
        f"The U-Net has a tensor {name} that Stable Diffusion has not. Choose another checkpoint."
    )


VAE_RULES = (
    (re.compile(r"^(encoder|decoder)\.mid\.block_1\."), r"\1.mid_block.resnets.0."),
    (re.compile(r"^(encoder|decoder)\.mid\.block_2\."), r"\1.mid_block.resnets.1."),
    (re.compile(r"^(encoder|decoder)\.mid\.attn_1\.norm\."), r"\1.mid_block.attentions.0.group_norm."),
    (re.compile(r"^(encoder|decoder)\.mid\.attn_1\.proj_out\."), r"\1.mid_block.attentions.0.to_out.0."),
    (re.compile(r"^(encoder|decoder)\.mid\.attn_1\.([qkv])\."), r"\1.mid_block.attentions.0.to_\2."),
    (re.compile(r"^encoder\.down\.(\d+)\.block\."), r"encoder.down_blocks.\1.resnets."),
    (re.compile(r"^encoder\.down\.(\d+)\.downsample\."), r"encoder.down_blocks.\1.downsamplers.0."),
    (re.compile(r"^decoder\.up\.(\d+)\.block\."), r"decoder.up_blocks.\1.resnets."),
    (re.compile(r"^decoder\.up\.(\d+)\.upsample\."), r"decoder.up_blocks.\1.upsamplers.0."),
    (re.compile(r"^(encoder|decoder)\.norm_out\."), r"\1.conv_norm_out."),
    (re.compile(r"\.nin_shortcut\."), r".conv_shortcut."),
)


def vae_name(name: str, level_count: int) -> str:
    """The name that diffusers' AutoencoderKL has for the checkpoint's tensor `name`."""
    for pattern, replacement in VAE_RULES:
        name = pattern.sub(replacement, name)
    # The checkpoint counts the decoder's levels from the picture, diffusers from the latents.
    return re.sub(
        r"^decoder\.up_blocks\.(\d+)",
        lambda match: f"decoder.up_blocks.{level_count - 1 - int(match[1])}",
        name,
    )


def vae_widths(shapes: Shapes) -> tuple[int, ...]:
    """Width of each level of the VAE whose tensors (without prefix) are `shapes`."""
    widths: list[int] = []
    while (first := f"encoder.down.{len(widths)}.block.0.conv1.weight") in shapes:
        widths.append(shapes[first][0])
    return tuple(widths)


def _depth(shapes: Shapes, name: str) -> int:
    depth = 0
    while _has(shapes, f"{name}.transformer_blocks.{depth}."):
        depth += 1
    return depth


def _has(shapes: Shapes, prefix: str) -> bool:
    return any(name.startswith(prefix) for name in shapes)
