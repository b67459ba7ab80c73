"""The same face in a changed picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .faces import Face
from .geometry import Box, ByteArray, FloatArray
from .interfaces import FaceAnalyzer

_LEAST_OVERLAP = 0.5
"""Of the smaller box: two faces cheek to cheek overlap by less."""


def find_again(analyzer: FaceAnalyzer, image: ByteArray, expected: Box) -> Face | None:
    """The face with a mesh that lies most nearly where `expected` does; None if none overlaps it by half."""
    return _nearest([face for face in analyzer.detect(image) if face.mesh is not None], expected)


def nearest_face(analyzer: FaceAnalyzer, image: ByteArray, expected: Box) -> Face | None:
    """The face that lies most nearly where `expected` does, mesh or not; None if none overlaps it by half."""
    return _nearest(analyzer.detect(image), expected)


def landmark_ways(found: Face, known: Face) -> FloatArray:
    """How far each of the five landmarks of `found` lies off that of `known`, (5,), of the eye distance of `known`."""
    ways = np.linalg.norm(found.landmarks.points - known.landmarks.points, axis=1)
    return ways / known.landmarks.eye_distance


def _nearest(faces: Sequence[Face], expected: Box) -> Face | None:
    center = np.array(expected.center)
    near = [face for face in faces if face.box.overlap_over_smaller(expected) > _LEAST_OVERLAP]
    return min(near, key=lambda face: float(np.linalg.norm(center - face.box.center)), default=None)
