"""One resampling from photo to crop, sharp when it enlarges and without aliasing when it shrinks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

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
    MIRROR = "mirror"
    """The photo, mirrored at its edge."""
    BLURRED = "blurred"
    """The mirrored photo, blurred more the farther it is from the edge: nothing in it looks like a second face."""


FULL_BLUR_RATIO = 0.1
"""Distance from the photo's edge at which the mirrored part is wholly blurred, as a share of the crop's side."""
BLUR_RATIO = 0.04
"""Deviation of that blur, as a share of the crop's side."""

_FILL = {Outside.WHITE: 255.0, Outside.BLACK: 0.0}
_MIRRORED = (Outside.MIRROR, Outside.BLURRED)


@dataclass(frozen=True, slots=True)
class _Sampling:
    """How a crop is read from a region: at least once per pixel and then averaged, else checked shirts flicker."""

    to_crop: Similarity
    size: Size
    """Of the crop."""

    @property
    def finer(self) -> int:
        """Samples per crop pixel, along either axis."""
        return math.ceil(1 / self.to_crop.scale - 1e-9)

    def finest(self, pixels: npt.NDArray, kernel: int, border: int) -> npt.NDArray:
        """All samples of `pixels`, in their type; `border` is a cv2.BORDER_ constant."""
        inverse = self.to_crop.then(_enlargement(self.finer)).inverse().matrix
        larger = (self.size.width * self.finer, self.size.height * self.finer)
        return cv2.warpAffine(pixels, inverse, larger, flags=kernel | cv2.WARP_INVERSE_MAP, borderMode=border)

    def averaged(self, samples: npt.NDArray) -> npt.NDArray:
        """The crop of all samples, in their type."""
        if self.finer == 1:
            return samples
        return cv2.resize(samples, (self.size.width, self.size.height), interpolation=cv2.INTER_AREA)


def warp(image: ByteArray, transform: Similarity, size: Size, outside: Outside = Outside.WHITE) -> ByteArray:
    """`image` (height, width, 3) carried by `transform` into a new array of `size`; beyond the photo is `outside`."""
    region, to_crop = _reduced_region(image, transform, size)
    sampling = _Sampling(to_crop, size)
    # What is averaged afterwards shows no difference between cubic and the slower Lanczos.
    kernel = cv2.INTER_LANCZOS4 if sampling.finer == 1 else cv2.INTER_CUBIC
    border = cv2.BORDER_REFLECT if outside in _MIRRORED else cv2.BORDER_REPLICATE
    samples = sampling.finest(region, kernel, border)
    if outside in (Outside.REPLICATE, Outside.MIRROR):
        return np.asarray(sampling.averaged(samples), dtype=np.uint8)
    everywhere = np.ones(region.shape[:2], np.float32)
    inside = sampling.finest(everywhere, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
    if outside is Outside.BLURRED:
        return _blurred_outside(np.asarray(sampling.averaged(samples), dtype=np.uint8), sampling.averaged(inside))
    filled = samples if inside.min() == 1 else _filled(samples, inside, _FILL[outside])
    return np.asarray(sampling.averaged(filled), dtype=np.uint8)


def _filled(crop: ByteArray, inside: FloatArray, grey: float) -> ByteArray:
    """`crop` where it is `inside`, float32 (height, width) 0..1, else `grey`.

    Blended over the edge instead of resampled across it: Lanczos would ring between photo and fill.
    """
    share = inside[..., None]
    return (crop * share + grey * (1 - share)).round().astype(np.uint8)


def _blurred_outside(crop: ByteArray, inside: FloatArray) -> ByteArray:
    """`crop` with a blur that grows from none at the edge of what is `inside`; that itself stays as it is."""
    if inside.min() == 1:
        return crop
    side = max(crop.shape[:2])
    blurred = cv2.GaussianBlur(crop, (0, 0), BLUR_RATIO * side)
    distance = cv2.distanceTransform((inside < 1).astype(np.uint8), cv2.DIST_L2, 5)
    share = np.minimum(distance / (FULL_BLUR_RATIO * side), 1)[..., None]
    return (crop * (1 - share) + blurred * share).round().astype(np.uint8)


def _reduced_region(image: ByteArray, transform: Similarity, size: Size) -> tuple[ByteArray, Similarity]:
    """The part of `image` that the crop shows, shrunk by a whole factor, and what then remains of `transform`.

    A third or more remains to be scaled. Both sides stay below the 32767 px that OpenCV can warp.
    """
    factor = max(int(1 / (SHRINK_BY_WARP * transform.scale)), 1)
    left, top, right, bottom = _needed_pixels(Size.of(image), transform, size, factor)
    region = image[top:bottom, left:right]
    if factor > 1:
        below, beside = -region.shape[0] % factor, -region.shape[1] % factor
        if below or beside:
            region = cv2.copyMakeBorder(region, 0, below, 0, beside, cv2.BORDER_REPLICATE)
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
