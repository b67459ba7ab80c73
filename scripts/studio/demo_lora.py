"""What LoRA and checkpoint files say about themselves, read without any library."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .downloads import sha256_of
from .errors import SetupError

MOST_HEADER_BYTES = 100_000_000
"""The limit of the safetensors format."""


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
    """Facts of the file. What is not written in it is empty."""
    header = read_header(file)
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


def read_header(file: Path) -> dict[str, Any]:
    """The JSON at the beginning of a safetensors file, behind 8 bytes of length; raises SetupError if it has none."""
    try:
        with file.open("rb") as content:
            (length,) = struct.unpack("<Q", content.read(8))
            if length > MOST_HEADER_BYTES:
                raise ValueError("the header is too long")
            return json.loads(content.read(length))
    except (OSError, ValueError, struct.error) as error:
        raise SetupError(f"{file} is no safetensors file ({error}). Choose another file.") from error
