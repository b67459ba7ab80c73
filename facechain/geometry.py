"""Sizes, boxes, landmarks and similarity transforms, in pixels: x right, y down, pixel centres at .0."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .errors import DegenerateLandmarks, InvalidSetting

FloatArray = npt.NDArray[np.floating]
ByteArray = npt.NDArray[np.uint8]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, both positive. Arrays are (height, width) and say so."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise InvalidSetting(f"Size {self.width}x{self.height} is empty. Use at least 1x1 px.")

    @staticmethod
    def of(pixels: npt.NDArray) -> Size:
        """Size of an image array (height, width, ...)."""
        return Size(int(pixels.shape[1]), int(pixels.shape[0]))


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned rectangle, half-open, `x1 < x2` and `y1 < y2`. May leave the photo."""

    x1: float
    y1: float
    x2: float
    y2: float

    def __post_init__(self) -> None:
        if not (self.x1 < self.x2 and self.y1 < self.y2):
            raise InvalidSetting(f"Box ({self.x1}, {self.y1}, {self.x2}, {self.y2}) is empty.")

    @property
    def width(self) -> float:
        """Horizontal side in pixels."""
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        """Vertical side in pixels."""
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def center(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return (self.x1 + self.x2) / 2, (self.y1 + self.y2) / 2

    def clipped(self, size: Size) -> Box:
        """The part inside a photo of `size`. Raises InvalidSetting if nothing is inside."""
        return Box(max(self.x1, 0), max(self.y1, 0), min(self.x2, size.width), min(self.y2, size.height))

    def overlap_over_smaller(self, other: Box) -> float:
        """Intersection divided by the smaller area, 0..1: 1 when one box contains the other."""
        width = min(self.x2, other.x2) - max(self.x1, other.x1)
        height = min(self.y2, other.y2) - max(self.y1, other.y1)
        return max(width, 0) * max(height, 0) / min(self.area, other.area)


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """The five facial points used for alignment."""

    points: FloatArray
    """Pixels of the upright photo, float32 (5, 2): image-left eye, image-right eye, nose tip,
    image-left and image-right mouth corner (ArcFace order). Read-only."""

    def __post_init__(self) -> None:
        points = np.array(self.points, dtype=np.float32)
        if points.shape != (5, 2):
            raise InvalidSetting(f"Landmarks need shape (5, 2), got {points.shape}.")
        points.setflags(write=False)
        object.__setattr__(self, "points", points)

    @property
    def eye_distance(self) -> float:
        """Pixels between the two eye points."""
        return float(np.linalg.norm(self.points[1] - self.points[0]))

    @property
    def roll_deg(self) -> float:
        """Angle of the eye line in degrees, clockwise positive (y down); 0 is upright."""
        x, y = self.points[1] - self.points[0]
        return math.degrees(math.atan2(float(y), float(x)))


@dataclass(frozen=True, slots=True, eq=False)
class Similarity:
    """Rotation, uniform scale and shift."""

    matrix: FloatArray
    """float64 (2, 3), maps (x, y, 1) of the source to (x, y) of the destination. Read-only."""

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64)
        matrix.setflags(write=False)
        object.__setattr__(self, "matrix", matrix)

    @property
    def scale(self) -> float:
        """Destination pixels per source pixel."""
        return float(np.hypot(self.matrix[0, 0], self.matrix[1, 0]))

    def apply(self, points: FloatArray) -> FloatArray:
        """`points` (n, 2) carried to the destination, float64 (n, 2)."""
        return points.astype(np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]

    def inverse(self) -> Similarity:
        """The transform that undoes this one."""
        linear = np.linalg.inv(self.matrix[:, :2])
        return Similarity(np.column_stack([linear, -linear @ self.matrix[:, 2]]))

    def then(self, other: Similarity) -> Similarity:
        """This transform first, `other` second."""
        linear = other.matrix[:, :2] @ self.matrix[:, :2]
        shift = other.matrix[:, :2] @ self.matrix[:, 2] + other.matrix[:, 2]
        return Similarity(np.column_stack([linear, shift]))


def estimate_similarity(points: FloatArray, template: FloatArray) -> Similarity:
    """Least-squares similarity that carries `points` onto `template`, both (n, 2), n >= 2.

    Rotation, uniform scale and shift; never a mirror image. Solved in float64.

    Raises DegenerateLandmarks if the points coincide.
    Source: Umeyama 1991, eq. 40-43.
    """
    source, target = points.astype(np.float64), template.astype(np.float64)
    source_mean, target_mean = source.mean(0), target.mean(0)
    source, target = source - source_mean, target - target_mean
    variance = (source**2).sum() / len(source)
    if variance < 1e-8:
        raise DegenerateLandmarks("All landmarks are at one point. The detector found no face here.")
    u, singular, vt = np.linalg.svd(target.T @ source / len(source))
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt)) or 1.0])
    linear = (u * signs) @ vt * ((singular * signs).sum() / variance)
    return Similarity(np.column_stack([linear, target_mean - linear @ source_mean]))
