"""Whether the LoRA of a style is on this machine, and whether it is the file that it was."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import AssetCorrupt
from .first_sights import FirstSights
from .stored_files import cached_sha256
from .style_file import FirstSight, Style, StyleLora

ADDED_FOLDER = Path("facechain", "styles")
"""Below the first loras folder: files that a person added to a style in the page. They count first."""


@dataclass(frozen=True, slots=True)
class LocatedLora:
    """Where the LoRA of a style is, or what works without it."""

    file: Path | None
    note: str
    """One or two sentences for the user; empty when there is nothing to say."""


def locate_style_lora(style: Style, lora_folders: Sequence[Path]) -> LocatedLora:
    """The LoRA file of `style` in `lora_folders` or below, the first of that name in their order.

    A missing file is no error: the style then works from its prompt, and the note says so. The note
    also says when the file is another one than this machine saw first. Raises AssetCorrupt if the
    style knows the sha256 and the file has another.
    """
    lora = style.lora
    if lora is None:
        return LocatedLora(None, "")
    if lora.path is not None:
        return LocatedLora(lora.path, "")
    file = find_lora(lora, lora_folders)
    if file is None:
        return LocatedLora(None, _missing_note(style, lora))
    if lora.sha256 and (sha256 := cached_sha256(file)) != lora.sha256:
        raise AssetCorrupt(
            f'Checksum of "{file.name}" differs (file {sha256[:8]}…, expected {lora.sha256[:8]}…). '
            f"Delete it and take it again from {lora.source}."
        )
    if lora.seen and (sha256 := cached_sha256(file)) != lora.seen.sha256:
        return LocatedLora(file, _other_note(style, file.name, lora.seen, sha256))
    return LocatedLora(file, "")


def find_lora(lora: StyleLora, lora_folders: Sequence[Path]) -> Path | None:
    """The file of `lora`; of several files of its name the one with its sha256, where that is known."""
    files = _files_named(lora.file, lora_folders)
    if lora.sha256 and len(files) > 1:
        return next((file for file in files if cached_sha256(file) == lora.sha256), files[0])
    return files[0] if files else None


def with_first_sight(style: Style, lora_folders: Sequence[Path], sights: FirstSights) -> Style:
    """`style` with what this machine remembers of its LoRA file, which is remembered from now on if it is new.

    A file that is not the one that the style asks for is not remembered.
    """
    lora = style.lora
    file = find_lora(lora, lora_folders) if lora and lora.path is None else None
    if lora is None or file is None or (lora.sha256 and sights.sha256(file) != lora.sha256):
        return style
    return replace(style, lora=replace(lora, seen=sights.look_at(file)))


def lora_state(style: Style, lora_folders: Sequence[Path], sights: FirstSights) -> str:
    """A text that differs after the LoRA file of `style` was added, removed or changed, or another was accepted."""
    file = find_lora(style.lora, lora_folders) if style.lora and style.lora.path is None else None
    if file is None:
        return "absent"
    sha256, seen = sights.sha256(file), sights.of(file.name)
    # What is seen for the first time is remembered as it is now, so that the run after it finds nothing new.
    return f"{file}|{sha256}|{seen.sha256 if seen else sha256}"


def _files_named(name: str, lora_folders: Sequence[Path]) -> list[Path]:
    """In the order of the folders, added ones first. Links are followed, as the host does for its lists."""
    found = []
    for folder in lora_folders:
        places = (Path(place) / name for place, _, files in os.walk(folder, followlinks=True) if name in files)
        found += sorted(places, key=lambda file: (file.parent != folder / ADDED_FOLDER, file))
    return found


def _missing_note(style: Style, lora: StyleLora) -> str:
    return (
        f'Style "{style.id}" works from its prompt alone: its LoRA "{lora.file}" is not on this machine. '
        f"For the full look add the file (Select Style, Choose…), or put it into models/loras "
        f"(published as: {lora.source})."
    )


def _other_note(style: Style, name: str, seen: FirstSight, sha256: str) -> str:
    return (
        f'The LoRA "{name}" of style "{style.id}" is another file than the one first seen on {seen.day} '
        f"(sha256 {seen.sha256[:8]}…, now {sha256[:8]}…). If that is meant, add the file again (Select Style, "
        "Choose…); otherwise put the earlier one back."
    )
