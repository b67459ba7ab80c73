"""What only shows when the photos of a set are compared: strangers among them, and repeats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import opencv as cv2
from .embeddings import Calibration, Embedding, compare
from .geometry import ByteArray, FloatArray

FEWEST_TO_JUDGE = 3
"""Of two photos that differ nobody can say which is the stranger."""
SAME_PICTURE = 0.985
"""Correlation of two crops at 32 px: a copy that was scaled, brightened or compressed reaches 0.99."""


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
    """Index of a crop -> index of the earliest one that shows the same picture."""
    signatures = [_signature(crop) for crop in crops]
    repeats: dict[int, int] = {}
    for index, signature in enumerate(signatures):
        match = next((earlier for earlier in range(index) if signatures[earlier] @ signature > SAME_PICTURE), None)
        if match is not None:
            repeats[index] = match
    return repeats


def _signature(crop: ByteArray) -> FloatArray:
    """Small grey picture as a vector of mean 0 and length 1, so that a product is a correlation."""
    small = cv2.resize(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), (32, 32), interpolation=cv2.INTER_AREA)
    vector = small.astype(np.float64).ravel()
    vector -= vector.mean()
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
