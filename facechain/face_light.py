"""The light of one face on another: slow changes from the target, detail from the identity."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Size

LIGHT_RATIO = 0.2
"""Blur that parts light from detail, of the face width: an eye is detail, a shaded cheek is light."""
_WORKING_PX = 256
"""Light needs no finer picture than this face width."""
_LIGHTNESS_RATIO = (0.05, 2.5)
"""Brighter than this only noise is left to be lit."""
_DETAIL_GAIN = ((0.75, 0.6, 0.6), (1.15, 1.2, 1.2))
"""L, a, b: how much the contrast of detail may follow the target's; more looks like another skin."""
_LEAST_SPREAD = (8.0, 3.0, 3.0)
"""L, a, b: skin that is even to within this is still one skin."""
SHADED_SKIN = 6.0
"""Spreads away from the median that light and shade, blush and freckles reach."""
PLAIN_SKIN = 3.5
"""Spreads away from the median that most skin keeps to, and most hair does not."""


def lab_from_rgb(image: ByteArray) -> FloatArray:
    """CIE Lab float32 (height, width, 3), L 0..100, of an sRGB picture."""
    return cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def rgb_from_lab(lab: FloatArray) -> FloatArray:
    """sRGB float32 (height, width, 3), 0..255, clipped to what a screen can show."""
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB).clip(0, 1) * 255


def skin_weight(lab: FloatArray, face: FloatArray, reach: float) -> FloatArray:
    """How far each pixel has the face's own skin colour, float32 (height, width) 0..1.

    Hair, hats, frames, teeth and pupils are 0. `face` (height, width) marks where to learn the
    colour: the median there, so that a smaller part of other things does no harm. No tone is
    preferred. `reach` is how many spreads away from the median skin ends.
    """
    inside = lab[face > 0.5]
    if not len(inside):
        return np.zeros(lab.shape[:2], np.float32)
    median = np.median(inside, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(inside - median), axis=0), _LEAST_SPREAD)
    distance = np.sqrt((((lab - median) / spread) ** 2).sum(-1))
    return smoothstep(reach - distance).astype(np.float32)


def match_light(
    identity: FloatArray, target: FloatArray, skins: tuple[FloatArray, FloatArray], width: float
) -> FloatArray:
    """`identity` in the light of `target`, both Lab (height, width, 3), on one mesh of face `width` px.

    `skins`: weights (height, width) of the identity's and the target's skin pixels, which alone say
    what the light is.
    """
    light_there = slow_changes(identity, skins[0], LIGHT_RATIO * width)
    light_here = slow_changes(target, skins[1], LIGHT_RATIO * width)
    lit = np.empty_like(identity)
    ratio = light_here[..., 0] / np.maximum(light_there[..., 0], 1)
    lit[..., 0] = identity[..., 0] * ratio.clip(*_LIGHTNESS_RATIO)
    # Skin takes the whole change of colour, and so do its highlights, which mirror the light; black
    # things, a frame or a pupil, must stay black.
    color, skin_color = identity[..., 1:], light_there[..., 1:]
    share = (color * skin_color).sum(-1) / np.maximum((skin_color**2).sum(-1), 1)
    share = np.maximum(share, identity[..., 0] / 100).clip(0, 1)
    lit[..., 1:] = color + share[..., None] * (light_here[..., 1:] - skin_color)
    gain = _detail_gain(identity - light_there, target - light_here, skins)
    return light_here + gain * (lit - light_here)


def slow_changes(lab: FloatArray, weight: FloatArray, sigma: float) -> FloatArray:
    """Blur of `lab` (height, width, 3) weighted by `weight`; far from all weight, the mean of what has some."""
    size = Size.of(lab)
    scale = min(1.0, _WORKING_PX * LIGHT_RATIO / sigma)
    small = (max(round(size.width * scale), 1), max(round(size.height * scale), 1))
    weight = weight if weight.any() else np.ones_like(weight)
    weighted = cv2.resize(lab * weight[..., None], small, interpolation=cv2.INTER_AREA)
    weights = cv2.resize(weight, small, interpolation=cv2.INTER_AREA)
    mean = weighted.sum((0, 1)) / max(float(weights.sum()), 1e-6)
    blurred = cv2.GaussianBlur(weighted, (0, 0), max(sigma * scale, 0.5)) + 1e-3 * mean
    blurred /= cv2.GaussianBlur(weights, (0, 0), max(sigma * scale, 0.5))[..., None] + 1e-3
    return cv2.resize(blurred.astype(np.float32), (size.width, size.height), interpolation=cv2.INTER_LINEAR)


def smoothstep(value: FloatArray) -> FloatArray:
    """0 below 0, 1 above 1, and a smooth rise between."""
    value = np.clip(value, 0, 1)
    return value * value * (3 - 2 * value)


def _detail_gain(identity: FloatArray, target: FloatArray, skins: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Factor (3,) that gives the identity's skin detail the contrast of the target's."""
    there, here = (_spread(part[skin > 0.5]) for part, skin in zip((identity, target), skins, strict=True))
    return np.clip(here / np.maximum(there, 1e-3), *_DETAIL_GAIN).astype(np.float32)


def _spread(pixels: FloatArray) -> FloatArray:
    return pixels.std(0) if len(pixels) else np.ones(3)
