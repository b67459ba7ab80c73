"""The strongest closed line around a point."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .geometry import FloatArray

_STEP = 2
"""Radii by which the line may move from one angle to the next."""
_BEND = 0.5
"""Strength that one radius of such a move costs."""


def closed_path(strength: FloatArray) -> npt.NDArray[np.intp]:
    """Index of the radius per angle, (angles,), along which the sum of `strength` (angles, radii) is largest.

    Neighbouring angles differ by at most two radii, also the last and the first to within four. Found by
    dynamic programming over two rounds, of which the middle one is taken: it has forgotten where it began.
    """
    angles, radii = strength.shape
    best, steps = strength[0], []
    for row in np.vstack([strength, strength])[1:]:
        padded = np.pad(best, _STEP, constant_values=-np.inf)
        moves = range(-_STEP, _STEP + 1)
        before = np.stack([padded[_STEP + move : _STEP + move + radii] - _BEND * abs(move) for move in moves])
        steps.append(before.argmax(0) - _STEP)
        best = before.max(0) + row
    path = [int(best.argmax())]
    for step in reversed(steps):
        path.append(path[-1] + int(step[path[-1]]))
    half = angles // 2
    return np.roll(np.array(path[::-1])[half : half + angles], half)
