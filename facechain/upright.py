"""Which way up a photo is, judged by the faces found in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .faces import Face
from .geometry import Box, ByteArray, Landmarks, Similarity, Size
from .interfaces import FaceAnalyzer

CONVINCING_SCORE = 0.8
"""Detector score from which a photo counts as upright; below, the other three ways are tried too."""
QUARTERS = (1, 3, 2)
"""Quarter turns to try: lying photos are far more common than photos upside down."""


@dataclass(frozen=True, slots=True, eq=False)
class UprightFaces:
    """A photo turned by quarters until its faces are upright, and those faces."""

    image: ByteArray
    """The turned photo."""
    faces: tuple[Face, ...]
    """In pixels of the turned photo, as the analyzer gave them."""
    to_photo: Similarity
    """Turned pixels -> photo pixels."""


def find_upright_faces(analyzer: FaceAnalyzer, image: ByteArray) -> UprightFaces:
    """Faces of `image` in the quarter turn in which they are clearest; unturned when no turn is clearer."""
    best = _turned_faces(analyzer, image, 0)
    if _clarity(best) >= CONVINCING_SCORE:
        return best
    for quarters in QUARTERS:
        turned = _turned_faces(analyzer, image, quarters)
        if _clarity(turned) > _clarity(best):
            best = turned
    return best


def carry_face(face: Face, transform: Similarity) -> Face:
    """`face` in the pixels that `transform` leads to; its box is the upright one around the carried corners."""
    box = face.box
    corners = np.array([[x, y] for x in (box.x1, box.x2) for y in (box.y1, box.y2)])
    carried = transform.apply(corners)
    (x1, y1), (x2, y2) = carried.min(0), carried.max(0)
    mesh = face.mesh
    if mesh is not None:
        flat, depth = transform.apply(mesh[:, :2]), mesh[:, 2:] * transform.scale
        mesh = np.hstack([flat, depth]).astype(np.float32)
    carried_box = Box(float(x1), float(y1), float(x2), float(y2))
    landmarks = Landmarks(transform.apply(face.landmarks.points))
    contour = None if face.contour is None else transform.apply(face.contour).astype(np.float32)
    return replace(face, box=carried_box, landmarks=landmarks, mesh=mesh, contour=contour)


def quarter_turn(size: Size, quarters: int) -> Similarity:
    """Pixels of a photo of `size` -> pixels of `numpy.rot90(photo, quarters)`, anticlockwise."""
    x, y = size.width - 1.0, size.height - 1.0
    return Similarity(
        {
            0: np.array([[1, 0, 0], [0, 1, 0]]),
            1: np.array([[0, 1, 0], [-1, 0, x]]),
            2: np.array([[-1, 0, x], [0, -1, y]]),
            3: np.array([[0, -1, y], [1, 0, 0]]),
        }[quarters]
    )


def _turned_faces(analyzer: FaceAnalyzer, image: ByteArray, quarters: int) -> UprightFaces:
    turned = np.ascontiguousarray(np.rot90(image, quarters)) if quarters else image
    to_photo = quarter_turn(Size.of(image), quarters).inverse()
    return UprightFaces(turned, analyzer.detect(turned), to_photo)


def _clarity(found: UprightFaces) -> float:
    """Best score of a face within 45 degrees of upright; a sum would let two false faces beat a true one."""
    return max((face.score for face in found.faces if abs(face.landmarks.roll_deg) <= 45), default=0.0)
