"""CLIP's text halves as checkpoints keep them, and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from .loading import fill

TOKENS = 77
HEAD_WIDTH = 64
OPEN_CLIP_PARTS = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
    "attn.out_proj": "self_attn.out_proj",
}
OPEN_CLIP_ENDS = {
    "token_embedding.weight": "embeddings.token_embedding.weight",
    "positional_embedding": "embeddings.position_embedding.weight",
    "ln_final.weight": "final_layer_norm.weight",
    "ln_final.bias": "final_layer_norm.bias",
}


class Tokenizer:
    """Captions -> token ids; padded with the end token, as CLIP-L learned it."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = CLIPTokenizer.from_pretrained(folder, model_max_length=TOKENS, local_files_only=True)

    def __call__(self, captions: Sequence[str]) -> Tensor:
        """(captions, 77) int64 on the CPU. Longer captions are cut."""
        options = {"padding": "max_length", "truncation": True, "max_length": TOKENS, "return_tensors": "pt"}
        return self._tokenizer(list(captions), **options).input_ids


def padded_with_zeros(tokens: Tensor) -> Tensor:
    """`tokens` (B, 77) whose padding behind the first end token is 0, as OpenCLIP learned it."""
    end = tokens.max()  # CLIP's end token has the highest id of all
    behind = (tokens == end).cumsum(1) - (tokens == end).int() > 0
    return tokens.masked_fill(behind, 0)


def load_clip(tensors: dict[str, Tensor]) -> CLIPTextModel:
    """The text half whose tensors have transformers' names, "text_model." in front or not; float32, frozen."""
    tensors = {name.removeprefix("text_model."): tensor for name, tensor in tensors.items()}
    tensors.pop("embeddings.position_ids", None)  # 0 to 76; some files keep it, rounded to fp16
    with torch.device("meta"):
        model = CLIPTextModel(_config(tensors, "quick_gelu"))
    fill(model, _named_like(model, tensors))
    return model


def load_open_clip(tensors: dict[str, Tensor]) -> CLIPTextModelWithProjection:
    """The text half whose tensors have OpenCLIP's names; float32, frozen."""
    tensors = dict(tensors)
    projection = tensors.pop("text_projection").T.contiguous()
    tensors.pop("logit_scale", None)  # compares texts with pictures
    renamed = dict(pair for name, tensor in tensors.items() for pair in _from_open_clip(name, tensor))
    with torch.device("meta"):
        model = CLIPTextModelWithProjection(_config(renamed, "gelu", projection_width=projection.shape[0]))
    named = _named_like(model, renamed) | {"text_projection.weight": projection}
    fill(model, named)
    return model


def layer_name(layer: str) -> str:
    """`layer` of a text model in the names of transformers 4: newer ones leave "text_model." away."""
    return "text_model." + layer.removeprefix("text_model.")


def _from_open_clip(name: str, tensor: Tensor) -> list[tuple[str, Tensor]]:
    if name in OPEN_CLIP_ENDS:
        return [(OPEN_CLIP_ENDS[name], tensor)]
    _, _, number, rest = name.split(".", 3)  # transformer.resblocks.0.attn.in_proj_weight
    layer = f"encoder.layers.{number}"
    if rest.startswith("attn.in_proj_"):
        kind = rest.removeprefix("attn.in_proj_")
        return [(f"{layer}.self_attn.{q}_proj.{kind}", part) for q, part in zip("qkv", tensor.chunk(3), strict=True)]
    part, _, kind = rest.rpartition(".")
    return [(f"{layer}.{OPEN_CLIP_PARTS.get(part, part)}.{kind}", tensor)]


def _config(tensors: dict[str, Tensor], activation: str, projection_width: int | None = None) -> CLIPTextConfig:
    vocabulary, width = tensors["embeddings.token_embedding.weight"].shape
    return CLIPTextConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=tensors["encoder.layers.0.mlp.fc1.weight"].shape[0],
        num_hidden_layers=sum(name.endswith("mlp.fc1.weight") for name in tensors),
        num_attention_heads=max(width // HEAD_WIDTH, 1),
        max_position_embeddings=tensors["embeddings.position_embedding.weight"].shape[0],
        hidden_act=activation,
        projection_dim=projection_width or width,
    )


def _named_like(model: nn.Module, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    # Some versions of transformers keep everything one level deeper.
    deeper = "text_model." if any(name.startswith("text_model.") for name in model.state_dict()) else ""
    return {deeper + name: tensor for name, tensor in tensors.items()}
