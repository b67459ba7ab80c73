"""The few colours of a thing, and how far other pixels are from them."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import FloatArray

_LIGHTNESS_WEIGHT = 0.7
"""Strands and folds differ in lightness, things in chroma."""
_MOST_SAMPLES = 4000
_LEAST_SHARE = 0.04
"""Rarer colours are what lies on the thing."""
_STEPS, _PRECISION, _ATTEMPTS = 20, 0.1, 2


def color_distance(lab: FloatArray, samples: FloatArray, count: int) -> FloatArray:
    """Lab distance of each pixel of `lab` (height, width, 3) to the nearest of `count` colours of `samples` (n, 3).

    float32 (height, width); infinite when there are fewer than 40 samples.
    """
    if len(samples) < 40:
        return np.full(lab.shape[:2], np.inf, np.float32)
    weight = np.array([_LIGHTNESS_WEIGHT, 1, 1], np.float32)
    chosen = samples[np.linspace(0, len(samples) - 1, min(len(samples), _MOST_SAMPLES)).astype(int)] * weight
    cv2.setRNGSeed(1)  # the same picture is parsed the same way
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, _STEPS, _PRECISION)
    count = min(count, len(chosen) // 20)
    _, labels, centers = cv2.kmeans(chosen.astype(np.float32), count, None, criteria, _ATTEMPTS, cv2.KMEANS_PP_CENTERS)
    shares = np.bincount(labels[:, 0], minlength=count) / len(chosen)
    pixels = (lab * weight).astype(np.float32)
    nearest = [_squared(pixels - center) for center in centers[shares > _LEAST_SHARE]]
    return np.sqrt(np.minimum.reduce(nearest))


def _squared(vectors: FloatArray) -> FloatArray:
    """Squared lengths of `vectors` (height, width, 3); summed by numpy they take five times as long."""
    first, second, third = cv2.split(vectors)
    return first * first + second * second + third * third
