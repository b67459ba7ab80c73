"""Where a fused face replaces the target: inside the oval, on skin, and only what the identity shows."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .face_light import smoothstep
from .geometry import FloatArray, Size
from .mesh_pose import face_width, facing
from .mesh_regions import FOREHEAD_RING, INNER_LIPS, LOWER_LIP, MOUTH_CORNERS, UPPER_LIP
from .mesh_warp import MeshRaster

FEATHER_RATIO = 0.08
"""Of the face width: how wide the rim is in which both faces mix."""
OPENING_DIFFERENCE = 0.08
"""Of the mouth width. Beyond it what is between the lips stays the target's: the identity has no teeth to
give to an open mouth, and too many for a closed one."""
SEAM_RATIO = 0.02
"""Of the face width: thickness of the line between closed lips."""
CLEARANCE_RATIO = 0.04
"""Of the face width: how far the forehead keeps away from what is no skin. A fringe has skin-coloured strands."""
_HIDDEN_FROM, _HIDDEN_OVER = 0.25, 0.35
"""How much less than the target the identity's skin may face the viewer, and where it counts as hidden."""


def filled(points: FloatArray, size: Size) -> FloatArray:
    """1 inside the polygon `points` (n, 2), 0 outside, soft on the edge; float32 (height, width)."""
    mask = np.zeros((size.height, size.width), np.uint8)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def fusion_mask(target: MeshRaster, identity: FloatArray, both_skin: FloatArray) -> FloatArray:
    """Share of the identity at each pixel, float32 (height, width) 0..1, exactly 0 outside the face.

    `identity` is its mesh (468, 3); `both_skin` (height, width) says where both faces show skin.
    The forehead is taken only there, so that neither fringe nor hat is cut or copied.
    """
    size, width = Size.of(target.seen), face_width(target.mesh)
    # The mesh ends at the face's oval; of a turned head it shows the outline, which the oval does not.
    depth = cv2.distanceTransform((target.seen >= 0).astype(np.uint8), cv2.DIST_L2, 5)
    mask = smoothstep(depth / width / FEATHER_RATIO)
    mask *= 1 - _soft(filled(target.mesh[list(FOREHEAD_RING), :2], size), 0.02 * width) * (1 - _bare(both_skin, width))
    if abs(mouth_opening(target.mesh) - mouth_opening(identity)) > OPENING_DIFFERENCE:
        mask *= 1 - _between_lips(target.mesh, size, width)
    return mask.clip(0, 1).astype(np.float32)


def shown_by(identity: FloatArray, target: MeshRaster) -> FloatArray:
    """1 where the identity's photo shows this part of the face, 0 where it is turned away in it.

    float32 (height, width), 0 outside the face. `identity` is its mesh (468, 3).
    """
    lost = facing(target.mesh, target.triangles) - facing(identity, target.triangles)
    return _soft(target.spread(smoothstep(1 - (lost - _HIDDEN_FROM) / _HIDDEN_OVER)), 0.02 * face_width(target.mesh))


def mouth_opening(mesh: FloatArray) -> float:
    """Gap between the lips over the width of the mouth; 0 closed, about 0.15 with teeth shown."""
    gap = np.linalg.norm(mesh[UPPER_LIP, :2] - mesh[LOWER_LIP, :2])
    left, right = (mesh[corner, :2] for corner in MOUTH_CORNERS)
    return float(gap / max(float(np.linalg.norm(right - left)), 1e-6))


def _between_lips(mesh: FloatArray, size: Size, width: float) -> FloatArray:
    ring = np.rint(mesh[list(INNER_LIPS), :2] * 16).astype(np.int32)
    inside = np.zeros((size.height, size.width), np.uint8)
    cv2.fillPoly(inside, [ring], 255, cv2.LINE_AA, 4)
    # The line gives closed lips, whose ring holds nothing, their seam.
    cv2.polylines(inside, [ring], True, 255, max(round(SEAM_RATIO * width), 1), cv2.LINE_AA, 4)
    return _soft(inside.astype(np.float32) / 255, SEAM_RATIO * width / 2)


def _bare(both_skin: FloatArray, width: float) -> FloatArray:
    clearance = cv2.distanceTransform((both_skin > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    return _soft(clearance > CLEARANCE_RATIO * width, CLEARANCE_RATIO / 2 * width)


def _soft(mask: FloatArray, sigma: float) -> FloatArray:
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(sigma, 0.5))
