"""The outline of a person, sharp where the picture is and soft in hair, from a coarse segmentation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from . import opencv as cv2
from .face_light import slow_changes
from .geometry import BoolArray, ByteArray, FloatArray, Size

WORKING_PX = 1024
"""Longer side at which the outline is solved; what was found is then applied to every pixel of the picture."""
_LEAST_REACH_PX = 2
_DISTINCT = 30.0
"""RGB levels: colours of person and background that differ by this tell half of the share."""
_UNEXPLAINED = 30.0
"""RGB levels by which a pixel may miss every mixture of the two colours before they tell nothing."""
_SMOOTHNESS = 1e-4
"""Of the guided filter, for a guide of 0..1: the variance below which a difference is noise."""
_VEIL = 0.1
"""Shares nearer than this to none or all are the filter's veil, not hair."""


def refine_matte(image: ByteArray, person: FloatArray, reach_px: float) -> FloatArray:
    """Share of the person at each pixel of RGB `image`, float32 (height, width), 0..1.

    `person` (height, width) 0..1 is a coarse segmentation whose outline is off by at most about
    `reach_px`; farther away from it the share is exactly 0 or 1. Near the outline the share is read
    from the colours on both sides, and made to follow the edges of the picture (guided filter,
    He et al. 2010; at large sizes its fast form, He and Sun 2015).
    """
    size = Size.of(image)
    scale = min(WORKING_PX / max(size.width, size.height), 1.0)
    small = (max(round(size.width * scale), 1), max(round(size.height * scale), 1))
    pixels, coarse = (cv2.resize(array, small, interpolation=cv2.INTER_AREA) for array in (image, person))
    pixels = pixels.astype(np.float32)
    reach = max(reach_px * scale, _LEAST_REACH_PX)
    away = _signed_distance(coarse > 0.5)
    share = _share_by_color(pixels, coarse, away, reach)
    lines = _color_lines(pixels / 255, share, max(round(reach / 2), 1))
    matte = (_follow(lines, image) - _VEIL) / (1 - 2 * _VEIL)
    away = cv2.resize(away, (size.width, size.height), interpolation=cv2.INTER_LINEAR)
    matte = np.where(away > reach, 1, np.where(away < -reach, 0, matte))
    return matte.clip(0, 1).astype(np.float32)


def _signed_distance(is_person: BoolArray) -> FloatArray:
    """Pixels to the outline, positive inside the person."""
    inside = is_person.astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5) if not inside.all() else np.full(inside.shape, np.inf)
    height = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) if inside.any() else np.full(inside.shape, np.inf)
    return np.where(is_person, depth, -height).astype(np.float32)


def _share_by_color(pixels: FloatArray, person: FloatArray, away: FloatArray, reach: float) -> FloatArray:
    """Share by which the colours on both sides of the outline mix; `person` where they are too alike to tell."""
    inside, outside = (away > reach).astype(np.float32), (away < -reach).astype(np.float32)
    near, far = slow_changes(pixels, inside, reach), slow_changes(pixels, outside, reach)
    across = near - far
    contrast = (across**2).sum(-1)
    share = (((pixels - far) * across).sum(-1) / np.maximum(contrast, 1)).clip(0, 1)
    missed = np.linalg.norm(pixels - far - share[..., None] * across, axis=-1)
    trust = contrast / (contrast + _DISTINCT**2) * np.exp(-((missed / _UNEXPLAINED) ** 2))
    share = trust * share + (1 - trust) * person
    return np.where(inside > 0, 1, np.where(outside > 0, 0, share)).astype(np.float32)


def _color_lines(guide: FloatArray, share: FloatArray, radius: int) -> FloatArray:
    """Slope for each colour and offset, (height, width, 4), by which `share` follows `guide` around each pixel."""

    def mean(values: FloatArray) -> FloatArray:
        return cv2.blur(values, (2 * radius + 1, 2 * radius + 1))

    mean_guide, mean_share = mean(guide), mean(share)
    together = mean(guide * share[..., None]) - mean_guide * mean_share[..., None]
    covariance = {
        (i, j): mean(guide[..., i] * guide[..., j]) - mean_guide[..., i] * mean_guide[..., j] + _SMOOTHNESS * (i == j)
        for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    }
    slope = _solved(covariance, together)
    offset = mean_share - (slope * mean_guide).sum(-1)
    return mean(np.dstack([slope, offset]).astype(np.float32))


def _solved(covariance: Mapping[tuple[int, int], FloatArray], together: FloatArray) -> FloatArray:
    """Solution of a symmetric 3x3 system at every pixel, by cofactors: numpy's solver takes ten times as long."""
    a, b, c = covariance[0, 0], covariance[0, 1], covariance[0, 2]
    d, e, f = covariance[1, 1], covariance[1, 2], covariance[2, 2]
    first = np.dstack([d * f - e * e, c * e - b * f, b * e - c * d])
    second = np.dstack([first[..., 1], a * f - c * c, b * c - a * e])
    third = np.dstack([first[..., 2], second[..., 2], a * d - b * b])
    determinant = a * first[..., 0] + b * first[..., 1] + c * first[..., 2]
    rows = [(row * together).sum(-1) / determinant for row in (first, second, third)]
    return np.dstack(rows)


def _follow(lines: FloatArray, image: ByteArray) -> FloatArray:
    """The colour lines, enlarged and applied to every pixel of `image`; (height, width)."""
    size = (image.shape[1], image.shape[0])
    matte = cv2.resize(lines[..., 3], size, interpolation=cv2.INTER_LINEAR)
    for channel in range(3):
        slope = cv2.resize(lines[..., channel], size, interpolation=cv2.INTER_LINEAR)
        matte += slope * (image[..., channel] / np.float32(255))
    return matte
