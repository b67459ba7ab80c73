"""Where a face lies in a picture: its outline, and the pixels inside."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from . import opencv as cv2
from .faces import Face
from .geometry import BoolArray, FloatArray, Size

_ELLIPSE_POINTS = 64
_TIE_PX = 1e-6
"""A pixel on the outline is inside, wherever the picture begins; float32 outlines are exact to about this."""


def face_oval(face: Face) -> FloatArray:
    """Outline of `face` as a convex polygon (n, 2) in pixels of its photo.

    Hairline to chin and cheek to cheek, with the nose of a turned head. Without a mesh it is the
    ellipse in the face's box.
    """
    if face.mesh is not None:
        return cv2.convexHull(np.ascontiguousarray(face.mesh[:, :2], np.float32))[:, 0]
    angles = np.linspace(0, 2 * np.pi, _ELLIPSE_POINTS, endpoint=False)
    half = np.array([face.box.width, face.box.height]) / 2
    return np.array(face.box.center) + half * np.column_stack([np.cos(angles), np.sin(angles)])


def oval_pixels(ovals: Iterable[FloatArray], size: Size) -> BoolArray:
    """True on every pixel whose centre is in one of the convex polygons (n, 2), bool (height, width).

    A part of a picture gives the same pixels as the whole: nothing is rounded where a polygon leaves it.
    """
    inside = np.zeros((size.height, size.width), bool)
    columns = np.arange(size.width)
    for oval in ovals:
        low, high = _reach(oval.astype(np.float64), size.height)
        inside |= (columns >= low[:, None] - _TIE_PX) & (columns <= high[:, None] + _TIE_PX)
    return inside


def _reach(oval: FloatArray, height: int) -> tuple[FloatArray, FloatArray]:
    """First and last x of a convex polygon on each row; nothing where the first is infinite."""
    rows, (x, y) = np.arange(height)[:, None], oval.T
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    crossed = (np.minimum(y, next_y) <= rows) & (rows <= np.maximum(y, next_y))
    rise = np.where(next_y == y, 1.0, next_y - y)  # a level edge: its ends belong to its neighbours as well
    at = x + (rows - y) / rise * (next_x - x)
    return np.where(crossed, at, np.inf).min(1), np.where(crossed, at, -np.inf).max(1)


def distance_to(pixels: BoolArray) -> FloatArray:
    """Pixels to the nearest True pixel, float32 (height, width): 0 on it, infinite if there is none."""
    if not pixels.any():
        return np.full(pixels.shape, np.inf, np.float32)
    return cv2.distanceTransform((~pixels).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
