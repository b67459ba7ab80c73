"""A picture with its faces boxed and numbered, so that people can say which one they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from . import sheet_drawing as drawing
from .drawn_names import drawn_name
from .faces import Face
from .geometry import Box, ByteArray, Size
from .sheet_drawing import Canvas
from .which_face import left_to_right

SIDES_PX = (640, 1280)
"""Shortest and longest long side: below, labels could not be read; above, nobody sees more."""
LABEL_RATIO = 0.03
"""Height of the text over the long side."""
_GAP_PX = 3.0

Rectangle = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the overlay."""


def number_faces(image: ByteArray, faces: Sequence[Face], marked: Mapping[int, str] | None = None) -> ByteArray:
    """`image` with a box and a number around each face, RGB, long side 640 to 1280 px.

    Numbers run from 1, left to right, as `FaceOrder.POSITION` counts. The `marked` numbers are
    framed in green and carry the name given there, which may be empty.
    """
    marked = marked or {}
    side, size = float(np.clip(max(image.shape[:2]), *SIDES_PX)), Size.of(image)
    scale = side / max(size.width, size.height)
    width, height = (max(round(length * scale), 1) for length in (size.width, size.height))
    canvas = Canvas(width, height, drawing.PAPER)
    canvas.picture(((width - side) / 2, (height - side) / 2), image, side)
    boxes = [_scaled(face.box, scale) for face in left_to_right(faces)]
    taken = list(boxes)
    for number, box in enumerate(boxes, 1):
        color = drawing.GREEN if number in marked else drawing.INK
        canvas.frame(box, color)
        text = f"{number} {drawn_name(marked.get(number, ''))}".strip()
        label = _free_place(box, _label_size(text, side), taken, Size(width, height))
        taken.append(label)
        canvas.card(label, fill=color, edge=drawing.CARD)
        canvas.text(_middle(label), text, LABEL_RATIO * side, drawing.CARD, "mm")
    return canvas.pixels()


def _scaled(box: Box, scale: float) -> Rectangle:
    return box.x1 * scale, box.y1 * scale, box.x2 * scale, box.y2 * scale


def _label_size(text: str, side: float) -> tuple[float, float]:
    """Width and height in pixels."""
    height = LABEL_RATIO * side
    return drawing.font(height * drawing.SMOOTHING).getlength(text) / drawing.SMOOTHING + 0.8 * height, 1.4 * height


def _free_place(box: Rectangle, label: tuple[float, float], taken: Sequence[Rectangle], size: Size) -> Rectangle:
    """Above the box, else below, else beside it, where nothing is covered; else over its upper edge."""
    x1, y1, x2, y2 = box
    width, height = label
    left = (x1 + x2 - width) / 2
    over, under = y1 - height - _GAP_PX, y2 + _GAP_PX
    before, after = x1 - width - _GAP_PX, x2 + _GAP_PX
    corners = [(left, over), (left, under), (after, y1), (before, y1), (after, y2 - height), (before, y2 - height)]
    places = [_moved_inside((x, y, x + width, y + height), size) for x, y in corners]
    free = [place for place in places if not any(_overlap(place, other) for other in taken)]
    return free[0] if free else places[0]


def _moved_inside(place: Rectangle, size: Size) -> Rectangle:
    x1, y1, x2, y2 = place
    x = min(max(x1, 0), max(size.width - (x2 - x1), 0))
    y = min(max(y1, 0), max(size.height - (y2 - y1), 0))
    return x, y, x + x2 - x1, y + y2 - y1


def _overlap(first: Rectangle, second: Rectangle) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _middle(place: Rectangle) -> tuple[float, float]:
    return (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
