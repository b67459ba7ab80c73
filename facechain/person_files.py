"""The single files of a stored person: reference pictures and LoRA versions."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from .errors import PersonUnreadable
from .geometry import ByteArray
from .people import Person
from .person_record import StoredFile
from .stored_files import BLOCK_BYTES, cached_sha256, replacing, write_atomically

REFERENCE_ERRORS = (OSError, ValueError, SyntaxError, UnidentifiedImageError)
"""What a missing, changed or damaged reference raises."""


def write_reference(folder: Path, position: int, crop: ByteArray) -> StoredFile:
    """`crop` as a PNG in `folder`, named by its place and content: 000-1a2b3c4d.png."""
    stored, content = encode_reference(position, crop)
    write_atomically(folder / stored.name, content)
    return stored


def encode_reference(position: int, crop: ByteArray) -> tuple[StoredFile, bytes]:
    """`crop` as a PNG, and its name by place and content; equal pixels give equal bytes."""
    buffer = io.BytesIO()
    Image.fromarray(crop).save(buffer, "PNG")
    sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
    return StoredFile(f"{position:03d}-{sha256[:8]}.png", sha256), buffer.getvalue()


def decode_reference(content: bytes, stored: StoredFile) -> ByteArray:
    """RGB pixels of the PNG `content`. Raises one of REFERENCE_ERRORS if it is not the one that was stored."""
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise ValueError("its sha256 differs")
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def read_reference(folder: Path, stored: StoredFile) -> ByteArray:
    """RGB pixels of a reference. Raises PersonUnreadable if it is missing or was changed."""
    try:
        return decode_reference((folder / stored.name).read_bytes(), stored)
    except REFERENCE_ERRORS as error:
        raise PersonUnreadable(
            f'Reference "{stored.name}" of person "{folder.parent.name}" is missing or damaged '
            f"({type(error).__name__}). Restore the folder from a backup, or train again."
        ) from error


def copy_lora(person: Person, folder: Path) -> StoredFile:
    """The LoRA of `person` as `folder/<slug>-<first 8 of sha256>.safetensors`; not copied when it is there.

    Raises PersonUnreadable if the file is not the one that was hashed, OSError if it cannot be written.
    """
    stored = StoredFile(f"{person.slug}-{person.lora_sha256[:8]}.safetensors", person.lora_sha256)
    target = folder / stored.name
    if target.is_file() and cached_sha256(target) == person.lora_sha256:
        return stored
    digest = hashlib.sha256()
    with person.lora_file.open("rb") as source, replacing(target) as stream:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
            stream.write(block)
        if digest.hexdigest() != person.lora_sha256:
            raise PersonUnreadable(
                f'The LoRA of person "{person.slug}" has sha256 {digest.hexdigest()[:8]}…, expected '
                f"{person.lora_sha256[:8]}…. Run the training job again."
            )
    return stored


def verified_lora(folder: Path, slug: str, stored: StoredFile) -> Path:
    """The LoRA file in `folder`. Raises PersonUnreadable if it is missing or was changed."""
    file = folder / stored.name
    if not file.is_file():
        raise PersonUnreadable(
            f'The LoRA "{file.name}" of person "{slug}" is missing. Put it back into models/loras/facechain, '
            "or train again."
        )
    found = cached_sha256(file)
    if found != stored.sha256:
        raise PersonUnreadable(
            f'The LoRA "{file.name}" of person "{slug}" has changed (file {found[:8]}…, expected '
            f"{stored.sha256[:8]}…). Restore it, or train again."
        )
    return file


def lora_versions(folder: Path, slug: str) -> list[Path]:
    """Every LoRA of this person in `folder`, by name; also what a killed copy left behind."""
    # A pattern on the whole name: "anna" must not take "anna-maria-01234567.safetensors".
    version = re.compile(r"\.?" + re.escape(slug) + r"-[0-9a-f]{8}\.safetensors(\.[0-9a-f]{8}\.tmp)?")
    return sorted(file for file in folder.glob("*") if version.fullmatch(file.name))


def try_remove(file: Path) -> bool:
    """True once `file` is gone; False when a process holds it open (Windows) or rights are missing."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def remove_empty_folders(folder: Path) -> None:
    """Nothing empty is left of `folder` and the folders directly in it."""
    for path in [*folder.glob("*"), folder]:
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
