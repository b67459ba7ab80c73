"""Which file name of a list is which photo, so that a page can put a verdict on the right picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from .photos import PhotoRef, PhotoSet

DIGITS = 16
"""Of a sha256: 64 bits tell the photos of a person apart, and fit into a report."""


class ListedPhoto(TypedDict):
    """One photo in JSON."""

    name: str
    sha256: str
    """First digits of the sha256 of the file; empty when the file cannot be read."""


def photo_listing(files: Mapping[str, Path], photos: PhotoSet) -> list[ListedPhoto]:
    """Name and hash of every photo, in order. `files` are those that `photos` was made from, by name.

    A file that repeats an earlier one is not listed, as it is not among `photos`.
    """
    waiting = list(photos.photos)
    listing: list[ListedPhoto] = []
    for name, file in files.items():
        if waiting and _is_file_of(waiting[0], file):
            listing.append({"name": name, "sha256": waiting.pop(0).sha256[:DIGITS]})
    return listing


def _is_file_of(photo: PhotoRef, file: Path) -> bool:
    # An unreadable photo has no path any more, only the name of its file.
    return photo.name == file.name if photo.path is None else photo.path == file
