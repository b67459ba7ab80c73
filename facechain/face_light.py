"""The light of one face on another: slow changes and tint from the target, detail from the identity."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Size

LIGHT_RATIO = 0.16
"""Blur that parts light from detail, of the face width: an eye is detail, a shaded cheek is light."""
TINT_RATIO = 0.07
"""Blur of the skin's tint, of the face width: a blush stays, the red of a fold does not come along."""
_WORKING_PX = 96
"""Light needs no finer picture than this face width."""
_LIGHTNESS_RATIO = (0.05, 2.5)
"""Brighter than this only noise is left to be lit."""
_FEATURE_GAIN = ((0.9, 0.7, 0.7), (1.15, 1.0, 1.0))
"""L, a, b: how much the contrast of eyes, brows and lips may follow the target's. More colour than
the identity's own would turn a black pupil blue on warm skin."""
_SKIN_GAIN = (0.45, 1.15)
"""How much the contrast of folds and pores may follow the target's: a hard print must not age soft skin."""
_TINT_PER_LIGHTNESS = (-0.5, 0.35)
"""How fast colour may change with lightness; skin in shade is mostly the more colourful."""
_TINT_STEP = (-25.0, 10.0)
"""Levels of lightness over which that is followed."""
_LEAST_SPREAD = (8.0, 3.0, 3.0)
"""L, a, b: skin that is even to within this is still one skin."""
SHADED_SKIN = 6.0
"""Spreads away from the median that light and shade, blush and freckles reach."""
PLAIN_SKIN = 3.5
"""Spreads away from the median that most skin keeps to, and most hair does not."""
_STRAND_FROM, _STRAND_OVER = 9.0, 5.0
"""Lightness away from the light around it where skin ends and a strand of hair or a rim begins."""


def lab_from_rgb(image: ByteArray) -> FloatArray:
    """CIE Lab float32 (height, width, 3), L 0..100, of an sRGB picture."""
    return cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def rgb_from_lab(lab: FloatArray) -> FloatArray:
    """sRGB float32 (height, width, 3), 0..255, clipped to what a screen can show."""
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB).clip(0, 1) * 255


def skin_weight(lab: FloatArray, face: FloatArray, reach: float | FloatArray) -> FloatArray:
    """How far each pixel has the face's own skin colour, float32 (height, width) 0..1.

    Hair, hats, frames, teeth and pupils are 0. `face` (height, width) marks where to learn the
    colour: the median there, so that a smaller part of other things does no harm. No tone is
    preferred. `reach`, one or (height, width), is how many spreads away from the median skin ends.
    """
    inside = lab[face > 0.5]
    if not len(inside):
        return np.zeros(lab.shape[:2], np.float32)
    median = np.median(inside, axis=0)
    spread = np.maximum(1.4826 * np.median(np.abs(inside - median), axis=0), _LEAST_SPREAD)
    distance = np.sqrt((((lab - median) / spread) ** 2).sum(-1))
    return smoothstep(reach - distance).astype(np.float32)


def strands(lab: FloatArray, skin: FloatArray, width: float) -> FloatArray:
    """How clearly each pixel is a line on the skin, float32 (height, width) 0..1: hair, a rim, a deep fold."""
    off = lab[..., 0] - slow_changes(lab, skin, LIGHT_RATIO * width)[..., 0]
    return smoothstep((np.abs(off) - _STRAND_FROM) / _STRAND_OVER).astype(np.float32)


def match_light(
    identity: FloatArray,
    target: FloatArray,
    skins: tuple[FloatArray, FloatArray],
    features: FloatArray,
    width: float,
) -> FloatArray:
    """`identity` in the light of `target`, both Lab (height, width, 3), on one mesh of face `width` px.

    `skins`: weights (height, width) of the identity's and the target's skin pixels, which alone say
    what the light is. `features` (height, width) is 1 where the identity keeps its own colours: lips
    and eyes. Elsewhere the colour is that of the target's skin there.
    """
    there, here = (
        slow_changes(lab, skin, LIGHT_RATIO * width) for lab, skin in zip((identity, target), skins, strict=True)
    )
    relit = _relit(identity, there, here)
    contrasts = _contrast(target - here, skins[1]) / np.maximum(_contrast(identity - there, skins[0]), 1e-3)
    gain = np.clip(contrasts, *_FEATURE_GAIN) * np.ones_like(identity)
    gain[..., 0] = features * gain[..., 0] + (1 - features) * contrasts[0].clip(*_SKIN_GAIN)
    lit = (here + gain * (relit - here)).astype(np.float32)
    tint = _tint(target, skins[1] * (1 - features), lit[..., 0], width)
    lit[..., 1:] = tint + features[..., None] * (lit[..., 1:] - tint)
    return lit


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


def _relit(identity: FloatArray, there: FloatArray, here: FloatArray) -> FloatArray:
    """The identity with the light `there` taken off and that of `here` put on."""
    lit = np.empty_like(identity)
    ratio = here[..., 0] / np.maximum(there[..., 0], 1)
    lit[..., 0] = identity[..., 0] * ratio.clip(*_LIGHTNESS_RATIO)
    # Lips take the whole change of colour, and so do highlights, which mirror the light; black
    # things, a brow or a pupil, must stay black.
    color, skin_color = identity[..., 1:], there[..., 1:]
    share = (color * skin_color).sum(-1) / np.maximum((skin_color**2).sum(-1), 1)
    share = np.maximum(share, identity[..., 0] / 100).clip(0, 1)
    lit[..., 1:] = color + share[..., None] * (here[..., 1:] - skin_color)
    return lit


def _tint(target: FloatArray, skin: FloatArray, lightness: FloatArray, width: float) -> FloatArray:
    """a, b (height, width, 2) of the target's skin, carried to `lightness` as its own shade changes them."""
    near = slow_changes(target, skin, TINT_RATIO * width)
    inside = target[skin > 0.5]
    if not len(inside):
        return near[..., 1:]
    off = inside - inside.mean(0)
    per_level = (off[:, :1] * off[:, 1:]).sum(0) / max(float((off[:, 0] ** 2).sum()), 1)
    step = (lightness - near[..., 0]).clip(*_TINT_STEP)
    return near[..., 1:] + step[..., None] * per_level.clip(*_TINT_PER_LIGHTNESS)


def _contrast(detail: FloatArray, skin: FloatArray) -> FloatArray:
    pixels = detail[skin > 0.5]
    return pixels.std(0) if len(pixels) else np.ones(3)
