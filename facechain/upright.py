"""Which way up a photo is, judged by the faces found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import opencv as cv2
from .face_choice import confidence
from .faces import Face
from .geometry import Box, ByteArray, Landmarks, Similarity, Size
from .interfaces import FaceAnalyzer

CONVINCING_CLARITY = 0.8
"""Clarity from which no other way up is tried. Clear upright faces reach 0.85 to 0.98, what looks like a face
in a photo that lies reaches 0.75."""
QUARTERS = (1, 3, 2)
"""Quarter turns to try: lying photos are far more common than photos upside down."""
SEARCH_PX = 1280
"""Longer side of the copy that is turned; detectors see no more of a photo than that."""


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
    unturned = _turned_faces(analyzer, image, 0)
    clearest = clarity(unturned.faces)
    if clearest >= CONVINCING_CLARITY:
        return unturned
    small, best = _search_copy(image), 0
    for quarters in QUARTERS:
        seen = clarity(_turned_faces(analyzer, small, quarters).faces)
        if seen > clearest:
            best, clearest = quarters, seen
        if clearest >= CONVINCING_CLARITY:
            break
    return _turned_faces(analyzer, image, best) if best else unturned


def clarity(faces: Sequence[Face]) -> float:
    """How surely a picture with these `faces` is upright, 0..1.

    The best confidence of a face within 45 degrees of upright, times the share of confidence that is in
    such faces: people who lie make the detector see some pattern between them as an upright face.
    """
    upright = [confidence(face) for face in faces if abs(face.landmarks.roll_deg) <= 45]
    return max(upright) * sum(upright) / sum(map(confidence, faces)) if upright else 0.0


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


def given_upright(image: ByteArray, faces: tuple[Face, ...]) -> UprightFaces:
    """`image` as it is, with `faces` that somebody else has found in it."""
    return UprightFaces(image, faces, quarter_turn(Size.of(image), 0))


def _turned_faces(analyzer: FaceAnalyzer, image: ByteArray, quarters: int) -> UprightFaces:
    turned = _turned(image, quarters)
    return UprightFaces(turned, analyzer.detect(turned), quarter_turn(Size.of(image), quarters).inverse())


def _turned(image: ByteArray, quarters: int) -> ByteArray:
    if not quarters:
        return image
    # A third of the time of numpy.rot90 and a copy.
    ways = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
    return np.asarray(cv2.rotate(image, ways[quarters]), dtype=np.uint8)


def _search_copy(image: ByteArray) -> ByteArray:
    size = Size.of(image)
    scale = SEARCH_PX / max(size.width, size.height)
    if scale >= 1:
        return image
    small = (max(round(size.width * scale), 1), max(round(size.height * scale), 1))
    return np.asarray(cv2.resize(image, small, interpolation=cv2.INTER_AREA), dtype=np.uint8)
