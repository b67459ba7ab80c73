"""Whether the LoRA of a style is on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import AssetCorrupt
from .stored_files import file_sha256
from .style_file import Style


@dataclass(frozen=True, slots=True)
class LocatedLora:
    """Where the LoRA of a style is, or what works without it."""

    file: Path | None
    note: str
    """One or two sentences for the user; empty when there is nothing to say."""


def locate_style_lora(style: Style, lora_folders: Sequence[Path]) -> LocatedLora:
    """The LoRA file of `style` in `lora_folders` or below, the first of that name in their order.

    A missing file is no error: the style then works from its prompt, and the note says so.
    Raises AssetCorrupt if the style knows the sha256 and the file has another.
    """
    if style.lora is None:
        return LocatedLora(None, "")
    if style.lora.path is not None:
        return LocatedLora(style.lora.path, "")
    found = [file for folder in lora_folders for file in sorted(folder.rglob("*.safetensors"))]
    file = next((file for file in found if file.name == style.lora.file), None)
    if file is None:
        return LocatedLora(None, _missing_note(style, style.lora.file, style.lora.source))
    if style.lora.sha256 and (sha256 := file_sha256(file)) != style.lora.sha256:
        raise AssetCorrupt(
            f'Checksum of "{file.name}" differs (file {sha256[:8]}…, expected {style.lora.sha256[:8]}…). '
            f"Delete it and take it again from {style.lora.source}."
        )
    return LocatedLora(file, "")


def _missing_note(style: Style, name: str, source: str) -> str:
    return (
        f'Style "{style.id}" works from its prompt alone: its LoRA "{name}" is not on this machine. '
        f"For the full look put it into models/loras (published as: {source})."
    )
