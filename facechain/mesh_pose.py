"""How a head is turned, told from its 468-point mesh."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .geometry import FloatArray
from .mesh_regions import CHIN, FOREHEAD, IMAGE_LEFT_CHEEK, IMAGE_RIGHT_CHEEK

IntArray = npt.NDArray[np.integer]

SIMILAR_TURN_DEG = 8.0
"""Turns that differ by less than this fit equally well; then the better photo decides."""


def face_width(mesh: FloatArray) -> float:
    """Distance from cheek to cheek in the mesh's unit, the same however the head is turned."""
    return float(np.linalg.norm(mesh[IMAGE_RIGHT_CHEEK] - mesh[IMAGE_LEFT_CHEEK]))


def head_axes(mesh: FloatArray) -> FloatArray:
    """Unit vectors (3, 3), rows: the head's image-right, its down, and its back (away from the viewer)."""
    points = mesh.astype(np.float64)
    right = points[IMAGE_RIGHT_CHEEK] - points[IMAGE_LEFT_CHEEK]
    right /= np.linalg.norm(right)
    down = points[CHIN] - points[FOREHEAD]
    down -= (down @ right) * right
    down /= np.linalg.norm(down)
    return np.stack([right, down, np.cross(right, down)])


def turn_between(first: FloatArray, second: FloatArray) -> float:
    """Degrees between the directions that two heads look to; a head tilted to its shoulder looks the same way."""
    cosine = float(head_axes(first)[2] @ head_axes(second)[2])
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def nearest_in_pose(mesh: FloatArray, candidates: Sequence[FloatArray]) -> int:
    """Index of the candidate mesh that is turned most like `mesh`; of nearly equal ones the first."""
    turns = [turn_between(mesh, candidate) for candidate in candidates]
    return next(index for index, turn in enumerate(turns) if turn <= min(turns) + SIMILAR_TURN_DEG)


def facing(mesh: FloatArray, triangles: IntArray) -> FloatArray:
    """Per point how much the surface looks at the viewer: 1 straight, 0 edge-on, below 0 from behind.

    `triangles` (n, 3) are point indices, any orientation, of a mesh (468, 3).
    """
    points = mesh.astype(np.float64)
    first, second, third = (points[triangles[:, corner]] for corner in range(3))
    normals = np.cross(second - first, third - first)
    # All normals look out of the head, whatever the order of the corners.
    away = (first + second + third) / 3 - points.mean(0) - 0.3 * face_width(mesh) * head_axes(mesh)[2]
    normals *= np.sign((normals * away).sum(1, keepdims=True))
    at_points = np.zeros_like(points)
    for corner in range(3):
        np.add.at(at_points, triangles[:, corner], normals)
    return -at_points[:, 2] / np.maximum(np.linalg.norm(at_points, axis=1), 1e-12)
