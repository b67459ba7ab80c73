"""468 points of a face by MediaPipe FaceMesh, and what is derived from them.

Paper: Kartynnik et al. 2019, Real-time Facial Surface Geometry. Weights: Apache-2.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..geometry import Box, ByteArray, FloatArray, Landmarks, Similarity, Size
from .sampling import cut_out
from .tflite import THREADS, TfliteGraph

INPUT_PX = 192
POINTS = 468
ROI_OVER_FACE = 1.5
"""Side of the region over the longer side of the face box."""

_EYES = ((33, 133, 159, 145), (263, 362, 386, 374))
"""Corners and lids of the image-left and image-right eye; their mean is the eye's centre."""
_NOSE_TIP, _MOUTH_CORNERS = 1, (61, 291)
_OUTER_EYE_CORNERS = (33, 263)


@dataclass(frozen=True, slots=True)
class Region:
    """A square of the photo, turned with the face."""

    center: tuple[float, float]
    side: float
    roll_rad: float
    """Clockwise angle of the eye line."""

    def to_input(self, input_px: int = INPUT_PX) -> Similarity:
        """Photo pixels -> pixels of a square input; 192 px is that of the mesh."""
        scale = input_px / self.side
        cos, sin = scale * math.cos(self.roll_rad), scale * math.sin(self.roll_rad)
        linear = np.array([[cos, sin], [-sin, cos]])
        middle = (input_px - 1) / 2
        return Similarity(np.column_stack([linear, middle - linear @ self.center]))


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """The face in one region."""

    points: FloatArray
    """float32 (468, 3): x and y in pixels of the photo, z in the same unit, smaller is nearer."""
    presence: float
    """Confidence that the region shows a face, 0..1."""


class FaceMesh:
    """The mesh model. One instance may serve several threads."""

    def __init__(self, file: Path) -> None:
        self._graph = TfliteGraph(file, copies=THREADS)

    def locate(self, image: ByteArray, region: Region) -> Mesh:
        """The face of `region`; there are always points, only `presence` says whether they mean anything."""
        to_input = region.to_input()
        pixels = cut_out(image, to_input, Size(INPUT_PX, INPUT_PX))
        values, logit = self._graph.run(pixels / np.float32(255), POINTS * 3, 1)
        points = values.reshape(POINTS, 3).astype(np.float64)
        # The graph counts from the corner of the first pixel, a Similarity from its centre.
        flat = to_input.inverse().apply(points[:, :2] - 0.5)
        depth = points[:, 2:] / to_input.scale
        presence = 1 / (1 + math.exp(-max(-60.0, min(60.0, float(logit[0])))))
        return Mesh(np.hstack([flat, depth]).astype(np.float32), presence)


def region_of_box(box: Box, left_eye: FloatArray, right_eye: FloatArray) -> Region:
    """Region around a detected `box`, upright along the line between the two eyes (x, y)."""
    return Region(box.center, ROI_OVER_FACE * max(box.width, box.height), _angle(left_eye, right_eye))


def region_of_mesh(points: FloatArray) -> Region:
    """Region around a mesh (468, 3), from which the model sees the face once more and sharper."""
    flat = points[:, :2].astype(np.float64)
    roll = _angle(*flat[list(_OUTER_EYE_CORNERS)])
    turn = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    upright = flat @ turn.T
    low, high = upright.min(0), upright.max(0)
    x, y = (low + high) / 2 @ turn
    return Region((float(x), float(y)), ROI_OVER_FACE * float((high - low).max()), roll)


def face_box(points: FloatArray) -> Box:
    """Smallest upright box around a mesh (468, 3)."""
    (x1, y1), (x2, y2) = points[:, :2].min(0), points[:, :2].max(0)
    return Box(float(x1), float(y1), float(x2), float(y2))


def five_landmarks(points: FloatArray) -> Landmarks:
    """The alignment points of a mesh (468, 3)."""
    flat = points[:, :2]
    eyes = [flat[list(eye)].mean(0) for eye in _EYES]
    return Landmarks(np.stack([*eyes, flat[_NOSE_TIP], *flat[list(_MOUTH_CORNERS)]]))


def _angle(left: FloatArray, right: FloatArray) -> float:
    x, y = right - left
    return math.atan2(float(y), float(x))
