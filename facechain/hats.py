"""A dark hat over the forehead, told from dark hair."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import BoolArray, FloatArray
from .head_frame import HeadFrame
from .skin_color import SkinColor

BLACKEST_HAIR = 0.1
"""Of the skin's lightness: felt and cloth get darker, hair shines."""
_LIGHTER_BELOW = 6.0
"""Times lighter than the hat: the hair that shows under its brim."""
_OTHER = 2.5
"""Spreads from the skin's colour."""
_BRIM_PX = 9
"""Blurred edge of a hat on skin, which has the colour of brown hair."""


def hat_pixels(frame: HeadFrame, skin: SkinColor, distance: FloatArray) -> BoolArray:
    """True on a black hat with all that is on it, bool; nowhere when there is none, or one of another colour.

    `distance` is that of each pixel to `skin`. A hat is believed only where what lies above the
    forehead is darker than any hair, and what lies beside the eyes is not.
    """
    none = np.zeros(frame.oval.shape, bool)
    heights, is_person = frame.heights, frame.person > 0.5
    crown = (frame.above(heights.top) > 0) & (frame.above(heights.top) < 0.3) & (frame.aside < 0.45)
    crown &= (frame.person > 0.85) & (distance > _OTHER)
    below = (frame.oval < 0.5) & (frame.beyond < 0.15) & (frame.above(heights.brows) < 0)
    below &= (frame.above(heights.nose) > -0.05) & (frame.person > 0.7) & (distance > _OTHER)
    if crown.sum() < 400 or below.sum() < 30:
        return none
    lightness = float(np.median(frame.lab[crown][:, 0]))
    shows_hair = np.percentile(frame.lab[below][:, 0], 65) > _LIGHTER_BELOW * lightness
    if lightness > BLACKEST_HAIR * skin.median[0] or not shows_hair:
        return none
    may_be = (frame.above(heights.brows) > -0.05) | ((frame.oval < 0.5) & (frame.above(heights.nose) > 0))
    black = is_person & (frame.lab[..., 0] < 0.25 * skin.median[0]) & may_be
    _, pieces = cv2.connectedComponents(black.astype(np.uint8))
    hat = pieces == np.bincount(pieces[crown & black]).argmax()
    hat = cv2.morphologyEx(hat.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)) > 0
    over_brim = np.cumsum(hat[::-1], axis=0)[::-1] > 0
    return hat | (
        over_brim & is_person & (frame.above(heights.brows) > 0) & ~((frame.oval > 0.5) & (distance < _OTHER))
    )


def with_brim(hat: BoolArray) -> BoolArray:
    """`hat` with its blurred edge."""
    return cv2.dilate(hat.astype(np.uint8), np.ones((_BRIM_PX, _BRIM_PX), np.uint8)) > 0


def beside_hat(frame: HeadFrame, hat: BoolArray) -> BoolArray:
    """True above the brows where the hat lies between a pixel and the middle of the head, bool."""
    middle = round(frame.middle)
    outwards = np.logical_or.accumulate
    left, right = outwards(hat[:, :middle][:, ::-1], axis=1)[:, ::-1], outwards(hat[:, middle:], axis=1)
    return np.hstack([left, right]) & (frame.above(frame.heights.brows) > 0)
