"""The LoRA file that a person adds to a style in the page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from .base_families import FAMILY_TITLES
from .errors import AssetCorrupt, FaceChainError, InvalidSetting, StyleUnreadable, UnreadableCheckpoint, WrongBaseModel
from .first_sights import FirstSights
from .lora_file import describe_lora
from .stored_files import DRAFT_SUFFIX, file_sha256, put_in_place
from .style_file import Style, StyleLora
from .style_lora import ADDED_FOLDER

MOST_BYTES = 2 * 1024**3
"""A LoRA of rank 128 for SDXL has 0.7 GB."""
ABANDONED_SECONDS = 3600.0
"""An upload writes all the time; what nobody wrote to for an hour is of a server that was killed."""


def upload_folder(lora_folders: Sequence[Path]) -> Path:
    """Where added files lie, without parts of earlier uploads that a killed server left. Created when missing.

    Raises FaceChainError if it cannot be written.
    """
    folder = lora_folders[0] / ADDED_FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft in folder.glob(f".*{DRAFT_SUFFIX}"):
            if time.time() - draft.stat().st_mtime > ABANDONED_SECONDS:
                draft.unlink()
    except OSError as error:
        raise cannot_be_stored(error) from error
    return folder


def required_lora(style: Style) -> StyleLora:
    """The LoRA that `style` names. Raises InvalidSetting if it has none."""
    if style.lora is None:
        raise InvalidSetting(f'Style "{style.id}" has no LoRA, it is made of words alone. Use Load Style LoRA.')
    return style.lora


def add_style_lora(style: Style, draft: Path, name: str, sights: FirstSights) -> Path:
    """The file of the LoRA of `style`: `draft`, which its sender calls `name`, under the name that the style asks for.

    Its content counts from now on. Raises UnreadableCheckpoint, StyleUnreadable, WrongBaseModel or
    AssetCorrupt if the file is not the one that is needed, FaceChainError if it cannot be stored.
    """
    lora = required_lora(style)
    sha256 = _checked_sha256(style, lora, draft, name)
    file = draft.with_name(lora.file)
    try:
        put_in_place(draft, file)
    except OSError as error:
        raise cannot_be_stored(error) from error
    sights.accept(lora.file, sha256)
    return file


def _checked_sha256(style: Style, lora: StyleLora, draft: Path, name: str) -> str:
    try:
        family = describe_lora(draft).family
    except (UnreadableCheckpoint, StyleUnreadable) as error:
        # The person who reads it knows the file by another name.
        raise type(error)(str(error).replace(draft.name, name)) from error
    if family != style.base_family:
        found, needed = (FAMILY_TITLES[each] for each in (family, style.base_family))
        raise WrongBaseModel(
            f'The LoRA "{name}" is for {found}, but style "{style.id}" needs one for {needed}. Choose another file.'
        )
    sha256 = file_sha256(draft)
    if lora.sha256 and sha256 != lora.sha256:
        raise AssetCorrupt(
            f'Checksum of "{name}" differs (file {sha256[:8]}…, style "{style.id}" needs {lora.sha256[:8]}…). '
            f"Take the file from {lora.source}."
        )
    return sha256


def cannot_be_stored(error: OSError) -> FaceChainError:
    """What a person reads when the loras folder cannot be written."""
    return FaceChainError(
        f"The LoRA could not be stored ({error.strerror or error}). "
        "Free disk space, or check the rights of models/loras, then add the file again."
    )
