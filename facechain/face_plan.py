"""Where the parts of a face lie in its ArcFace crop, by its five landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .crops import ARCFACE_SIDE_PX
from .geometry import BoolArray, FloatArray, Landmarks

BROWS, CHEEKS, NOSE_BASE = -0.22, 0.35, 0.62
"""Heights of a frontal face, from the eyes (0) to the mouth (1)."""

_OVAL, _OVAL_MIDDLE = (0.85, 1.2), 0.4
"""Half width, half height and middle of a face, a little within its outline: hair and background begin there."""
_EYE_AND_BROW, _LIPS = (0.27, 0.21), (0.53, 0.24)
"""Half width and half height."""
_BROW_SHIFT = -0.1
_SKIN = (
    *((0.0, -0.45), (0.0, -0.12), (0.0, 0.2), (-0.5, 0.42), (0.5, 0.42)),
    *((0.0, 0.5), (-0.62, 0.85), (0.62, 0.85), (0.0, 1.42)),
)
"""Forehead, root and back of the nose, cheeks, tip of the nose, lower cheeks, chin: (aside, height)."""
_SKIN_PX = 4.0

_pixels = np.indices((ARCFACE_SIDE_PX, ARCFACE_SIDE_PX))[::-1].astype(np.float64)
"""Column and row of each pixel."""


@dataclass(frozen=True, slots=True, eq=False)
class FacePlan:
    """The parts of one face. Arrays are (112, 112); x and y are pixels of the crop."""

    eyes: FloatArray
    """(2, 2), image-left first."""
    mouth: FloatArray
    """(2, 2), its corners."""
    aside: FloatArray
    """Distance of each pixel from the midline in eye distances, positive to image-right."""
    height: FloatArray
    """Of each pixel: 0 at the eyes, 1 at the mouth."""

    @staticmethod
    def of(landmarks: Landmarks) -> FacePlan:
        """The plan of the face with `landmarks` in pixels of the crop."""
        points = landmarks.points.astype(np.float64)
        eyes, mouth = points[:2], points[3:]
        to_face = np.linalg.pinv(np.column_stack([eyes[1] - eyes[0], mouth.mean(0) - eyes.mean(0)]))
        aside, height = np.tensordot(to_face, _pixels - eyes.mean(0)[:, None, None], 1)
        return FacePlan(eyes, mouth, aside, height)

    @property
    def across(self) -> FloatArray:
        """From eye to eye, (x, y)."""
        return self.eyes[1] - self.eyes[0]

    @property
    def down(self) -> FloatArray:
        """From between the eyes to the middle of the mouth, (x, y)."""
        return self.mouth.mean(0) - self.eyes.mean(0)

    def inside(self) -> BoolArray:
        """True on the face between brows and chin, without its rim."""
        return (self.height > BROWS) & self._oval(0.0, _OVAL_MIDDLE, _OVAL)

    def features(self) -> BoolArray:
        """True on eyes, brows and lips, which have colours of their own."""
        eyes = self._oval(-0.5, _BROW_SHIFT, _EYE_AND_BROW) | self._oval(0.5, _BROW_SHIFT, _EYE_AND_BROW)
        return eyes | self._oval(0.0, 1.0, _LIPS)

    def skin_spots(self) -> list[BoolArray]:
        """Nine spots, each True on a disc of skin if nothing covers it there; empty beyond the crop."""
        middle = self.eyes.mean(0)
        return [disc(middle + aside * self.across + height * self.down, _SKIN_PX) for aside, height in _SKIN]

    def _oval(self, aside: float, height: float, radii: tuple[float, float]) -> BoolArray:
        return ((self.aside - aside) / radii[0]) ** 2 + ((self.height - height) / radii[1]) ** 2 <= 1


def disc(center: FloatArray, radius: float, height: float | None = None) -> BoolArray:
    """True inside a circle, or an ellipse with the second radius, bool (112, 112)."""
    x, y = _pixels - center[:, None, None]
    return (x / radius) ** 2 + (y / (height or radius)) ** 2 <= 1
