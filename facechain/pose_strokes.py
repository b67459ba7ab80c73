"""The strokes of a pose map, as the annotator of ControlNet 1.1 makes them: the ControlNets were trained on those."""

from __future__ import annotations

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Size

_ANNOTATOR_PX = 512
"""Side of the annotator's pictures, in which its strokes have their widths."""

Color = tuple[float, float, float]


def stroke_px(width: int, canvas: ByteArray) -> int:
    """A `width` of the annotator's pictures, scaled with the shorter side of `canvas`; at least 1 px."""
    size = Size.of(canvas)
    return max(round(min(size.width, size.height) * width / _ANNOTATOR_PX), 1)


def pixel_at(point: FloatArray) -> tuple[int, int]:
    """The pixel of `point` (x, y, ...), truncated.

    As the annotator does; rounding would move every map by half a pixel from its training pictures.
    """
    return int(point[0]), int(point[1])


def draw_dot(canvas: ByteArray, point: FloatArray, radius: int, color: Color) -> None:
    """A disc of `radius` px around `point` (x, y, ...), without a smooth edge, is drawn into `canvas`."""
    cv2.circle(canvas, pixel_at(point), radius, color, thickness=-1)
