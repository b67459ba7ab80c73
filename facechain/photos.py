"""Photos as references, and their decoding to upright RGB."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from .errors import NoPhotos, PhotoUnreadable

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"})

SHORTEST_SIDE_PX = 64
"""Below this no face can have the 32 px between the eyes that a crop needs."""
LARGEST_AREA_PX = 250_000_000
"""Decoded as RGB this is 750 MB; larger files are refused before they are decoded."""


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo that is decoded when it is needed."""

    path: Path | None
    """File on this machine; None when the photo cannot be read."""
    sha256: str
    """Of the file's bytes; empty when the file cannot be read."""
    name: str
    """For people: shown in verdicts, never written into a LoRA, a person or a dataset."""
    problem: str = ""
    """Why the photo cannot be read; empty when it can."""

    def __repr__(self) -> str:
        return f"PhotoRef({self.sha256[:8] or 'unreadable'})"


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """Photos in the order given, without repeated files."""

    photos: tuple[PhotoRef, ...]

    def __repr__(self) -> str:
        return f"PhotoSet({len(self.photos)} photos)"


def list_photos(folder: Path) -> PhotoSet:
    """Every picture file directly in `folder`, by name, unreadable ones with their problem.

    Raises NoPhotos if the folder is missing or holds no picture file.
    """
    if not folder.is_dir():
        raise NoPhotos("The photo folder does not exist. Choose a folder inside ComfyUI's input folder.")
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in PHOTO_SUFFIXES)
    return reference_photos(files)


def reference_photos(files: Iterable[Path]) -> PhotoSet:
    """References to `files`; a file that repeats an earlier one byte by byte is left out.

    Raises NoPhotos if there is no file at all.
    """
    photos: dict[str, PhotoRef] = {}
    for file in files:
        photo = _reference(file)
        photos.setdefault(photo.sha256 or str(file), photo)
    if not photos:
        raise NoPhotos("There are no photos. Add 3 to 20 photos of one person (JPEG, PNG or WebP).")
    return PhotoSet(tuple(photos.values()))


def decode_photo(photo: PhotoRef) -> npt.NDArray[np.uint8]:
    """Upright RGB pixels, uint8 (height, width, 3).

    EXIF rotation is applied; grey, CMYK, 16-bit and palette pictures become 8-bit RGB; transparency
    is laid over white; of an animation the first frame is used.

    Raises PhotoUnreadable if the file is no picture, damaged, below 64 px or above 250 megapixels.
    """
    if photo.path is None:
        raise PhotoUnreadable(f'"{photo.name}" cannot be read: {photo.problem}')
    try:
        with Image.open(photo.path) as picture:
            _refuse_impossible_sizes(picture, photo.name)
            picture.seek(0)
            upright = ImageOps.exif_transpose(picture) or picture
            return np.asarray(_to_rgb(upright), dtype=np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PhotoUnreadable(
            f'"{photo.name}" cannot be decoded ({type(error).__name__}). Save it again as JPEG or PNG.'
        ) from error


def _reference(file: Path) -> PhotoRef:
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        photo = PhotoRef(file, digest, file.name)
        with Image.open(file) as picture:
            _refuse_impossible_sizes(picture, file.name)
    except PhotoUnreadable as error:
        return PhotoRef(None, digest, file.name, str(error))
    except Image.DecompressionBombError:
        return PhotoRef(None, digest, file.name, "The picture is too large. Scale it to 8000 px or less.")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return PhotoRef(None, "", file.name, "The file is damaged or no picture. Save it again as JPEG or PNG.")
    return photo


def _refuse_impossible_sizes(picture: ImageFile.ImageFile | Image.Image, name: str) -> None:
    width, height = picture.size
    if min(width, height) < SHORTEST_SIDE_PX:
        raise PhotoUnreadable(
            f'"{name}" is only {width}x{height} px. Use a photo of at least {SHORTEST_SIDE_PX} px on each side.'
        )
    if width * height > LARGEST_AREA_PX:
        raise PhotoUnreadable(f'"{name}" has {width}x{height} px. Scale it to 8000 px or less.')


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        # Pillow clips 16 bit to 255 instead of scaling it.
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        return Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8)).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return picture.convert("RGB")
