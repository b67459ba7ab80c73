"""The VAE of the random checkpoint: its tensor names, and weights that can be computed by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

Shapes = Iterator[tuple[str, tuple[int, ...]]]
Tensors = dict[str, torch.Tensor]

VAE_MULT = (1, 2, 4, 4)


def vae_shapes(channels: int) -> Shapes:
    """The autoencoder: 8 times smaller, 4 latent channels, two residual blocks per level."""
    widths = [multiple * channels for multiple in VAE_MULT]
    yield from conv("encoder.conv_in", 3, channels, 3)
    current = channels
    for level, width in enumerate(widths):
        for block in range(2):
            yield from vae_residual(f"encoder.down.{level}.block.{block}", current, width)
            current = width
        if level < len(widths) - 1:
            yield from conv(f"encoder.down.{level}.downsample.conv", width, width, 3)
    yield from vae_middle("encoder", current, 8)
    yield from conv("quant_conv", 8, 8, 1)
    yield from conv("post_quant_conv", 4, 4, 1)
    yield from conv("decoder.conv_in", 4, current, 3)
    for level in reversed(range(len(widths))):
        for block in range(3):
            yield from vae_residual(f"decoder.up.{level}.block.{block}", current, widths[level])
            current = widths[level]
        if level:
            yield from conv(f"decoder.up.{level}.upsample.conv", current, current, 3)
    yield from vae_middle("decoder", widths[-1], 3, norm_width=channels)


def vae_middle(side: str, width: int, out: int, norm_width: int | None = None) -> Shapes:
    """The middle of one half, and its last normalisation and convolution."""
    for block in ("block_1", "block_2"):
        yield from vae_residual(f"{side}.mid.{block}", width, width)
    yield from norm(f"{side}.mid.attn_1.norm", width)
    for projection in ("q", "k", "v", "proj_out"):
        yield from conv(f"{side}.mid.attn_1.{projection}", width, width, 1)
    yield from norm(f"{side}.norm_out", norm_width or width)
    yield from conv(f"{side}.conv_out", norm_width or width, out, 3)


def vae_residual(name: str, width_in: int, width_out: int) -> Shapes:
    """A residual block of the VAE."""
    yield from norm(f"{name}.norm1", width_in)
    yield from conv(f"{name}.conv1", width_in, width_out, 3)
    yield from norm(f"{name}.norm2", width_out)
    yield from conv(f"{name}.conv2", width_out, width_out, 3)
    if width_in != width_out:
        yield from conv(f"{name}.nin_shortcut", width_in, width_out, 1)


def conv(name: str, width_in: int, width_out: int, kernel: int) -> Shapes:
    """A convolution with bias."""
    yield f"{name}.weight", (width_out, width_in, kernel, kernel)
    yield f"{name}.bias", (width_out,)


def linear(name: str, width_in: int, width_out: int) -> Shapes:
    """A fully connected layer with bias."""
    yield f"{name}.weight", (width_out, width_in)
    yield f"{name}.bias", (width_out,)


def norm(name: str, width: int) -> Shapes:
    """A normalisation with scale and shift."""
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def calm_latents(vae: Tensors) -> None:
    """Gives a random encoder latents of about unit size after SD's factor 0.18215, hardly noisy."""
    vae["quant_conv.weight"][:4] *= 8
    vae["quant_conv.weight"][4:] *= 0.1
    vae["quant_conv.bias"][4:] -= 10


# The rule VAE. Colours travel as pairs +x and -x: silu(x) - silu(-x) = x takes the last activation
# out again exactly. Constants +C and -C share each pair's normalisation group and are so large that
# they alone decide its spread, so the last GroupNorm becomes a multiplication known beforehand.
# Every group keeps a mean of zero. Only the first 16 channels carry anything, at every width.

CONSTANT = 64.0
"""C. The colours change the group's spread by at most 1/C² = 0.02 %."""
LATENT_GAIN = 10.0
"""Latent = 10 x mean colour (-1..1): about unit spread for photos after SD's factor 0.18215."""
COLOUR_CHANNELS = ((0, 1), (4, 5), (8, 9))
CONSTANT_CHANNELS = ((2, 3), (6, 7), (10, 11), (12, 13), (14, 15))
MASK_OF_COLOURS = torch.tensor([1, 1, 0, 0] * 3 + [0] * 4, dtype=torch.bool)


def write_rule_vae(vae: Tensors) -> None:
    """Overwrites the weights so that both halves can be computed by hand.

    Encode: latent channels are 10 x the 8x8 mean of red, green, blue and grey (input -1..1), with
    a variance of exp(-12). Decode: the first three channels / 10, enlarged softly; the outermost
    7 pixels fade towards mid-grey, because convolutions pad with zeros. Needs `vae_channels` of
    128 for decoding: narrower decoders have no room for the constants in their last groups.
    """
    for name, tensor in vae.items():
        tensor.fill_(1.0 if name.endswith("norm.weight") else 0.0)
        if name.endswith("nin_shortcut.weight"):
            tensor[range(16), range(16), 0, 0] = 1
        if name.endswith("downsample.conv.weight"):
            tensor[range(16), range(16), :2, :2] = 0.25
        if name.endswith("upsample.conv.weight"):
            soften(tensor)
    for name in ("quant_conv", "post_quant_conv"):
        size = len(vae[f"{name}.bias"])
        vae[f"{name}.weight"][range(size), range(size)] = 1
    for side, gain in (("encoder", 1.0), ("decoder", 1 / LATENT_GAIN)):
        spread(vae[f"{side}.conv_in.weight"], vae[f"{side}.conv_in.bias"], gain)
        vae[f"{side}.norm_out.weight"].fill_(group_spread(len(vae[f"{side}.norm_out.weight"])))
    encoder_out, decoder_out = vae["encoder.conv_out.weight"], vae["decoder.conv_out.weight"]
    for colour, (plus, minus) in enumerate(COLOUR_CHANNELS):
        for channel, sign in ((plus, 1), (minus, -1)):
            encoder_out[colour, channel, 1, 1] = sign * LATENT_GAIN
            encoder_out[3, channel, 1, 1] = sign * LATENT_GAIN / 3
            decoder_out[colour, channel, 1, 1] = sign
    vae["encoder.conv_out.bias"][4:] = -12


def spread(weight: torch.Tensor, bias: torch.Tensor, gain: float) -> None:
    """Lays +x and -x of the three colours, and the constants, into the first 16 channels."""
    for colour, (plus, minus) in enumerate(COLOUR_CHANNELS):
        weight[plus, colour, 1, 1] = gain
        weight[minus, colour, 1, 1] = -gain
    for plus, minus in CONSTANT_CHANNELS:
        bias[plus], bias[minus] = CONSTANT, -CONSTANT


def soften(weight: torch.Tensor) -> None:
    """A 1-2-1 blur for colours; constants pass untouched, so that no border changes them."""
    blur = torch.tensor([1.0, 2.0, 1.0]) / 4
    for channel in range(16):
        if MASK_OF_COLOURS[channel]:
            weight[channel, channel] = torch.outer(blur, blur)
        else:
            weight[channel, channel, 1, 1] = 1


def group_spread(width: int) -> float:
    """Standard deviation of the first group of GroupNorm(32), which the constants decide."""
    members = ~MASK_OF_COLOURS[: width // 32]
    return CONSTANT * math.sqrt(float(members.float().mean())) or 1.0
