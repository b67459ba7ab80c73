"""A person as a segmentation model sees them from several distances around one face."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .faces import Face
from .geometry import BoolArray, Box, ByteArray, FloatArray, Size
from .interfaces import PersonSegmenter

VIEWS = ((2.2, 0.05), (2.6, 0.1), (3.2, 0.3), (4.0, 0.6))
"""Side of each square view, and how far its middle lies below the face's, over the longer side of the face.
Single views take a flag pole for a hat, or lose a hat; their mean does neither. Tried on eight faces."""
_FINENESS = 2.6
"""A view of this side counts fully, a wider one less: it shows less detail."""
_WHOLE_WEIGHT = 0.3
"""Of the whole picture, which alone counts away from the face."""
_FADE_RATIO = 0.15
"""Of a view: where it fades, because the model guesses at the border."""
_FILL = 255
"""Align Faces fills what lies beyond the photo with white."""
_FILL_RIM_PX = 2
"""Of resampling, along the fill."""


def person_around(segmenter: PersonSegmenter, image: ByteArray, face: Face) -> FloatArray:
    """Probability of "person" per pixel of RGB `image`, float32 (height, width), 0..1; finest around `face`.

    Pure white that reaches a corner of the picture is never a person.
    """
    total = _WHOLE_WEIGHT * segmenter.segment(image)
    weight = np.full(image.shape[:2], _WHOLE_WEIGHT, np.float32)
    for side, shift in VIEWS:
        rows, columns = _square(face, side, shift, Size.of(image))
        view = np.ascontiguousarray(image[rows, columns])
        share = _FINENESS / side * _fading(rows, image.shape[0])[:, None] * _fading(columns, image.shape[1])[None]
        total[rows, columns] += share * segmenter.segment(view)
        weight[rows, columns] += share
    return total / weight * ~_is_fill(image)


def _square(face: Face, side: float, shift: float, size: Size) -> tuple[slice, slice]:
    """Rows and columns of a view, as far as it lies in the picture."""
    length = max(face.box.width, face.box.height)
    (x, y), half = face.box.center, side * length / 2
    y += shift * length
    box = Box(x - half, y - half, x + half, y + half).clipped(size)
    left, top = min(int(box.x1), size.width - 1), min(int(box.y1), size.height - 1)
    return slice(top, max(round(box.y2), top + 1)), slice(left, max(round(box.x2), left + 1))


def _fading(part: slice, length: int) -> FloatArray:
    """Weight along one side of a view: falls to 0 towards its ends, but not at those of the picture; (count,)."""
    count = part.stop - part.start
    steps = (np.arange(count, dtype=np.float32) + 0.5) / (_FADE_RATIO * count)
    rising = steps if part.start > 0 else np.ones_like(steps)
    falling = steps[::-1] if part.stop < length else np.ones_like(steps)
    return np.minimum(rising, falling).clip(0, 1)


def _is_fill(image: ByteArray) -> BoolArray:
    """True on pure white that is connected to a corner, and on the rim that resampling blended with it."""
    white = (image == _FILL).all(-1).astype(np.uint8)
    _, pieces = cv2.connectedComponents(white, connectivity=4)
    corners = pieces[[0, 0, -1, -1], [0, -1, 0, -1]]
    fill = np.isin(pieces, corners[corners > 0]).astype(np.uint8)
    return cv2.dilate(fill, np.ones((2 * _FILL_RIM_PX + 1,) * 2, np.uint8)) > 0
