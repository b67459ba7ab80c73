"""Where a face has a colour that its own skin has in no light."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import BoolArray, ByteArray, FloatArray

HUE_REACH = 0.25
"""Logarithm of a ratio of two channels. Real skin strays by 0.2 at most from the way that its light takes it."""
DARKNESS = 8.0
"""Added to every channel: the colour of nearly black pixels is noise."""
_CLIPPED = 250
_LEAST_COLOR = 0.03
"""Below this a picture is grey."""
_LEAST_RED, _LEAST_YELLOW = 0.05, -0.15
"""Skin that is less red or more blue stands in coloured light, in which a colour says nothing."""
_SAME_RED, _SAME_YELLOW = 0.10, 0.12
"""How much the colour of one skin differs from spot to spot, as standard deviations."""
_ALIKE = 1.5
"""Of those, up to which two spots show the same thing."""
_USUAL_RED, _USUAL_YELLOW = (0.05, 0.75), (-0.25, 0.90)
"""Colours of skin of every tone in light from candle to shade."""
_UNUSUAL_WEIGHT = 0.35
_PIECE_PX = 7
"""Narrower pieces are folds, frames and noise."""
_LEAST_AREA_PX = 100
"""Smaller pieces are a mole, a reflection, a plaster: 2 % of a face."""
_MEDIAN_PX = 5


def foreign_pixels(pixels: ByteArray, spots: list[BoolArray], features: BoolArray) -> BoolArray:
    """True on large pieces of a foreign colour, (height, width); nowhere in a grey picture or in coloured light.

    `pixels` RGB (height, width, 3). `spots` show skin on a bare face: its colour is that of most of
    them. Pieces that are mostly `features`, lips and eyes, are no cover.

    In light and shade skin moves between grey and its own hue: only what lies beside that way is
    foreign, so that black, white and brown things are none.
    """
    red, yellow = _ratios(pixels)
    if np.percentile(np.hypot(red, yellow), 90) < _LEAST_COLOR:
        return np.zeros(features.shape, bool)
    colors = [(float(np.median(red[spot])), float(np.median(yellow[spot]))) for spot in spots if spot.any()]
    if not colors:
        return np.zeros(features.shape, bool)
    own_red, own_yellow = _most_common(colors)
    if own_red < _LEAST_RED or own_yellow < _LEAST_YELLOW:
        return np.zeros(features.shape, bool)
    strength = np.hypot(own_red, own_yellow)
    along = (red * own_red + yellow * own_yellow) / strength
    beside = np.abs(red * own_yellow - yellow * own_red) / strength
    foreign = np.where(along > 0, beside, np.hypot(red, yellow)) > HUE_REACH
    foreign &= pixels.max(-1) < _CLIPPED  # a channel that is full bends the colour
    return _large_pieces(foreign, features)


def _ratios(pixels: ByteArray) -> tuple[FloatArray, FloatArray]:
    """How red and how yellow each pixel is, however bright: logarithms of red to green and green to blue."""
    logs = np.log(pixels.astype(np.float32) + DARKNESS)
    red, yellow = logs[..., 0] - logs[..., 1], logs[..., 1] - logs[..., 2]
    return cv2.medianBlur(red, _MEDIAN_PX), cv2.medianBlur(yellow, _MEDIAN_PX)


def _most_common(colors: list[tuple[float, float]]) -> FloatArray:
    """The colour that most of `colors` share, (2,); those that skin can have count more."""
    scaled = np.array(colors) / (_SAME_RED, _SAME_YELLOW)
    away = np.linalg.norm(scaled[:, None] - scaled[None], axis=-1)
    support = np.exp(-(away**2) / 2).sum(1)
    support *= [1.0 if _is_usual(*color) else _UNUSUAL_WEIGHT for color in colors]
    alike = away[int(np.argmax(support))] < _ALIKE
    return np.median(np.array(colors)[alike], axis=0)


def _is_usual(red: float, yellow: float) -> bool:
    return _USUAL_RED[0] < red < _USUAL_RED[1] and _USUAL_YELLOW[0] < yellow < _USUAL_YELLOW[1]


def _large_pieces(foreign: BoolArray, features: BoolArray) -> BoolArray:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_PIECE_PX, _PIECE_PX))
    opened = cv2.morphologyEx(foreign.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    count, pieces = cv2.connectedComponents(opened)
    area = np.bincount(pieces.ravel(), minlength=count)
    outside = np.bincount(pieces.ravel(), weights=(~features).ravel(), minlength=count)
    kept = (outside > area / 2) & (area > _LEAST_AREA_PX)
    kept[0] = False
    return kept[pieces]
