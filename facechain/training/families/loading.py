"""Tensors of single-file checkpoints put into models that have no weights yet."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from safetensors import safe_open
from torch import Tensor, nn

from ...errors import UnreadableCheckpoint
from . import ldm

UNET_PREFIX = "model.diffusion_model."
VAE_PREFIX = "first_stage_model."
NORM_GROUPS = 32
TENSORS_PER_OPENING = 32


def tensors_under(checkpoint: Path, prefix: str, dtype: torch.dtype) -> dict[str, Tensor]:
    """The checkpoint's tensors whose names begin with `prefix`, which is removed; as copies in `dtype`.

    What was read of a file stays in memory while it is open. So it is opened anew for every few
    tensors: else a U-Net would need room for itself in the file's precision too.
    """
    with safe_open(checkpoint, framework="pt") as file:
        names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
    tensors = {}
    for start in range(0, len(names), TENSORS_PER_OPENING):
        with safe_open(checkpoint, framework="pt") as file:
            for name in names[start : start + TENSORS_PER_OPENING]:
                tensors[name.removeprefix(prefix)] = file.get_tensor(name).to(dtype, copy=True)
    return tensors


def shapes_of(tensors: dict[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor."""
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def fill(model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Puts the tensors into a model that was made without storage, and freezes it.

    Raises UnreadableCheckpoint naming the first tensors that lack or are too many.
    """
    try:
        model.load_state_dict(tensors, strict=True, assign=True)
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


def load_vae(checkpoint: Path, scale: float) -> AutoencoderKL:
    """The autoencoder in float32 on the CPU, frozen; `scale` is noted in its configuration."""
    tensors = tensors_under(checkpoint, VAE_PREFIX, torch.float32)
    widths = ldm.vae_widths(shapes_of(tensors))
    blocks = sum(name.startswith("encoder.down.0.block.") and name.endswith("conv1.weight") for name in tensors)
    with torch.device("meta"):
        vae = AutoencoderKL(
            block_out_channels=widths,  # type: ignore[arg-type]  # annotated as tuples of one
            down_block_types=("DownEncoderBlock2D",) * len(widths),  # type: ignore[arg-type]
            up_block_types=("UpDecoderBlock2D",) * len(widths),  # type: ignore[arg-type]
            layers_per_block=blocks,
            latent_channels=tensors["post_quant_conv.weight"].shape[0],
            norm_num_groups=NORM_GROUPS,
            scaling_factor=scale,
        )
    renamed = {ldm.vae_name(name, len(widths)): tensor for name, tensor in tensors.items()}
    # The checkpoint keeps the attention's matrices as 1x1 convolutions.
    flat = {n: t.reshape(t.shape[:2]) if ".attentions." in n and t.ndim == 4 else t for n, t in renamed.items()}
    fill(vae, flat)
    return vae
