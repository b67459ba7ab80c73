"""Which part of a head each pixel most likely shows, by place and by colours learned from this one picture."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from . import opencv as cv2
from .color_clusters import color_distance
from .geometry import BoolArray, FloatArray
from .hats import with_brim
from .head_frame import FACE_PX, HeadFrame
from .head_places import IMPOSSIBLE, Places, crown, on_ear
from .mesh_pose import IntArray
from .skin_color import SkinColor

SKIN_REACH = 2.5
"""Spreads that the skin of face and neck keeps to."""
BESIDE_REACH = 2.0
"""Spreads that ears and forehead keep to: grey and fair hair comes closer than this seldom."""
COLOR_REACH = 11.0
"""Lab distance at which a pixel no longer has the colour of a thing."""
_COLORS = 6
"""Of hair, and of clothes."""
_ROUNDS = 3
"""The first learns hair and clothes where they must be, the others where the one before is sure of them."""
_SURE = 0.5
"""Cost by which the best part is ahead of the next."""
_FAIR_SHARE, _FAIR_REACH = 0.55, 2.0
"""When more than this share of the hair is as near to the skin's colour as this, the hair is fair."""
_LEAST_SAMPLES, _LEAST_RENEWED = 0.02 * FACE_PX * FACE_PX, 0.01 * FACE_PX * FACE_PX
"""Pixels from which colours are learned at first, and later."""
_STRANGE_COST = 1.2
"""Of clothes: away from the head there are other people and things, of any colour."""


class Part(IntEnum):
    """What the costs are compared for."""

    SKIN = 0
    HAIR = 1
    NECK = 2
    CLOTHES = 3
    """And hats."""


def most_like(frame: HeadFrame, skin: SkinColor, hat: BoolArray) -> IntArray:
    """The Part of each pixel, (640, 680), as if all of the picture were this person.

    `skin` is the colour of the face; `hat` what is known to be one.
    """
    places, distance = Places.of(frame), skin.distance(frame.lab)
    hair, is_fair = _first_hair(frame, distance, hat)
    is_person = frame.person > 0.9
    clothes = is_person & ((frame.above(frame.heights.chin) < -0.4) & (distance > _FAIR_REACH) | hat)
    parts = np.zeros(hat.shape, int)
    for _ in range(_ROUNDS):
        costs = _costs(frame, skin, places, {Part.HAIR: hair, Part.CLOTHES: clothes})
        costs[Part.CLOTHES] -= IMPOSSIBLE * hat
        smooth = np.stack([_smooth(frame, cost) for cost in costs])
        parts = np.argmin(smooth, axis=0)
        is_sure = is_person & (_lead(smooth) > _SURE)
        hair = _enough(is_sure & (parts == Part.HAIR) & ~hat & (is_fair | (distance > _FAIR_REACH)), hair)
        clothes = _enough(is_sure & (parts == Part.CLOTHES) | is_person & hat, clothes)
    return parts


def _first_hair(frame: HeadFrame, distance: FloatArray, hat: BoolArray) -> tuple[BoolArray, bool]:
    """Pixels that show hair on most heads, and whether that hair is fair as the skin."""
    beyond, is_other = frame.beyond, distance > _FAIR_REACH
    over_brows = (frame.above(frame.heights.brows) > 0) & ~hat
    hair = over_brows & (frame.person > 0.85) & (beyond > 0.18) & (beyond < 0.4)
    if hair.sum() < _LEAST_SAMPLES:  # cropped short, or bald
        hair = over_brows & (frame.person > 0.85) & (beyond > 0.05) & (beyond < 0.4) & is_other
    if hair.sum() < _LEAST_SAMPLES:  # bald, or under a hat
        beside = (frame.above(frame.heights.mouth) > -0.15) & (frame.aside > 0.38) & ~on_ear(frame)
        hair = beside & ~with_brim(hat) & (frame.person > 0.8) & (beyond > 0) & (beyond < 0.3) & is_other
    is_fair = bool((~is_other[hair]).sum() > _FAIR_SHARE * hair.sum())
    return (hair if is_fair else hair & is_other), is_fair


def _costs(frame: HeadFrame, skin: SkinColor, places: Places, samples: dict[Part, BoolArray]) -> list[FloatArray]:
    """Cost of each Part per pixel, in the order of their numbers."""
    distance = skin.distance(frame.lab)
    # A neck lies in the shade of the chin: what is as light as a highlight is a collar.
    lightness = (frame.lab[..., 0] - skin.median[0]) / skin.spread[0]
    skin_reach = np.where(frame.oval > 0.5, SKIN_REACH, BESIDE_REACH)
    hair = color_distance(frame.lab, frame.lab[samples[Part.HAIR]], _COLORS) / COLOR_REACH
    clothes = color_distance(frame.lab, frame.lab[samples[Part.CLOTHES]], _COLORS) / COLOR_REACH
    at_head = np.maximum(1 - ((frame.beyond - 0.3) / 0.3).clip(0, 1), crown(frame))
    strange = _STRANGE_COST + IMPOSSIBLE * at_head
    return [
        (distance / skin_reach).clip(0, IMPOSSIBLE) + places.skin,
        hair.clip(0, IMPOSSIBLE) + places.hair,
        (distance / SKIN_REACH + (lightness - 1).clip(0, 2)).clip(0, 2 * IMPOSSIBLE) + places.neck,
        np.minimum(clothes, strange).clip(0, IMPOSSIBLE) + places.clothes,
    ]


def _lead(costs: FloatArray) -> FloatArray:
    """By how much the least of `costs` (count, height, width) is below the next, (height, width)."""
    first = second = np.full(costs.shape[1:], np.inf, np.float32)
    for cost in costs:
        first, second = np.minimum(first, cost), np.minimum(second, np.maximum(first, cost))
    return second - first


def _enough(found: BoolArray, before: BoolArray) -> BoolArray:
    return found if found.sum() >= _LEAST_RENEWED else before


def _smooth(frame: HeadFrame, cost: FloatArray) -> FloatArray:
    """`cost` evened within things and kept at their edges. Method: guided filter, He et al. 2010."""
    guide = frame.lab[..., 0] / 100

    def mean(values: FloatArray) -> FloatArray:
        return cv2.blur(values, (7, 7))

    cost = cost.astype(np.float32)
    mean_guide, mean_cost = mean(guide), mean(cost)
    slope = (mean(guide * cost) - mean_guide * mean_cost) / (mean(guide * guide) - mean_guide**2 + 1e-3)
    return mean(slope) * guide + mean(mean_cost - slope * mean_guide)
