"""What a LoRA file says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import StyleUnreadable
from .safetensors_header import Header, read_header

FAMILY_BY_CONTEXT = {768: "sd15", 2048: "sdxl"}
"""Width of the text that the U-Net's cross-attention reads."""
_DOWN = (".lora_down.weight", ".lora_A.weight", "_lora.down.weight")
"""Endings of the layer that reads the input: kohya's and peft's names, and those of FaceChain and older diffusers."""
_TEXT_KEY = ("attn2_to_k", "attn2.to_k", "attn2.processor.to_k")


@dataclass(frozen=True, slots=True)
class LoraFacts:
    """A LoRA by its header."""

    family: str
    """"sd15" or "sdxl"."""
    trigger_phrase: str
    """Words that it was trained with; empty when the file does not say."""


def describe_lora(file: Path) -> LoraFacts:
    """Family and trigger phrase of a LoRA file, of kohya's, peft's or FaceChain's key names.

    Raises UnreadableCheckpoint if the file is missing, damaged or a pickle; StyleUnreadable if it is
    no LoRA, or one for another family than SD 1.5 and SDXL.
    """
    header = read_header(file)
    if not any(name.endswith(_DOWN) for name in header.shapes):
        raise StyleUnreadable(f'"{file.name}" is no LoRA: it has no low-rank layer. Choose a LoRA file.')
    width = _text_width(header)
    if width not in FAMILY_BY_CONTEXT:
        raise StyleUnreadable(
            f'The LoRA "{file.name}" reads text of width {width or "unknown"}, SD 1.5 has 768 and SDXL 2048. '
            "Choose a LoRA for one of these two."
        )
    return LoraFacts(FAMILY_BY_CONTEXT[width], header.metadata.get("modelspec.trigger_phrase", "").strip())


def _text_width(header: Header) -> int:
    """Inputs of a cross-attention's key layer; 0 if the LoRA has none."""
    for name, shape in header.shapes.items():
        if name.endswith(_DOWN) and any(key in name for key in _TEXT_KEY) and len(shape) >= 2:
            return shape[1]
    return 0
