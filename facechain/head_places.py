"""Where skin, hair, neck and clothes lie around a face: anatomy, before any colour is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import opencv as cv2
from .geometry import BoolArray, FloatArray
from .head_frame import FACE_PX, HeadFrame
from .mesh_regions import FOREHEAD_RING

IMPOSSIBLE = 3.0
"""Cost that no colour makes up for."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What it costs to take a pixel for a part, float32 (640, 680) each; 0 where the part belongs.

    1 is as much as a colour at the end of the part's reach. Lengths are in face sizes, the longer
    side of the face box; tuned on eight faces.
    """

    skin: FloatArray
    hair: FloatArray
    neck: FloatArray
    clothes: FloatArray

    @staticmethod
    def of(frame: HeadFrame) -> Places:
        """The costs in `frame`."""
        in_oval = frame.oval > 0.5
        depth = cv2.distanceTransform(in_oval.astype(np.uint8), cv2.DIST_L2, 5) / FACE_PX
        parts = [
            np.where(in_oval, 0, _skin_outside(frame)),
            np.where(in_oval, _hair_inside(frame, depth), _hair_outside(frame)),
            np.where(in_oval, IMPOSSIBLE, _neck_outside(frame)),
            np.where(in_oval, IMPOSSIBLE, _clothes_outside(frame)),
        ]
        return Places(*(part.astype(np.float32) for part in parts))


def crown(frame: HeadFrame) -> FloatArray:
    """1 above the brows and not far to a side, where hair may be of any volume; 0..1."""
    return _rise(frame.above(frame.heights.brows), 0, 0.1) * (1 - _rise(frame.aside, 0.6, 0.15))


def on_ear(frame: HeadFrame) -> BoolArray:
    """Where ears are on most heads; their folds lie in shade."""
    above, heights = frame.above, frame.heights
    return (above(heights.eyes) < 0) & (above(heights.nose) > -0.05) & (frame.beyond < 0.16)


def _skin_outside(frame: HeadFrame) -> FloatArray:
    """Ears, a forehead above the mesh, and a jaw that the mesh drew too narrow."""
    above, heights, beyond = frame.above, frame.heights, frame.beyond
    beside = _rise(frame.aside, 0.2, 0.1)
    ear = 2 * (_rise(beyond, 0.12, 0.2) + _rise(above(heights.eyes), 0.05, 0.08) + _fall(above(heights.mouth), 0, 0.1))
    forehead = 2 * (_rise(beyond, 0.13, 0.08) + _rise(frame.aside, 0.33, 0.1)) + 0.2
    forehead = forehead + 3 * _fall(above(heights.brows), 0, 0.05)
    jaw = 2 * _rise(beyond - 0.04 * beside, 0, 0.05) - 0.3 * beside
    below_ears = 0.6 * _fall(above(heights.nose), 0.05, 0.1)
    return 0.3 + below_ears + np.minimum(np.minimum(ear, forehead), jaw)


def _hair_inside(frame: HeadFrame, depth: FloatArray) -> FloatArray:
    """A fringe over the forehead, and strands along the cheeks."""
    above, heights = frame.above, frame.heights
    on_forehead: BoolArray = frame.inside(FOREHEAD_RING) | (above(heights.brows) > 0)
    fringe = 0.3 + 0.7 * _rise(depth, 0.02, 0.1)
    strands = 0.8 + 3 * _rise(depth, 0, 0.04) + 1.5 * _fall(above(heights.mouth), 0, 0.05)
    return np.where(on_forehead, fringe, strands)


def _hair_outside(frame: HeadFrame) -> FloatArray:
    """Around the face; the farther down, the nearer to it."""
    above, heights, beyond = frame.above, frame.heights, frame.beyond
    below_mouth = _fall(above(heights.mouth), 0, 0.05)
    far = 2.5 * _rise(beyond, 0.4, 0.3) * (1 - 0.8 * crown(frame))
    low = 0.3 * _fall(above(heights.eyes), 0, 0.1) + 0.4 * _fall(above(heights.chin), 0, 0.2)
    on_collar = 1.4 * _fall(above(heights.mouth), 0.05, 0.15) * _rise(beyond, 0.05, 0.12)
    on_jaw = 1.2 * (1 - _rise(beyond, 0, 0.1)) * below_mouth
    on_neck = 1.5 * ((above(heights.chin) < 0.1) & (frame.aside < 0.42))
    return far + low + on_collar + on_jaw + on_neck + 0.5 * on_ear(frame)


def _neck_outside(frame: HeadFrame) -> FloatArray:
    """Below the jaw, wider farther down."""
    above_chin, beyond, aside = frame.above(frame.heights.chin), frame.beyond, frame.aside
    high = 3 * _rise(frame.above(frame.heights.mouth), 0, 0.1)
    beside_jaw = 1.5 * _rise(above_chin, 0.05, 0.1) * _rise(aside, 0.38, 0.06)
    on_jaw = 0.5 * (1 - _rise(beyond, 0, 0.06)) * (aside > 0.2)
    low = 2 * _fall(above_chin, -0.8, 0.2)
    wide = 2 * _rise(aside - (-above_chin).clip(0, 0.4), 0.5, 0.15)
    return 0.2 + high + beside_jaw + on_jaw + low + wide


def _clothes_outside(frame: HeadFrame) -> FloatArray:
    """Below the chin, and, away from the head, also other people and hands."""
    above_chin = frame.above(frame.heights.chin)
    near = np.maximum(1 - _rise(frame.beyond, 0.1, 0.2), crown(frame))
    return 0.3 + near * (2.5 * _rise(above_chin, -0.05, 0.35) + 0.5 * _rise(above_chin, -0.3, 0.3)) + on_ear(frame)


def _rise(values: FloatArray, start: float, width: float) -> FloatArray:
    """0 up to `start`, 1 from `start + width`."""
    return ((values - start) / width).clip(0, 1)


def _fall(values: FloatArray, start: float, width: float) -> FloatArray:
    """0 down to `start`, 1 from `start - width` downwards."""
    return _rise(-values, -start, width)
