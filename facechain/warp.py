"""One resampling from photo to crop, sharp when it enlarges and without aliasing when it shrinks."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np

from . import opencv as cv2
from .faces import ByteArray
from .geometry import FloatArray, Similarity, Size

SUPERSAMPLING = 2
"""A shrunk crop is sampled at twice its size and averaged; without it hair and checked shirts flicker."""
MARGIN_PX = 4
"""Lanczos reads four pixels to each side."""


class Outside(Enum):
    """What a crop shows beyond the edge of its photo. Values are stable codes."""

    WHITE = "white"
    BLACK = "black"
    REPLICATE = "replicate"
    """The photo's edge pixels, drawn out."""


_FILL = {Outside.WHITE: 255.0, Outside.BLACK: 0.0}


def warp(image: ByteArray, transform: Similarity, size: Size, outside: Outside = Outside.WHITE) -> ByteArray:
    """`image` (height, width, 3) carried by `transform` into a new array of `size`; beyond the photo is `outside`."""
    if transform.scale >= 1:
        return _sample(image, transform, size, outside)
    finer = transform.then(_enlargement(SUPERSAMPLING))
    sampled = _sample(image, finer, Size(size.width * SUPERSAMPLING, size.height * SUPERSAMPLING), outside)
    return cv2.resize(sampled, (size.width, size.height), interpolation=cv2.INTER_AREA)


def _sample(image: ByteArray, transform: Similarity, size: Size, outside: Outside) -> ByteArray:
    reduced, transform = _reduced_region(image, transform, size)
    inverse = transform.inverse().matrix
    flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    target = (size.width, size.height)
    crop = cv2.warpAffine(reduced, inverse, target, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if outside is Outside.REPLICATE:
        return crop
    # Blended over the edge instead of resampled across it: Lanczos would ring between photo and fill.
    inside = np.ones(reduced.shape[:2], np.float32)
    inside = cv2.warpAffine(inside, inverse, target, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)[..., None]
    if inside.min() == 1:
        return crop
    return (crop * inside + _FILL[outside] * (1 - inside)).round().astype(np.uint8)


def _reduced_region(image: ByteArray, transform: Similarity, size: Size) -> tuple[ByteArray, Similarity]:
    """The part of `image` that the crop shows, shrunk by a whole factor so that 0.5..1 remains to be scaled.

    Also keeps both sides below the 32767 px that OpenCV can warp.
    """
    factor = max(int(1 / transform.scale), 1)
    left, top, right, bottom = _needed_pixels(Size.of(image), transform, size, factor)
    region = image[top:bottom, left:right]
    if factor > 1:
        region = cv2.copyMakeBorder(
            region, 0, -region.shape[0] % factor, 0, -region.shape[1] % factor, cv2.BORDER_REPLICATE
        )
        shrunk = (region.shape[1] // factor, region.shape[0] // factor)
        region = cv2.resize(region, shrunk, interpolation=cv2.INTER_AREA)
    # Reduced pixel i covers photo pixels left + i * factor ... + factor - 1.
    middle = (factor - 1) / 2
    to_photo = Similarity(np.array([[factor, 0.0, left + middle], [0.0, factor, top + middle]]))
    return np.ascontiguousarray(region), to_photo.then(transform)


def _needed_pixels(photo: Size, transform: Similarity, size: Size, factor: int) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the photo rectangle under the crop; at least one pixel, also when it misses."""
    corners = np.array([[x, y] for x in (-0.5, size.width - 0.5) for y in (-0.5, size.height - 0.5)])
    seen: FloatArray = transform.inverse().apply(corners)
    margin = MARGIN_PX * factor
    left, top = (math.floor(value) - margin for value in seen.min(0))
    right, bottom = (math.ceil(value) + margin + 1 for value in seen.max(0))
    left, top = min(max(left, 0), photo.width - 1), min(max(top, 0), photo.height - 1)
    return left, top, max(min(right, photo.width), left + 1), max(min(bottom, photo.height), top + 1)


def _enlargement(factor: int) -> Similarity:
    shift = (factor - 1) / 2
    return Similarity(np.array([[factor, 0.0, shift], [0.0, factor, shift]]))
