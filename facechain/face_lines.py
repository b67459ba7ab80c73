"""Eyes and mouth as what they are on every face, in every light and without colour: dark lines between lighter skin."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import FloatArray
from .mesh_pose import IntArray

_COLUMNS = 11
_NEAR, _FAR = 3, 6
"""Pixels above and below a line between which the skin is taken that it is compared with."""
_HALF_THICKNESS = 1


def line_depth(light: FloatArray, start: FloatArray, end: FloatArray, reach: int) -> float:
    """By how much a dark line from `start` to `end` is darker than both of its sides, in the unit of `light`.

    Around 0 on an even surface, on a step and in the middle of a large dark thing. The line is looked
    for up to `reach` px beside the straight way, anew in each of 11 places; the median counts. `light`
    (height, width) is float32; the points are (x, y).
    """
    across = end - start
    across_unit = across / max(float(np.linalg.norm(across)), 1e-6)
    down = np.array([-across_unit[1], across_unit[0]])
    points = start + np.linspace(0, 1, _COLUMNS)[:, None] * across
    steps = np.arange(-reach - _FAR, reach + _FAR + 1)[:, None]
    columns, rows = (points[:, axis] + steps * down[axis] for axis in (0, 1))
    at = columns.astype(np.float32), rows.astype(np.float32)
    profile = cv2.remap(light, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    sums = np.cumsum(np.vstack([np.zeros(_COLUMNS), profile]), axis=0)
    middle = np.arange(_FAR, len(steps) - _FAR)
    above = _mean(sums, middle - _FAR, middle - _NEAR)
    below = _mean(sums, middle + _NEAR, middle + _FAR)
    line = _mean(sums, middle - _HALF_THICKNESS, middle + _HALF_THICKNESS)
    return float(np.median((np.minimum(above, below) - line).max(0)))


def _mean(sums: FloatArray, first: IntArray, last: IntArray) -> FloatArray:
    """Mean of the rows `first` to `last`, from running sums that begin with 0."""
    return (sums[last + 1] - sums[first]) / (last - first + 1)[:, None]
