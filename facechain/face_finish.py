"""The last corrections of a relit face: skin as even, as grainy and as little clipped as the target's."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import FloatArray

GRAIN_RATIO = 0.012
"""Of the face width: finer than this is pores, film grain and what a lens resolves."""
_LEAST_SIGMA_PX = 0.8
"""Finer than a pixel nothing is left to part."""
_LEAST_GRAIN = 0.3
"""Of the identity's own grain; below it eyes lose their lashes."""
_MOST_ADDED = 1.2
"""Levels of lightness: more is seen as noise."""
_NOISE_SIGMA_PX = 0.6
"""Grain of single pixels looks like a fault of the sensor."""
_SPREAD_GAIN = ((0.7, 0.7, 0.7), (1.15, 1.6, 1.6))
"""L, a, b: how much the spread of skin may be corrected; more lightness makes folds harsh."""
_BRIGHT, _DARK = 235.0, 10.0
"""Beyond these levels what is lit too much runs out softly."""
_ROOM_ABOVE, _ROOM_BELOW = 17.0, 7.0
"""Levels in which it runs out: 252 and 3 are never passed, so that nothing is clipped."""


def settle(lit: FloatArray, target: FloatArray, skin: FloatArray, features: FloatArray) -> FloatArray:
    """`lit` with mean and spread of the target's skin, both Lab (height, width, 3).

    `skin` (height, width) marks the pixels that are compared; `features` keep their colours.
    """
    inside = skin > 0.5
    if not inside.any():
        return lit
    own, wanted = lit[inside], target[inside]
    gain = (wanted.std(0) / np.maximum(own.std(0), 1e-3)).clip(*_SPREAD_GAIN)
    settled = (lit - own.mean(0)) * gain + wanted.mean(0)
    settled[..., 1:] = features[..., None] * lit[..., 1:] + (1 - features[..., None]) * settled[..., 1:]
    return settled.astype(np.float32)


def match_grain(lit: FloatArray, target: FloatArray, skin: FloatArray, width: float) -> FloatArray:
    """`lit` with grain as strong as that of `target`, both Lab (height, width, 3), on a face of `width` px.

    A sharper identity loses grain everywhere; to a softer one even noise is added where `skin`
    (height, width) says that both show skin. The target's own grain would bring its folds along.
    """
    sigma = max(GRAIN_RATIO * width, _LEAST_SIGMA_PX)
    grain = _grain(lit[..., 0], sigma)
    own, wanted = _strength(grain, skin), _strength(_grain(target[..., 0], sigma), skin)
    matched = lit.copy()
    if own > wanted:
        matched[..., 0] -= (1 - max(wanted / own, _LEAST_GRAIN)) * grain
    elif wanted > 0:
        missing = float(np.sqrt(wanted**2 - own**2))
        matched[..., 0] += min(missing, _MOST_ADDED) * skin * _noise(skin.shape, sigma)
    return matched


def run_out_softly(rgb: FloatArray) -> FloatArray:
    """`rgb` (height, width, 3), 0..255, with highlights and blacks bent to 3..252 instead of clipped."""
    bright = _BRIGHT + _ROOM_ABOVE * (1 - np.exp(-(rgb - _BRIGHT) / _ROOM_ABOVE))
    dark = _DARK - _ROOM_BELOW * (1 - np.exp(-(_DARK - rgb) / _ROOM_BELOW))
    return np.where(rgb > _BRIGHT, bright, np.where(rgb < _DARK, dark, rgb)).astype(np.float32)


def _grain(lightness: FloatArray, sigma: float) -> FloatArray:
    return lightness - cv2.GaussianBlur(lightness, (0, 0), sigma)


def _strength(grain: FloatArray, skin: FloatArray) -> float:
    """Levels of lightness; the median does not see the few edges."""
    inside = np.abs(grain[skin > 0.8])
    return 1.4826 * float(np.median(inside)) if len(inside) else 0.0


def _noise(shape: tuple[int, ...], sigma: float) -> FloatArray:
    """Grain of spread 1, always the same: fusing twice gives one picture."""
    white = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    grain = _grain(cv2.GaussianBlur(white, (0, 0), _NOISE_SIGMA_PX), sigma)
    return grain / max(float(grain.std()), 1e-6)
