"""Small upright pictures of photos, to look at."""

from __future__ import annotations

import numpy as np
from PIL import Image

from .errors import NoPhotos
from .geometry import ByteArray
from .photos import PhotoSet, try_decode_photo
from .progress import Progress


def photo_previews(photos: PhotoSet, side_px: int, progress: Progress) -> list[ByteArray]:
    """One RGB picture per readable photo, in order, long side at most `side_px`. Unreadable ones are left out.

    Raises NoPhotos with the reason of each if none can be read.
    """
    previews, reasons, total = [], [], len(photos.photos)
    for done, photo in enumerate(photos.photos):
        progress.step(done, total)
        pixels, tried = try_decode_photo(photo)
        if pixels is not None:  # else its verdict says so in Align Faces; one damaged file must not stop the others
            previews.append(shrink(pixels, side_px))
        else:
            reasons.append(f"Photo {done + 1} of {total}: {tried.problem} {tried.advice}")
    if not previews:
        raise NoPhotos("\n".join([f"None of {total} photos can be read. Mend or replace them:", *reasons]))
    return previews


def shrink(pixels: ByteArray, side_px: int) -> ByteArray:
    """`pixels` with a long side of at most `side_px`; never enlarged."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.uint8)
