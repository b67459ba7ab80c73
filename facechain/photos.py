"""Photos as references, and their decoding to upright RGB."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from .decoding import PictureRefused, decode_picture, opened_picture
from .errors import NoPhotos, PhotoUnreadable
from .geometry import ByteArray
from .stored_files import file_sha256

PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".heic", ".heif"}
)
"""HEIC is listed although nothing here decodes it: telephones make it, and its owner should read why it is refused."""


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
    """One sentence without the name: why the photo cannot be read; empty when it can."""
    advice: str = ""
    """One sentence: what to do about `problem`."""

    def __repr__(self) -> str:
        return f"PhotoRef({self.sha256[:8] or 'unreadable'})"


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """Photos in the order given, without repeated files."""

    photos: tuple[PhotoRef, ...]

    def __repr__(self) -> str:
        return f"PhotoSet({len(self.photos)} photos)"


def picture_files(folder: Path) -> list[Path]:
    """Every picture file directly in `folder`, by name, readable or not.

    Folders, and hidden files such as the `._x.jpg` that macOS leaves behind, are no picture files.

    Raises NoPhotos if the folder does not exist.
    """
    if not os.path.isdir(folder):  # unlike Path's, false for a name that is too long for a file
        raise NoPhotos("The photo folder does not exist. Choose a folder inside ComfyUI's input folder.")
    return sorted(
        file
        for file in folder.iterdir()
        if file.suffix.lower() in PHOTO_SUFFIXES and not file.name.startswith(".") and not file.is_dir()
    )


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


def decode_photo(photo: PhotoRef) -> ByteArray:
    """Upright RGB pixels, uint8 (height, width, 3), read-only.

    EXIF rotation is applied; an embedded colour profile is carried to sRGB; grey, CMYK, 16-bit and
    palette pictures become 8-bit RGB; transparency is laid over white; of an animation the first
    frame is used.

    Raises PhotoUnreadable if the file is no picture, damaged, below 64 px or above 178 megapixels.
    """
    pixels, photo = try_decode_photo(photo)
    if pixels is None:
        raise PhotoUnreadable(f'"{photo.name}" cannot be read. {photo.problem} {photo.advice}')
    return pixels


def try_decode_photo(photo: PhotoRef) -> tuple[ByteArray | None, PhotoRef]:
    """What `decode_photo` gives, with `photo`; or None, with `photo` and its problem."""
    if photo.path is None:
        return None, photo
    try:
        return decode_picture(photo.path), photo
    except PictureRefused as refusal:
        return None, replace(photo, path=None, problem=refusal.problem, advice=refusal.advice)


def _reference(file: Path) -> PhotoRef:
    digest = ""
    try:
        if os.path.isdir(file):
            raise PictureRefused("This is a folder.", "Choose the photos inside it.")
        if not os.path.isfile(file):
            raise PictureRefused("The file does not exist.", "Upload it again.")
        digest = _hash(file)
        with opened_picture(file):
            return PhotoRef(file, digest, file.name)
    except PictureRefused as refusal:
        return PhotoRef(None, digest, file.name, refusal.problem, refusal.advice)


def _hash(file: Path) -> str:
    try:
        return file_sha256(file)
    except OSError as error:
        raise PictureRefused(f"The file cannot be opened ({error.strerror}).", "Change its permissions.") from error
