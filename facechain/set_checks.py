"""What only shows when the photos of a set are compared: strangers among them, and repeats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import opencv as cv2
from .embeddings import Calibration, Embedding, compare
from .geometry import ByteArray, FloatArray

FEWEST_TO_JUDGE = 3
"""Of two photos that differ nobody can say which is the stranger."""
SAME_PICTURE = 0.93
"""Correlation of the details of two faces. Copies that were scaled, cropped, tilted, mirrored, lit or
compressed reach 0.94 or more, another face at most 0.4."""
_WINDOW, _WINDOW_MIDDLE_Y = 0.44, 0.44
"""Side and height of the part of a crop that is compared: the face, and little of what a cropped copy lacks."""
_DETAIL_PX = 56
_FINEST_PX, _COARSEST_PX = 1.0, 4.0
"""Blurs between which details lie: finer ones are lost in a small copy, coarser ones are light."""
_SHIFT_PX = 4
"""Two looks at one face place it up to this far apart."""
_DARKNESS = 20.0
_LEAST_DETAIL = 1e-3
"""Standard deviation of a logarithm; a flat picture has less."""


def likeness_matrix(embeddings: Sequence[Embedding], calibration: Calibration) -> FloatArray:
    """Likeness of each face to each, float64 (n, n), 0..1.

    Raises DifferentEmbeddingModels if the embeddings come from several models.
    """
    return np.array(
        [[calibration.likeness(compare(one, other), one.metric) for other in embeddings] for one in embeddings]
    ).reshape(len(embeddings), len(embeddings))


def find_strangers(likeness: FloatArray, minimum: float) -> frozenset[int]:
    """Indices of the faces whose median likeness to the others is below `minimum`.

    The least alike leaves first and the others are compared anew, so that strangers do not pull down
    those whom they meet. Two faces always remain.
    """
    remaining = list(range(len(likeness)))
    while len(remaining) >= FEWEST_TO_JUDGE:
        medians = [median_likeness(likeness, face, remaining) for face in remaining]
        if min(medians) >= minimum:
            break
        del remaining[int(np.argmin(medians))]
    return frozenset(range(len(likeness))) - frozenset(remaining)


def median_likeness(likeness: FloatArray, face: int, others: Sequence[int]) -> float:
    """Median likeness of `face` to `others`, itself left out. There must be another one."""
    return float(np.median([likeness[face, other] for other in others if other != face]))


def find_repeats(crops: Sequence[ByteArray]) -> dict[int, int]:
    """Index of a crop -> index of the earliest one that shows the same picture, mirrored or not.

    A mirrored copy repeats as well: it adds nothing but a parting and moles on the wrong side. `crops`
    are RGB (side, side, 3) with the face in the middle, as every preset has it.
    """
    details = [_details(crop) for crop in crops]
    repeats: dict[int, int] = {}
    for index, detail in enumerate(details):
        both = (detail, np.ascontiguousarray(detail[:, ::-1]))
        match = next((earlier for earlier in range(index) if _is_same(details[earlier], both)), None)
        if match is not None:
            repeats[index] = match
    return repeats


def _details(crop: ByteArray) -> FloatArray:
    """The face without its light, float32 (56, 56)."""
    side = crop.shape[0]
    width, middle = round(side * _WINDOW), round(side * _WINDOW_MIDDLE_Y)
    top, left = middle - width // 2, (side - width) // 2
    window = cv2.cvtColor(crop[top : top + width, left : left + width], cv2.COLOR_RGB2GRAY)
    small = cv2.resize(window, (_DETAIL_PX, _DETAIL_PX), interpolation=cv2.INTER_AREA)
    light = np.log(small.astype(np.float32) + _DARKNESS)
    return cv2.GaussianBlur(light, (0, 0), _FINEST_PX) - cv2.GaussianBlur(light, (0, 0), _COARSEST_PX)


def _is_same(first: FloatArray, others: Sequence[FloatArray]) -> bool:
    """Whether one of `others` matches `first`, a little shifted."""
    if min(first.std(), others[0].std()) < _LEAST_DETAIL:
        return False
    inner = slice(_SHIFT_PX, _DETAIL_PX - _SHIFT_PX)
    return any(
        float(cv2.matchTemplate(first, other[inner, inner], cv2.TM_CCOEFF_NORMED).max()) > SAME_PICTURE
        for other in others
    )
