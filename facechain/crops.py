"""Where a face lies in an aligned crop: the presets, and the transform from photo to crop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from .errors import DegenerateLandmarks
from .faces import Face
from .geometry import FloatArray, Similarity, Size, estimate_similarity


class CropPreset(Enum):
    """How much around the face a crop shows. Values are stable codes."""

    FACECHAIN = "facechain"
    """Head and shoulders for training: the face box is 30.4 % of the side."""
    FFHQ = "ffhq"
    """Head only, as face restorers expect it."""
    ARCFACE = "arcface"
    """Face without hair or chin, as recognition models expect it."""
    MARGIN = "margin"
    """The face box in the middle, with as much around it as is asked for."""


@dataclass(frozen=True, slots=True)
class FaceSquare:
    """A square of the photo, rotated with the face."""

    center: tuple[float, float]
    """(x, y) in photo pixels."""
    side: float
    """Photo pixels."""
    right: tuple[float, float]
    """Unit vector in the photo that points to the right in the crop."""

    def to_crop(self, side_px: int) -> Similarity:
        """The transform that carries this square onto a crop of `side_px`."""
        scale = side_px / self.side
        cosine, sine = self.right
        linear = scale * np.array([[cosine, sine], [-sine, cosine]])
        # Pixel centres lie at .0, so the middle of n pixels is (n - 1) / 2.
        shift = (side_px - 1) / 2 - linear @ np.array(self.center)
        return Similarity(np.column_stack([linear, shift]))


ARCFACE_POINTS = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
"""Pixels of a 112 px crop. Source: insightface, `face_align.py`, the template of all ArcFace training."""
ARCFACE_SIDE_PX = 112

FACE_RATIO = 0.35 / 1.15
"""Side of the face box over side of the crop. Source: FaceChain's training crop, 512 px and 1.15 slack."""
FACE_CENTER_Y = 0.5 / 1.15
"""Height of the face box's centre in the crop; horizontally it is in the middle. Same source."""


DEFAULT_MARGIN = 0.5
"""Shows a head with its hair and chin."""
LARGEST_MARGIN = 2.0
"""Beyond, a face is smaller than a fifth of its crop."""


def crop_transform(face: Face, preset: CropPreset, side_px: int, margin: float = DEFAULT_MARGIN) -> Similarity:
    """Photo pixels -> pixels of a square crop of `side_px`, upright, in one step.

    `margin` is what `CropPreset.MARGIN` leaves on every side of the face box, as a share of its longer side.
    Raises DegenerateLandmarks if the eyes coincide.
    """
    if preset is CropPreset.MARGIN:
        return _with_margin(face, margin, side_px)
    return _TRANSFORMS[preset](face, side_px)


def whole_transform(photo: Size, side_px: int) -> Similarity:
    """Photo pixels -> pixels of a square crop of `side_px` that shows the whole photo, unturned, in its middle."""
    center = np.array([(photo.width - 1) / 2, (photo.height - 1) / 2])
    return _square(center, max(photo.width, photo.height), np.array([1.0, 0.0])).to_crop(side_px)


def _with_margin(face: Face, margin: float, side_px: int) -> Similarity:
    side = (1 + 2 * margin) * max(face.box.width, face.box.height)
    return _square(np.array(face.box.center), side, _eye_direction(face)).to_crop(side_px)


def _facechain(face: Face, side_px: int) -> Similarity:
    """Eye line horizontal, face box of fixed size at a fixed place.

    The longer side of the box stays within 10 % when a head is rolled, its centre does not move; so the
    box of the photo serves without a second detection in a rotated picture.
    """
    right = _eye_direction(face)
    side = max(face.box.width, face.box.height) / FACE_RATIO
    center = np.array(face.box.center) + (0.5 - FACE_CENTER_Y) * side * _down(right)
    return _square(center, side, right).to_crop(side_px)


def _ffhq(face: Face, side_px: int) -> Similarity:
    """Square sized by the larger of eye distance and eye-mouth distance, so that a turned head keeps its size.

    Source: Karras et al. 2019, the published alignment rule of FFHQ.
    """
    points = face.landmarks.points.astype(np.float64)
    eyes, mouth = points[:2].mean(0), points[3:].mean(0)
    eye_line, to_mouth = points[1] - points[0], mouth - eyes
    across = eye_line - np.array([-to_mouth[1], to_mouth[0]])
    length = float(np.linalg.norm(across))
    if length < 1e-6:
        raise DegenerateLandmarks("All landmarks are at one point. The detector found no face here.")
    side = 2 * max(np.linalg.norm(eye_line) * 2.0, np.linalg.norm(to_mouth) * 1.8)
    return _square(eyes + 0.1 * to_mouth, float(side), across / length).to_crop(side_px)


def _arcface(face: Face, side_px: int) -> Similarity:
    """Least-squares fit of all five landmarks."""
    scale = side_px / ARCFACE_SIDE_PX
    return estimate_similarity(face.landmarks.points, (ARCFACE_POINTS + 0.5) * scale - 0.5)


def _eye_direction(face: Face) -> FloatArray:
    first, second = face.landmarks.points[:2].astype(np.float64)
    distance = np.linalg.norm(second - first)
    if distance < 1e-6:
        raise DegenerateLandmarks("Both eyes are at one point. Use a photo that shows both eyes.")
    return (second - first) / distance


def _down(right: FloatArray) -> FloatArray:
    return np.array([-right[1], right[0]])


def _square(center: FloatArray, side: float, right: FloatArray) -> FaceSquare:
    return FaceSquare((float(center[0]), float(center[1])), side, (float(right[0]), float(right[1])))


_TRANSFORMS: dict[CropPreset, Callable[[Face, int], Similarity]] = {
    CropPreset.FACECHAIN: _facechain,
    CropPreset.FFHQ: _ffhq,
    CropPreset.ARCFACE: _arcface,
}
