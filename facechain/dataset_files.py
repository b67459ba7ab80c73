"""Folders of pictures with a manifest that appear whole or not at all, and the hash of their content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from .errors import DatasetUnreadable
from .geometry import ByteArray

MANIFEST_FILE = "manifest.json"


def content_sha256(manifest: bytes, pictures: Iterable[ByteArray]) -> str:
    """Hex sha256 of a manifest, which tells the sizes, and of pixels; another PNG encoder gives the same."""
    digest = hashlib.sha256(manifest)
    for pixels in pictures:
        digest.update(np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()


def write_folder(folder: Path, manifest: bytes, pictures: Mapping[str, ByteArray]) -> None:
    """`folder`, which did not exist, holds the manifest and `pictures` (file name -> RGB or grey) as PNG.

    If another process was faster its folder stays: folders of one name have the same content.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name, pixels in pictures.items():
            Image.fromarray(pixels).save(draft / name)
        (draft / MANIFEST_FILE).write_bytes(manifest)
        os.rename(draft, folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read_picture(file: Path, side_px: int, mode: str) -> ByteArray:
    """Pixels of a square PNG of `side_px` in `mode` "RGB" or "L".

    Raises DatasetUnreadable if it has another size or mode, and what Pillow raises on damaged files.
    """
    with Image.open(file) as picture:
        if picture.size != (side_px, side_px) or picture.mode != mode:
            raise DatasetUnreadable(
                f"{file.name} of the dataset is {picture.mode} {picture.width} x {picture.height}, "
                f"expected {mode} {side_px} x {side_px}. Build the dataset again."
            )
        return np.array(picture, dtype=np.uint8)
