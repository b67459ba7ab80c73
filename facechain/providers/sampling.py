"""Parts of photos, resampled for the input of a model."""

from __future__ import annotations

import math

import numpy as np

from .. import opencv as cv2
from ..geometry import ByteArray, Similarity, Size


def fit_within(image: ByteArray, longest_px: int) -> tuple[ByteArray, float]:
    """`image` with its longer side at most `longest_px`, and the pixels of it per original pixel (<= 1)."""
    size = Size.of(image)
    scale = longest_px / max(size.width, size.height)
    if scale >= 1:
        return image, 1.0
    small = Size(max(round(size.width * scale), 1), max(round(size.height * scale), 1))
    return _reduced(image, small), scale


def cut_out(image: ByteArray, transform: Similarity, size: Size, *, border: int = cv2.BORDER_REPLICATE) -> ByteArray:
    """The part of `image` that `transform` (photo -> result pixels) carries into a result of `size`.

    Outside of the photo its edge pixels go on, unless `border` (a cv2.BORDER_ constant) says otherwise.
    Strong reductions are averaged first: below half scale bilinear sampling alone skips pixels, and a
    model then sees noise that is not there.
    """
    factor = max(math.floor(1 / transform.scale), 1)
    # Cut before the warp also because OpenCV warps no picture above 32766 px.
    left, top, right, bottom = _source_extent(transform, size, Size.of(image), margin=2 * factor)
    cells = Size(max((right - left) // factor, 1), max((bottom - top) // factor, 1))
    part = image[top : top + cells.height * factor, left : left + cells.width * factor]
    # The centre of a reduced pixel lies (factor - 1) / 2 behind the centre of its first source pixel.
    offset = (factor - 1) / 2
    to_photo = Similarity(np.array([[factor, 0, left + offset], [0, factor, top + offset]]))
    return _warp(_reduced(part, cells), to_photo.then(transform), size, border)


def _reduced(image: ByteArray, size: Size) -> ByteArray:
    averaged = cv2.resize(image, (size.width, size.height), interpolation=cv2.INTER_AREA)
    return np.asarray(averaged, dtype=np.uint8)


def _warp(image: ByteArray, transform: Similarity, size: Size, border: int) -> ByteArray:
    shape = (size.width, size.height)
    warped = cv2.warpAffine(image, transform.matrix, shape, flags=cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(warped, dtype=np.uint8)


def _source_extent(transform: Similarity, size: Size, photo: Size, *, margin: int) -> tuple[int, int, int, int]:
    corners = np.array([[0, 0], [size.width, 0], [0, size.height], [size.width, size.height]], np.float64)
    points = transform.inverse().apply(corners)
    left, top = np.floor(points.min(0)).astype(int) - margin
    right, bottom = np.ceil(points.max(0)).astype(int) + margin
    left, top = np.clip([left, top], 0, [photo.width - 1, photo.height - 1])
    right, bottom = np.clip([right, bottom], [left + 1, top + 1], [photo.width, photo.height])
    return int(left), int(top), int(right), int(bottom)
