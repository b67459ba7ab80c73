"""Writes a single-file Stable Diffusion checkpoint with random weights, for demo and tests.

Tensor names and shapes are those of the original (LDM) layout, written by hand, so that this file
needs torch and safetensors only. The pictures of such a model are noise; its header says so
(`facechain.random` = "true"). Equal arguments give equal bytes of every tensor.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save_file

if __package__:
    from .rule_vae import calm_latents, conv, linear, norm, vae_shapes, write_rule_vae
else:  # run by its path, as the scripts do with the environment's Python
    from rule_vae import calm_latents, conv, linear, norm, vae_shapes, write_rule_vae

Shapes = Iterator[tuple[str, tuple[int, ...]]]

UNET = "model.diffusion_model."
TEXT = "cond_stage_model.transformer.text_model."
FIRST_TEXT, SECOND_TEXT = "conditioner.embedders.0.transformer.text_model.", "conditioner.embedders.1.model."
"""Of the two text encoders of SDXL."""
VAE = "first_stage_model."
RANDOM = {"format": "pt", "facechain.random": "true"}


@dataclass(frozen=True)
class Recipe:
    """What to write. The defaults are the checkpoint of the demo: 251 M parameters, 502 MB."""

    model_channels: int = 320
    """Width of the U-Net; ComfyUI recognises SD 1.5 by 320. A multiple of 32."""
    channel_mult: tuple[int, ...] = (1, 1)
    residual_blocks: int = 1
    transformer_depth: tuple[int, ...] = (1, 1)
    """Per level; 0 is a level without attention."""
    middle_depth: int = 1
    context_dim: int = 768
    in_channels: int = 4
    linear_projection: bool = False
    """True in SD 2 and SDXL."""
    label_channels: int = 0
    """2816 in SDXL."""
    text_layers: int = 12
    """0 writes no text encoder. ComfyUI needs all 12: it leaves missing ones uninitialised."""
    second_text_width: int = 0
    """1280 in SDXL, whose second text encoder has OpenCLIP's names; 0 in SD 1.5, which has none."""
    vae_channels: int = 128
    """0 writes no VAE. ComfyUI needs 128."""
    rule_vae: bool = False
    """True: encode is the 8x8 mean, decode a soft-focus photo. False: random weights."""
    dtype: torch.dtype = torch.float16
    seed: int = 0


SDXL_UNET = Recipe(
    channel_mult=(1, 1, 1),
    residual_blocks=2,
    transformer_depth=(0, 2, 10),
    middle_depth=10,
    context_dim=2048,
    linear_projection=True,
    label_channels=2816,
    text_layers=0,
    vae_channels=0,
)
"""The smallest U-Net that ComfyUI takes for SDXL: 283 M parameters."""


TINY = Recipe(model_channels=32, text_layers=1, vae_channels=32, rule_vae=True)
"""For tests of the trainer: milliseconds per step on a CPU.

Too small for ComfyUI, which wants 320 channels, 12 text layers and a full VAE.
"""

TINY_SDXL = replace(
    SDXL_UNET,
    model_channels=32,
    transformer_depth=(0, 1, 1),
    middle_depth=1,
    context_dim=128,
    label_channels=64 + 6 * 256,
    text_layers=3,
    second_text_width=64,
    vae_channels=32,
    rule_vae=True,
)
"""The same for SDXL: two text encoders 64 wide, of which the layer before the last is looked at."""


def write_random_checkpoint(path: Path, recipe: Recipe = Recipe()) -> Path:
    """`path`, now holding the checkpoint that `recipe` describes."""
    shapes = [(UNET + name, shape) for name, shape in unet_shapes(recipe)]
    if recipe.text_layers:
        prefix = FIRST_TEXT if recipe.second_text_width else TEXT
        shapes += [(prefix + name, shape) for name, shape in text_shapes(recipe)]
    if recipe.text_layers and recipe.second_text_width:
        shapes += [(SECOND_TEXT + name, shape) for name, shape in open_clip_shapes(recipe)]
    if recipe.vae_channels:
        shapes += [(VAE + name, shape) for name, shape in vae_shapes(recipe.vae_channels)]
    tensors = {name: random_tensor(name, shape, recipe.seed).to(recipe.dtype) for name, shape in shapes}
    if recipe.vae_channels:
        rule = write_rule_vae if recipe.rule_vae else calm_latents
        rule({name[len(VAE) :]: tensor for name, tensor in tensors.items() if name.startswith(VAE)})
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata=RANDOM)
    return path


def write_random_controlnet(path: Path, recipe: Recipe = Recipe()) -> Path:
    """`path`, now holding a ControlNet that fits the U-Net of `recipe`: 45 MB for the default."""
    tensors = {name: random_tensor(name, shape, recipe.seed) for name, shape in controlnet_shapes(recipe)}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.to(recipe.dtype) for name, tensor in tensors.items()}, path, metadata=RANDOM)
    return path


def random_tensor(name: str, shape: tuple[int, ...], seed: int) -> torch.Tensor:
    """float32 values that keep activations near unit size; each tensor has its own generator."""
    key = hashlib.sha256(f"{seed}:{name}".encode()).digest()[:7]
    generator = torch.Generator().manual_seed(int.from_bytes(key, "big"))
    values = torch.randn(shape, generator=generator)
    if name.endswith("embedding.weight"):
        return values * 0.02
    if name.endswith(".bias"):
        return values * 0.02
    if len(shape) == 1:
        return 1 + values * 0.1
    return values / math.sqrt(math.prod(shape[1:]))


def unet_shapes(recipe: Recipe) -> Shapes:
    """Names and shapes of the U-Net, without its prefix."""
    width = recipe.model_channels
    skips = yield from input_shapes(recipe)
    yield from output_shapes(recipe, skips)
    yield from norm("out.0", width)
    yield from conv("out.2", width, 4, 3)


def input_shapes(recipe: Recipe) -> Generator[tuple[str, tuple[int, ...]], None, list[int]]:
    """The way down and the middle; returns the widths that the way down leaves behind."""
    width = recipe.model_channels
    yield from linear("time_embed.0", width, 4 * width)
    yield from linear("time_embed.2", 4 * width, 4 * width)
    if recipe.label_channels:
        yield from linear("label_emb.0.0", recipe.label_channels, 4 * width)
        yield from linear("label_emb.0.2", 4 * width, 4 * width)
    yield from conv("input_blocks.0.0", recipe.in_channels, width, 3)
    skips = [width]
    for level, multiple in enumerate(recipe.channel_mult):
        for _ in range(recipe.residual_blocks):
            name = f"input_blocks.{len(skips)}"
            yield from residual(f"{name}.0", skips[-1], multiple * width, width)
            yield from transformer(f"{name}.1", multiple * width, recipe.transformer_depth[level], recipe)
            skips.append(multiple * width)
        if level < len(recipe.channel_mult) - 1:
            yield from conv(f"input_blocks.{len(skips)}.0.op", skips[-1], skips[-1], 3)
            skips.append(skips[-1])
    yield from residual("middle_block.0", skips[-1], skips[-1], width)
    yield from transformer("middle_block.1", skips[-1], recipe.middle_depth, recipe)
    yield from residual("middle_block.2", skips[-1], skips[-1], width)
    return skips


def controlnet_shapes(recipe: Recipe) -> Shapes:
    """Names and shapes of a ControlNet for the U-Net of `recipe`, in the original layout."""
    skips = yield from input_shapes(recipe)
    # Source: ControlNet's own hint encoder; the convolutions have the even places, SiLU the odd ones.
    widths = (3, 16, 16, 32, 32, 96, 96, 256, recipe.model_channels)
    for index, (width_in, width_out) in enumerate(itertools.pairwise(widths)):
        yield from conv(f"input_hint_block.{2 * index}", width_in, width_out, 3)
    for index, width in enumerate(skips):
        yield from conv(f"zero_convs.{index}.0", width, width, 1)
    yield from conv("middle_block_out.0", skips[-1], skips[-1], 1)


def output_shapes(recipe: Recipe, skips: list[int]) -> Shapes:
    """The way up; `skips` are the widths that the way down left behind."""
    width = recipe.model_channels
    current = skips[-1]
    index = 0
    for level in reversed(range(len(recipe.channel_mult))):
        depth = recipe.transformer_depth[level]
        for block in range(recipe.residual_blocks + 1):
            out = recipe.channel_mult[level] * width
            yield from residual(f"output_blocks.{index}.0", current + skips.pop(), out, width)
            yield from transformer(f"output_blocks.{index}.1", out, depth, recipe)
            if level and block == recipe.residual_blocks:
                yield from conv(f"output_blocks.{index}.{2 if depth else 1}.conv", out, out, 3)
            current = out
            index += 1


def residual(name: str, width_in: int, width_out: int, model_channels: int) -> Shapes:
    """A residual block of the U-Net."""
    yield from norm(f"{name}.in_layers.0", width_in)
    yield from conv(f"{name}.in_layers.2", width_in, width_out, 3)
    yield from linear(f"{name}.emb_layers.1", 4 * model_channels, width_out)
    yield from norm(f"{name}.out_layers.0", width_out)
    yield from conv(f"{name}.out_layers.3", width_out, width_out, 3)
    if width_in != width_out:
        yield from conv(f"{name}.skip_connection", width_in, width_out, 1)


def transformer(name: str, width: int, depth: int, recipe: Recipe) -> Shapes:
    """Attention of the U-Net; nothing for a depth of 0."""
    if not depth:
        return
    yield from norm(f"{name}.norm", width)
    for projection in ("proj_in", "proj_out"):
        if recipe.linear_projection:
            yield from linear(f"{name}.{projection}", width, width)
        else:
            yield from conv(f"{name}.{projection}", width, width, 1)
    for index in range(depth):
        block = f"{name}.transformer_blocks.{index}"
        for attention, context in (("attn1", width), ("attn2", recipe.context_dim)):
            yield f"{block}.{attention}.to_q.weight", (width, width)
            yield f"{block}.{attention}.to_k.weight", (width, context)
            yield f"{block}.{attention}.to_v.weight", (width, context)
            yield from linear(f"{block}.{attention}.to_out.0", width, width)
        yield from linear(f"{block}.ff.net.0.proj", width, 8 * width)
        yield from linear(f"{block}.ff.net.2", 4 * width, width)
        for number in (1, 2, 3):
            yield from norm(f"{block}.norm{number}", width)


def text_shapes(recipe: Recipe) -> Shapes:
    """CLIP-L's text half, 49408 tokens, 77 positions; as wide as the second one leaves of `context_dim`."""
    width = recipe.context_dim - recipe.second_text_width
    yield "embeddings.token_embedding.weight", (49408, width)
    yield "embeddings.position_embedding.weight", (77, width)
    for index in range(recipe.text_layers):
        layer = f"encoder.layers.{index}"
        for projection in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from linear(f"{layer}.self_attn.{projection}", width, width)
        yield from linear(f"{layer}.mlp.fc1", width, 4 * width)
        yield from linear(f"{layer}.mlp.fc2", 4 * width, width)
        yield from norm(f"{layer}.layer_norm1", width)
        yield from norm(f"{layer}.layer_norm2", width)
    yield from norm("final_layer_norm", width)


def open_clip_shapes(recipe: Recipe) -> Shapes:
    """OpenCLIP's text half; `second_text_width` wide."""
    width = recipe.second_text_width
    yield "token_embedding.weight", (49408, width)
    yield "positional_embedding", (77, width)
    yield "text_projection", (width, width)
    for index in range(recipe.text_layers):
        layer = f"transformer.resblocks.{index}"
        yield f"{layer}.attn.in_proj_weight", (3 * width, width)
        yield f"{layer}.attn.in_proj_bias", (3 * width,)
        yield from linear(f"{layer}.attn.out_proj", width, width)
        yield from linear(f"{layer}.mlp.c_fc", width, 4 * width)
        yield from linear(f"{layer}.mlp.c_proj", 4 * width, width)
        yield from norm(f"{layer}.ln_1", width)
        yield from norm(f"{layer}.ln_2", width)
    yield from norm("ln_final", width)


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="file to write, ending in .safetensors")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other noise")
    parser.add_argument("--rule-vae", action="store_true", help="a VAE that keeps the colours of photos")
    parser.add_argument("--tiny", action="store_true", help="the small model of the trainer's tests")
    parser.add_argument("--controlnet", action="store_true", help="a ControlNet for the model, instead of the model")
    parser.add_argument("--sdxl", action="store_true", help="an SDXL U-Net alone")
    options = parser.parse_args()
    recipe = SDXL_UNET if options.sdxl else TINY if options.tiny else Recipe()
    rule_vae = options.rule_vae or recipe.rule_vae
    write = write_random_controlnet if options.controlnet else write_random_checkpoint
    write(options.path, replace(recipe, seed=options.seed, rule_vae=rule_vae))


if __name__ == "__main__":
    main()
