"""What a LoRA file says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import StyleUnreadable
from .lora_names import kohya_name
from .safetensors_header import read_header

FAMILY_BY_CONTEXT = {768: "sd15", 2048: "sdxl"}
"""Width of the text that the U-Net's cross-attention reads."""
_DOWN = ".lora_down.weight"
_TEXT_KEY = f"attn2_to_k{_DOWN}"
_SECOND_ENCODER = "lora_te2_"


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
    tensors = {kohya_name(name): shape for name, shape in header.shapes.items()}
    if not any(name.endswith(_DOWN) for name in tensors):
        raise StyleUnreadable(f'"{file.name}" is no LoRA: it has no low-rank layer. Choose a LoRA file.')
    family = lora_family(tensors)
    if not family:
        raise StyleUnreadable(
            f'The LoRA "{file.name}" reads text of width {_text_width(tensors) or "unknown"}, SD 1.5 has 768 and '
            "SDXL 2048. Choose a LoRA for one of these two."
        )
    return LoraFacts(family, header.metadata.get("modelspec.trigger_phrase", "").strip())


def lora_family(tensors: Mapping[str, tuple[int, ...]]) -> str:
    """ "sd15" or "sdxl" by the shapes of a LoRA's tensors in kohya's spelling; empty when they do not tell."""
    width = _text_width(tensors)
    has_second = any(name.startswith(_SECOND_ENCODER) for name in tensors)
    return FAMILY_BY_CONTEXT.get(width, "") if width else ("sdxl" if has_second else "")


def _text_width(tensors: Mapping[str, tuple[int, ...]]) -> int:
    """Inputs of a cross-attention's key layer; 0 if the LoRA has none."""
    widths = (shape[1] for name, shape in tensors.items() if name.endswith(_TEXT_KEY) and len(shape) >= 2)
    return next(widths, 0)
