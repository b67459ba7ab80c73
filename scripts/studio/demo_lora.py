"""What a LoRA file says about itself, read without any library."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

from .downloads import sha256_of


@dataclass(frozen=True)
class LoraFacts:
    """A LoRA file and the metadata that loaders and trainers show."""

    name: str
    bytes: int
    sha256: str
    tensors: int
    base: str
    rank: str
    alpha: str
    steps: str
    trigger: str
    """The word that stands for the person in a prompt."""


def read_lora(file: Path) -> LoraFacts:
    """Facts of the safetensors file: its header is 8 bytes of length, then JSON. What is not written is empty."""
    with file.open("rb") as content:
        (length,) = struct.unpack("<Q", content.read(8))
        header = json.loads(content.read(length))
    metadata = header.pop("__metadata__", {})
    return LoraFacts(
        name=file.name,
        bytes=file.stat().st_size,
        sha256=sha256_of(file),
        tensors=len(header),
        base=metadata.get("ss_sd_model_name", ""),
        rank=metadata.get("ss_network_dim", ""),
        alpha=metadata.get("ss_network_alpha", ""),
        steps=metadata.get("ss_steps", ""),
        trigger=metadata.get("modelspec.trigger_phrase", ""),
    )
