"""A SegFormer for parsing out of a safetensors file, without a hub: its sizes are read from its tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor
from transformers import SegformerConfig, SegformerForSemanticSegmentation

from ..errors import AssetCorrupt, ModelUnavailable
from .model_files import FoundFile

_STAGES = 4
_STRIDES = (4, 2, 2, 2)
"""Of all published SegFormers; tensors do not tell them."""


def load_segformer(found: FoundFile, class_count: int) -> Any:
    """The network of a safetensors file, a torch module that gives logits of `class_count` classes.

    Raises AssetCorrupt if the file cannot be read, ModelUnavailable if it holds another network.
    """
    try:
        tensors = safetensors.torch.load_file(found.path)
    except (SafetensorError, OSError, ValueError) as error:
        raise AssetCorrupt(
            f"{found.path} is no readable safetensors file ({error}). Copy it there again: {found.model.contract}."
        ) from error
    # Weights in half precision would need a GPU.
    tensors = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    try:
        config = segformer_config(tensors)
        network = _filled(config, tensors)
    except (KeyError, RuntimeError) as error:
        raise _other_network(found, str(error)) from error
    if config.num_labels != class_count:
        raise _other_network(found, f"{config.num_labels} classes instead of {class_count}")
    return network.eval()


def segformer_config(tensors: Mapping[str, Tensor]) -> SegformerConfig:
    """The sizes of the network whose `tensors` these are. Raises KeyError for the tensor that is missing."""
    encoder = "segformer.encoder"
    stages = range(_STAGES)
    patches = [tensors[f"{encoder}.patch_embeddings.{stage}.proj.weight"].shape for stage in stages]
    widths = [shape[0] for shape in patches]
    inner = [tensors[f"{encoder}.block.{stage}.0.mlp.dense1.weight"].shape[0] for stage in stages]
    reductions = [tensors.get(f"{encoder}.block.{stage}.0.attention.self.sr.weight") for stage in stages]
    config = SegformerConfig(
        depths=[_depth(tensors, f"{encoder}.block.{stage}.") for stage in stages],
        hidden_sizes=widths,
        decoder_hidden_size=tensors["decode_head.linear_fuse.weight"].shape[0],
        patch_sizes=[shape[-1] for shape in patches],
        strides=list(_STRIDES),
        sr_ratios=[1 if reduction is None else reduction.shape[-1] for reduction in reductions],
        mlp_ratios=[more // width for more, width in zip(inner, widths, strict=True)],
        # Of all published SegFormers, whose first stage has a single head: 1, 2, 5 and 8.
        num_attention_heads=[width // widths[0] for width in widths],
    )
    config.num_labels = tensors["decode_head.classifier.weight"].shape[0]
    return config


def _depth(tensors: Mapping[str, Tensor], prefix: str) -> int:
    """Number of blocks whose names begin with `prefix`."""
    return len({name.removeprefix(prefix).partition(".")[0] for name in tensors if name.startswith(prefix)})


def _filled(config: SegformerConfig, tensors: dict[str, Tensor]) -> Any:
    """The network with `tensors` in it. Raises RuntimeError unless they are all of its tensors."""
    # Not load_state_dict: transformers 5 calls its parts otherwise, and translates the published names here.
    filled: Any = SegformerForSemanticSegmentation.from_pretrained(
        None, config=config, state_dict=tensors, output_loading_info=True
    )
    network, told = filled
    wrong = [str(one) for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for one in told[kind]]
    if wrong:
        raise RuntimeError(f"{len(wrong)} tensors do not fit, for example {min(wrong)}")
    return network


def _other_network(found: FoundFile, what: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{found.path} is another model than this role needs: {what}. Put there: {found.model.contract}."
    )
