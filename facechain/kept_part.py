"""Which part of a parsed crop counts, and how far and how softly it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from . import opencv as cv2
from .face_light import smoothstep
from .geometry import BoolArray, FloatArray
from .head_mask import FACE, head_mask
from .parsing import REGIONS, FaceRegions, Region

_WISP_RATIO, _RIM_RATIO = 0.15, 0.02
"""Of the face: how far single hairs reach before the background, and the soft rim towards other regions."""
_SIGMAS_OF_A_RIM = 4
"""A step that is blurred has 95 % of its fall within so many sigmas."""

_NOWHERE_PX = 1e6


class KeptPart(Enum):
    """What counts, in the training loss and before the background. Values are stable codes."""

    HEAD = "head"
    """Face and hair, as FaceChain keeps them."""
    PERSON = "person"
    """With neck and clothes."""
    REGIONS = "regions"
    """Those that were chosen."""


def kept_share(regions: FaceRegions, keep: KeptPart, chosen: Sequence[Region]) -> FloatArray:
    """Share of what is kept at each pixel, float32 (height, width) 0..1; `chosen` counts for REGIONS only.

    Single hairs before the background belong to the part, its neighbours on the person do not.
    """
    if keep is KeptPart.PERSON:
        return regions.person.copy()
    if keep is KeptPart.HEAD:
        return _softened(head_mask(regions) > 0.5, regions)
    if Region.BACKGROUND in chosen:
        others = [region for region in REGIONS if region not in chosen]
        return 1 - _softened(regions.mask(*others) > 0, regions)
    return _softened(regions.mask(*chosen) > 0, regions)


def reshaped(share: FloatArray, *, grow_px: float, feather_px: float) -> FloatArray:
    """`share` (height, width) with its edge moved outwards by `grow_px`, inwards when negative, and blurred.

    The blurred edge falls over `feather_px`, half of it inside. The border of the picture is no edge.
    """
    if grow_px:
        moved = (_depth(share > 0.5) + grow_px + 0.5).clip(0, 1)
        share = np.maximum(share, moved) if grow_px > 0 else np.minimum(share, moved)
    if feather_px:
        sigma = feather_px / _SIGMAS_OF_A_RIM
        share = cv2.GaussianBlur(share, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return share.astype(np.float32)


def _softened(part: BoolArray, regions: FaceRegions) -> FloatArray:
    """1 on `part`, falling off around it: widely in the hair before the background, narrowly elsewhere."""
    side = float(np.sqrt(regions.mask(*FACE).sum()))
    behind = regions.mask(Region.BACKGROUND) > 0
    away, from_rest = _distance(part), _distance(~part & ~behind)
    # What is nearer to the rest of the person is its soft edge, no hair.
    reach = np.where(behind & (away < from_rest), _WISP_RATIO, _RIM_RATIO) * max(side, 1.0)
    return (smoothstep(1 - away / reach) * regions.person).astype(np.float32)


def _depth(part: BoolArray) -> FloatArray:
    """Pixels from each pixel's centre to the edge of `part`, negative outside of it."""
    return np.where(part, _distance(~part) - 0.5, 0.5 - _distance(part))


def _distance(part: BoolArray) -> FloatArray:
    """Pixels from each pixel to the nearest of `part`; very many when there is none."""
    # OpenCV says infinity by the largest float, with which nothing can be calculated.
    return np.minimum(cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, 5), _NOWHERE_PX)
