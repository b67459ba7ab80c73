"""Where a fused face may replace the target: inside the oval, on bare skin, and only what the identity shows."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .face_light import smoothstep
from .geometry import FloatArray, Size
from .mesh_pose import face_width, facing
from .mesh_regions import EYELIDS, LOWER_LIP, MOUTH_CORNERS, UPPER_LIP
from .mesh_warp import MeshRaster

FEATHER_RATIO = 0.08
"""Of the face width: how wide the rim is in which both faces mix."""
SPECK_RATIO = 0.01
"""Of the face width: narrower things on skin, folds and pores, are skin."""
CLEARANCE_RATIO = (0.01, 0.05)
"""Of the face width: how near to what is no skin the identity ends, and from where on it is whole."""
COVERED_RATIO = 0.015
"""Of the squared face width: a smaller thing that is no skin is a mole or a reflection, not a hand."""
SEAM_RATIO = 0.04
"""Of the face width: how softly one side of the identity passes into the other."""
_HIDDEN_FROM, _HIDDEN_OVER = 0.25, 0.35
"""How much less than the target the identity's skin may face the viewer, and where it counts as hidden."""


def filled(points: FloatArray, size: Size) -> FloatArray:
    """1 inside the polygon `points` (n, 2), 0 outside, soft on the edge; float32 (height, width)."""
    mask = np.zeros((size.height, size.width), np.uint8)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def softened(mask: FloatArray, sigma: float) -> FloatArray:
    """`mask` (height, width) blurred by at least half a pixel, float32."""
    return cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(sigma, 0.5))


def disc(radius: float) -> FloatArray:
    """Kernel that grows or shrinks a mask by `radius` px, at least one."""
    side = 2 * max(round(radius), 1) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))


def rim(target: MeshRaster) -> FloatArray:
    """1 inside the face, falling to exactly 0 at the outline that the picture shows; float32 (height, width)."""
    # The mesh ends at the face's oval; of a turned head it shows the outline, which the oval does not.
    depth = cv2.distanceTransform((target.seen >= 0).astype(np.uint8), cv2.DIST_L2, 5)
    return smoothstep(depth / face_width(target.mesh) / FEATHER_RATIO).astype(np.float32)


def bare(skin: FloatArray, width: float) -> FloatArray:
    """1 on skin clear of hair, hats and rims, 0 on them and near them; float32 (height, width).

    `skin` (height, width) 0..1. A fringe has skin-coloured gaps, so the clearance is wider than a speck.
    """
    other = cv2.morphologyEx((skin <= 0.5).astype(np.uint8), cv2.MORPH_OPEN, disc(SPECK_RATIO * width))
    clearance = cv2.distanceTransform(1 - other, cv2.DIST_L2, 5) / width
    nearest, farthest = CLEARANCE_RATIO
    return softened(smoothstep((clearance - nearest) / (farthest - nearest)), SPECK_RATIO * width)


def covered(skin: FloatArray, features: FloatArray, width: float) -> FloatArray:
    """1 where something lies over the face, a hand, a microphone or hair; float32 (height, width).

    A connected patch that is no `skin` and mostly no feature; both (height, width) 0..1 on the face.
    """
    other = cv2.morphologyEx((skin <= 0.5).astype(np.uint8), cv2.MORPH_OPEN, disc(2 * SPECK_RATIO * width))
    count, labels = cv2.connectedComponents(other)
    inside = labels.ravel()
    area = np.bincount(inside, minlength=count)
    foreign = np.bincount(inside, weights=(features < 0.5).ravel(), minlength=count)
    lies_over = (foreign > area / 2) & (foreign > COVERED_RATIO * width**2)
    lies_over[0] = False
    patch = cv2.dilate(lies_over[labels].astype(np.uint8), disc(2 * SPECK_RATIO * width))
    return softened(patch, SPECK_RATIO * width)


def shown_by(identity: FloatArray, target: MeshRaster) -> FloatArray:
    """1 where the identity's photo shows this part of the face, 0 where it is turned away in it.

    float32 (height, width), 0 outside the face. `identity` is its mesh (468, 3).
    """
    lost = facing(target.mesh, target.triangles) - facing(identity, target.triangles)
    shown = target.spread(smoothstep(1 - (lost - _HIDDEN_FROM) / _HIDDEN_OVER))
    return softened(shown, SEAM_RATIO * face_width(target.mesh)).clip(0, 1)


def mouth_opening(mesh: FloatArray) -> float:
    """Gap between the lips over the width of the mouth; 0 closed, about 0.15 with teeth shown."""
    left, right = MOUTH_CORNERS
    return _between(mesh[:, :2], UPPER_LIP, LOWER_LIP) / max(_between(mesh[:, :2], left, right), 1e-6)


def eye_opening(mesh: FloatArray) -> float:
    """Gap between the lids over the width of the eye, mean of both; about 0.2 closed, 0.35 wide open."""
    return float(
        np.mean(
            [
                _between(mesh, upper, lower) / max(_between(mesh, outer, inner), 1e-6)
                for upper, lower, outer, inner in EYELIDS
            ]
        )
    )


def _between(points: FloatArray, first: int, second: int) -> float:
    return float(np.linalg.norm(points[first] - points[second]))
