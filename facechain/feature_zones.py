"""Where a face has its features, and which of them stay the target's because the two faces differ there."""

from __future__ import annotations

import math
from collections.abc import Set
from enum import Enum

import numpy as np

from . import opencv as cv2
from .fusion_mask import disc, eye_opening, filled, mouth_opening, softened
from .geometry import FloatArray, Size
from .mesh_pose import face_width
from .mesh_regions import (
    FOREHEAD_RING,
    IMAGE_LEFT_BROW,
    IMAGE_LEFT_EYE,
    IMAGE_RIGHT_BROW,
    IMAGE_RIGHT_EYE,
    INNER_LIPS,
    NOSE,
    OUTER_LIPS,
    UPPER_FACE,
)

TEETH_DIFFERENCE = 0.03
"""Of the mouth width. Beyond it what is between the lips stays the target's: the identity has no teeth to
give to an open mouth, and too many for a closed one."""
MOUTH_DIFFERENCE = 0.2
"""Of the mouth width. Beyond it the whole mouth stays: lips bent that far tear at the corners."""
EYES_RATIO = 1.5
"""One opening over the other, beyond which lids would be drawn over a pupil, or a pupil onto a lid."""
SEAM_RATIO = 0.03
"""Of the face width: thickness of the line around what is between the lips; the rim of foreign teeth is in it."""
_SOFT_RATIO = 0.015
"""Of the face width: how softly zones end."""


class Kept(Enum):
    """A part of the face that the target keeps. Values are stable codes."""

    TEETH = "teeth"
    MOUTH = "mouth"
    EYES = "eyes"


def differing_features(target: FloatArray, identity: FloatArray) -> frozenset[Kept]:
    """What the target keeps because one of two meshes (468, 3) has it open and the other closed."""
    kept = set()
    mouths = abs(mouth_opening(target) - mouth_opening(identity))
    if mouths > TEETH_DIFFERENCE:
        kept.add(Kept.MOUTH if mouths > MOUTH_DIFFERENCE else Kept.TEETH)
    if abs(math.log(max(eye_opening(target), 1e-6) / max(eye_opening(identity), 1e-6))) > math.log(EYES_RATIO):
        kept.add(Kept.EYES)
    return frozenset(kept)


def kept_zone(kept: Set[Kept], mesh: FloatArray, size: Size) -> FloatArray:
    """1 where the target stays, float32 (height, width)."""
    zones = {Kept.TEETH: _teeth, Kept.MOUTH: _mouth, Kept.EYES: _eyes}
    stays = np.zeros((size.height, size.width), np.float32)
    for part in kept:
        stays = np.maximum(stays, zones[part](mesh, size))
    return stays


def colored_zone(mesh: FloatArray, size: Size) -> FloatArray:
    """1 on eyes, brows and lips, which have colours of their own; float32 (height, width)."""
    rings = (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE, IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW, OUTER_LIPS)
    return _soft_zone(mesh, rings, size, 0.025)


def core_zone(mesh: FloatArray, size: Size) -> FloatArray:
    """1 between brows, nose and lips, where a face is told from another; float32 (height, width).

    Below the forehead: there a fringe may hang as low as the brows.
    """
    rings = (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE, IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW, NOSE, OUTER_LIPS)
    core = _soft_zone(mesh, (tuple(point for ring in rings for point in ring),), size, 0.0)
    return core * (1 - softened(forehead(mesh, size), _SOFT_RATIO * face_width(mesh)))


def forehead(mesh: FloatArray, size: Size) -> FloatArray:
    """1 above the brows, float32 (height, width)."""
    return filled(mesh[list(FOREHEAD_RING), :2], size)


def upper_face(mesh: FloatArray, size: Size) -> FloatArray:
    """1 above the level of the nose, where hair hangs into a face, float32 (height, width)."""
    return filled(mesh[list(UPPER_FACE), :2], size)


def _mouth(mesh: FloatArray, size: Size) -> FloatArray:
    return _soft_zone(mesh, (OUTER_LIPS,), size, 0.02)


def _eyes(mesh: FloatArray, size: Size) -> FloatArray:
    return _soft_zone(mesh, (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE), size, 0.035)


def _teeth(mesh: FloatArray, size: Size) -> FloatArray:
    width = face_width(mesh)
    ring = np.rint(mesh[list(INNER_LIPS), :2] * 16).astype(np.int32)
    inside = np.zeros((size.height, size.width), np.uint8)
    cv2.fillPoly(inside, [ring], 255, cv2.LINE_AA, 4)
    # The line gives closed lips, whose ring holds nothing, their seam.
    cv2.polylines(inside, [ring], True, 255, max(round(SEAM_RATIO * width), 1), cv2.LINE_AA, 4)
    return softened(inside.astype(np.float32) / 255, SEAM_RATIO * width / 2)


def _soft_zone(mesh: FloatArray, rings: tuple[tuple[int, ...], ...], size: Size, grow_ratio: float) -> FloatArray:
    """The hull of each ring, grown by a share of the face width."""
    width, zone = face_width(mesh), np.zeros((size.height, size.width), np.float32)
    for ring in rings:
        hull = cv2.convexHull(mesh[list(ring), :2].astype(np.float32))[:, 0]
        zone = np.maximum(zone, filled(hull, size))
    if grow_ratio:
        zone = cv2.dilate(zone, disc(grow_ratio * width))
    return softened(zone, _SOFT_RATIO * width)
