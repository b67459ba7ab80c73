"""One resampling from photo to crop, sharp when it enlarges and without aliasing when it shrinks."""

from __future__ import annotations

import math
from enum import Enum

import numpy as np

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Similarity, Size

SHRINK_BY_WARP = 1.5
"""What a whole factor leaves over to be scaled at an angle, at least; less would blur twice."""
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
    region, remaining = _reduced_region(image, transform, size)
    # Sampled at least once per pixel and then averaged: else hair and checked shirts flicker.
    finer = math.ceil(1 / remaining.scale - 1e-9)
    larger = Size(size.width * finer, size.height * finer)
    # What is averaged afterwards shows no difference between cubic and the slower Lanczos.
    kernel = cv2.INTER_LANCZOS4 if finer == 1 else cv2.INTER_CUBIC
    sampled = _sample(region, remaining.then(_enlargement(finer)), larger, kernel, outside)
    return sampled if finer == 1 else cv2.resize(sampled, (size.width, size.height), interpolation=cv2.INTER_AREA)


def _sample(image: ByteArray, transform: Similarity, size: Size, kernel: int, outside: Outside) -> ByteArray:
    inverse = transform.inverse().matrix
    flags = kernel | cv2.WARP_INVERSE_MAP
    target = (size.width, size.height)
    crop = cv2.warpAffine(image, inverse, target, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    if outside is Outside.REPLICATE:
        return crop
    # Blended over the edge instead of resampled across it: Lanczos would ring between photo and fill.
    inside = np.ones(image.shape[:2], np.float32)
    inside = cv2.warpAffine(inside, inverse, target, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)[..., None]
    if inside.min() == 1:
        return crop
    return (crop * inside + _FILL[outside] * (1 - inside)).round().astype(np.uint8)


def _reduced_region(image: ByteArray, transform: Similarity, size: Size) -> tuple[ByteArray, Similarity]:
    """The part of `image` that the crop shows, shrunk by a whole factor, and what then remains of `transform`.

    A third or more remains to be scaled. Both sides stay below the 32767 px that OpenCV can warp.
    """
    factor = max(int(1 / (SHRINK_BY_WARP * transform.scale)), 1)
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
    # A multiple of the factor, so that a pixel is averaged with the same neighbours in every crop.
    left, top = ((math.floor(value) - margin) // factor * factor for value in seen.min(0))
    right, bottom = (math.ceil(value) + margin + 1 for value in seen.max(0))
    left, top = min(max(left, 0), photo.width - 1), min(max(top, 0), photo.height - 1)
    return left, top, max(min(right, photo.width), left + 1), max(min(bottom, photo.height), top + 1)


def _enlargement(factor: int) -> Similarity:
    shift = (factor - 1) / 2
    return Similarity(np.array([[factor, 0.0, shift], [0.0, factor, shift]]))
